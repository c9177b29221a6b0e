"""Earlier decisions as the gateway's own keeper wrote them, read back from a real journal."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio

from app.domain.door import Asked, DoorDecision, Outcome, Why
from app.domain.records import JournalEntry
from app.gateway.keeper import entry_of
from app.journeys.door_history import DoorQuery, earlier
from app.store import MemoryVault, Store, SystemKeyring

BEGUN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LABELS = {11: "North gate", 12: "South gate"}


def made(number: int) -> DoorDecision:
    """One decision a second; every third is a refused finger at the south gate."""
    at = BEGUN + timedelta(seconds=number)
    if number % 3:
        return DoorDecision(number, at, 11, Asked.CARD, Outcome.GRANTED, Why.KNOWN, 2.0, f"P-{number % 5}")
    return DoorDecision(
        number, at, 12, Asked.FINGER, Outcome.REFUSED, Why.FINGER_UNKNOWN, 31.0, score=21.5, threshold=60.0
    )


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "store", SystemKeyring(MemoryVault()))
    await opened.doors.keep([], [entry_of(made(number), LABELS) for number in range(1300)])
    await opened.journal.append(JournalEntry("signed-in", "ana", at=BEGUN))
    yield opened
    await opened.close()


async def test_decisions_are_found_by_time_person_and_door(store: Store) -> None:
    until = BEGUN + timedelta(seconds=90)
    some = await earlier(store.journal, DoorQuery(BEGUN + timedelta(seconds=60), until))
    assert [one.at for one in some.decisions] == [BEGUN + timedelta(seconds=n) for n in range(89, 59, -1)]
    assert some.whole
    mine = await earlier(store.journal, DoorQuery(BEGUN, until, person_id="P-1"))
    assert {one.person_id for one in mine.decisions} == {"P-1"}
    south = await earlier(store.journal, DoorQuery(BEGUN, until, door="South gate"))
    assert {some.doors[one.device] for one in some.decisions} == set(LABELS.values())
    assert {south.doors[one.device] for one in south.decisions} == {"South gate"}
    assert (south.decisions[0].why, south.decisions[0].score, south.decisions[0].threshold) == (
        Why.FINGER_UNKNOWN,
        21.5,
        60.0,
    )


async def test_many_are_looked_through_and_more_is_told(store: Store) -> None:
    whole = DoorQuery(BEGUN, BEGUN + timedelta(hours=1), refused=True, limit=400)
    found = await earlier(store.journal, whole)
    assert len(found.decisions) == 400
    assert not found.whole
    assert all(one.outcome is Outcome.REFUSED for one in found.decisions)
