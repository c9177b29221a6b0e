"""The enrollment's state: steps, tries, kept samples, exceptions; frozen, serializable, nothing decided here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.document import DocumentCheck
from app.domain.enrollment import FailureToAcquire
from app.domain.modality import FaceVariant, Position
from app.domain.person import Consent, Person
from app.domain.sample import QualityReason


class StepKind(StrEnum):
    """What a step is about; the wizard has one page for each."""

    CONSENT = "consent"
    PERSON = "person"
    DOCUMENT = "document"
    CAPTURE = "capture"
    REVIEW = "review"
    DONE = "done"


@dataclass(frozen=True)
class Step:
    """One step of the plan; `positions` is what a capture step wants."""

    key: str
    kind: StepKind
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A sample on disk, as far as decisions need it; the sample itself lies with the draft under `sample_id`."""

    sample_id: str
    position: Position
    attempt: int
    score: float
    reason: QualityReason
    variant: FaceVariant | None = None
    same_as: tuple[str, ...] = ()
    """Samples said to be of another finger that show this very one."""


@dataclass(frozen=True)
class Attempt:
    """One try at a capture step: `outcome` is "captured", a RetryReason, or "" while it was cut short."""

    number: int
    positions: tuple[Position, ...]
    at: datetime
    outcome: str = ""
    detail: str = ""
    duplicate_of: str = ""


@dataclass(frozen=True)
class CaptureState:
    """What a capture step has so far."""

    device_id: str = ""
    attempts: tuple[Attempt, ...] = ()
    kept: tuple[Kept, ...] = ()
    failures: tuple[FailureToAcquire, ...] = ()
    duress: tuple[Position, ...] = ()
    """Fingers that shall raise a silent alarm."""

    def tries(self, position: Position) -> int:
        """How many finished tries wanted this position."""
        return sum(1 for attempt in self.attempts if attempt.outcome and position in attempt.positions)

    def failure(self, position: Position) -> FailureToAcquire | None:
        """The exception decided for a position."""
        return next((failure for failure in self.failures if failure.position is position), None)

    def best(self, position: Position) -> tuple[Kept, ...]:
        """The best try's samples of a position (a face has several variants), best first; empty when none.

        Samples of an earlier enrollment (attempt 0) count only until the position is captured anew, and a finger that
        was captured under two names only while there is nothing else.
        """
        every = [kept for kept in self.kept if kept.position is position]
        mine = [kept for kept in every if kept.attempt > 0] or every
        if not mine:
            return ()
        doubted = {sample_id for kept in self.kept for sample_id in kept.same_as}
        doubted |= {kept.sample_id for kept in mine if kept.same_as}
        winner = max(
            mine, key=lambda kept: (kept.sample_id not in doubted, kept.reason is QualityReason.OK, kept.score)
        ).attempt
        tried = (kept for kept in mine if kept.attempt == winner)
        return tuple(sorted(tried, key=lambda kept: (kept.reason is not QualityReason.OK, -kept.score)))

    def twin(self, position: Position, among: tuple[Position, ...]) -> Position | None:
        """The finger `among` those that count that was captured earlier and shows the very finger this one shows."""
        mine = self.best(position)
        shown = {sample_id for kept in mine for sample_id in kept.same_as}
        others = (each for each in among if each is not position)
        return next((each for each in others if shown & {kept.sample_id for kept in self.best(each)}), None)


@dataclass(frozen=True)
class State:
    """Where an enrollment stands. `replaces` names an enrolled person whose samples are captured again."""

    draft_id: str
    plan: tuple[Step, ...]
    at: int = 0
    person: Person = field(default_factory=lambda: Person(""), repr=False)
    consent: Consent | None = None
    captures: Mapping[str, CaptureState] = field(default_factory=dict)
    document: DocumentCheck | None = None
    duplicate_note: str = field(default="", repr=False)
    replaces: str = ""
    saved: bool = False

    @property
    def step(self) -> Step:
        """The current step."""
        return self.plan[self.at]

    def capture(self, key: str) -> CaptureState:
        """What a capture step has, empty when it was never visited."""
        return self.captures.get(key, CaptureState())


EARLIER = "earlier"
"""Key under which a re-capture holds earlier samples that no step of this station can capture."""


class Need(StrEnum):
    """What still blocks the way on."""

    CONSENT = "consent"
    REQUIRED = "required"
    PATTERN = "pattern"
    TOO_LONG = "too-long"
    DOCUMENT = "document"
    """No comparison with a document came to a match."""
    SAMPLE = "sample"
    NOT_GOOD_ENOUGH = "not-good-enough"
    SAME_FINGER = "same-finger"
    """The very finger that was captured as another one."""


@dataclass(frozen=True)
class Problem:
    """One thing to put right before going on: `where` is a field name or a position."""

    need: Need
    where: str
