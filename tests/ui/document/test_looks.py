"""The page as eyes, keyboards and screen readers meet it, alone and in the window."""

from dataclasses import replace
from enum import Enum
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.camera import Aim
from app.domain.comparison import Decision
from app.domain.document import (
    FaceQuality,
    LivenessOutcome,
    LivenessReply,
    LivenessResult,
    PictureAdvice,
    PictureReason,
    Rule,
)
from app.domain.evidence import EvidenceFault, SignatureCheck, SignatureOutcome
from app.domain.preview import Guidance
from app.simulators.bioserver import BioServer
from app.simulators.people import person, photos
from app.ui import comparison_words as words
from app.ui import theme
from app.ui.document.score_bar import place
from app.ui.main_window import COMPARE, MainWindow
from app.ui.preferences import Preferences
from app.ui.theme import Look
from tests.ui.conftest import Desk, until
from tests.ui.document.bench import Behind, Bench, bench, selfie
from tests.ui.fakes import Setting
from tests.ui.hands import press
from tests.ui.looking import cut, nameless, outside

ENUMS: tuple[type[Enum], ...] = (
    PictureReason,
    PictureAdvice,
    FaceQuality,
    Decision,
    Rule,
    SignatureOutcome,
    LivenessOutcome,
    EvidenceFault,
)


@pytest.mark.parametrize("kind", ENUMS)
def test_every_value_has_words_of_its_own(kind: type[Enum]) -> None:
    told = [words.SENTENCES[value] for value in kind]
    assert len(set(told)) == len(told)


def test_signature_states_look_different() -> None:
    lamps = [words.SIGNATURE_LAMPS[value] for value in SignatureOutcome]
    assert len({lamp.value[0] for lamp in lamps}) == len(SignatureOutcome)
    assert len(set(words.SIGNATURES_SHORT.values())) == len(SignatureOutcome)


def test_only_a_passed_check_is_green() -> None:
    green = {one for one in LivenessOutcome if words.liveness_lamp(one) is words.liveness_lamp(LivenessOutcome.LIVE)}
    assert green == {LivenessOutcome.LIVE}


def test_hints_are_about_what_the_camera_sees() -> None:
    assert words.hint(Aim.FACE, Guidance.COME_CLOSER) != words.hint(Aim.DOCUMENT, Guidance.COME_CLOSER)
    assert words.hint(Aim.FACE, Guidance.OPEN_EYES)


def test_rates_are_told_in_percent_without_counting_zeros() -> None:
    assert words.percent(0.1) == "0.1 %"
    assert words.percent(2.865e-11) == "2.9 \N{MULTIPLICATION SIGN} 10\u207b\u00b9\u00b9 %"
    assert words.percent(float("nan")) == words.percent(None) == "not told"
    assert words.score(float("nan")) == "none"


def test_the_line_reaches_from_end_to_end() -> None:
    assert (place(-5), place(3500), place(99_999)) == (0.0, 0.5, 1.0)


@pytest.mark.parametrize(("look", "percent"), [(Look.LIGHT, 100), (Look.DARK, 150), (Look.HIGH_CONTRAST, 200)])
async def test_every_state_can_be_seen_and_heard(desk: Desk, server: BioServer, look: Look, percent: int) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, look, percent)
    try:
        async with bench(desk, server, Behind(), (760 * percent // 100, 600 * percent // 100)) as at:
            looked_at(at.page, "empty")
            await at.put(at.page.reference, photos.small_eyes(person(4)).data)
            looked_at(at.page, "findings")
            await at.both(4, other=7)
            at.page.more.click()
            await at.put(at.page.probes[1], selfie(4))
            looked_at(at.page, "ready")
            await at.compared()
            await at.idle()
            looked_at(at.page, "result")
    finally:
        theme.apply(app, Look.LIGHT, 100)


def looked_at(page: QWidget, where: str) -> None:
    QApplication.processEvents()
    found = cut(page) + outside(page) + nameless(page)
    assert not found, (where, found)


async def test_a_liveness_result_is_read_and_shown_in_words(at: Bench) -> None:
    card = at.page.liveness
    assert not card.read.isEnabled()
    card.session.setText("0f3a")
    unsigned = SignatureCheck(SignatureOutcome.UNSIGNED)
    reply = LivenessReply("SPOOF", "LIVENESS_MEDIUM", "LIVENESS_MEDIUM", False, unsigned)
    card._show(card.asked, LivenessResult(LivenessOutcome.SPOOF, reply))
    assert card.state.text.text() == words.say(LivenessOutcome.SPOOF)
    asked = card.asked
    card.session.setText("0f3b")
    assert card.outcome is None
    card._show(asked, LivenessResult(LivenessOutcome.LIVE, reply))  # comes late, and is about the other session
    assert card.outcome is None
    assert card.state.isHidden()


async def test_ctrl_enter_compares_and_the_kind_of_the_first_picture_sets_the_threshold(at: Bench) -> None:
    await at.put(at.page.reference, selfie(4))
    await at.put(at.page.probes[0], selfie(4))
    at.page.kind.setCurrentIndex(1)
    at.page.kind.activated.emit(1)
    await until(at.page.compare.isEnabled, 20)
    press(at.page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await at.idle()
    assert "3500" in at.page.result.rule.text()


async def test_the_evidence_list_checks_a_record_and_finds_tampering(at: Bench) -> None:
    await at.both()
    await at.compared()
    card = at.page.evidence
    (evidence_id,) = at.evidence.records
    card.list.setCurrentRow(0)
    card.check.click()
    await at.idle()
    assert card.state.text.text() == words.evidence_proven()
    at.evidence.records[evidence_id] = replace(at.evidence.records[evidence_id], score=9999.0)
    card.check.click()
    await at.idle()
    assert "does NOT hold" in card.state.text.text()


async def test_the_window_offers_the_page_only_where_a_service_is_configured(
    at: Bench, desk: Desk, preferences: Preferences, tmp_path: Path
) -> None:
    del tmp_path
    plain = Setting().station()
    without = MainWindow(plain, desk.tasks, desk.messages, preferences, lambda *_: QWidget(), lambda *_: QWidget())
    desk.shown.append(without)
    assert "rail.compare" not in [button.objectName() for button in without.rail.buttons]
    able = replace(plain, documents=at.page.desk)
    window = MainWindow(able, desk.tasks, desk.messages, preferences, lambda *_: QWidget(), lambda *_: QWidget())
    desk.show(window)
    await desk.active(window)
    press(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentIndex() == COMPARE
    assert window.rail.buttons[COMPARE].isChecked()
    window.show_help()
    assert "portrait on the document" in window.help.text.text()
    await at.idle()
