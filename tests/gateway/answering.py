"""A gateway service at a simulated gateway, with people in it and records kept in memory."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.devices.gsdk.channel import GatewayAccess
from app.domain.access import Holder
from app.domain.comparison import Candidate, Score
from app.domain.door import Channel, DoorDecision, Passage
from app.domain.errors import MatchingUnavailable
from app.domain.records import JournalEntry
from app.gateway.answering import Answering, Terms
from app.gateway.directory import Directory
from app.gateway.figures import Figures
from app.gateway.identify import Searcher
from app.gateway.keeper import Keeper
from app.gateway.link import Link
from app.gateway.passback import Ledger, ZoneRule
from app.gateway.service import GatewayService
from app.matching.matcher import Probe
from app.simulators.gsdk import FIRST_DEVICE, SimulatedGateway
from tests.gateway.people import ANA, directory

DOOR, OTHER = FIRST_DEVICE, FIRST_DEVICE + 1
HALL = ZoneRule("hall", 7, hard=True, entry=frozenset({DOOR}), exit=frozenset({OTHER}))
PATIENCE = 10.0


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        pause.wait(0.005)


@dataclass
class Kept:
    """Records in memory, as the store would have them."""

    passages: dict[tuple[str, str], Passage] = field(default_factory=dict)
    entries: list[JournalEntry] = field(default_factory=list)

    async def keep(self, changed: Sequence[Passage], entries: Sequence[JournalEntry]) -> None:
        self.passages |= {(one.zone, one.person_id): one for one in changed}
        self.entries += entries


class NoSearch:
    """A gallery that is not ready."""

    warming = True

    def start(self) -> None:
        """Nothing to get ready."""

    def submit(
        self, probe: Sequence[Probe], *, target_fpir: float = 0.01, limit: int = 10, timeout: float = 2.0
    ) -> Future[tuple[Candidate, ...]]:
        raise MatchingUnavailable(why="warming")


class Finds:
    """A gallery that finds one person, or never ends its search."""

    def __init__(self, person_id: str = "1000", *, ends: bool = True) -> None:
        self._person_id, self._ends = person_id, ends

    def submit(
        self, probe: Sequence[Probe], *, target_fpir: float = 0.01, limit: int = 10, timeout: float = 2.0
    ) -> Future[tuple[Candidate, ...]]:
        found: Future[tuple[Candidate, ...]] = Future()
        if self._ends:
            found.set_result((Candidate(self._person_id, Score(61.0, 50.0)),))
        return found


@dataclass
class Doors:
    """What a test holds."""

    gateway: SimulatedGateway
    service: GatewayService
    directory: Directory
    kept: Kept

    def listening(self) -> None:
        """Wait until requests arrive."""
        until(lambda: self.gateway.world.channel.held and self.service.figures().channel is Channel.LISTENING)

    def decision(self) -> DoorDecision:
        """The latest one."""
        return self.service.recent()[-1]


def access(gateway: SimulatedGateway, folder: Path) -> GatewayAccess:
    """How to reach a simulated gateway."""
    authority = folder / "ca.crt"
    authority.write_bytes(gateway.ca_pem)
    return GatewayAccess(gateway.target, str(authority))


@contextmanager
def doors(
    gateway: SimulatedGateway,
    folder: Path,
    *,
    people: Sequence[Holder] = (ANA,),
    terms: Terms | None = None,
    searcher: Searcher | None = None,
    zones: Sequence[ZoneRule] = (HALL,),
    kept: Kept | None = None,
    labels: Mapping[int, str] | None = None,
    ledger: Ledger | None = None,
) -> Iterator[Doors]:
    """A running service."""
    records, known = kept or Kept(), directory(*people)
    names = labels or {DOOR: "north", OTHER: "south"}
    figures, keeper = Figures(names), Keeper(records, names)
    link = Link(access(gateway, folder))
    passages = Ledger(zones, records.passages.values()) if ledger is None else ledger
    answering = Answering(terms or Terms(), known, passages, searcher or NoSearch(), link, figures, keeper)
    service = GatewayService(link, answering, figures, keeper, known)
    service.start()
    try:
        yield Doors(gateway, service, known, records)
    finally:
        service.close()
