"""The doors the station answers for, as a page sees them: how it goes, what was decided, which switches are set."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.domain.door import DoorDecision, DoorFigures


class Watch(Protocol):
    """The running service. `figures` and `recent` may be called at any time and never wait."""

    def figures(self) -> DoorFigures:
        """How it goes now."""

    def recent(self, after: int = 0) -> tuple[DoorDecision, ...]:
        """Decisions with a higher number, oldest first; the latest thousand are kept."""

    def take_over(self) -> None:
        """Take the doors from another program that holds them."""

    async def forget(self, person_id: str, *, actor: str) -> None:
        """Let a person begin anew in every anti-passback zone; written to the journal."""


class Switch(StrEnum):
    """What makes a terminal ask the station."""

    MATCHING = "matching"
    PASSBACK = "passback"
    PHRASE = "phrase"


class FingerForm(StrEnum):
    """The format a terminal scans fingers in; only ISO and ANSI can be compared by the station."""

    SUPREMA = "suprema"
    ISO = "iso"
    ANSI = "ansi"


@dataclass(frozen=True)
class Switches:
    """How one terminal is set. A switch it does not have is missing in `on`; `form` is None without a finger sensor.

    `fingers` are enrolled on it; while there are any, the format cannot be changed.
    """

    on: Mapping[Switch, bool]
    form: FingerForm | None = None
    fingers: int = 0
    original: "Switches | None" = None
    """As it was before the station changed anything; None when nothing was changed."""


@dataclass(frozen=True)
class DoorTerminal:
    """A terminal that can be made to ask the station."""

    device_id: str
    number: int
    label: str


class Setup(Protocol):
    """Makes terminals ask the station, and puts them back. Raises DeviceError leaves."""

    @property
    def terminals(self) -> tuple[DoorTerminal, ...]:
        """Every configured terminal of the gateway."""

    async def read(self, device_id: str) -> Switches:
        """How it is set now."""

    async def change(self, device_id: str, on: Mapping[Switch, bool], form: FingerForm | None = None) -> Switches:
        """Set these, keep everything else, read back and compare; the original is kept on disk first."""

    async def put_back(self, device_id: str) -> Switches:
        """Set what the station changed as it was."""


@dataclass(frozen=True)
class Doors:
    """What the doors page works with."""

    watch: Watch
    setup: Setup
