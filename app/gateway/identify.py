"""IDENTIFY: whose finger is this, among everybody in the gallery."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final, Protocol

from app.domain.comparison import Candidate, Decision
from app.domain.door import Asked, Why
from app.domain.errors import MatchingBusy, MatchingError, MatchingLate, MatchingUnavailable, RecordRefused
from app.gateway.directory import Directory
from app.gateway.values import Code, Identify, TemplateFormat, Verdict, refusal
from app.gateway.verify import admitted
from app.matching.features import features_of
from app.matching.matcher import Probe
from app.matching.records import RecordFormat, Refusal, parse

KINDS: Final[Mapping[int, RecordFormat]] = {
    TemplateFormat.ISO: RecordFormat.ISO_19794_2_2005,
    TemplateFormat.ANSI: RecordFormat.ANSI_378_2004,
}


class Searcher(Protocol):
    """What looks through the gallery (matching.index, or matching.worker alone)."""

    def submit(
        self, probe: Sequence[Probe], *, target_fpir: float = 0.01, limit: int = 10, timeout: float = 2.0
    ) -> Future[tuple[Candidate, ...]]:
        """Begin a search; MatchingUnavailable or MatchingBusy when it cannot begin."""


def probe_of(question: Identify) -> tuple[Probe, ...]:
    """The views of a probe. RecordRefused for a damaged record, and for the vendor's own format (`format`)."""
    kind = KINDS.get(question.form)
    if kind is None:
        raise RecordRefused(reason=Refusal.OTHER_FORMAT, format="Suprema template")
    record = parse(trimmed(question.template, kind), kind)
    found = tuple(Probe(features_of(view.minutiae)) for view in record.views if len(view.minutiae))
    if not found:
        raise RecordRefused(reason=Refusal.EMPTY)
    return found


def trimmed(template: bytes, kind: RecordFormat) -> bytes:
    """The record without what a terminal fills its 384-byte slot with, by the length the record states itself.

    ISO/IEC 19794-2:2005 has 4 bytes of length after magic and version, ANSI INCITS 378-2004 has 2, or 6 of which
    the last 4 count when the first 2 are zero. A length that cannot be is left to the parser.
    """
    if kind is RecordFormat.ISO_19794_2_2005:
        stated = int.from_bytes(template[8:12], "big")
    else:
        stated = int.from_bytes(template[8:10], "big") or int.from_bytes(template[10:14], "big")
    return template[:stated] if 24 <= stated <= len(template) else template


def verdict_of(candidates: Sequence[Candidate], directory: Directory, now: datetime) -> Verdict:
    """The verdict on what a search found: the best candidate counts when the score reaches its threshold."""
    if not candidates:
        return refusal(Asked.FINGER, Why.FINGER_UNKNOWN)
    score = candidates[0].score
    if score.decision is not Decision.MATCH:
        return Verdict(Code.IDENTIFY_FAIL, Why.FINGER_UNKNOWN, score=score.value, threshold=score.threshold)
    holder = directory.person(candidates[0].person_id)
    if holder is None:  # removed while the search went on
        return Verdict(Code.CANNOT_FIND_USER, Why.PERSON_UNKNOWN, score=score.value, threshold=score.threshold)
    found = admitted(holder, Asked.FINGER, now)
    return Verdict(
        found.code, found.why, found.person_id, found.person_name, score=score.value, threshold=score.threshold
    )


def verdict_on(error: MatchingError) -> Verdict:
    """The verdict when a search came to nothing: never a match."""
    if isinstance(error, RecordRefused):
        foreign = error.fact("reason") == Refusal.OTHER_FORMAT
        return refusal(Asked.FINGER, Why.FORMAT_FOREIGN if foreign else Why.FINGER_UNREADABLE)
    if isinstance(error, MatchingUnavailable):
        return refusal(Asked.FINGER, Why.MATCHING_WARMING)
    if isinstance(error, MatchingLate):
        return refusal(Asked.FINGER, Why.LATE)
    return refusal(Asked.FINGER, Why.MATCHING_BUSY if isinstance(error, MatchingBusy) else Why.FAULT)
