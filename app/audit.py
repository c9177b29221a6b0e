"""`enrollment-station evidence …` and `audit …`: what is kept as proof, looked through for people and for programs."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from app.bioserver.recheck import Rechecker
from app.domain.audit import AuditFault, AuditFinding, AuditReport, examine
from app.domain.errors import InvalidInput
from app.domain.evidence import EvidenceReport
from app.domain.records import JournalEntry
from app.journeys.document_match import verify_one
from app.paths import write_private
from app.store import KeySource, Store, journal_file
from app.store.identity import fingerprint


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


COMMAND_LINE = "command line"
FINDINGS = {
    AuditFault.ALTERED: "{entries} altered",
    AuditFault.RESTAMPED: "{entries} given another time",
    AuditFault.REMOVED: "{entries} removed",
    AuditFault.CUT: "{entries} cut off the end",
    AuditFault.APPENDED: "{entries} put in by something else than the station",
    AuditFault.CLOCK_BACK: "{entries} written after the clock was set back",
    AuditFault.CHECKPOINT_FORGED: "line {first} of the checkpoints is not signed by this station's key",
    AuditFault.CHECKPOINTS_MISSING: "checkpoints {first} to {last} missing",
    AuditFault.HEAD_UNKNOWN: "the note of the last entry is damaged or not signed by this station's key",
    AuditFault.FOREIGN_HEAD: "the head that was given is not of this journal",
}
"""What a finding is called; a test holds that every fault has its words."""


def verify_journal(folder: Path, source: KeySource, head: str = "", as_json: bool = False) -> tuple[str, int]:
    """The report on the store's journal, and 0 when it holds, else 1. Changes nothing."""

    async def look() -> AuditReport:
        async with await Store.open(folder, source) as store:
            return await store.journal.verify(head=head)

    return _told(asyncio.run(look()), as_json)


def verify_export(file: Path, key: Path | None, head: str = "", as_json: bool = False) -> tuple[str, int]:
    """The report on an exported journal, and 0, 1, or 2 when the file or the key is none."""
    try:
        copy = journal_file.read(file.read_bytes(), key.read_text("ascii", "replace") if key else "")
        report = examine(copy.rows, copy.checkpoints, copy.kept, head=head, key=fingerprint(copy.key))
    except InvalidInput as error:
        what = "The key is not a public key of a station." if error.fact("field") == "key" else "No exported journal."
        return (json.dumps({"ok": False, "problem": what}) if as_json else what), 2
    told, code = _told(report, as_json)
    if key is None and not as_json:
        told += "\nThe key came with the file: compare it with the one that `audit key` prints at the station."
    return told, code


def export_journal(folder: Path, source: KeySource, file: Path) -> str:
    """Write the journal to a file, which is itself an act in it; what to tell."""

    async def write() -> tuple[bytes, str]:
        async with await Store.open(folder, source) as store:
            await store.journal.append(JournalEntry("journal-exported", COMMAND_LINE))
            return await store.journal.export(), (await store.journal.head()).short

    data, head = asyncio.run(write())
    write_private(file, data)
    return f"Written to {file}. Head: {head}"


def public_key(folder: Path, source: KeySource) -> str:
    """The station's public key as PEM."""

    async def ask() -> str:
        async with await Store.open(folder, source) as store:
            return await store.identity.public_key()

    return asyncio.run(ask())


def _told(report: AuditReport, as_json: bool) -> tuple[str, int]:
    return (_journal_json(report) if as_json else _journal_text(report)), int(not report.holds)


def _journal_json(report: AuditReport) -> str:
    node = {
        "ok": report.holds,
        "entries": report.entries,
        "checkpoints": report.checkpoints,
        "signed": report.signed,
        "head": report.head.short,
        "link": report.head.link.hex(),
        "key": report.key,
        "findings": [{"fault": each.fault, "first": each.first, "last": each.last} for each in report.findings],
    }
    return json.dumps(node, indent=2)


def _journal_text(report: AuditReport) -> str:
    lines = [f"  BAD  {finding_words(each)}" for each in report.findings]
    verdict = "the journal holds" if report.holds else "somebody or something changed the journal or the clock"
    lines.append(f"{report.entries} entries, signed up to number {report.signed}: {verdict}.")
    lines.append(f"Head: {report.head.short}   Key: {report.key}")
    return "\n".join(lines)


def finding_words(finding: AuditFinding) -> str:
    """One finding in words, with the numbers of the entries."""
    one = finding.first == finding.last
    entries = f"entry {finding.first}" if one else f"entries {finding.first} to {finding.last}"
    return FINDINGS[finding.fault].format(entries=entries, first=finding.first, last=finding.last)
