"""The contract every device owes, and the capabilities it may have beside it.

A driver is asyncio code on the main loop; whatever blocks or decodes runs on its own worker thread.
One action per device at a time: a second one raises `DeviceBusy` at once, it never queues.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from app.domain.capture import CaptureRequest, CaptureWatcher, Outcome
from app.domain.console import Section
from app.domain.enrollment import Enrollment
from app.domain.modality import Modality
from app.domain.sample import Template


@dataclass(frozen=True)
class DeviceInfo:
    """Who answered: read at open."""

    device_id: str
    vendor: str
    model: str
    serial: str = ""
    firmware: str = ""
    template_version: int | None = None


class Health(StrEnum):
    """One line of a diagnosis: good, to be looked at, broken."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One checked thing: a stable name, how it stands, facts safe to log, and the cure's name when not good."""

    check: str
    health: Health
    detail: str = ""
    cure: str = ""


class Device(ABC):
    """A terminal or gateway device. Use as `async with device:` or pair open() and close() yourself.

    open() is idempotent; close() never raises, releases everything (locks, modes, threads) and may be
    called in any state. After close() the device may be opened again.
    """

    def __init__(self, device_id: str, label: str) -> None:
        self.device_id = device_id
        self.label = label

    @property
    @abstractmethod
    def vendor(self) -> str:
        """The registry's name of the vendor, such as "ef45"."""

    @property
    @abstractmethod
    def info(self) -> DeviceInfo | None:
        """What was read at open; None while closed."""

    @property
    @abstractmethod
    def modalities(self) -> frozenset[Modality]:
        """What it can capture."""

    @abstractmethod
    async def open(self, *, take_over: bool = False) -> DeviceInfo:
        """Connect and take the device for us.

        Raises LockHeld when another program holds it (only with `take_over`, the clerk's consent, is it taken),
        Unreachable, WrongCredential, WrongDevice, ProtocolError, DeviceBusy.
        """

    @abstractmethod
    async def close(self) -> None:
        """Give the device back in the state it was found; bounded in time, never raises."""

    @abstractmethod
    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        """Capture once. A retry is a value. Cancelling the task leaves the device idle and its buffer empty.

        Raises NotCapable, DeviceBusy, LockLost, Unreachable, ProtocolError, ForeignData, DeviceFull.
        """

    @abstractmethod
    async def diagnose(self) -> list[Finding]:
        """Check name, port, credentials, lock, clock and the like without changing anything; never raises."""

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


@dataclass(frozen=True)
class Written:
    """Proof of a delivery: what the device holds now, read back and compared."""

    device_id: str
    digest: str
    checked_at: datetime


@runtime_checkable
class HoldsPeople(Protocol):
    """A device that keeps persons and recognizes them."""

    async def find_duplicate(self, templates: tuple[Template, ...]) -> str | None:
        """The device's identifier of a person these templates belong to, or None; changes nothing."""

    async def write_person(self, enrollment: Enrollment, *, replace: bool = False) -> Written:
        """Register, read back, compare. Rolls back when a part fails.

        Raises DuplicateFound (known already and not `replace`), TemplateVersionMixed, NotWritten, PartlyWritten,
        DeviceFull, NotCapable (nothing in it that this device can use).
        """

    async def remove_person(self, person_id: str) -> None:
        """Remove and read absence back; absent already is fine. Raises NotWritten."""

    async def list_people(self) -> list[str]:
        """Identifiers of everyone the device holds."""


@runtime_checkable
class ComparesFingers(Protocol):
    """A device that compares fingers by templates which only its own make can read."""

    async def same_finger(self, one: tuple[Template, ...], other: tuple[Template, ...]) -> bool:
        """Whether two captures show one finger, whichever they were said to be; False also where it cannot tell.

        Changes nothing.
        """


@runtime_checkable
class TellsDigests(Protocol):
    """A device whose people can be compared later with what was written to it."""

    async def digest_of(self, person_id: str) -> str | None:
        """The digest of what it holds of a person now, made like that of `Written`; None when it holds nothing."""


@runtime_checkable
class ReadsCards(Protocol):
    """A device with a card reader."""

    async def read_card(self, deadline_s: float = 30.0) -> str | None:
        """The card's number as the device writes it, upper case; None when nobody presented one in time."""


@runtime_checkable
class CountsDown(Protocol):
    """A device that can take a face by itself after a countdown."""

    def counts_down(self) -> bool:
        """Whether `countdown_s` of a capture request is followed."""


@runtime_checkable
class RecoversAfterCrash(Protocol):
    """A device that a killed station may have left in a state to be undone at the next start."""

    async def recover(self) -> bool:
        """Undo what an earlier run left behind; True when there was something."""


@dataclass(frozen=True)
class Life:
    """Signs of life of a device that calls this station: expected since then, every so many seconds; the last one."""

    since: datetime
    every_s: float
    last: datetime | None = None

    def missing(self, now: datetime) -> bool:
        """Whether it is silent for so long that something is in its way."""
        return (now - (self.last or self.since)).total_seconds() > 2.5 * self.every_s


@runtime_checkable
class TellsLife(Protocol):
    """A device that calls this station by itself."""

    @property
    def life(self) -> Life | None:
        """None while it is closed, or not set up to call."""


@runtime_checkable
class HasConsole(Protocol):
    """A device with something to look after: the console page shows its sections."""

    def console(self) -> tuple[Section, ...]:
        """Sections in the order shown."""
