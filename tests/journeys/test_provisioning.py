"""Deliveries: in order, back-off, pause, exchanged and forgetful devices; every job ends done or with its cause."""

import asyncio
import contextlib

from app.domain.enrollment import Delivery, DeliveryState, Tally
from app.domain.errors import (
    DeviceFull,
    NotWritten,
    ProtocolError,
    StoreFull,
    Unreachable,
    WrongCredential,
    WrongDevice,
)
from app.journeys.provisioning import COMPARED, FIRST_WAIT_S, Provisioning
from tests.journeys.conftest import Desk
from tests.journeys.doors import delivery
from tests.store.people import enrollment

BOTH = ("front", "back")


async def enroll(desk: Desk, *numbers: str, seed: int = 0) -> None:
    """Save people for both doors."""
    for number in numbers:
        await desk.store.people.save(enrollment(number, seed=seed), targets=BOTH, actor="ana")


async def test_everybody_is_written_in_order_and_an_update_replaces_the_person(desk: Desk) -> None:
    await enroll(desk, "P-1", "P-2", "P-3")
    await desk.deliver()
    assert desk.front.writes == desk.back.writes == ["P-1", "P-2", "P-3"]
    await enroll(desk, "P-2", seed=7)
    await desk.deliver()
    assert desk.front.held["P-2"] == enrollment("P-2", seed=7)
    assert (await delivery(desk.store, "P-2", "front")).state is DeliveryState.DONE
    assert await desk.store.outbox.tallies() == {"front": Tally(3), "back": Tally(3)}


async def test_a_device_that_is_away_for_days_is_tried_at_growing_distances_and_then_gets_everybody(desk: Desk) -> None:
    desk.front.away = True
    await enroll(desk, "P-1", "P-2")
    await desk.deliver()
    assert list(desk.back.held) == ["P-1", "P-2"]
    assert (await delivery(desk.store, "P-1", "front")).error_code == Unreachable.code
    tries = 1
    for _ in range(40):
        desk.clock.turn(seconds=FIRST_WAIT_S)
        tries += bool(await desk.deliver())
    assert 4 <= tries <= 12, "close together at first, then ever farther apart"
    await desk.restart()
    desk.front.away = False
    desk.clock.turn(days=3)
    await desk.deliver()
    assert list(desk.front.held) == ["P-1", "P-2"]


async def test_a_clock_that_is_set_back_delays_no_delivery_for_days(desk: Desk) -> None:
    desk.front.away = True
    desk.clock.turn(days=40)
    await enroll(desk, "P-1")
    await desk.deliver()
    desk.front.away = False
    desk.clock.turn(days=-40)
    await desk.deliver()
    assert list(desk.front.held) == ["P-1"]


async def test_a_paused_device_gets_nobody_until_it_is_resumed_also_after_a_restart(desk: Desk) -> None:
    await desk.store.outbox.pause("front", actor="ana")
    await enroll(desk, "P-1")
    await desk.restart()
    await desk.deliver()
    assert list(desk.back.held) == ["P-1"]
    assert desk.front.held == {}
    assert (await delivery(desk.store, "P-1", "front")).paused
    await desk.store.outbox.resume("front", actor="ana")
    await desk.deliver()
    assert list(desk.front.held) == ["P-1"]


async def test_everything_can_be_paused_at_once(desk: Desk) -> None:
    await desk.store.outbox.pause("", actor="ana")
    await enroll(desk, "P-1")
    assert await desk.deliver() == 0
    await desk.store.outbox.resume("", actor="ana")
    assert await desk.deliver() == 2


async def test_a_wrong_password_is_tried_once_and_not_once_for_each_person(desk: Desk) -> None:
    desk.front.refuse = WrongCredential(device="front", step="login")
    await enroll(desk, "P-1", "P-2", "P-3")
    await desk.deliver()
    await desk.deliver()
    assert len(desk.front.called("open")) == 0
    states = [await delivery(desk.store, number, "front") for number in ("P-1", "P-2", "P-3")]
    assert [one.state for one in states] == [DeliveryState.FAILED, DeliveryState.WAITING, DeliveryState.WAITING]
    assert {one.error_code for one in states} == {WrongCredential.code}, "each tells the reason"
    desk.front.refuse = None
    await desk.store.outbox.retry_now("P-1", "front")
    await desk.deliver()
    assert list(desk.front.held) == ["P-1", "P-2", "P-3"]


