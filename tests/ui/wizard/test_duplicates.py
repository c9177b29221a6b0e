"""Before saving: is this person enrolled already, what does the clerk make of it, and which doors will open."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton

from app.domain.comparison import Candidate, Score
from app.domain.modality import Modality, Position
from app.domain.policy import DuplicateRule, EnrollmentPolicy, PersonField
from app.domain.question import Question, Subject, Verdict
from app.domain.sample import Sample
from app.journeys.flow_inputs import Next, SetPerson
from app.journeys.ports import PersonRecord
from app.journeys.station import Station
from app.ui import theme
from app.ui.theme import Look
from app.ui.wizard.duplicate_dialog import DuplicateDialog, PersonColumn
from app.ui.wizard.page import EnrollPage
from tests.fingers import Eye
from tests.ui.conftest import Desk, until
from tests.ui.fakes import FakeDevice, FakePeople, Setting, a_policy, a_sample, an_enrollment
from tests.ui.looking import cut, nameless, outside
from tests.ui.wizard.reader import FakeReader, presses

POLICY = replace(a_policy(), fingers=1, consents=(), fields=(PersonField("document", "Document number", unique=True),))
MATCH = Candidate("P-1001", Score(92.0, 60.0))


class Queue:
    """A supervisor's queue in memory."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Question:
        self.asked.append(question)
        return question

    async def waiting(self) -> tuple[Question, ...]:
        return tuple(self.asked)

    async def of(self, draft_id: str) -> tuple[Question, ...]:
        return tuple(each for each in self.asked if each.draft_id == draft_id)

    async def decide(self, question_id: int, verdict: Verdict, *, reason: str, actor: str) -> Question:
        self.asked[-1] = replace(self.asked[-1], verdict=verdict, reason=reason)
        return self.asked[-1]


class Counter:
    """A station with a reader and one person enrolled before, and a page at its review."""

    def __init__(self, desk: Desk, policy: EnrollmentPolicy) -> None:
        self.desk = desk
        self.eye, self.queue = Eye(), Queue()
        earlier = an_enrollment()
        self.before = replace(earlier, samples=(*earlier.samples, *presses(1, Position.RIGHT_INDEX)))
        self.setting = Setting(people=FakePeople(PersonRecord(self.before, 1, ())), devices=(FakeReader(),))
        self.station: Station = replace(
            self.setting.station(), policy=policy, fingers=self.eye, queue=self.queue, deliver_to=frozenset({"reader"})
        )
        self.page = desk.show(EnrollPage(self.station, desk.tasks, desk.messages), 900, 600)

    async def to_review(self, document: str = "X1") -> None:
        await self.desk.active(self.page)
        self.page.begin()
        await until(lambda: self.page.wizard is not None)
        journey = self.page.journey
        assert journey is not None
        await journey.apply(SetPerson(replace(journey.state.person, last_name="Other", fields={"document": document})))
        await journey.apply(Next())
        await journey.capture("fingers", "reader", _Nobody())
        await journey.apply(Next())
        await until(lambda: self.page.current_step == "review")

    async def save(self) -> None:
        await until(lambda: not self.page.busy)
        await self.desk.idle()
        assert self.page.wizard is not None
        self.page.wizard.do_primary()

    async def asked(self) -> DuplicateDialog:
        await self.save()
        return await self.desk.dialog(DuplicateDialog)

    @property
    def saved(self) -> set[str]:
        return set(self.setting.people.records) - {"P-1001"}


class _Nobody:
    def preview(self, frame: object) -> None: ...

    def progress(self, progress: object) -> None: ...


Open = Callable[..., Awaitable[Counter]]


@pytest_asyncio.fixture
async def counter(desk: Desk):  # type: ignore[no-untyped-def]
    made: list[Counter] = []

    async def opened(policy: EnrollmentPolicy = POLICY) -> Counter:
        made.append(Counter(desk, policy))
        made[-1].eye.known = (MATCH,)
        return made[-1]

    yield opened
    for each in made:
        assert await each.page.finish()


