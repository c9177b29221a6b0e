"""A person is enrolled on an EF-45 over real sockets into the real store, delivered, and found after a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo import Practice, practice
from app.domain.capture import Captured
from app.domain.enrollment import DeliveryState
from app.domain.modality import Position
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_inputs import Next
from app.journeys.flow_state import StepKind
from app.journeys.provisioning import Provisioning
from app.simulators.people import person
from app.store import MemoryVault, SystemKeyring
from tests.e2e.headless import DEVICE, EYES, View, fill_in, open_station


@pytest.fixture
def world() -> Iterator[Practice]:
    with practice(speed=3) as simulators:
        yield simulators


async def test_enroll_deliver_restart_and_find(world: Practice, tmp_path: Path) -> None:
    key = SystemKeyring(MemoryVault())
    station, store = await open_station(world.terminal.base_url, tmp_path, key)
    world.stand_in_front(person(7))
    journey = await EnrollmentJourney.begin(station)
    await fill_in(journey)
    view = View()
    outcome = await journey.capture(EYES, DEVICE, view)
    assert isinstance(outcome, Captured)
    assert view.frames
    await journey.apply(Next())
    await journey.apply(Next())  # nobody needs a card
    assert journey.state.step.kind is StepKind.REVIEW
    await journey.save()
    number = journey.state.person.person_id
    await journey.close()
    assert await Provisioning(station).deliver_due() == 1
    assert number in world.terminal.state.subjects
    assert world.terminal.state.lock_uid is None
    assert world.terminal.state.mode == "Recog"
    await store.close()

    station, store = await open_station(world.terminal.base_url, tmp_path, key)
    found = await station.people.search("sample")
    assert [each.person_id for each in found.people] == [number]
    record = await station.people.get(number)
    assert record is not None
    assert {each.position for each in record.enrollment.samples} >= {Position.LEFT_IRIS, Position.RIGHT_IRIS}
    assert [each.state for each in record.deliveries] == [DeliveryState.DONE]
    assert await station.drafts.drafts() == ()
    await store.close()
