"""What capturing is asked for, and how it can end: captured, or try again. Faults are errors, cancel is cancel."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from app.domain.modality import Modality, Position
from app.domain.preview import PreviewFrame
from app.domain.sample import Sample


class RetryReason(StrEnum):
    """Why nothing usable was captured although nothing is broken."""

    TIMED_OUT = "timed-out"
    NOBODY_SEEN = "nobody-seen"
    POOR_QUALITY = "poor-quality"
    CONTACT_LENS = "contact-lens"
    DIFFERENT_FINGERS = "different-fingers"
    ALREADY_ENROLLED = "already-enrolled"
    """The device holds this very finger or face of somebody, and took nothing; `detail` is its number of them."""
    STOPPED_ON_DEVICE = "stopped-on-device"
    EMPTY_RESULT = "empty-result"
    RESULT_LOST = "result-lost"
    """The device was done, but what it captured never reached the station."""
    REFUSED_BY_DEVICE = "refused-by-device"


class VendorOptions:
    """Base of what only one vendor understands; a driver ignores options that are not its own."""


@dataclass(frozen=True)
class CaptureRequest:
    """One capture: a modality, the positions wanted, and how long the person may take, in seconds."""

    modality: Modality
    positions: tuple[Position, ...]
    deadline_s: float = 60.0
    glasses: bool = False
    duress: bool = False
    """The finger wanted shall raise a silent alarm later."""
    countdown_s: int | None = None
    """A face is taken by itself after so many seconds, where the device can; None waits for a button."""
    person_id: str = ""
    options: VendorOptions | None = None


@dataclass(frozen=True)
class Progress:
    """Where a capture stands: a step of several (press 2 of 3), or just what is going on."""

    stage: str
    step: int = 0
    steps: int = 0


@dataclass(frozen=True)
class Captured:
    """Everything one capture brought, already kept by the watcher."""

    samples: tuple[Sample, ...] = field(repr=False)
    duplicate_of: str = ""
    """The device's own identifier of an earlier person it recognized, or empty."""


@dataclass(frozen=True)
class Retry:
    """Nothing broken, nothing usable: say why and let the person try again."""

    reason: RetryReason
    detail: str = ""
    samples: tuple[Sample, ...] = field(default=(), repr=False)
    """What was captured all the same (poor quality), already kept by the watcher."""


Outcome = Captured | Retry


class CaptureWatcher(Protocol):
    """Who asked for the capture."""

    def preview(self, frame: PreviewFrame) -> None:
        """A new frame; called from the device's worker thread, must return at once."""

    def progress(self, progress: Progress) -> None:
        """A step was reached; called on the event loop."""

    async def keep(self, samples: tuple[Sample, ...]) -> None:
        """Put the samples safely on disk; the device forgets its copy only after this returned."""
