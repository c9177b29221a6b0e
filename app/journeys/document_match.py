"""Selfie against document: check, compare, verify, decide, keep the evidence; nothing stays on the server.

Two pictures go in one call after which the server keeps nothing. Several need a session: its faces are deleted as soon
as they are compared, and also on cancel, error and exit; where that fails, `remote_until` says until when they live.
Runs on the main loop.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from app import logs
from app.domain.document import (
    CheckedPicture,
    Comparison,
    LivenessOutcome,
    LivenessResult,
    MatchPolicy,
    PictureKind,
    RemoteFace,
    RemoteSession,
    Verdict,
)
from app.domain.errors import InvalidInput, StationError, StoreDamaged
from app.domain.evidence import Evidence, EvidenceFault, EvidenceReport, EvidenceSummary, LivenessProof
from app.domain.verdict import decide
from app.journeys.document_ports import DocumentMatcher, EvidenceCheck, EvidenceStore, PictureCheck

LOG = logging.getLogger(__name__)

FORGET_WITHIN_S = 10.0
POLL_EVERY_S = 1.0
POLLS = 10


class Phase(StrEnum):
    """What is going on."""

    IDLE = "idle"
    CHECKING = "checking"
    COMPARING = "comparing"
    KEEPING_EVIDENCE = "keeping-evidence"
    DELETING = "deleting"


@dataclass(frozen=True)
class MatchResult:
    """One comparison: the verdict, what it rests on, and the record that proves it."""

    verdict: Verdict
    comparison: Comparison = field(repr=False)
    evidence_id: str
    reference: CheckedPicture = field(repr=False)
    probe: CheckedPicture = field(repr=False)


@dataclass(frozen=True)
class FewResult:
    """One reference against several: best first; `remote_until` is None when the server holds nothing any more."""

    candidates: tuple[MatchResult, ...]
    reference_face: RemoteFace
    probe_faces: tuple[RemoteFace, ...]
    remote_until: datetime | None


class DocumentMatch:
    """The journey; `on_phase` is told what is going on. One comparison at a time is the page's affair."""

    def __init__(
        self,
        matcher: DocumentMatcher,
        pictures: PictureCheck,
        evidence: EvidenceStore,
        checker: EvidenceCheck,
        policy: MatchPolicy,
        *,
        actor: Callable[[], str] = str,
        clock: Callable[[], datetime] | None = None,
        on_phase: Callable[[Phase], None] = lambda _phase: None,
    ) -> None:
        self.policy = policy
        self.actor = actor
        self._matcher = matcher
        self._pictures = pictures
        self._evidence = evidence
        self._checker = checker
        self._now = clock or _utc
        self._on_phase = on_phase
        self._remote: dict[str, RemoteSession] = {}

    @property
    def remote_until(self) -> datetime | None:
        """Until when faces may live on the server; None when it holds none."""
        now = self._now()
        return max((one.expires_at for one in self._remote.values() if one.expires_at > now), default=None)

    async def check(self, data: bytes, kind: PictureKind) -> CheckedPicture:
        """Look at a picture; nothing leaves."""
        self._on_phase(Phase.CHECKING)
        try:
            return await self._pictures.check(data, kind)
        finally:
            self._on_phase(Phase.IDLE)

    async def compare(
        self,
        reference: CheckedPicture,
        probe: CheckedPicture,
        *,
        person_id: str = "",
        liveness: LivenessResult | None = None,
    ) -> MatchResult:
        """One to one. InvalidInput for a picture that failed its check; DeviceError and StoreError leaves."""
        _refuse_unusable(reference, probe)
        try:
            self._on_phase(Phase.COMPARING)
            comparison = await self._matcher.compare(reference, probe)
            return await self._decided(comparison, reference, probe, person_id, liveness)
        finally:
            self._on_phase(Phase.IDLE)

    async def compare_few(
        self,
        reference: CheckedPicture,
        probes: Sequence[CheckedPicture],
        *,
        person_id: str = "",
        liveness: LivenessResult | None = None,
    ) -> FewResult:
        """One reference against several, best first. The faces are deleted whatever happens."""
        _refuse_unusable(reference, *probes)
        try:
            self._on_phase(Phase.COMPARING)
            session = await self._matcher.begin()
            self._remote[session.session_id] = session
            try:
                faces, compared = await self._compared(session, reference, probes)
            finally:
                self._on_phase(Phase.DELETING)
                await _to_end(self._forget(session))
            found = [await self._decided(one, reference, probe, person_id, liveness) for one, probe in compared]
            return FewResult(tuple(found), faces[0], tuple(faces[1:]), self.remote_until)
        finally:
            self._on_phase(Phase.IDLE)

    async def read_liveness(self, session_id: str, mode: str) -> LivenessResult:
        """The result of a liveness check, asked for ten times, one second apart; NOT_READY when there is none then."""
        for last in (*(False,) * (POLLS - 1), True):
            required = self.policy.signature_required
            result = await self._matcher.liveness(session_id, mode, signature_required=required)
            if result.outcome is not LivenessOutcome.NOT_READY or last:
                break
            await asyncio.sleep(POLL_EVERY_S)
        return result

    async def verify(self, evidence_id: str) -> EvidenceReport:
        """Check one record again, offline. InvalidInput when there is none; a damaged one is a fault of the report."""
        return await verify_one(self._evidence, self._checker, evidence_id)

    async def evidence(self, *, limit: int = 200) -> tuple[EvidenceSummary, ...]:
        """The kept records, latest first."""
        return await self._evidence.summaries(limit=limit)

    async def close(self) -> None:
        """Delete what is still on the server; bounded, never raises."""
        for session in tuple(self._remote.values()):
            await _to_end(self._forget(session))

    async def _compared(
        self, session: RemoteSession, reference: CheckedPicture, probes: Sequence[CheckedPicture]
    ) -> tuple[list[RemoteFace], list[tuple[Comparison, CheckedPicture]]]:
        faces = [await self._matcher.add(session, picture) for picture in (reference, *probes)]
        sent = {face.face_id: picture for face, picture in zip(faces, (reference, *probes), strict=True)}
        compared = await self._matcher.candidates(session, faces[0].face_id, sent)
        return faces, [(one, sent[one.candidate_id]) for one in compared]

    async def _forget(self, session: RemoteSession) -> None:
        """Kept in mind when it fails, so that the screen can say until when, and close() tries again."""
        try:
            async with asyncio.timeout(FORGET_WITHIN_S):
                await self._matcher.forget(session)
        except (StationError, TimeoutError) as error:
            logs.event(LOG, "remote-faces-stay", logging.WARNING, error=error, device="bioserver")
        else:
            self._remote.pop(session.session_id, None)

    async def _decided(
        self,
        comparison: Comparison,
        reference: CheckedPicture,
        probe: CheckedPicture,
        person_id: str,
        liveness: LivenessResult | None,
    ) -> MatchResult:
        """The verdict counts once its evidence is on disk."""
        self._on_phase(Phase.KEEPING_EVIDENCE)
        threshold = self.policy.threshold(reference.kind, probe.kind)
        signature = comparison.signature.outcome
        outcome = liveness.outcome if liveness else None
        verdict = decide(comparison.score, comparison.far_percent, signature, threshold, self.policy, outcome)
        record = self._record(comparison, verdict, (reference, probe), person_id, liveness)
        try:
            await self._evidence.keep(record)
        except asyncio.CancelledError:  # it may be on disk all the same, and nobody would ever name it
            await _to_end(self._evidence.remove(record.evidence_id))
            raise
        return MatchResult(verdict, comparison, record.evidence_id, reference, probe)

    def _record(
        self,
        comparison: Comparison,
        verdict: Verdict,
        pictures: tuple[CheckedPicture, CheckedPicture],
        person_id: str,
        liveness: LivenessResult | None,
    ) -> Evidence:
        now = self._now()
        return Evidence(
            evidence_id=uuid.uuid4().hex,
            decided_at=now,
            asked_at=comparison.asked_at or now,
            reference=pictures[0].sent,
            probe=pictures[1].sent,
            correlation_id=comparison.correlation_id,
            reply=comparison.raw,
            token=comparison.token,
            signature=comparison.signature.outcome,
            signature_reason=comparison.signature.reason,
            key_fingerprint=comparison.signature.key_fingerprint,
            key_pem=comparison.signature.key_pem,
            score=comparison.score,
            far_percent=comparison.far_percent,
            threshold=verdict.threshold,
            signature_required=self.policy.signature_required,
            reply_age_s=self.policy.reply_age_s,
            decision=verdict.decision,
            rule=verdict.rule.value,
            liveness="" if liveness is None else liveness.outcome.value,
            liveness_required=self.policy.liveness_required,
            liveness_proof=_proof(liveness),
            signing_digest=comparison.signing_digest,
            signed_subset=comparison.signed_subset,
            correlation_needed=comparison.correlation_needed,
            reference_id=comparison.reference_id,
            candidate_id=comparison.candidate_id,
            person_id=person_id,
            actor=self.actor(),
        )


def _proof(liveness: LivenessResult | None) -> LivenessProof | None:
    if liveness is None or not liveness.reply.raw:
        return None
    told = liveness.reply
    return LivenessProof(told.asked_mode, told.raw, told.token, told.signature.key_pem)


async def verify_one(store: EvidenceStore, checker: EvidenceCheck, evidence_id: str) -> EvidenceReport:
    """What the button and the command do. InvalidInput when there is no such record."""
    try:
        evidence = await store.load(evidence_id)
    except StoreDamaged:
        return EvidenceReport(evidence_id, faults=(EvidenceFault.UNREADABLE,))
    if evidence is None:
        raise InvalidInput(field="evidence", reason="no-such-record")
    return await checker.recheck(evidence)


def _refuse_unusable(*pictures: CheckedPicture) -> None:
    if not all(picture.usable for picture in pictures):
        raise InvalidInput(field="picture", reason="not-usable")


async def _to_end(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end even when the caller is cancelled meanwhile; the cancellation is delivered afterwards."""
    task = asyncio.create_task(work, name="document-match-forget")
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError


def _utc() -> datetime:
    return datetime.now(UTC)
