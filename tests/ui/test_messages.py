"""Every error has a sentence of its own, and the banner says it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.domain import errors
from app.domain.errors import DeviceBusy, LockHeld, Unreachable, WrongCredential, leaves
from app.ui.messages import Level, Message, sentence_for, sentence_for_code
from app.ui.sentences import SENTENCES, UNEXPECTED
from app.ui.widgets.message_bar import MessageBar
from tests.ui.conftest import Desk
from tests.ui.hands import click, press

OURS = [kind for kind in leaves() if kind.__module__ == errors.__name__]


def test_every_error_has_a_sentence_of_its_own() -> None:
    assert [kind.__name__ for kind in OURS if kind not in SENTENCES] == []
    parts = [part for sentence in SENTENCES.values() for part in sentence]
    assert [part for part in parts if not part.endswith(".")] == []


def test_no_two_errors_say_the_same() -> None:
    first = [sentence.what for sentence in SENTENCES.values()]
    assert len(set(first)) == len(first)


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in OURS]
    assert len(set(codes)) == len(codes)


def test_missing_facts_leave_no_braces() -> None:
    for kind in OURS:
        error = errors.ConfigurationInvalid({}) if kind is errors.ConfigurationInvalid else kind()
        message = sentence_for(error)
        assert "{" not in message.text
        assert message.what
        assert message.safe
        assert message.now
        assert message.code == kind.code


def test_a_device_is_called_by_its_label() -> None:
    message = sentence_for(Unreachable(device="door", step="open"), {"door": "Terminal at the door"})
    assert message.what == "Terminal at the door does not answer."
    assert "step=open" in message.details


def test_an_error_without_a_sentence_takes_its_parents() -> None:
    class MenuOpen(DeviceBusy):
        pass

    try:
        assert sentence_for(MenuOpen(device="door")).what == sentence_for(DeviceBusy(device="door")).what
    finally:
        del MenuOpen


def test_the_unexpected_gets_a_calm_sentence_without_its_text() -> None:
    message = sentence_for(ValueError("secret of a person"))
    assert message.what == UNEXPECTED.what
    assert "secret" not in message.support_text
    assert "ValueError" in message.support_text


def test_a_stored_code_reads_like_the_error() -> None:
    stored = sentence_for_code("ES-105", {"device": "door"}, {"door": "Door"})
    assert stored.what == sentence_for(LockHeld(device="door"), {"door": "Door"}).what


async def test_the_banner_shows_copies_and_goes_with_escape(desk: Desk) -> None:
    bar = desk.show(MessageBar(desk.messages), 800, 90)
    bar.hide()
    desk.messages.error(LockHeld(device="door", step="lock"))
    assert bar.isVisible()
    assert "Another program" in bar.what.text()
    assert "Nothing was changed" in bar.rest.text()
    assert "Another program" in bar.accessibleName()
    click(bar.copy)
    assert "ES-105" in QGuiApplication.clipboard().text()
    assert "step=lock" in QGuiApplication.clipboard().text()
    bar.close_button.setFocus()
    press(bar.close_button, Qt.Key.Key_Escape)
    assert not bar.isVisible()


async def test_a_message_without_code_offers_nothing_to_copy(desk: Desk) -> None:
    bar = desk.show(MessageBar(desk.messages), 800, 90)
    desk.messages.show(Message("Saved.", level=Level.SUCCESS))
    assert bar.copy.isHidden()
    assert bar.rest.isHidden()


def test_a_fault_with_a_known_cure_says_the_cure() -> None:
    told = sentence_for(WrongCredential(device="door-1", reason="certificate-expired", cure="renew-certificate"))
    assert "expired" in told.now
