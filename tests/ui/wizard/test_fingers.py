"""The finger step: choosing on two hands, presses as they come, prints to look at, and everything told apart."""

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QRadioButton

from app.domain.capture import Captured, CaptureRequest, Progress, Retry, RetryReason
from app.domain.enrollment import ExceptionReason
from app.domain.modality import Position
from app.domain.sample import ISO_FINGER
from app.journeys.enrollment import EnrollmentJourney
from app.ui import theme
from app.ui.fingers.hands import Mark
from app.ui.theme import Look
from app.ui.wizard.exception_dialog import ExceptionDialog
from app.ui.wizard.finger_page import FingerPage
from tests.fingers import Eye, vendor_only
from tests.ui.conftest import Desk, until
from tests.ui.fakes import Setting, a_policy
from tests.ui.looking import cut, nameless, outside
from tests.ui.wizard.clerk import Clerk
from tests.ui.wizard.reader import FakeReader

Key = Qt.Key
RIGHT, LEFT, THUMB = Position.RIGHT_INDEX, Position.LEFT_INDEX, Position.LEFT_THUMB
POLICY = replace(a_policy(), fingers=2, duress=True, consents=(), fields=())


class FingerClerk(Clerk):
    """A clerk with a fingerprint reader."""

    @property
    def reader(self) -> FakeReader:
        device = self.setting.devices[0]
        assert isinstance(device, FakeReader)
        return device

    @property
    def fingers(self) -> FingerPage:
        page = self.wizard.page
        assert isinstance(page, FingerPage)
        return page

    async def to_fingers(self) -> FingerPage:
        await self.desk.active(self.page)
        self.page.entered()
        await self.enter("person")
        self.write("wizard.person.last_name", "Testperson")
        await self.enter("fingers")
        return self.fingers

    async def press_finger(self, key: Key = Key.Key_Space) -> None:
        before = len(self.reader.called("capture"))
        self.press(key)
        await until(lambda: len(self.reader.called("capture")) > before)
        await until(lambda: not self.page.busy)
        await self.desk.idle()

    def marks(self) -> dict[Position, Mark]:
        buttons = self.fingers.ui.hands.buttons
        return {at: each.look.mark for at, each in buttons.items() if each.look.mark is not Mark.UNUSED}


@pytest_asyncio.fixture
async def clerk(desk: Desk):  # type: ignore[no-untyped-def]
    made = FingerClerk(desk, Setting(devices=(FakeReader(),)), POLICY)
    made.page._station = replace(made.station, fingers=Eye())
    yield made
    assert await made.page.finish()


async def test_two_fingers_are_captured_looked_at_and_saved(clerk: FingerClerk) -> None:
    page = await clerk.to_fingers()
    assert clerk.marks() == {RIGHT: Mark.WANTED, LEFT: Mark.WANTED}
    assert clerk.wizard.primary.text() == "Capture right index finger"
    await clerk.press_finger()
    assert clerk.marks() == {RIGHT: Mark.GOOD, LEFT: Mark.WANTED}
    assert page.ui.strip.text == "The right index finger is captured and good. Next: left index finger."
    columns = page.ui.prints.columns
    assert [column.number.text() for column in columns] == ["Press 1", "Press 2", "Press 3"]
    assert all("of 100" in column.told.text() for column in columns)
    await clerk.press_finger()
    assert clerk.wizard.primary.text() == "Continue"
    await clerk.enter("review")
    await clerk.enter("done")
    saved = clerk.setting.people.records[clerk.state.person.person_id].enrollment
    assert [sample.position for sample in saved.samples] == [RIGHT] * 3 + [LEFT] * 3
    assert {sample.templates[0].format for sample in saved.samples} == {ISO_FINGER}
    assert all(len(sample.templates[0].data) <= 384 for sample in saved.samples)


