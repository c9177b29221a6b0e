"""The capture step: tries, exceptions, and everything a terminal can do to a clerk."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QRadioButton, QWidget

from app.domain.capture import Captured, CaptureRequest, RetryReason
from app.domain.enrollment import ExceptionReason
from app.domain.errors import LockHeld, LockLost, StoreFull, Unreachable
from app.domain.modality import Modality, Position
from app.domain.policy import ModalityPolicy
from app.domain.sample import QualityReason
from app.ui.here_or_later import HereOrLater
from app.ui.supervisor import UnlockDialog
from app.ui.wizard.capture_page import CapturePage
from app.ui.wizard.exception_dialog import ExceptionDialog
from tests.ui.conftest import Desk, until
from tests.ui.fakes import PASSCODE, a_policy
from tests.ui.wizard.clerk import Clerk
from tests.ui.wizard.conftest import Hire
from tests.ui.wizard.terminal import FakeTerminal, nothing, sample, scored

Key = Qt.Key


async def to_capture(clerk: Clerk) -> CapturePage:
    await clerk.begin()
    await clerk.fill_in()
    return clerk.capture_page


def wanted(clerk: Clerk) -> list[tuple[Position, ...]]:
    requests = [call[0] for call in clerk.terminal.called("capture")]
    return [request.positions for request in requests if isinstance(request, CaptureRequest)]


def problem_button(page: QWidget, name: str) -> QPushButton:
    button = page.findChild(QPushButton, f"wizard.problem.{name}")
    assert button is not None
    return button


async def test_the_picture_moves_and_the_result_is_shown(clerk: Clerk) -> None:
    page = await to_capture(clerk)
    clerk.terminal.hold = asyncio.Event()
    clerk.press(Key.Key_Space)
    await until(lambda: page.ui.preview.stage.live)
    assert page.ui.preview.banner.text == "Good. Hold still"
    assert page.ui.strip.what.text() == "Capturing"
    clerk.terminal.hold.set()
    await clerk.on("eyes-face")
    assert page.ui.strip.text == "Everything is captured and good."
    await until(lambda: not any(tile.picture.empty for tile in page.ui.tiles.values()))
    assert page.ui.tiles[Position.FACE].verdict.text() == "82, good"
    assert clerk.wizard.primary.text() == "Continue"


async def test_every_try_suggests_something_else_and_the_best_counts(clerk: Clerk, desk: Desk) -> None:
    page = await to_capture(clerk)
    clerk.terminal.script = [scored(left_iris=41), nothing(RetryReason.TIMED_OUT), scored(left_iris=33)]
    suggestions, sentences = [], []
    for _ in range(3):
        await clerk.captured()
        suggestions.append(page.ui.strip.rest.text())
        sentences.append(clerk.wizard.sentence.text())
    assert len(set(suggestions)) == 3
    assert all(suggestions)
    assert "try 2 of 3" in sentences[0]
    assert "Every try is used" in sentences[2]
    assert page.ui.tiles[Position.LEFT_IRIS].verdict.text() == "41, too low: 60 needed"
    assert page.ui.tiles[Position.LEFT_IRIS].tries.text() == "Try 3 of 3"
    clerk.press(Key.Key_Return)
    dialog = await desk.dialog(ExceptionDialog)
    dialog.yes.click()
    await clerk.on("review")
    failure = clerk.state.capture("eyes-face").failure(Position.LEFT_IRIS)
    assert failure is not None
    assert (failure.reason, failure.tries) == (ExceptionReason.QUALITY_EXHAUSTED, 3)
    await clerk.enter("done")
    saved = clerk.setting.people.records[clerk.state.person.person_id].enrollment
    assert [each.quality.score for each in saved.samples if each.position is Position.LEFT_IRIS] == [41]


async def test_only_what_is_missing_is_captured_again(clerk: Clerk) -> None:
    await to_capture(clerk)
    clerk.terminal.script = [scored(face=20)]
    await clerk.captured()
    await clerk.captured(Key.Key_R)
    assert wanted(clerk)[-1] == (Position.FACE,)
    assert clerk.wizard.primary.text() == "Continue"


async def test_a_reason_of_poor_quality_is_told_in_words(clerk: Clerk) -> None:
    page = await to_capture(clerk)
    poor = sample(Position.LEFT_IRIS, 70, QualityReason.CONTACT_LENS)
    good = (sample(Position.RIGHT_IRIS), sample(Position.FACE))
    clerk.terminal.script = [Captured((poor, *good))]
    await clerk.captured()
    assert "contact lens" in page.ui.tiles[Position.LEFT_IRIS].verdict.text()
    assert "lenses" in page.ui.strip.rest.text()


async def test_a_lawful_reason_leads_on_at_once_and_can_be_taken_back(clerk: Clerk, desk: Desk) -> None:
    page = await to_capture(clerk)
    clerk.tab_to("wizard.capture.left-iris.without")
    clerk.press(Key.Key_Space)
    dialog = await desk.dialog(ExceptionDialog)
    assert dialog.findChild(QRadioButton, "wizard.exception.quality-exhausted") is None
    assert not dialog.yes.isEnabled()
    bandaged = dialog.findChild(QRadioButton, "wizard.exception.bandaged")
    assert bandaged is not None
    bandaged.click()
    dialog._note.setPlainText("After surgery")
    dialog.yes.click()
    await desk.gone(dialog)
    await until(lambda: "bandaged" in page.ui.tiles[Position.LEFT_IRIS].verdict.text())
    await clerk.captured()
    assert wanted(clerk)[-1] == (Position.RIGHT_IRIS, Position.FACE)
    assert clerk.wizard.primary.text() == "Continue"
    failure = clerk.state.capture("eyes-face").failure(Position.LEFT_IRIS)
    assert failure is not None
    assert failure.note == "After surgery"
    page.ui.tiles[Position.LEFT_IRIS].way_out.click()
    await until(lambda: clerk.wizard.primary.text() == "Capture again")


async def test_a_held_lock_is_taken_over_only_on_consent(clerk: Clerk) -> None:
    page = await to_capture(clerk)
    clerk.terminal.held_by_other = True
    await clerk.captured()
    assert "Another program is using Terminal at the door" in page.ui.problem.text
    assert clerk.terminal.held_by_other
    clerk.tab_to("wizard.problem.take_over")
    clerk.press(Key.Key_Return)
    await until(lambda: clerk.wizard.primary.text() == "Continue")
    assert clerk.terminal.called("open")[-1] == (True,)


@pytest.mark.parametrize("error", [Unreachable(device="door"), LockLost(device="door")])
async def test_a_lost_terminal_is_told_and_tried_again(clerk: Clerk, error: Exception) -> None:
    page = await to_capture(clerk)
    clerk.terminal.script = [error]
    await clerk.captured()
    assert page.ui.middle.currentWidget() is page.ui.problem
    assert page.ui.problem.safe.text()
    assert page.ui.problem.now.text()
    assert "Choose below how to go on" in page.sentence
    assert clerk.state.capture("eyes-face").attempts == (), "a broken try counts for nothing"
    problem_button(page, "again").click()
    await until(lambda: clerk.wizard.primary.text() == "Continue")
    assert page.ui.middle.currentWidget() is page.ui.preview


async def test_another_device_takes_over_when_one_does_not_answer(hire: Hire) -> None:
    clerk = hire(FakeTerminal(), FakeTerminal("gate", "Terminal at the gate"))
    page = await to_capture(clerk)
    clerk.terminal.errors["open"] = Unreachable(device="door")
    await clerk.captured()
    problem_button(page, "other_device").click()
    await until(lambda: clerk.wizard.primary.text() == "Continue")
    assert clerk.setting.devices[1].called("capture")
    assert clerk.state.capture("eyes-face").device_id == "gate"


async def test_stopping_leaves_the_terminal_idle_and_counts_nothing(clerk: Clerk) -> None:
    page = await to_capture(clerk)
    clerk.terminal.hold = asyncio.Event()
    clerk.press(Key.Key_Space)
    await until(lambda: page.ui.preview.stage.live)
    clerk.press(Key.Key_Escape)
    await clerk.on("eyes-face")
    assert clerk.terminal.idle
    assert "stopped" in page.ui.strip.text
    assert clerk.state.capture("eyes-face").attempts == ()
    assert clerk.page.current_step == "eyes-face", "Esc stopped the capture and did not go back"
    clerk.terminal.hold = None
    await clerk.captured()
    assert clerk.wizard.primary.text() == "Continue"


async def test_closing_the_window_in_mid_capture_stops_it(clerk: Clerk) -> None:
    page = await to_capture(clerk)
    clerk.terminal.hold = asyncio.Event()
    clerk.press(Key.Key_Space)
    await until(lambda: page.ui.preview.stage.live)
    assert await clerk.page.finish()
    assert clerk.terminal.idle
    assert clerk.terminal.opened is None
    assert len(clerk.setting.drafts.stored) == 1


async def test_a_full_disk_is_told_and_nothing_is_shown_as_captured(clerk: Clerk, desk: Desk) -> None:
    page = await to_capture(clerk)
    clerk.setting.drafts.errors["keep"] = StoreFull()
    await clerk.captured()
    assert desk.told[-1].code == StoreFull.code
    assert page.ui.tiles[Position.FACE].verdict.text() == "Not captured yet"


async def test_nothing_jumps_while_capturing(clerk: Clerk) -> None:
    page = await to_capture(clerk)

    def places() -> list[tuple[QPoint, int]]:
        fixed = (page.ui.middle, page.ui.strip, clerk.wizard.sentence, *page.ui.tiles.values())
        return [(each.mapTo(clerk.page, QPoint()), each.height()) for each in fixed]

    before = places()
    clerk.terminal.script = [scored(left_iris=41), Unreachable(device="door"), scored()]
    clerk.terminal.hold = asyncio.Event()
    clerk.press(Key.Key_Space)
    await until(lambda: page.ui.preview.stage.live)
    assert places() == before
    clerk.terminal.hold.set()
    await clerk.on("eyes-face")
    assert places() == before
    await clerk.captured()
    assert places() == before
    await clerk.captured()
    assert places() == before


async def test_a_step_without_a_device_does_not_appear(hire: Hire) -> None:
    faces_only = FakeTerminal()
    faces_only.can = frozenset({Modality.FACE})
    clerk = hire(faces_only)
    page = await to_capture(clerk)
    assert set(page.ui.tiles) == {Position.FACE}
    assert [step.key for step in clerk.state.plan] == ["consent", "person", "eyes-face", "review", "done"]


async def test_a_station_without_any_device_still_enrolls_the_person(hire: Hire) -> None:
    clerk = hire()
    await clerk.begin()
    await clerk.enter("person")
    clerk.write("wizard.person.last_name", "Testperson")
    clerk.write("wizard.person.document", "X12345")
    await clerk.enter("review")
    await clerk.enter("done")


async def test_what_is_not_required_may_be_left_out(hire: Hire) -> None:
    policy = replace(a_policy(), modalities={Modality.CARD: ModalityPolicy(Modality.CARD, required=False)})
    reader = FakeTerminal()
    reader.can = frozenset({Modality.CARD})
    clerk = hire(reader, policy=policy)
    await clerk.begin()
    await clerk.enter("person")
    clerk.write("wizard.person.last_name", "Testperson")
    clerk.write("wizard.person.document", "X12345")
    await clerk.enter("card")
    clerk.tab_to("wizard.skip")
    clerk.press(Key.Key_Return)
    await clerk.on("review")
    assert not reader.called("capture")


async def test_a_card_is_captured_without_a_picture(hire: Hire) -> None:
    reader = FakeTerminal()
    reader.can = frozenset({Modality.CARD})
    clerk = hire(reader)
    await clerk.begin()
    await clerk.enter("person")
    clerk.write("wizard.person.last_name", "Testperson")
    clerk.write("wizard.person.document", "X12345")
    await clerk.enter("card")
    assert "hold the card" in clerk.wizard.sentence.text()
    assert not clerk.capture_page.ui.preview.distance.isVisible()
    await clerk.captured()
    await clerk.enter("review")
    await clerk.enter("done")
    saved = clerk.setting.people.records[clerk.state.person.person_id].enrollment
    assert saved.samples[0].card == "04A1B2C3"


async def test_the_terminal_knows_the_person_already(clerk: Clerk) -> None:
    page = await to_capture(clerk)
    clerk.terminal.script = [Captured((sample(Position.FACE),), "4711")]
    await clerk.captured()
    assert "4711" in page.ui.strip.text


async def test_lock_held_on_opening_counts_for_nothing(clerk: Clerk) -> None:
    await to_capture(clerk)
    clerk.terminal.errors["open"] = LockHeld(device="door")
    await clerk.captured()
    assert clerk.state.capture("eyes-face").attempts == ()


async def test_what_a_supervisor_must_let_out_can_be_asked_and_waits(hire: Hire, desk: Desk) -> None:
    iris = ModalityPolicy(Modality.IRIS, exception_needs_supervisor=True)
    policy = replace(a_policy(), modalities={**a_policy().modalities, Modality.IRIS: iris})
    clerk = hire(FakeTerminal(), policy=policy)
    page = await to_capture(clerk)
    for choice in ("supervisor.later", ""):
        page.ui.tiles[Position.LEFT_IRIS].way_out.click()
        dialog = await desk.dialog(ExceptionDialog)
        bandaged = dialog.findChild(QRadioButton, "wizard.exception.bandaged")
        assert bandaged is not None
        bandaged.click()
        dialog.yes.click()
        asking = await desk.dialog(HereOrLater)
        if choice:
            asking.later.click()
            await until(lambda: "A supervisor was asked" in page.ui.strip.what.text())
            assert clerk.state.capture("eyes-face").failure(Position.LEFT_IRIS) is None
            continue
        asking.yes.click()
        unlock = await desk.dialog(UnlockDialog)
        unlock.field.setText(PASSCODE)
        unlock.yes.click()
        await until(lambda: clerk.state.capture("eyes-face").failure(Position.LEFT_IRIS) is not None)
