"""The outbox: what is due, what a report changes, what a restart does to an interrupted delivery."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.enrollment import Delivery, DeliveryState
from app.domain.records import Job
from app.store import MemoryVault, Store, SystemKeyring
from tests.store.people import enrollment

LATER = datetime(2100, 1, 1, tzinfo=UTC)


async def saved(store: Store, *targets: str) -> tuple[Job, ...]:
    """A saved person's jobs."""
    await store.people.save(enrollment("P-1"), targets=targets, actor="ana")
    return await store.outbox.due(datetime.now(UTC))


async def state_of(store: Store, device_id: str) -> Delivery:
    """How a delivery stands."""
    record = await store.people.get("P-1")
    assert record is not None
    return next(one for one in record.deliveries if one.device_id == device_id)


async def test_a_job_is_due_at_once_and_done_when_reported_so(store: Store) -> None:
    (job,) = await saved(store, "a")
    assert (job.person_id, job.device_id, job.revision, job.attempts) == ("P-1", "a", 1, 0)
    await store.outbox.report(job, Delivery("a", DeliveryState.WRITING, 1))
    assert [one.job_id for one in await store.outbox.due(LATER)] == [job.job_id], "until its end is recorded"
    assert await store.outbox.pending() == 1
    checked_at = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    done = Delivery("a", DeliveryState.DONE, 1, digest="abc", updated_at=checked_at)
    await store.outbox.report(job, done)
    assert await state_of(store, "a") == done
    assert await store.outbox.pending() == 0


async def test_a_delayed_job_waits_for_its_time_and_keeps_its_reason(store: Store) -> None:
    job, other = await saved(store, "a", "b")
    now = datetime.now(UTC)
    delayed = Delivery("a", DeliveryState.WAITING, 3, "ES-101", {"device": "a", "step": "login"})
    await store.outbox.report(job, delayed, due_at=now + timedelta(hours=1))
    assert await store.outbox.due(now) == (other,)
    (again, _) = await store.outbox.due(now + timedelta(hours=1))
    assert (again.job_id, again.attempts) == (job.job_id, 3)
    shown = await state_of(store, "a")
    assert (shown.error_code, shown.error_facts) == ("ES-101", {"device": "a", "step": "login"})
    await store.outbox.retry_now("P-1", "a")
    assert len(await store.outbox.due(datetime.now(UTC))) == 2


async def test_a_failed_job_rests_until_somebody_retries_it(store: Store) -> None:
    (job,) = await saved(store, "a")
    await store.outbox.report(job, Delivery("a", DeliveryState.FAILED, 1, "ES-110"))
    assert await store.outbox.due(LATER) == ()
    assert await store.outbox.pending() == 1
    await store.outbox.retry_now("P-1", "elsewhere")
    assert await store.outbox.due(LATER) == ()
    await store.outbox.retry_now("P-1", "a")
    assert [one.job_id for one in await store.outbox.due(LATER)] == [job.job_id]


async def test_a_done_job_is_not_retried(store: Store) -> None:
    (job,) = await saved(store, "a")
    await store.outbox.report(job, Delivery("a", DeliveryState.DONE, 1))
    await store.outbox.retry_now("P-1", "a")
    assert await store.outbox.due(LATER) == ()


async def test_a_report_of_a_replaced_or_removed_person_changes_nothing(store: Store) -> None:
    (old,) = await saved(store, "a")
    (new,) = await saved(store, "a")
    assert new.revision == 2
    await store.outbox.report(old, Delivery("a", DeliveryState.DONE, 1))
    assert (await state_of(store, "a")).state is DeliveryState.WAITING
    await store.people.remove("P-1", actor="ana")
    await store.outbox.report(new, Delivery("a", DeliveryState.DONE, 1))
    assert await store.outbox.pending() == 0


async def test_a_delivery_interrupted_by_the_end_is_due_again_after_it(folder: Path, vault: MemoryVault) -> None:
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        job, other = await saved(store, "a", "b")
        await store.outbox.report(job, Delivery("a", DeliveryState.WRITING, 1))
        await store.outbox.report(other, Delivery("b", DeliveryState.DONE, 1))
    async with await Store.open(folder, SystemKeyring(vault)) as store:
        (again,) = await store.outbox.due(LATER)
        assert (again.job_id, again.attempts) == (job.job_id, 1)