async def test_prints_are_crisp_at_any_size_with_ridges_and_details_on_demand(clerk: FingerClerk) -> None:
    page = await clerk.to_fingers()
    await clerk.press_finger()
    prints = page.ui.prints
    await until(lambda: all(not column.canvas.blank for column in prints.columns))
    canvas = prints.columns[0].canvas
    assert canvas.shown.width() == 260  # never shrunk: every pixel of the sensor is there to be enlarged
    small, as_it_came = canvas.width(), canvas.grab().toImage()
    assert canvas.marks == ()
    prints.details.click()
    await until(lambda: len(canvas.marks) > 15)
    prints.ridges.click()
    await clerk.desk.idle()
    assert canvas.grab().toImage() != as_it_came
    for _ in range(4):
        prints.larger.click()
    assert canvas.width() > 3 * small
    prints.fit.click()
    assert canvas.width() == small


async def test_presses_are_counted_large_while_they_happen(clerk: FingerClerk) -> None:
    page = await clerk.to_fingers()
    clerk.reader.hold = asyncio.Event()
    clerk.press(Key.Key_Space)
    await until(lambda: page.ui.press.at == 1)
    assert page.ui.press.isVisible()
    assert page.ui.press.accessibleName() == "Press the right index finger on the sensor Press 1 of 3"
    page.progress(Progress("lift", 1, 3))
    assert page.ui.press.sentence == "Lift the finger"
    page.progress(Progress("again", 1, 3))
    assert "another finger" in page.ui.press.sentence
    clerk.press(Key.Key_Escape)
    await until(lambda: not clerk.page.busy)
    assert clerk.reader.idle
    assert page.ui.strip.what.text() == "The capture was stopped."


async def test_a_finger_pressed_before_the_engine_is_ready_waits_with_words_and_is_kept(clerk: FingerClerk) -> None:
    eye = clerk.page._station.fingers
    assert isinstance(eye, Eye)
    eye.compiling = asyncio.Event()
    page = await clerk.to_fingers()
    await until(page.ui.engine.isVisible)
    assert page.ui.engine.text().startswith("Getting the fingerprint engine ready, about a minute")
    clerk.press(Key.Key_Space)
    await until(lambda: "waits to be examined" in page.ui.press.sentence)
    eye.compiling.set()
    await until(lambda: not clerk.page.busy)
    await until(lambda: not page.ui.engine.isVisible())
    assert clerk.marks() == {RIGHT: Mark.GOOD, LEFT: Mark.WANTED}
    assert len(page.ui.prints.columns) == 3


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (RetryReason.DIFFERENT_FINGERS, "The presses were not from the same finger."),
        (RetryReason.ALREADY_ENROLLED, "The terminal knows this finger already."),
        (RetryReason.STOPPED_ON_DEVICE, "The capture was stopped on the terminal."),
        (RetryReason.EMPTY_RESULT, "The terminal sent an empty result."),
        (RetryReason.RESULT_LOST, "The terminal was done, but its result did not arrive here."),
    ],
)
async def test_what_went_wrong_is_told_apart(clerk: FingerClerk, reason: RetryReason, told: str) -> None:
    page = await clerk.to_fingers()
    clerk.reader.script = [Retry(reason)]
    await clerk.press_finger()
    assert page.ui.strip.what.text() == told
    assert page.ui.strip.rest.text()
    assert page.ui.nothing.isVisible()
    assert page.ui.nothing.text.text() == "No print of the right index finger yet."


async def test_any_finger_is_chosen_by_keys_alone(clerk: FingerClerk) -> None:
    page = await clerk.to_fingers()
    clerk.tab_to("finger.right-index")
    clerk.press(Key.Key_Left)
    clerk.press(Key.Key_Left)
    clerk.press(Key.Key_Space)
    await until(lambda: LEFT in clerk.marks() and THUMB in clerk.marks())
    assert clerk.wizard.primary.text() == "Capture left thumb"
    assert page.ui.strip.what.text() == "Left thumb instead of right index finger."
    await clerk.press_finger()  # Space on the chosen finger captures it
    assert clerk.reader.called("capture")[-1][0].positions == (THUMB,)  # type: ignore[attr-defined]
    assert clerk.marks() == {THUMB: Mark.GOOD, LEFT: Mark.WANTED}


