"""Drafts: what was kept is there, in order, until it is saved, discarded or purged."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.errors import StoreError
from app.domain.modality import Position
from app.store import MemoryVault, Store, SystemKeyring
from tests.store.people import kept


async def test_a_draft_comes_back_after_a_restart_with_its_samples_in_order(folder: Path, vault: MemoryVault) -> None:
    first = (kept(Position.RIGHT_IRIS), kept(Position.LEFT_IRIS))
    second = (kept(Position.FACE, image_bytes=200_000), kept(Position.CARD, image_bytes=0))
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.drafts.create("d-1", b"one", label="Ana Specimen", step="consent")
        await store.drafts.keep("d-1", first, b"two")
        await store.drafts.keep("d-1", second, b"three")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        draft = await store.drafts.load("d-1")
        (summary,) = await store.drafts.drafts()
    assert draft is not None
    assert draft.state == b"three"
    assert draft.samples == first + second
    assert (summary.draft_id, summary.label, summary.step, summary.samples) == ("d-1", "Ana Specimen", "consent", 4)


async def test_the_list_shows_the_latest_change_first_and_the_newest_label(store: Store) -> None:
    for name in ("a", "b", "c"):
        await store.drafts.create(name, b"", label=name, step="person")
    await store.drafts.save_state("a", b"more", label="Ana", step="iris")
    summaries = await store.drafts.drafts()
    assert [one.draft_id for one in summaries] == ["a", "c", "b"]
    assert (summaries[0].label, summaries[0].step) == ("Ana", "iris")
    assert summaries[0].updated_at > summaries[0].created_at


async def test_keeping_a_sample_again_replaces_it_in_its_place(store: Store) -> None:
    await store.drafts.create("d", b"", label="", step="iris")
    left, right = kept(Position.LEFT_IRIS), kept(Position.RIGHT_IRIS)
    await store.drafts.keep("d", (left, right), b"1")
    await store.drafts.keep("d", (left,), b"2")
    draft = await store.drafts.load("d")
    assert draft is not None
    assert draft.samples == (left, right)


async def test_what_is_not_there_is_said_and_changes_nothing(store: Store) -> None:
    with pytest.raises(StoreError) as missing:
        await store.drafts.keep("nobody", (kept(Position.FACE),), b"")
    assert missing.value.facts == {"reason": "no-such-draft"}
    with pytest.raises(StoreError):
        await store.drafts.save_state("nobody", b"", label="", step="")
    assert await store.drafts.load("nobody") is None
    await store.drafts.discard("nobody")
    await store.drafts.create("d", b"first", label="", step="")
    with pytest.raises(StoreError):
        await store.drafts.create("d", b"second", label="", step="")
    draft = await store.drafts.load("d")
    assert draft is not None
    assert draft.state == b"first"


async def test_purging_removes_only_what_was_not_touched_since(store: Store) -> None:
    await store.drafts.create("old", b"", label="", step="")
    await store.drafts.keep("old", (kept(Position.FACE),), b"")
    between = datetime.now(UTC)
    await store.drafts.create("new", b"", label="", step="")
    assert await store.purge_drafts(between - timedelta(days=1)) == 0
    assert await store.purge_drafts(between) == 1
    assert [one.draft_id for one in await store.drafts.drafts()] == ["new"]


async def test_calls_side_by_side_are_all_done(store: Store) -> None:
    await store.drafts.create("d", b"", label="", step="")
    samples = [kept(Position.FACE, seed=number, image_bytes=0) for number in range(300)]
    await asyncio.gather(*(store.drafts.keep("d", (one,), b"") for one in samples))
    draft = await store.drafts.load("d")
    assert draft is not None
    assert {one.sample_id for one in draft.samples} == {one.sample_id for one in samples}


async def test_a_closed_store_says_so(folder: Path, vault: MemoryVault) -> None:
    store = await Store.open(folder, SystemKeyring(vault))
    await store.close()
    await store.close()
    with pytest.raises(StoreError) as closed:
        await store.drafts.drafts()
    assert closed.value.facts == {"reason": "closed"}
