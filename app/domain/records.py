"""What the store hands back: drafts, persons in lists, delivery jobs, journal entries, search features."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.enrollment import Delivery, Enrollment
from app.domain.modality import Position
from app.domain.sample import Sample


@dataclass(frozen=True)
class KeptSample:
    """A sample of a draft on disk: which capture step and try it came from."""

    sample_id: str
    step: str
    attempt: int
    sample: Sample


@dataclass(frozen=True)
class DraftSummary:
    """A draft in a list: `label` is the person's name as far as it is known."""

    draft_id: str
    label: str = field(repr=False)
    step: str
    created_at: datetime
    updated_at: datetime
    samples: int


@dataclass(frozen=True)
class Draft:
    """A whole draft: `state` is the flow's own serialized form, opaque to the store."""

    draft_id: str
    state: bytes = field(repr=False)
    samples: tuple[KeptSample, ...] = field(repr=False)


@dataclass(frozen=True)
class PersonSummary:
    """A person in a list."""

    person_id: str
    full_name: str = field(repr=False)
    enrolled_at: datetime
    positions: tuple[Position, ...]
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class PeoplePage:
    """A page of search results and how many there are in all."""

    people: tuple[PersonSummary, ...]
    total: int


@dataclass(frozen=True)
class PersonRecord:
    """Everything the store holds of a person; `revision` grows with each saved change."""

    enrollment: Enrollment
    revision: int
    deliveries: tuple[Delivery, ...]


class JobKind(StrEnum):
    """What a job brings about at the device."""

    WRITE = "write"
    REMOVE = "remove"


@dataclass(frozen=True)
class Job:
    """One delivery to do: this person's current record to this device, or the person's removal from it."""

    job_id: int
    person_id: str
    device_id: str
    revision: int
    attempts: int
    due_at: datetime
    kind: JobKind = JobKind.WRITE


@dataclass(frozen=True)
class Erased:
    """What one order removed from this station; numbers only."""

    samples: int = 0
    features: int = 0
    drafts: int = 0
    evidence: int = 0
    deliveries: int = 0
    exports: int = 0


@dataclass(frozen=True)
class ErasureOrder:
    """A person's erasure under way or done; `person_id` is forgotten when the certificate is made."""

    order_id: str
    person_id: str = field(repr=False)
    actor: str
    reason: str
    ordered_at: datetime
    erased: Erased
    removals: tuple[Delivery, ...] = ()
    certificate: str = ""

    @property
    def open(self) -> bool:
        """Whether a device still has to confirm."""
        return not self.certificate


@dataclass(frozen=True)
class JournalEntry:
    """One act: who did what to whom, with facts that hold no biometric data."""

    action: str
    actor: str
    person_id: str = ""
    device_id: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True)
class JournalQuery:
    """What is asked of the journal, latest first; what is empty or None does not matter."""

    person_id: str = field(default="", repr=False)
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""
    before: int | None = None
    """Entries with a lower number, to go on after a page."""
    limit: int = 200


@dataclass(frozen=True)
class Recorded:
    """An act with its number in the journal."""

    number: int
    entry: JournalEntry


@dataclass(frozen=True)
class FeatureRow:
    """Stored search features of one finger reference."""

    person_id: str
    position: Position
    features: bytes = field(repr=False)