async def test_an_exchanged_device_stops_until_everybody_is_brought_to_it_again(desk: Desk) -> None:
    await enroll(desk, "P-1", "P-2")
    await desk.deliver()
    desk.front.held.clear()
    desk.front.serial = "S-9"
    await enroll(desk, "P-3")
    await desk.deliver()
    assert desk.front.held == {}
    stopped = await delivery(desk.store, "P-3", "front")
    assert (stopped.state, stopped.error_code) == (DeliveryState.FAILED, WrongDevice.code)
    assert list(desk.back.held) == ["P-1", "P-2", "P-3"], "the other door is not concerned"
    assert await desk.store.outbox.redeliver("front", actor="ana") == 3
    await desk.deliver()
    assert sorted(desk.front.held) == ["P-1", "P-2", "P-3"]
    assert (await desk.store.outbox.lanes())["front"].serial == "S-9"


async def test_people_brought_again_replace_what_the_device_still_holds_of_them(desk: Desk) -> None:
    await enroll(desk, "P-1")
    await desk.deliver()
    desk.front.held["P-1"] = enrollment("P-1", seed=99)
    await desk.store.outbox.redeliver("front", actor="ana")
    await desk.deliver()
    assert desk.front.held["P-1"] == enrollment("P-1")


async def test_a_device_that_forgot_people_is_caught_by_the_periodic_look_and_gets_them_back(desk: Desk) -> None:
    await enroll(desk, "P-1", "P-2")
    provisioning = Provisioning(desk.station)
    await provisioning.deliver_due()
    del desk.front.held["P-1"]
    desk.clock.turn(seconds=1)
    await provisioning.check_due()
    lost = await delivery(desk.store, "P-1", "front")
    assert (lost.state, lost.error_code) == (DeliveryState.WAITING, NotWritten.code)
    await provisioning.deliver_due()
    assert sorted(desk.front.held) == ["P-1", "P-2"]
    assert "delivery-lost" in {one.action for one in await desk.store.journal.entries(person_id="P-1")}
    del desk.front.held["P-2"]
    await provisioning.check_due()
    assert (await delivery(desk.store, "P-2", "front")).state is DeliveryState.DONE, "not looked at again so soon"
    desk.clock.turn(hours=7)
    await provisioning.check_due()
    assert (await delivery(desk.store, "P-2", "front")).state is DeliveryState.WAITING


async def test_templates_a_device_changed_are_caught_in_turn_a_few_each_look(desk: Desk) -> None:
    numbers = [f"P-{number}" for number in range(1, COMPARED + 3)]
    await enroll(desk, *numbers)
    provisioning = Provisioning(desk.station)
    await provisioning.deliver_due()
    last = numbers[-1]
    desk.front.held[last] = enrollment(last, seed=99)
    desk.clock.turn(seconds=1)
    assert await provisioning.recheck("front") == 0, "not this one's turn yet"
    assert await provisioning.recheck("front") == 1
    found = await delivery(desk.store, last, "front")
    assert (found.state, found.error_facts["reason"]) == (DeliveryState.WAITING, "different")
    await provisioning.deliver_due()
    assert desk.front.held[last] == enrollment(last)
    assert "delivery-different" in {one.action for one in await desk.store.journal.entries(person_id=last)}
    assert await provisioning.recheck("front") == 0, "from the first again"


async def test_one_person_that_a_device_refuses_does_not_hold_up_the_next(desk: Desk) -> None:
    await enroll(desk, "P-1", "P-2")

    async def full(whole: object, *, replace: bool = False) -> object:
        del desk.front.write_person
        raise DeviceFull(device="front", step="register")

    desk.front.write_person = full  # type: ignore[method-assign, assignment]
    await desk.deliver()
    assert (await delivery(desk.store, "P-1", "front")).error_code == DeviceFull.code
    assert list(desk.front.held) == ["P-2"]


async def test_a_full_disk_ends_no_deliveries_for_good_and_a_broken_driver_stops_only_its_own_job(desk: Desk) -> None:
    await enroll(desk, "P-1", "P-2")
    full = iter([None, StoreFull(), StoreFull()])
    honest = desk.store.outbox.report

    async def report(job: object, delivery: Delivery, **rest: object) -> None:
        if delivery.device_id == "front" and (error := next(full, None)) is not None:
            raise error
        await honest(job, delivery, **rest)  # type: ignore[arg-type]

    async def broken(whole: object, *, replace: bool = False) -> object:
        del desk.back.write_person
        raise KeyError("a mistake in a driver")

    desk.store.outbox.report = report  # type: ignore[method-assign]
    desk.back.write_person = broken  # type: ignore[method-assign, assignment]
    going = asyncio.create_task(Provisioning(desk.station, idle_s=0.01).run())
    async with asyncio.timeout(30):
        while len(desk.front.held) < 2 or await desk.store.outbox.pending() > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    going.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await going
    assert (await delivery(desk.store, "P-1", "back")).error_code == ProtocolError.code
    assert list(desk.back.held) == ["P-2"]
    assert set((await desk.store.outbox.tallies()).values()) == {Tally(2), Tally(1, failed=1)}
