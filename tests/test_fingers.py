"""Fingers and the real store: searchable once saved, gone once removed, mended after a kill."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from app.domain.finger import Readiness
from app.domain.modality import Position
from app.domain.records import FeatureRow
from app.domain.sample import Sample
from app.fingers import FingerService
from app.store import MemoryVault, Store, SystemKeyring
from tests.fingers import press, record_only, somebody, three, vendor_only
from tests.ui.conftest import until

RIGHT, LEFT = Position.RIGHT_INDEX, Position.LEFT_INDEX


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "store", SystemKeyring(MemoryVault()))
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def fingers(store: Store) -> AsyncIterator[FingerService]:
    service = FingerService(store)
    await service.run(needed=True)
    yield service
    await service.close()


async def save(store: Store, person_id: str, *samples: Sample) -> None:
    await store.people.save(somebody(person_id, *samples), targets=(), actor="ana")


async def found(fingers: FingerService, finger: int, position: Position = RIGHT) -> list[str]:
    return [each.person_id for each in await fingers.search((record_only(finger, position, 4),))]


async def test_prints_can_be_examined_before_everybody_can_be_searched(fingers: FingerService) -> None:
    await until(lambda: fingers.readiness is Readiness.READY, 240.0)
    await until(lambda: not fingers.index.warming, 240.0)


async def test_who_is_saved_can_be_found_and_who_is_removed_cannot(store: Store, fingers: FingerService) -> None:
    await save(store, "P-1", *three(1, RIGHT), *three(2, LEFT))
    await save(store, "P-2", *three(3, RIGHT))
    await until(lambda: "P-1" in fingers.index and "P-2" in fingers.index)
    assert await found(fingers, 2, LEFT) == ["P-1"]
    assert await found(fingers, 2, RIGHT) == ["P-1"]  # the wrong hand hides nobody
    assert await found(fingers, 9) == []
    await store.people.remove("P-1", actor="ana")
    assert await found(fingers, 2, LEFT) == []
    assert await store.features.all() == await store.features.of("P-2")


async def test_a_finger_captured_anew_replaces_the_old_one(store: Store, fingers: FingerService) -> None:
    await save(store, "P-1", *three(1, RIGHT))
    await until(lambda: "P-1" in fingers.index)
    await save(store, "P-1", *three(5, RIGHT))
    await until(lambda: fingers.index.snapshot.generation >= 4)
    assert (await found(fingers, 1), await found(fingers, 5)) == ([], ["P-1"])


async def test_after_a_kill_between_saving_and_learning_the_next_start_learns(store: Store) -> None:
    await save(store, "P-1", *three(1, RIGHT))  # nobody watches: the station was killed right after the commit
    await save(store, "P-2", vendor_only(RIGHT))
    await save(store, "P-3", *three(3, RIGHT))
    await store.features.put((FeatureRow("P-3", RIGHT, b"of an older version"),))
    service = FingerService(store)
    await service.run(needed=True)
    assert [await found(service, finger) for finger in (1, 3)] == [["P-1"], ["P-3"]]
    stored = {row.person_id: row.features for row in await store.features.all()}
    assert stored["P-2"] == b""  # nothing to compare, and known to be so
    await service.close()


async def test_pictures_alone_are_enough_to_be_found(store: Store, fingers: FingerService) -> None:
    await save(store, "P-1", press(1, RIGHT, 0), press(1, RIGHT, 1))
    await until(lambda: "P-1" in fingers.index)
    probe = press(1, RIGHT, 2)
    probe = (await fingers.examine(probe)).applied_to(probe)
    assert [each.person_id for each in await fingers.search((probe,))] == ["P-1"]