async def test_a_missing_finger_is_crossed_out_with_its_reason_and_another_takes_its_place(
    clerk: FingerClerk, desk: Desk
) -> None:
    page = await clerk.to_fingers()
    clerk.tab_to("wizard.capture.right-index.without")
    clerk.press(Key.Key_Space)
    dialog = await desk.dialog(ExceptionDialog)
    missing = dialog.findChild(QRadioButton, "wizard.exception.missing")
    assert missing is not None
    missing.click()
    dialog.yes.click()
    await until(lambda: clerk.marks()[RIGHT] is Mark.CROSSED)
    button = page.ui.hands.buttons[RIGHT]
    assert button.accessibleName() == "Right index finger, Without: is missing"
    page.ui.hands.buttons[THUMB].click()
    await until(lambda: clerk.marks().get(THUMB) is Mark.WANTED)
    assert clerk.marks() == {RIGHT: Mark.CROSSED, LEFT: Mark.WANTED, THUMB: Mark.WANTED}
    await clerk.press_finger()
    await clerk.press_finger()
    await clerk.enter("review")
    await clerk.enter("done")
    saved = clerk.setting.people.records[clerk.state.person.person_id].enrollment
    assert {sample.position for sample in saved.samples} == {THUMB, LEFT}
    assert [(each.position, each.reason) for each in saved.failures] == [(RIGHT, ExceptionReason.MISSING)]


async def test_the_same_finger_twice_is_noticed_before_the_step_is_left_and_survives_a_kill(
    clerk: FingerClerk,
) -> None:
    page = await clerk.to_fingers()
    clerk.reader.puts = {RIGHT: 3, LEFT: 3}
    await clerk.press_finger()
    await clerk.press_finger()
    assert "captured as the right index finger before" in page.ui.strip.what.text()
    assert "wrong hand" in page.ui.strip.rest.text()
    assert clerk.wizard.primary.text() == "Capture left index finger"
    killed = await EnrollmentJourney.resume(clerk.station, clerk.state.draft_id)
    assert killed.state == clerk.state
    clerk.reader.puts = {LEFT: 4}
    await clerk.press_finger()
    assert clerk.marks() == {RIGHT: Mark.GOOD, LEFT: Mark.GOOD}
    await clerk.enter("review")


async def test_a_finger_for_the_silent_alarm_is_asked_of_the_device_and_stored(clerk: FingerClerk) -> None:
    page = await clerk.to_fingers()
    await clerk.press_finger()
    page.ui.hands.buttons[LEFT].click()
    page.ui.alarm.click()
    await until(lambda: page.ui.hands.buttons[LEFT].look.alarm)
    assert "silent alarm" in page.ui.hands.buttons[LEFT].accessibleName()
    await clerk.press_finger()
    asked = [call[0] for call in clerk.reader.called("capture")]
    assert [each.duress for each in asked if isinstance(each, CaptureRequest)] == [False, True]
    page.ui.hands.buttons[RIGHT].click()
    assert not page.ui.alarm.isEnabled()  # one finger must open without an alarm
    await clerk.enter("review")
    await clerk.enter("done")
    saved = clerk.setting.people.records[clerk.state.person.person_id].enrollment
    assert {sample.position for sample in saved.samples if sample.duress} == {LEFT}


async def test_a_template_alone_is_a_result_and_no_empty_frame(clerk: FingerClerk) -> None:
    page = await clerk.to_fingers()
    clerk.reader.script = [Captured((vendor_only(RIGHT),))]
    await clerk.press_finger()
    assert clerk.marks()[RIGHT] is Mark.GOOD
    [column] = page.ui.prints.columns
    assert column.canvas.blank
    assert column.canvas.instead == "Template only: the terminal keeps the picture to itself"
    assert column.told.text() == "Accepted by the terminal, which tells no quality"


@pytest.mark.parametrize(("look", "percent"), [(Look.LIGHT, 100), (Look.DARK, 200)])
async def test_nothing_is_cut_or_nameless(clerk: FingerClerk, look: Look, percent: int) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, look, percent)
    QAccessible.setActive(True)
    try:
        clerk.page.resize(900 * percent // 100, 600 * percent // 100)
        page = await clerk.to_fingers()
        page.ui.hands.buttons[Position.RIGHT_MIDDLE].click()  # the longest name
        await clerk.desk.idle()
        await clerk.press_finger()
        await asyncio.sleep(0.02)
        found = cut(clerk.page) + outside(clerk.page) + nameless(clerk.page)
        assert not found, found
    finally:
        theme.apply(app, Look.LIGHT, 100)
