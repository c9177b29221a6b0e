"""A person is enrolled on an EF-45 over real sockets into the real store, and delivered, and found after a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo import Practice, practice
from app.devices import registry
from app.domain.capture import Captured, Progress
from app.domain.enrollment import DeliveryState
from app.domain.modality import Position
from app.domain.person import Consent
from app.domain.preview import PreviewFrame
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_inputs import GiveConsent, Next, SetPerson
from app.journeys.flow_state import StepKind
from app.journeys.provisioning import Provisioning
from app.journeys.station import Station, utc_now
from app.journeys.supervision import Supervision, no_secret
from app.parts import policy_of
from app.simulators.people import person
from app.store import MemoryVault, Store, SystemKeyring

EYES = "eyes-face"


class View:
    """Counts what a screen would show."""

    def __init__(self) -> None:
        self.frames: list[PreviewFrame] = []
        self.steps: list[Progress] = []

    def preview(self, frame: PreviewFrame) -> None:
        self.frames.append(frame)

    def progress(self, progress: Progress) -> None:
        self.steps.append(progress)


@pytest.fixture
def world() -> Iterator[Practice]:
    with practice(speed=40) as simulators:
        yield simulators


async def open_station(world: Practice, folder: Path, vault: MemoryVault) -> tuple[Station, Store]:
    store = await Store.open(folder, SystemKeyring(vault))
    configuration = world.configuration()
    device = registry.build(
        "ef45", "front-desk", "Front desk", {"address": world.terminal.base_url}, folder / "recovery"
    )
    station = Station(
        name="Test desk",
        policy=policy_of(configuration.policy),
        devices={"front-desk": device},
        drafts=store.drafts,
        people=store.people,
        outbox=store.outbox,
        journal=store.journal,
        supervision=Supervision(no_secret),
        deliver_to=frozenset({"front-desk"}),
    )
    return station, store


async def fill_in(journey: EnrollmentJourney, name: str = "Sample") -> None:
    text = journey.station.policy.consents[0]
    await journey.apply(GiveConsent(Consent(text.version, text.language, text.digest, utc_now())))
    await journey.apply(Next())
    who = journey.state.person
    filled = type(who)(who.person_id, name, "Sam", {"document_number": "X1"})
    await journey.apply(SetPerson(filled))
    await journey.apply(Next())


async def test_enroll_deliver_restart_and_find(world: Practice, tmp_path: Path) -> None:
    vault = MemoryVault()
    station, store = await open_station(world, tmp_path, vault)
    world.stand_in_front(person(7))
    journey = await EnrollmentJourney.begin(station)
    await fill_in(journey)
    view = View()
    outcome = await journey.capture(EYES, "front-desk", view)
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

    station, store = await open_station(world, tmp_path, vault)
    found = await station.people.search("sample")
    assert [each.person_id for each in found.people] == [number]
    record = await station.people.get(number)
    assert record is not None
    assert {each.position for each in record.enrollment.samples} >= {Position.LEFT_IRIS, Position.RIGHT_IRIS}
    assert [each.state for each in record.deliveries] == [DeliveryState.DONE]
    assert await station.drafts.drafts() == ()
    await store.close()