def words_of(column: PersonColumn) -> str:
    return " | ".join(each.text() for each in column.findChildren(QLabel))


async def test_both_are_shown_side_by_side_with_what_speaks_for_it(counter: Open) -> None:
    here = await counter()
    here.setting.people.records["P-1001"] = replace(
        here.setting.people.records["P-1001"],
        enrollment=replace(here.before, person=replace(here.before.person, fields={"document": "X1"})),
    )
    await here.to_review()
    dialog = await here.asked()
    now, earlier = dialog.findChildren(PersonColumn)
    assert "Other" in words_of(now)
    told = words_of(earlier)
    assert "Ada Testperson" in told
    assert "Enrolled on 2 Mar 2026" in told
    assert "Same Document number" in told
    assert "Fingerprints match: 92, 60 would be enough" in told
    await until(lambda: now.picture.image is not None and earlier.picture.image is not None)
    assert (here.saved, here.queue.asked) == (set(), [])  # the check itself changes nothing
    dialog.no.click()
    await here.desk.gone(dialog)
    assert here.saved == set()


async def test_a_different_person_is_saved_with_a_reason(counter: Open) -> None:
    here = await counter()
    await here.to_review()
    dialog = await here.asked()
    assert not dialog.yes.isEnabled()
    dialog._note.setText("Twins")
    dialog.yes.click()
    await until(lambda: len(here.saved) == 1)


async def test_the_same_person_is_updated_with_what_was_captured(counter: Open) -> None:
    here = await counter()
    await here.to_review()
    draft = here.page.journey.state.draft_id if here.page.journey else ""
    dialog = await here.asked()
    dialog.same.click()
    await until(lambda: here.page.journey is not None and here.page.journey.state.replaces == "P-1001")
    assert here.page.current_step == "review"
    await until(lambda: draft not in here.setting.drafts.stored)
    await here.save()
    await until(lambda: here.setting.people.records["P-1001"].revision == 2)
    assert here.saved == set()
    samples = here.setting.people.records["P-1001"].enrollment.samples
    old = {sample.position for sample in here.before.samples}
    assert {sample.position for sample in samples} == old
    assert [sample.digest for sample in samples if sample.position is Position.RIGHT_INDEX] != [
        sample.digest for sample in here.before.samples if sample.position is Position.RIGHT_INDEX
    ]


async def test_however_many_there_are_the_one_meant_can_be_chosen(counter: Open) -> None:
    here = await counter()
    for number in range(1002, 1006):
        known = replace(here.before, person=replace(here.before.person, person_id=f"P-{number}"))
        here.setting.people.records[f"P-{number}"] = PersonRecord(known, 1, ())
    here.eye.known = tuple(Candidate(f"P-{number}", Score(2090.0 - number, 60.0)) for number in range(1001, 1006))
    await here.to_review()
    dialog = await here.asked()
    picks = dialog.findChildren(QRadioButton)
    assert (len(dialog.cases), len(picks)) == (5, 5)
    assert any(each.text().startswith("5 people may be the same") for each in dialog.findChildren(QLabel))
    picks[-1].setFocus()
    picks[-1].click()
    await until(lambda: not picks[-1].visibleRegion().isEmpty())
    assert not cut(dialog) + nameless(dialog)
    dialog.same.click()
    await until(lambda: here.page.journey is not None and here.page.journey.state.replaces == "P-1005")


