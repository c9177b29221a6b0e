"""A station is killed at 100 random moments: nothing it showed as accepted is ever missing, nothing is half there."""

import asyncio
import contextlib
import multiprocessing
import multiprocessing.connection
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.demo import practice
from app.domain.device import RecoversAfterCrash
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.station import Station
from app.simulators.people import person
from app.store import SystemKeyring
from tests.e2e.headless import DEVICE, open_station
from tests.e2e.station_process import run
from tests.e2e.vault import FileVault

if sys.platform == "win32":
    PROCESSES = multiprocessing.get_context("spawn")
else:  # each station is a process of its own; the fork server has read the modules, which costs seconds a start
    PROCESSES = multiprocessing.get_context("forkserver")
    PROCESSES.set_forkserver_preload(["tests.e2e.station_process"])

KILLS = 100
LANES = 2
LONGEST_S = 2.5
SEED = 20260301
SPEED = 200


@dataclass
class Shown:
    """What the killed stations had said."""

    drafts: set[str] = field(default_factory=set)
    accepted: dict[str, set[str]] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    """Person by draft."""

    def hear(self, line: str) -> None:
        """One line of a station."""
        word, *rest = line.split() or [""]
        if word == "begun":
            self.drafts.add(rest[0])
        elif word == "accepted":
            self.accepted.setdefault(rest[0], set()).update(rest[1:])
        elif word == "saved":
            self.saved[rest[1]] = rest[0]


def kill_once(folder: Path, address: str, after_s: float, shown: Shown) -> None:
    """Start a station, let it work for a while, kill it without warning."""
    ears, mouth = PROCESSES.Pipe(duplex=False)
    station = PROCESSES.Process(target=run, args=(folder, address, mouth))
    station.start()
    mouth.close()
    assert ears.poll(60)
    assert ears.recv() == "ready"
    multiprocessing.connection.wait([station.sentinel], after_s)
    station.kill()
    station.join()
    with contextlib.suppress(EOFError):
        while True:
            shown.hear(ears.recv())


async def check(folder: Path, address: str, shown: Shown) -> tuple[int, int]:
    """Open what is left: all that was shown is there and whole. Gives the numbers of persons and drafts."""
    station, store = await open_station(address, folder, SystemKeyring(FileVault(folder / "vault.json")))
    device = station.devices[DEVICE]
    assert isinstance(device, RecoversAfterCrash)
    await device.recover()
    inspection = await store.inspect()
    assert inspection.sound, inspection.damaged
    for draft, samples in shown.accepted.items():
        person_id = shown.saved.get(draft) or await _saved_unheard(station, draft)
        if person_id is not None:
            record = await station.people.get(person_id)
            assert record is not None, draft
            assert len(record.enrollment.samples) >= 3
        else:
            kept = await station.drafts.load(draft)
            assert kept is not None, draft
            assert samples <= {each.sample_id for each in kept.samples}, draft
    drafts = await station.drafts.drafts()
    for each in drafts:
        journey = await EnrollmentJourney.resume(station, each.draft_id)
        assert journey.state.step.key == each.step
        for capture in journey.state.captures.values():
            assert all(journey.sample(kept).image for kept in capture.kept)
        await journey.close()
    total = (await station.people.search("", limit=1)).total
    # A kill between the terminal's yes and our note of it leaves a lock nobody knows: only then a clerk is asked.
    await device.open(take_over=True)
    await device.close()
    await store.close()
    return total, len(drafts)


async def _saved_unheard(station: Station, draft: str) -> str | None:
    """The person of a draft that was saved in the moment before the kill, when nobody could say so any more."""
    if await station.drafts.load(draft) is not None:
        return None
    entries = await station.journal.entries(limit=100_000)
    return next((each.person_id for each in entries if each.facts.get("draft") == draft), None)


async def lane(folder: Path, kills: int, seed: int) -> tuple[int, int, int]:
    """One station's folder and terminal, killed again and again; numbers of samples shown, persons and drafts."""
    dice, shown = random.Random(seed), Shown()
    with practice(speed=SPEED) as world:
        address = world.terminal.base_url
        for number in range(kills):
            world.stand_in_front(person(seed % 1000 + number))
            await asyncio.to_thread(kill_once, folder, address, dice.uniform(0, LONGEST_S), shown)
        people, drafts = await check(folder, address, shown)
        assert world.terminal.state.lock_uid is None
        assert world.terminal.state.mode == "Recog"
    assert people >= len(set(shown.saved.values()))
    return sum(map(len, shown.accepted.values())), people, drafts


async def test_nothing_accepted_is_ever_missing(
    tmp_path_factory: pytest.TempPathFactory, record_property: Callable[[str, object], None]
) -> None:
    lanes = [lane(tmp_path_factory.mktemp("lane"), KILLS // LANES, SEED + each) for each in range(LANES)]
    results = await asyncio.gather(*lanes)
    samples, people, drafts = (sum(column) for column in zip(*results, strict=True))
    record_property("shown", f"{KILLS} kills: {samples} samples accepted, {people} persons, {drafts} drafts")
    sys.stderr.write(f"{KILLS} kills: {samples} samples accepted, {people} persons, {drafts} drafts, none missing\n")
    assert samples > 0
    assert people > 0
    assert drafts > 0
