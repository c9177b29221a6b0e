"""The practice world: every simulator, a configuration that points at them, and synthetic people in front."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.assembly import Assembly
from app.config import Configuration, Ef45Settings
from app.config import Station as StationSettings
from app.domain.records import JournalEntry
from app.journeys.ports import Journal
from app.journeys.station import Station
from app.paths import Folders
from app.simulators.ef45 import Ef45Terminal, Make
from app.simulators.people import Person, person
from app.store import Passphrase

PASSPHRASE = "practice: nothing here is real"  # noqa: S105 (protects synthetic people)
PASSCODE = "practice"
FIRST_PERSON = 40


@dataclass(frozen=True)
class Practice:
    """The running simulators."""

    terminal: Ef45Terminal

    def configuration(self) -> Configuration:
        """A configuration for exactly these simulators."""
        devices = (
            Ef45Settings(
                id="front-desk", vendor="ef45", label="EF-45 at the front desk", address=self.terminal.base_url
            ),
        )
        return Configuration(station=StationSettings(name="Practice station"), devices=devices)

    def stand_in_front(self, who: Person) -> None:
        """This person is at every terminal from now on."""
        self.terminal.present(who)


@contextlib.contextmanager
def practice(*, speed: float = 1.0) -> Iterator[Practice]:
    """All simulators on sockets of their own; `speed` shortens the time people take."""
    with Ef45Terminal(Make(serial_number="EF45PRACTICE", speed=speed)) as terminal:
        yield Practice(terminal)


@contextlib.contextmanager
def practice_assembly(folders: Folders, *, speed: float = 1.0) -> Iterator[Assembly]:
    """The practice world with a station that works in it; each enrollment meets another synthetic person."""
    with practice(speed=speed) as world:
        yield assemble(world, folders)


def assemble(world: Practice, folders: Folders) -> Assembly:
    """A station for a running practice world, with practice data below `folders`."""

    def present(station: Station) -> Station:
        return replace(station, journal=_NextPerson(station.journal, world))

    return Assembly(
        world.configuration,
        folders,
        key=Passphrase(PASSPHRASE),
        supervisor=_passcode,
        practice=True,
        present=present,
    )


async def _passcode() -> str | None:
    return PASSCODE


class _NextPerson:
    """A journal that brings another person to the terminals when an enrollment begins."""

    def __init__(self, journal: Journal, world: Practice) -> None:
        self._journal = journal
        self._world = world
        self._number = FIRST_PERSON

    async def append(self, entry: JournalEntry) -> None:
        await self._journal.append(entry)
        if entry.action in {"enrollment-begun", "enrollment-resumed"}:
            self._number += 1
            self._world.stand_in_front(person(self._number))

    async def entries(self, *, person_id: str = "", limit: int = 200) -> tuple[JournalEntry, ...]:
        return await self._journal.entries(person_id=person_id, limit=limit)
