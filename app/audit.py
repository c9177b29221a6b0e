"""`enrollment-station evidence verify`: records of comparisons checked again, offline, for people and for programs."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from app.bioserver.recheck import Rechecker
from app.domain.errors import InvalidInput
from app.domain.evidence import EvidenceReport
from app.journeys.document_match import verify_one
from app.store import KeySource, Store


def verify_evidence(folder: Path, source: KeySource, evidence_id: str, as_json: bool = False) -> tuple[str, int]:
    """The report, and 0 when every record holds, 1 when one does not, 2 when there is no such record.

    An empty `evidence_id` means all of them. A record that holds without being proven (its reply was not signed, or
    no key could check it) says so; it does not make the code 1.
    """
    try:
        reports = asyncio.run(_reports(folder, source, evidence_id))
    except InvalidInput:
        told = json.dumps({"ok": False, "records": []}) if as_json else "There is no such record; nothing was checked."
        return told, 2
    code = int(any(not report.holds for report in reports))
    return (_as_json(reports) if as_json else _as_text(reports)), code


async def _reports(folder: Path, source: KeySource, evidence_id: str) -> list[EvidenceReport]:
    async with await Store.open(folder, source) as store:
        wanted = (evidence_id,) if evidence_id else await store.evidence.ids()
        return [await verify_one(store.evidence, Rechecker(), each) for each in wanted]


def _as_json(reports: Sequence[EvidenceReport]) -> str:
    records = [
        {
            "id": report.evidence_id,
            "decided_at": report.decided_at.isoformat() if report.decided_at else None,
            "decision": report.decision,
            "score": report.score,
            "signature": report.signature,
            "recorded_signature": report.recorded_signature,
            "key_sha256": report.key_fingerprint or None,
            "holds": report.holds,
            "proven": report.proven,
            "faults": list(report.faults),
        }
        for report in reports
    ]
    return json.dumps({"ok": all(report.holds for report in reports), "records": records}, indent=2)


def _as_text(reports: Sequence[EvidenceReport]) -> str:
    lines = [_line(report) for report in reports]
    bad = sum(not report.holds for report in reports)
    proven = sum(report.proven for report in reports)
    lines.append(
        f"{len(reports)} checked: {proven} proven, {len(reports) - proven - bad} not proven, {bad} NOT as kept."
    )
    return "\n".join(lines)


def _line(report: EvidenceReport) -> str:
    word = "proven" if report.proven else "unproven" if report.holds else "BAD"
    at = f"{report.decided_at:%Y-%m-%d %H:%M:%S %Z}" if report.decided_at else "?"
    faults = f"  -> differs: {', '.join(report.faults)}" if report.faults else ""
    key = f"  key {report.key_fingerprint[:16]}" if report.key_fingerprint else ""
    return f"  {word:8}  {report.evidence_id}  {at}  {report.decision or '?':9}{key}{faults}"
