"""What can happen between a station, its store and a terminal: duplicates, drafts, re-captures, failing deliveries."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from app.demo import Practice, practice
from app.domain.capture import Captured
from app.domain.enrollment import Delivery, DeliveryState, ExceptionReason, FailureToAcquire
from app.domain.errors import DuplicateFound, StationError, SupervisorNeeded, Unreachable
from app.domain.modality import Modality, Position
from app.domain.policy import DuplicateRule, ModalityPolicy
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_inputs import Except, Next, NoteDuplicate
from app.journeys.flow_state import StepKind
from app.journeys.provisioning import Provisioning
from app.journeys.station import Station
from app.simulators.ef45 import Mischief
from app.simulators.faults import Fault
from app.simulators.people import person
from app.store import MemoryVault, SystemKeyring
from tests.e2e.headless import DEVICE, EYES, View, fill_in, open_station


@pytest.fixture
def world() -> Iterator[Practice]:
    with practice(speed=100) as simulators:
        simulators.stand_in_front(person(11))
        yield simulators


@pytest_asyncio.fixture
async def station(world: Practice, tmp_path: Path) -> AsyncIterator[Station]:
    station, store = await open_station(world.terminal.base_url, tmp_path, SystemKeyring(MemoryVault()))
    yield station
    for device in station.devices.values():
        await device.close()
    await store.close()


async def captured(station: Station) -> EnrollmentJourney:
    journey = await EnrollmentJourney.begin(station)
    await fill_in(journey)
    assert isinstance(await journey.capture(EYES, DEVICE, View()), Captured)
    return journey


async def enrolled(station: Station) -> str:
    journey = await captured(station)
    await journey.apply(Next())
    await journey.apply(Next())
    await journey.save()
    await journey.close()
    return journey.state.person.person_id


async def delivery(station: Station, number: str) -> Delivery:
    record = await station.people.get(number)
    assert record is not None
    return record.deliveries[0]


async def test_a_person_the_terminal_knows_is_reported_before_saving(station: Station) -> None:
    known = await enrolled(station)
    await Provisioning(station).deliver_due()
    journey = await captured(station)
    found = (await journey.find_duplicates()).found
    assert [(each.device_id, each.person_id) for each in found] == [("", known), (DEVICE, known)]
    await journey.discard()
    assert await station.drafts.drafts() == ()


async def test_a_draft_is_resumed_on_the_same_step_with_its_samples(station: Station) -> None:
    journey = await captured(station)
    await journey.close()
    again = await EnrollmentJourney.resume(station, journey.state.draft_id)
    assert again.state == journey.state
    assert all(again.sample(kept).image for kept in again.state.capture(EYES).kept)
    await again.close()


async def test_recapturing_keeps_what_was_not_captured_anew(station: Station) -> None:
    number = await enrolled(station)
    record = await station.people.get(number)
    assert record is not None
    journey = await EnrollmentJourney.begin(station, replaces=record)
    assert journey.state.person.person_id == number
    await journey.capture(EYES, DEVICE, View(), positions=(Position.FACE,))
    after = {sample.position: sample.digest for sample in journey.enrollment().samples}
    before = {sample.position: sample.digest for sample in record.enrollment.samples}
    assert after[Position.LEFT_IRIS] == before[Position.LEFT_IRIS]
    assert after[Position.FACE] != before[Position.FACE]
    await journey.close()


async def test_saving_a_recapture_updates_the_terminal_and_counts_the_revision(station: Station) -> None:
    number = await enrolled(station)
    await Provisioning(station).deliver_due()
    first = await delivery(station, number)
    record = await station.people.get(number)
    assert record is not None
    journey = await EnrollmentJourney.begin(station, replaces=record)
    for _ in range(len(journey.state.plan)):
        if journey.state.step.kind is StepKind.REVIEW:
            break
        if journey.state.step.key == EYES:
            await journey.capture(EYES, DEVICE, View(), positions=journey.state.step.positions)
        await journey.apply(Next())
    await journey.save()
    await journey.close()
    await Provisioning(station).deliver_due()
    second = await delivery(station, number)
    assert second.state is DeliveryState.DONE
    assert second.digest != first.digest
    replaced = await station.people.get(number)
    assert replaced is not None
    assert replaced.revision == 2


async def test_a_terminal_that_is_away_is_tried_later_and_then_succeeds(station: Station, world: Practice) -> None:
    number = await enrolled(station)
    world.terminal.stop()
    await Provisioning(station).deliver_due()
    waiting = await delivery(station, number)
    assert waiting.state is DeliveryState.WAITING
    assert waiting.error_code == Unreachable.code
    assert await Provisioning(station).deliver_due() == 0
    world.terminal.start()
    await station.outbox.retry_now(number, DEVICE)
    await Provisioning(station).deliver_due()
    assert (await delivery(station, number)).state is DeliveryState.DONE


async def test_a_terminal_that_forgets_what_it_acknowledged_is_caught(station: Station, world: Practice) -> None:
    number = await enrolled(station)
    world.terminal.faults.add(Fault(Mischief.FORGETS, times=None))
    await Provisioning(station).deliver_due()
    failed = await delivery(station, number)
    assert failed.state is DeliveryState.FAILED
    assert failed.error_code


async def test_cancelling_a_capture_leaves_the_terminal_idle_and_the_try_uncounted(
    station: Station, world: Practice
) -> None:
    world.terminal.present(None)
    journey = await EnrollmentJourney.begin(station)
    await fill_in(journey)
    view = View()
    running = asyncio.create_task(journey.capture(EYES, DEVICE, view))
    while world.terminal.state.phase is None:  # noqa: ASYNC110 (the terminal lives in another thread)
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert journey.state.capture(EYES).attempts == ()
    await journey.close()
    assert world.terminal.state.mode == "Recog"
    assert world.terminal.state.lock_uid is None


async def test_an_unplugged_terminal_counts_for_nothing_and_can_be_tried_again(
    station: Station, world: Practice
) -> None:
    journey = await EnrollmentJourney.begin(station)
    await fill_in(journey)
    world.terminal.stop()
    with pytest.raises(Unreachable):
        await journey.capture(EYES, DEVICE, View())
    world.terminal.start()
    assert isinstance(await journey.capture(EYES, DEVICE, View()), Captured)
    assert len(journey.state.capture(EYES).attempts) == 1
    await journey.close()


async def test_an_exception_can_be_reserved_for_supervisors(station: Station) -> None:
    strict = ModalityPolicy(Modality.IRIS, exception_needs_supervisor=True)
    station = replace(station, policy=replace(station.policy, modalities={Modality.IRIS: strict}))
    journey = await EnrollmentJourney.begin(station)
    with pytest.raises(SupervisorNeeded):
        await journey.apply(Except(EYES, FailureToAcquire(Position.LEFT_IRIS, ExceptionReason.INJURED)))


@pytest.mark.parametrize(
    ("rule", "refusal"), [(DuplicateRule.SUPERVISOR, SupervisorNeeded), (DuplicateRule.REFUSE, DuplicateFound)]
)
async def test_the_site_decides_who_may_save_a_duplicate(
    station: Station, rule: DuplicateRule, refusal: type[StationError]
) -> None:
    station = replace(station, policy=replace(station.policy, duplicates=rule))
    journey = await EnrollmentJourney.begin(station)
    with pytest.raises(refusal):
        await journey.apply(NoteDuplicate("twins"))
    assert journey.state.duplicate_note == ""


async def test_nobody_is_asked_about_duplicates_where_the_site_does_not_want_it(station: Station) -> None:
    await enrolled(station)
    journey = await captured(replace(station, policy=replace(station.policy, check_duplicates=False)))
    assert (await journey.find_duplicates()).found == ()
    await journey.close()
