"""A question put to the supervisors: the draft waits, and goes on with the answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from app.domain.enrollment import ExceptionReason, FailureToAcquire
from app.domain.errors import SupervisorNeeded
from app.domain.modality import Modality, Position
from app.domain.policy import DuplicateRule, ModalityPolicy
from app.domain.question import Subject, Verdict
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_inputs import Except, NoteDuplicate
from app.journeys.station import Station
from app.store import MemoryVault, Store, SystemKeyring
from tests.ui.fakes import FakeDevice, Setting, a_policy


@pytest_asyncio.fixture
async def station(tmp_path: Path) -> AsyncIterator[Station]:
    """A station whose rules want a supervisor for duplicates and for missing irises."""
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as store:
        made = Setting(devices=(FakeDevice(),)).station()
        iris = ModalityPolicy(Modality.IRIS, exception_needs_supervisor=True)
        modalities = {**a_policy().modalities, Modality.IRIS: iris}
        policy = replace(made.policy, duplicates=DuplicateRule.SUPERVISOR, modalities=modalities)
        yield replace(made, drafts=store.drafts, queue=store.questions, journal=store.journal, policy=policy)


async def test_an_approved_duplicate_may_be_saved_when_the_draft_is_opened_again(station: Station) -> None:
    journey = await EnrollmentJourney.begin(station)
    with pytest.raises(SupervisorNeeded):
        await journey.apply(NoteDuplicate("I think so"))
    asked = await journey.ask_supervisor(Subject.DUPLICATE, "Twins?", "door/P-7")
    await station.queue.decide(asked.question_id, Verdict.APPROVED, reason="Twins, both seen", actor="sven")
    again = await EnrollmentJourney.resume(station, journey.state.draft_id)
    assert again.state.duplicate_note == "Twins, both seen"


async def test_a_refused_one_may_not(station: Station) -> None:
    journey = await EnrollmentJourney.begin(station)
    asked = await journey.ask_supervisor(Subject.DUPLICATE, "Twins?")
    await station.queue.decide(asked.question_id, Verdict.REFUSED, reason="The same person", actor="sven")
    again = await EnrollmentJourney.resume(station, journey.state.draft_id)
    assert again.state.duplicate_note == ""
    with pytest.raises(SupervisorNeeded):
        await again.apply(NoteDuplicate("all the same"))


async def test_an_approved_exception_is_good_for_its_position_alone(station: Station) -> None:
    journey = await EnrollmentJourney.begin(station)
    asked = await journey.ask_supervisor(Subject.EXCEPTION, "Eye patch", Position.LEFT_IRIS.value)
    await station.queue.decide(asked.question_id, Verdict.APPROVED, reason="Seen", actor="sven")
    again = await EnrollmentJourney.resume(station, journey.state.draft_id)
    step = next(each for each in again.state.plan if Position.LEFT_IRIS in each.positions)

    def without(position: Position) -> Except:
        failure = FailureToAcquire(position, ExceptionReason.BANDAGED, note="patch", decided_at=station.now())
        return Except(step.key, failure)

    with pytest.raises(SupervisorNeeded):
        await again.apply(without(Position.RIGHT_IRIS))
    await again.apply(without(Position.LEFT_IRIS))
