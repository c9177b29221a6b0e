"""A finger's whole way: pressed at a Control iD terminal, examined, stored as ISO records, found by a search."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from app.config import Configuration
from app.domain.modality import Position
from app.domain.person import Person
from app.domain.policy import EnrollmentPolicy
from app.domain.sample import ISO_FINGER
from app.fingers import FingerService
from app.journeys import flow
from app.journeys.duplicates import Clue
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_inputs import MarkDuress, Next, SetPerson
from app.journeys.flow_state import Need
from app.journeys.station import Station
from app.journeys.supervision import Supervision, no_secret
from app.parts import policy_of
from app.simulators.controlid import ControlIdTerminal
from app.simulators.controlid import Make as TerminalMake
from app.simulators.people import person
from app.store import MemoryVault, Store, SystemKeyring
from tests.devices.controlid.desk import reporting
from tests.devices.watching import until
from tests.e2e.headless import View

DESK = "desk-1"
RIGHT, LEFT = Position.RIGHT_INDEX, Position.LEFT_INDEX


def policy() -> EnrollmentPolicy:
    made = policy_of(Configuration().policy)
    offered = {each: replace(rules, offered=each.value == "finger") for each, rules in made.modalities.items()}
    return replace(made, modalities=offered, consents=(), fields=(), duress=True)


@pytest_asyncio.fixture
async def desk(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Station, ControlIdTerminal]]:
    results = getattr(request, "param", "online")
    store = await Store.open(tmp_path / "store", SystemKeyring(MemoryVault()))
    fingers = FingerService(store)
    await fingers.run(needed=True)
    assert await asyncio.to_thread(fingers.index.wait_ready, 300)  # kernels compile once on a machine
    with ControlIdTerminal(TerminalMake(speed=20)) as terminal:
        async with reporting(terminal, tmp_path, results=results) as (device, _):
            yield (
                Station(
                    "Desk",
                    policy(),
                    {DESK: device},
                    store.drafts,
                    store.people,
                    store.outbox,
                    store.journal,
                    Supervision(no_secret),
                    fingers=fingers,
                ),
                terminal,
            )
    await fingers.close()
    await store.close()


async def pressed(journey: EnrollmentJourney, terminal: ControlIdTerminal, who: int, *fingers: int) -> None:
    """The person presses these fingers, one after the other, as the station asks."""
    for finger in fingers:
        terminal.present(person(who), finger=finger)
        await journey.capture("fingers", DESK, View())


async def begun(station: Station, name: str) -> EnrollmentJourney:
    journey = await EnrollmentJourney.begin(station)
    await journey.apply(SetPerson(Person(journey.state.person.person_id, name, "Sam")))
    await journey.apply(Next())
    return journey


async def test_fingers_become_records_that_everybodys_search_finds(desk: tuple[Station, ControlIdTerminal]) -> None:
    station, terminal = desk
    journey = await begun(station, "First")
    await journey.apply(MarkDuress("fingers", LEFT, True))
    await pressed(journey, terminal, 3, 2, 7)
    await journey.apply(Next())
    assert (await journey.find_duplicates()).found == ()
    await journey.save()
    first = journey.state.person.person_id
    record = await station.people.get(first)
    assert record is not None
    samples = record.enrollment.samples
    assert [sample.position for sample in samples] == [RIGHT] * 3 + [LEFT] * 3
    records = [[each for each in sample.templates if each.format == ISO_FINGER] for sample in samples]
    assert all(len(made) == 1 and len(made[0].data) <= 384 for made in records)
    assert {sample.position for sample in samples if sample.duress} == {LEFT}
    service = station.fingers
    assert isinstance(service, FingerService)
    await until(lambda: first in service.index)

    update = await EnrollmentJourney.begin(station, replaces=record)
    await update.apply(Next())
    await pressed(update, terminal, 3, 7)  # the left one where the right one is asked for
    found_wrong = flow.problems(update.state, station.policy, "fingers")
    assert [(each.need, each.where) for each in found_wrong] == [(Need.SAME_FINGER, RIGHT.value)]
    await update.discard()

    again = await begun(station, "Second")
    await pressed(again, terminal, 3, 2, 7)
    await again.apply(Next())
    found = (await again.find_duplicates()).found
    assert (first, Clue.FINGER) in [(each.person_id, each.clue) for each in found]
    await again.discard()
    await station.people.remove(first, actor="ana")
    assert first not in service.index


@pytest.mark.parametrize("desk", ["online", "monitor"], indirect=True)
async def test_the_same_finger_twice_does_not_leave_the_step(desk: tuple[Station, ControlIdTerminal]) -> None:
    """With pictures the station sees it itself; of templates alone the terminal is asked."""
    station, terminal = desk
    journey = await begun(station, "Twice")
    await pressed(journey, terminal, 3, 2, 2)
    assert [each.need for each in flow.problems(journey.state, station.policy, "fingers")] == [Need.SAME_FINGER]
    await pressed(journey, terminal, 3, 7)
    assert not flow.problems(journey.state, station.policy, "fingers")
    await journey.discard()
