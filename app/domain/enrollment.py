"""An enrollment: who, with which consent, which samples were kept, what could not be captured and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.document import DocumentCheck
from app.domain.modality import Modality, Position
from app.domain.person import Consent, Person
from app.domain.sample import Sample


class ExceptionReason(StrEnum):
    """Lawful reasons to go on without a sample (ISO/IEC 2382-37 failure to acquire)."""

    MISSING = "missing"
    INJURED = "injured"
    BANDAGED = "bandaged"
    MEDICAL = "medical"
    RELIGIOUS = "religious"
    DEVICE_CANNOT = "device-cannot"
    REFUSED = "refused"
    QUALITY_EXHAUSTED = "quality-exhausted"


@dataclass(frozen=True)
class FailureToAcquire:
    """A position that was not captured: why, after how many tries, and what was noted."""

    position: Position
    reason: ExceptionReason
    tries: int = 0
    note: str = field(default="", repr=False)
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Enrollment:
    """A finished enrollment as it is stored and delivered."""

    person: Person
    consent: Consent | None
    samples: tuple[Sample, ...] = field(default=(), repr=False)
    failures: tuple[FailureToAcquire, ...] = ()
    enrolled_at: datetime | None = None
    station: str = ""
    document: DocumentCheck | None = None
    """The person's face compared with a document, where that was done."""

    def of(self, modality: Modality) -> tuple[Sample, ...]:
        """The samples of one modality."""
        return tuple(sample for sample in self.samples if sample.position.modality is modality)


class DeliveryState(StrEnum):
    """How far a person's way to one device has come."""

    WAITING = "waiting"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"
    """Stopped with a reason; needs somebody."""
    RETIRED = "retired"
    """The device was declared gone for good; nobody could look there."""


AGAIN = "again"
"""The fact of a delivery that is brought once more to a device that may still hold the person."""


@dataclass(frozen=True)
class Delivery:
    """One device's state for one person; `error_code` is a StationError code when it failed or is delayed."""

    device_id: str
    state: DeliveryState
    attempts: int = 0
    error_code: str = ""
    error_facts: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    updated_at: datetime | None = None
    paused: bool = False
    """Whether deliveries to this device rest until somebody resumes them."""


@dataclass(frozen=True)
class Lane:
    """How deliveries to one device go on; an empty `device_id` means all devices.

    `reason` is the code of the error that stopped it, empty when somebody paused it; `serial` is the device that
    was delivered to; `checked_at` is when everybody there was last looked for; `retired_at` and `retired_for` say since
    when and why it counts as gone for good.
    """

    device_id: str
    paused: bool = False
    reason: str = ""
    serial: str = field(default="", repr=False)
    checked_at: datetime | None = None
    compared_to: int = 0
    """Up to which job people there were compared last; the next look goes on behind it."""
    retired_at: datetime | None = None
    retired_for: str = ""


@dataclass(frozen=True)
class Tally:
    """How many people a device has (written and checked), waits for, or refuses; removals still to be done count
    as waiting or refused."""

    done: int = 0
    waiting: int = 0
    failed: int = 0
