"""What fails inside the answering is begun again and told; the doors hear nothing of it. Ending never waits long."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.domain.door import Passage
from app.domain.records import JournalEntry
from app.gateway.answering import Terms
from app.gateway.passback import Ledger
from app.gateway.tending import Tended
from app.gateway.values import Code
from app.simulators.faults import Fault
from app.simulators.gsdk import Make, Mischief, SimulatedGateway, devices
from tests.gateway.answering import DOOR, HALL, PATIENCE, Kept, doors, until

ENDING_S = 20.0
"""Two seconds by our own limits, and the rest for a busy computer; well below the time to answer of LONG."""
LONG = Terms(within_s=60.0)


@pytest.fixture
def gateway() -> Iterator[SimulatedGateway]:
    with SimulatedGateway(Make(devices=devices(2))) as running:
        yield running


def test_work_that_fails_is_begun_again_and_told() -> None:
    fell: list[str] = []
    done = threading.Event()

    def work() -> None:
        if len(fell) < 2:
            raise LookupError
        done.set()

    tended = Tended("part", work, lambda: fell.append("part"))
    tended.start()
    assert done.wait(PATIENCE)
    tended.join(PATIENCE)
    assert not tended.is_alive()
    assert fell == ["part", "part"]


class Broken(Ledger):
    """Knows no zone the first time it is asked."""

    def __init__(self) -> None:
        super().__init__([HALL])
        self._asked = 0

    def zone_of(self, device: int) -> int:
        self._asked += 1
        if self._asked == 1:
            raise LookupError
        return super().zone_of(device)

    def go(self, *_arguments: object) -> object:  # type: ignore[override]
        raise LookupError


def test_a_thread_that_dies_is_begun_again_and_its_door_gets_the_safe_answer(
    gateway: SimulatedGateway, tmp_path: Path
) -> None:
    with doors(gateway, tmp_path, terms=Terms(within_s=1.0), ledger=Broken()) as station:
        station.listening()
        answer = gateway.asking.global_apb(DOOR, ["1000"]).wait(PATIENCE)
        assert answer is not None
        assert answer.code == Code.HARD_APB_VIOLATION
        assert station.service.figures().restarts == 1
        following = [gateway.asking.verify_id(DOOR, "1000").wait(PATIENCE) for _ in range(4)]
        assert [one.code for one in following if one] == [0] * 4


@dataclass
class Unwritable(Kept):
    """A disk that fails as nobody expected, until somebody mends it."""

    broken: bool = True

    async def keep(self, changed: Sequence[Passage], entries: Sequence[JournalEntry]) -> None:
        if self.broken:
            raise RuntimeError
        await super().keep(changed, entries)


def test_decisions_wait_for_a_journal_that_cannot_be_written(gateway: SimulatedGateway, tmp_path: Path) -> None:
    kept = Unwritable()
    with doors(gateway, tmp_path, kept=kept) as station:
        station.listening()
        for _ in range(3):
            assert gateway.asking.verify_id(DOOR, "1000").wait(PATIENCE) is not None
        until(lambda: station.service.figures().unkept == 3)
        kept.broken = False
        until(lambda: len(kept.entries) == 3)
        until(lambda: station.service.figures().unkept == 0)


def test_ending_does_not_wait_for_a_gateway_that_never_answers(gateway: SimulatedGateway, tmp_path: Path) -> None:
    with doors(gateway, tmp_path, terms=LONG) as station:
        station.listening()
        for operation in ("HandleVerify", "Unsubscribe"):
            gateway.faults.add(Fault(Mischief.NEVER, f"Server/{operation}", times=None))
        gateway.asking.verify_id(DOOR, "1000")
        until(lambda: [seen for seen in gateway.requests if seen.operation == "Server/HandleVerify"])
        begun = time.monotonic()
    assert time.monotonic() - begun < ENDING_S
    assert not [one for one in threading.enumerate() if one.name.startswith("gateway")]


def test_ending_does_not_wait_for_a_gateway_that_never_says_who_it_is(
    gateway: SimulatedGateway, tmp_path: Path
) -> None:
    gateway.faults.add(Fault(Mischief.NEVER, "Admin/GetInfo", times=None))
    with doors(gateway, tmp_path, terms=LONG):
        until(lambda: [seen for seen in gateway.requests if seen.operation == "Admin/GetInfo"])
        begun = time.monotonic()
    assert time.monotonic() - begun < ENDING_S
