"""Search features: stored, replaced, read back in bulk."""

import pytest

from app.domain.errors import StoreError
from app.domain.modality import FINGERS, Position
from app.domain.records import FeatureRow
from app.store import Store
from tests.store.bulk import add_people
from tests.store.people import enrollment


async def people(store: Store, count: int) -> None:
    """Some people to have features of."""
    for number in range(count):
        await store.people.save(enrollment(f"P-{number}", seed=number), targets=(), actor="ana")


async def test_rows_come_back_by_person_and_all_together(store: Store) -> None:
    await people(store, 3)
    rows = tuple(FeatureRow(f"P-{n}", finger, bytes([n]) * 50) for n in range(3) for finger in FINGERS)
    await store.features.put(rows)
    assert await store.features.all() == rows
    assert await store.features.of("P-1") == rows[10:20]
    assert await store.features.of("nobody") == ()
    await store.features.put(())


async def test_a_row_of_the_same_finger_is_replaced(store: Store) -> None:
    await people(store, 1)
    row, newer = (FeatureRow("P-0", Position.LEFT_THUMB, data) for data in (b"old", b"new"))
    await store.features.put((row,))
    await store.features.put((row, newer))
    assert await store.features.all() == (newer,)


async def test_features_of_nobody_are_refused_as_a_whole(store: Store) -> None:
    await people(store, 1)
    with pytest.raises(StoreError) as refused:
        await store.features.put(
            (FeatureRow("P-0", Position.LEFT_THUMB, b"x"), FeatureRow("gone", Position.LEFT_THUMB, b"y"))
        )
    assert refused.value.facts == {"reason": "no-such-person", "count": 1}
    assert await store.features.all() == ()


async def test_more_rows_than_one_piece_come_back_once_each(store: Store) -> None:
    await store._thread.run(add_people, 0, 900)
    rows = tuple(FeatureRow(f"P{n:07d}", finger, f"{n} {finger}".encode()) for n in range(900) for finger in FINGERS)
    await store.features.put(rows)
    assert await store.features.all() == rows
    await store.people.remove("P0000500", actor="ana")
    assert len(await store.features.all()) == len(rows) - 10
