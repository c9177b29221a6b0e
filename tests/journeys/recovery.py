"""A station killed again and again while it saves, delivers, updates and erases, with doors that outlive it.

Each run is a process that works until it is killed; some doors are cut off, some forget people afterwards. In the
end the network is whole again, and store and doors must agree on everybody who was told as accepted.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from app.domain.device import Written
from app.domain.enrollment import Delivery, DeliveryState, Enrollment
from app.domain.errors import DuplicateFound, NotWritten
from app.journeys.custody import Custody
from app.journeys.erasure import Erasure
from app.journeys.provisioning import Provisioning
from app.journeys.station import Station
from app.paths import write_private
from app.store import Store
from app.store.codec import pack, unpack
from tests.journeys.doors import Clock, Door, station_with
from tests.store.people import enrollment
from tests.store.scripted import source_for
from tests.store.test_kill import Moment, killed

DOORS = ("front", "back", "side")
LATER_S = 0.05
MOST_ACTS = 10
ROUNDS = 12


class FileDoor(Door):
    """A door whose people are files, so that they outlive the station; it may acknowledge and forget."""

    def __init__(self, device_id: str, folder: Path, dice: random.Random | None = None) -> None:
        super().__init__(device_id, f"S-{device_id}")
        self._folder = folder / device_id
        self._folder.mkdir(parents=True, exist_ok=True)
        self._dice = dice

    async def write_person(self, enrollment: Enrollment, *, replace: bool = False) -> Written:
        """Write, read back; a forgetful door says yes and has nothing."""
        path = self._folder / enrollment.person.person_id
        known = unpack(Enrollment, path.read_bytes()) if path.exists() else None
        if known is not None and known != enrollment and not replace:
            raise DuplicateFound(device=self.device_id, step="register", same_identifier=True)
        if self._dice is None or self._dice.random() > 0.1:
            write_private(path, pack(enrollment))
        if not path.exists() or path.read_bytes() != pack(enrollment):
            raise NotWritten(device=self.device_id, step="register", reason="absent")
        return Written(self.device_id, enrollment.person.person_id, datetime.now(UTC))

    async def remove_person(self, person_id: str) -> None:
        (self._folder / person_id).unlink(missing_ok=True)

    async def list_people(self) -> list[str]:
        return [path.name for path in self._folder.iterdir() if not path.name.startswith(".")]

    def holds(self) -> dict[str, Enrollment]:
        """Everybody, as they are held."""
        found = (path for path in self._folder.iterdir() if not path.name.startswith("."))
        return {path.name: unpack(Enrollment, path.read_bytes()) for path in found}

    def forget_one(self, dice: random.Random) -> None:
        """Lose somebody without telling."""
        people = sorted(self.holds())
        if people:
            (self._folder / dice.choice(people)).unlink()


@dataclass
class Outcome:
    """What was told as accepted, and what is there in the end."""

    saved: dict[str, int] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    people: int = 0
    certificates: int = 0
    told: int = 0


def recover(folder: Path, kills: int, seed: int = 20261129) -> Outcome:
    """Kill so many times, then let everything come to its end and compare."""
    dice, outcome = random.Random(seed), Outcome()
    for run in range(kills):
        moment = Moment(dice.randint(0, MOST_ACTS), dice.uniform(0, LATER_S))
        for line in killed(work_until_killed, folder / "store", run, moment):
            outcome.told += 1
            _, act, person, number = line.decode().split()
            if act == "saved":
                outcome.saved[person] = int(number)
            else:
                outcome.saved.pop(person, None)
                outcome.erased.add(person)
    asyncio.run(_finish(folder / "store", outcome, dice))
    return outcome


def work_until_killed(folder: str, run: int, told: Connection) -> None:
    """The process that is killed."""
    asyncio.run(_work(Path(folder), run, lambda line: told.send_bytes(line.encode())))


async def _work(folder: Path, run: int, say: Callable[[str], None]) -> None:
    dice = random.Random(run)
    doors = [FileDoor(name, folder.with_suffix(".doors"), dice) for name in DOORS]
    doors[run % len(doors)].away = dice.random() < 0.4
    async with await Store.open(folder, source_for(folder)) as store:
        say("open")
        station = station_with(store, doors, Clock())
        provisioning, erasure = Provisioning(station), _erasure(station, store, folder)
        for number in range(10_000):
            await _one(store, erasure, f"P-{run}-{number}", dice, say)
            await provisioning.deliver_due()
            await erasure.certify()
            if dice.random() < 0.2:
                doors[0].forget_one(dice)


async def _one(store: Store, erasure: Erasure, person: str, dice: random.Random, say: Callable[[str], None]) -> None:
    """Save somebody; every other one is updated, every fourth erased."""
    for number in range(dice.randint(1, 2)):
        await store.people.save(enrollment(person, seed=number), targets=DOORS, actor="script")
        say(f"accepted saved {person} {number}")
    if dice.random() < 0.25:
        await erasure.order(person, actor="script")
        say(f"accepted erased {person} 0")


async def _finish(folder: Path, outcome: Outcome, dice: random.Random) -> None:
    doors, clock = [FileDoor(name, folder.with_suffix(".doors")) for name in DOORS], Clock()
    doors[1].forget_one(dice)
    async with await Store.open(folder, source_for(folder)) as store:
        station = station_with(store, doors, clock)
        provisioning, erasure = Provisioning(station), _erasure(station, store, folder)
        for _ in range(ROUNDS):
            clock.turn(hours=2)
            await _retry(store)
            await provisioning.deliver_due()
            for door in doors:
                await provisioning.recheck(door.device_id)
        await erasure.certify()
        await _compare(store, doors, outcome)


def _erasure(station: Station, store: Store, folder: Path) -> Erasure:
    return Erasure(station, Custody(store.erasures, store.identity, folder.with_suffix(".exports")))


async def _retry(store: Store) -> None:
    """What a clerk does about jobs that need somebody."""
    for summary in (await store.people.search("", limit=100_000)).people:
        for one in summary.deliveries:
            if one.state is DeliveryState.FAILED:
                assert one.error_code, "a job that stopped tells its cause"
                await store.outbox.retry_now(summary.person_id, one.device_id)
    for order in await store.erasures.orders():
        if order.open:
            await store.erasures.retry(order.order_id, actor="script")


async def _compare(store: Store, doors: list[FileDoor], outcome: Outcome) -> None:
    people = (await store.people.search("", limit=100_000)).people
    numbers = [one.person_id for one in people]
    outcome.people = len(numbers)
    outcome.doubled += [one for one in set(numbers) if numbers.count(one) > 1]
    outcome.lost += [one for one in outcome.saved if one not in numbers and not await _erased(store, one)]
    outcome.doubled += [one for one in outcome.erased if one in numbers]
    for number in numbers:
        record = await store.people.get(number)
        assert record is not None
        outcome.unfinished += [f"{number}@{_word(one)}" for one in record.deliveries if not _done(one)]
        for door in doors:
            held = door.holds().get(number)
            outcome.lost += [f"{number}@{door.device_id}"] if held != record.enrollment else []
    for door in doors:
        outcome.doubled += [f"{one}@{door.device_id}" for one in door.holds() if one not in numbers]
    orders = await store.erasures.orders()
    outcome.unfinished += [order.order_id for order in orders if order.open]
    outcome.certificates = len(orders)
    assert (await store.inspect()).sound
    assert (await store.journal.verify()).holds


async def _erased(store: Store, person_id: str) -> bool:
    """Whether an erasure took place whose acceptance could not be told any more."""
    return any(entry.action == "erasure-ordered" for entry in await store.journal.entries(person_id=person_id))


def _done(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.DONE


def _word(delivery: Delivery) -> str:
    return f"{delivery.device_id}:{delivery.state.value}:{delivery.error_code}"
