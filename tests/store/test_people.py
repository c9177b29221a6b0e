"""Saving, finding, replacing and removing people, as a page would see it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.enrollment import Delivery, DeliveryState
from app.domain.modality import Position
from app.domain.records import FeatureRow
from app.domain.sample import Sample
from app.store import MemoryVault, Store, SystemKeyring
from tests.store.bulk import add_people
from tests.store.people import card, enrollment, kept, sample

LATER = datetime(2100, 1, 1, tzinfo=UTC)


async def test_a_person_comes_back_whole_after_a_restart(folder: Path, vault: MemoryVault) -> None:
    whole = enrollment("P-1", document="X 123")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.people.save(whole, targets=("iris-1",), actor="ana")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        record = await store.people.get("P-1")
    assert record is not None
    assert record.enrollment == whole
    assert record.revision == 1
    assert [(one.device_id, one.state) for one in record.deliveries] == [("iris-1", DeliveryState.WAITING)]


async def test_saving_removes_the_draft_writes_the_journal_and_makes_the_jobs(store: Store) -> None:
    await store.drafts.create("d-1", b"state", label="Ana", step="iris")
    await store.drafts.keep("d-1", (kept(Position.LEFT_IRIS),), b"state 2")
    await store.people.save(enrollment("P-1"), targets=("a", "b", "a"), actor="ana", draft_id="d-1")
    assert await store.drafts.drafts() == ()
    (entry,) = await store.journal.entries(person_id="P-1")
    assert (entry.action, entry.actor, entry.facts["targets"]) == ("person-saved", "ana", "2")
    jobs = await store.outbox.due(LATER)
    assert [(job.person_id, job.device_id, job.revision) for job in jobs] == [("P-1", "a", 1), ("P-1", "b", 1)]


async def test_replacing_makes_the_next_revision_and_fresh_jobs(store: Store) -> None:
    await store.people.save(enrollment("P-1"), targets=("a", "b"), actor="ana")
    (first, second) = await store.outbox.due(LATER)
    await store.outbox.report(first, Delivery("a", DeliveryState.DONE, 1, digest="d"))
    await store.outbox.report(second, Delivery("b", DeliveryState.DONE, 1, digest="d"))
    await store.people.save(enrollment("P-1", seed=1, first="Bea"), targets=("b",), actor="ana")
    record = await store.people.get("P-1")
    assert record is not None
    assert record.revision == 2
    assert record.enrollment.person.first_name == "Bea"
    assert {one.device_id: one.state for one in record.deliveries} == {
        "a": DeliveryState.DONE,  # still holds the former revision
        "b": DeliveryState.WAITING,
    }
    assert [(job.device_id, job.revision) for job in await store.outbox.due(LATER)] == [("b", 2)]
    assert (await store.people.search("bea")).total == 1
    assert (await store.people.search("ana")).total == 0


async def test_search_ignores_case_and_marks_and_wants_every_word(store: Store) -> None:
    for number, (last, first) in enumerate([("Łuczak", "Zoë"), ("Muñoz", "José"), ("Groß", "Søren"), ("Munoz", "Zoe")]):
        await store.people.save(
            enrollment(f"P-{number}", seed=number, last=last, first=first, document=f"ÄB-{number}"),
            targets=(),
            actor="ana",
        )

    async def found(text: str) -> list[str]:
        return [person.person_id for person in (await store.people.search(text)).people]

    assert await found("") == ["P-3", "P-2", "P-1", "P-0"]
    assert await found("munoz") == ["P-3", "P-1"]
    assert await found("MUÑOZ josé") == ["P-1"]
    assert await found("zoe luczak") == ["P-0"]
    assert await found("gross soren") == ["P-2"]
    assert await found("ab-1") == ["P-1"]
    assert await found("p-0") == ["P-0"]
    assert await found("nobody") == []


async def test_search_pages_and_shows_deliveries_and_positions(store: Store) -> None:
    for number in range(7):
        await store.people.save(enrollment(f"P-{number}", seed=number), targets=("a",), actor="ana")
    page = await store.people.search("specimen", limit=3, offset=2)
    assert page.total == 7
    assert [person.person_id for person in page.people] == ["P-4", "P-3", "P-2"]
    assert page.people[0].full_name == "Ana Specimen"
    assert page.people[0].positions == (
        Position.LEFT_IRIS,
        Position.RIGHT_IRIS,
        Position.FACE,
        Position.RIGHT_INDEX,
    )
    assert [one.state for one in page.people[0].deliveries] == [DeliveryState.WAITING]


async def test_the_index_is_read_again_after_a_restart_with_what_was_saved_before_the_first_search(
    folder: Path, vault: MemoryVault
) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.people.save(enrollment("P-1"), targets=(), actor="ana")
        await store.people.save(enrollment("P-2", seed=1), targets=(), actor="ana")
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        await store.people.save(enrollment("P-3", seed=2), targets=(), actor="ana")
        await store.people.save(enrollment("P-1", seed=3, last="Changed"), targets=(), actor="ana")
        assert await store.people.remove("P-2", actor="ana")
        page = await store.people.search("")
        assert [person.full_name for person in page.people] == ["Ana Changed", "Ana Specimen"]


async def test_a_field_or_card_finds_its_person(store: Store) -> None:
    with_card = enrollment("P-1", document="AB 77")
    with_card = replace(with_card, samples=(*with_card.samples, card("00A1B2")))
    await store.people.save(with_card, targets=(), actor="ana")
    assert await store.people.find_field("document", " ab 77 ") == "P-1"
    assert await store.people.find_field("document", "ab 7") is None
    assert await store.people.find_field("department", "ab 77") is None
    assert await store.people.find_field("card", "00a1b2") == "P-1"
    assert await store.people.find_field("document", "") is None


async def test_removing_a_person_removes_jobs_and_features_too(store: Store) -> None:
    await store.people.save(enrollment("P-1"), targets=("a",), actor="ana")
    await store.features.put((FeatureRow("P-1", Position.RIGHT_INDEX, b"f"),))
    assert await store.people.remove("P-1", actor="ana")
    assert not await store.people.remove("P-1", actor="ana")
    assert await store.people.get("P-1") is None
    assert (await store.people.search("")).total == 0
    assert await store.outbox.pending() == 0
    assert await store.features.all() == ()
    assert [entry.action for entry in await store.journal.entries(person_id="P-1")] == [
        "person-removed",
        "person-saved",
    ]


async def test_features_of_a_finger_go_when_the_finger_changes_and_only_then(store: Store) -> None:
    both = enrollment("P-1")
    both = replace(both, samples=(*both.samples, sample(Position.LEFT_THUMB)))
    await store.people.save(both, targets=(), actor="ana")
    rows = (FeatureRow("P-1", Position.RIGHT_INDEX, b"1"), FeatureRow("P-1", Position.LEFT_THUMB, b"2"))
    await store.features.put(rows)

    def retaken(one: Sample) -> Sample:
        return sample(Position.LEFT_THUMB, seed=9) if one.position is Position.LEFT_THUMB else one

    await store.people.save(replace(both, samples=tuple(map(retaken, both.samples))), targets=(), actor="ana")
    assert await store.features.of("P-1") == rows[:1]


async def test_people_enrolled_at_the_same_moment_are_told_apart(store: Store) -> None:
    for number in range(3):
        same_time = replace(enrollment(f"P-{number}"), enrolled_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(0))
        await store.people.save(same_time, targets=(), actor="ana")
    await store.people.remove("P-1", actor="ana")
    assert [one.person_id for one in (await store.people.search("")).people] == ["P-2", "P-0"]


async def test_a_large_store_is_searched_through_to_its_last_person(store: Store) -> None:
    await store._thread.run(add_people, 0, 2500)
    page = await store.people.search("hall", limit=1)
    assert page.total == 2500
    assert page.people[0].person_id == "P0002499"
    assert await store.people.find_field("document", "d00000007") == "P0000007"