async def test_a_supervisor_is_asked_and_the_answer_counts(counter: Open) -> None:
    here = await counter(replace(POLICY, duplicates=DuplicateRule.SUPERVISOR))
    await here.to_review()
    draft = here.page.journey.state.draft_id if here.page.journey else ""
    dialog = await here.asked()
    dialog._note.setText("Says she has a twin")
    dialog.ask_first.click()
    await until(lambda: here.page.current_step == "start")
    [question] = here.queue.asked
    assert (question.subject, question.about, question.text) == (Subject.DUPLICATE, "finger", "Says she has a twin")
    here.page.continue_draft(draft)
    await until(lambda: here.page.current_step == "review")
    dialog = await here.asked()
    assert "has not decided yet" in dialog.text.text()
    dialog.no.click()
    await here.desk.gone(dialog)
    await here.queue.decide(0, Verdict.REFUSED, reason="Same scar", actor="boss")
    dialog = await here.asked()
    assert "Same scar" in dialog.text.text()
    assert not dialog.yes.isVisible()
    dialog.no.click()
    await here.desk.gone(dialog)
    await here.queue.decide(0, Verdict.APPROVED, reason="Saw both sisters", actor="boss")
    await here.save()
    await until(lambda: len(here.saved) == 1)


async def test_where_the_site_refuses_only_the_earlier_person_can_be_updated(counter: Open) -> None:
    here = await counter(replace(POLICY, duplicates=DuplicateRule.REFUSE))
    await here.to_review()
    dialog = await here.asked()
    assert [each.isVisible() for each in (dialog.yes, dialog.ask_first, dialog.same)] == [False, False, True]
    dialog.no.click()


async def test_a_card_that_somebody_has_is_found(counter: Open) -> None:
    here = await counter()
    here.eye.known = ()
    reader = here.setting.devices[0]
    reader.can = frozenset({Modality.FINGER, Modality.CARD})
    before = an_enrollment()
    fields = {"card": "04A1B2C3"}
    here.setting.people.records["P-1001"] = PersonRecord(
        replace(before, person=replace(before.person, fields=fields)), 1, ()
    )
    await here.desk.active(here.page)
    here.page.begin()
    await until(lambda: here.page.wizard is not None)
    journey = here.page.journey
    assert journey is not None
    await journey.apply(SetPerson(replace(journey.state.person, last_name="Other")))
    await journey.apply(Next())
    assert isinstance(reader, FakeReader)
    for key in ("fingers", "card"):
        if key == "card":
            reader.script = [lambda _request: _captured(a_sample(Position.CARD))]
        await journey.capture(key, "reader", _Nobody())
        await journey.apply(Next())
    await until(lambda: here.page.current_step == "review")
    dialog = await here.asked()
    assert "Same card" in words_of(dialog.findChildren(PersonColumn)[1])
    dialog.no.click()


def _captured(sample: Sample):  # type: ignore[no-untyped-def]
    from app.domain.capture import Captured

    return Captured((sample,))


async def test_the_review_says_at_which_doors_it_will_work(counter: Open, desk: Desk) -> None:
    here = await counter()
    gate = FakeDevice("gate", "Terminal at the gate")
    desk.messages.names = {"gate": gate.label}
    here.station = replace(
        here.station,
        devices={**here.station.devices, "gate": gate},
        policy=replace(
            POLICY,
            modalities={each: replace(POLICY.of(each), offered=False) for each in (Modality.IRIS, Modality.FACE)},
        ),
        deliver_to=frozenset({"reader", "gate"}),
    )
    here.page = desk.show(EnrollPage(here.station, desk.tasks, desk.messages), 900, 600)
    await here.to_review()
    assert here.page.wizard is not None
    told = [each.text() for each in here.page.wizard.page.findChildren(QLabel)]
    assert "Will work at 1 of 2 doors." in told
    assert "Terminal at the gate will not know the person, because it needs one of: iris, face." in told


@pytest.mark.parametrize(("look", "percent"), [(Look.LIGHT, 100), (Look.DARK, 200)])
async def test_nothing_of_the_question_is_cut_or_nameless(counter: Open, desk: Desk, look: Look, percent: int) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, look, percent)
    try:
        here = await counter()
        await here.to_review()
        dialog = await here.asked()
        columns = dialog.findChildren(PersonColumn)
        await until(lambda: all(column.picture.image is not None for column in columns))
        await asyncio.sleep(0.02)
        found = cut(dialog) + outside(dialog) + nameless(dialog)
        assert not found, found
        dialog.no.click()
    finally:
        theme.apply(app, Look.LIGHT, 100)
