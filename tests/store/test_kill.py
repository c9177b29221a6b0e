"""Processes killed at random moments: nothing told as accepted is missing, nothing is there by half."""

import contextlib
import multiprocessing
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.store import Store
from tests.store import scripted

KILLS = 100
MOST_ACTS = 14
LATER_S = 0.04
Target = Callable[[str, int, Connection], None]


def _context() -> multiprocessing.context.BaseContext:
    """Processes that start fast: forked from a clean one that has the imports done; spawned where there is no fork."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "tests.store.scripted"])
    return context


@dataclass(frozen=True)
class Moment:
    """When to kill: so many acts after the store was opened (None: after the start), and then a while later."""

    acts: int | None
    later_s: float


def killed(target: Target, folder: Path, run: int, moment: Moment) -> list[bytes]:
    """Start a process and kill it at the moment, or let it end if it ends before; returns what it told as accepted."""
    context = _context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(str(folder), run, theirs))  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    told: list[bytes] = []
    with contextlib.suppress(EOFError):
        while moment.acts is not None and len(told) <= moment.acts:
            told.append(ours.recv_bytes())
        deadline = time.monotonic() + moment.later_s
        while ours.poll(max(0.0, deadline - time.monotonic())):
            told.append(ours.recv_bytes())
        process.kill()
        while True:  # what it told before it died
            told.append(ours.recv_bytes())
    process.join(10)
    assert process.exitcode is not None
    ours.close()
    return [line for line in told if line.startswith(b"accepted")]


async def test_a_hundred_kills_lose_nothing_and_leave_nothing_half_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(20261122)
    folder = tmp_path / "store"
    accepted = in_flight = 0
    for run in range(KILLS):
        acts = dice.randint(0, MOST_ACTS) if run % 10 else None
        told = killed(scripted.enroll_until_killed, folder, run, Moment(acts, dice.uniform(0, LATER_S)))
        async with await Store.open(folder, scripted.source_for(folder)) as store:
            seen = await scripted.observed(store, run, len(told) + 1)
        before, after = scripted.expected(run, len(told)), scripted.expected(run, len(told) + 1)
        assert seen in (before, after), f"run {run}: {len(told)} acts were told as accepted"
        accepted += len(told)
        in_flight += seen == after
    async with await Store.open(folder, scripted.source_for(folder)) as store:
        inspection = await store.inspect()
        people = (await store.people.search("")).total
        pending = await store.outbox.pending()
    assert inspection.sound
    assert people == inspection.rows["people"]
    assert inspection.rows["samples"] == 4 * people
    assert pending == inspection.rows["jobs"] == len(scripted.TARGETS) * people
    with capsys.disabled():
        told_all = f"{accepted} acts told as accepted: 0 missing, 0 half done ({in_flight} done, but not yet told)"
        sys.stdout.write(f"\n{KILLS} kills, {told_all}\n")


async def test_a_key_change_killed_again_and_again_comes_to_its_end(tmp_path: Path) -> None:
    dice = random.Random(7)
    folder = tmp_path / "store"
    async with await Store.open(folder, scripted.source_for(folder)) as store:
        for number, act in zip(range(160), scripted.script(1), strict=False):
            await scripted.perform(store, act, number)
        before = await scripted.observed(store, 1, 160)
    former = (folder / "station.keys").read_bytes()
    kills = 0
    while not killed(
        scripted.rotate_until_killed,
        folder,
        0,
        Moment(0 if kills % 3 else None, dice.uniform(0, 0.02 + kills * 0.01)),
    ):
        kills += 1
        assert kills < 60
    assert kills
    async with await Store.open(folder, scripted.source_for(folder)) as store:
        assert await scripted.observed(store, 1, 160) == before
        inspection = await store.inspect()
    assert inspection.sound
    assert inspection.rows["keys"] == 1
    assert former != (folder / "station.keys").read_bytes()
