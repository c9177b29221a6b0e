"""A station nobody has set up yet: the start says what comes first, and nothing pretends to be delivered."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.ui import sounds
from app.ui.widgets import speech
from tests.ui.conftest import until
from tests.ui.hands import click
from tests.ui.wizard.clerk import Clerk
from tests.ui.wizard.conftest import Hire
from tests.ui.wizard.terminal import scored


def texts(clerk: Clerk) -> str:
    return "\n".join(label.text() for label in clerk.page.findChildren(QLabel) if label.isVisible())


async def test_without_a_terminal_the_start_leads_to_settings(hire: Hire) -> None:
    clerk, led = hire(), []
    clerk.page.lead_to_settings(lambda: led.append("settings"))
    await clerk.desk.idle()
    assert "Set up a terminal first" in texts(clerk)
    button = clerk.page.findChild(QPushButton, "wizard.start.settings")
    assert button is not None
    click(button)
    assert led == ["settings"]


async def test_with_a_terminal_the_start_only_begins(clerk: Clerk) -> None:
    await clerk.desk.idle()
    assert "Set up a terminal first" not in texts(clerk)


async def test_without_a_terminal_nothing_claims_to_be_brought_anywhere(hire: Hire) -> None:
    clerk = hire()
    await clerk.begin()
    await clerk.enter("person")
    for field, text in (("last_name", "Testperson"), ("first_name", "Ada"), ("document", "X12345")):
        clerk.write(f"wizard.person.{field}", text)
    await clerk.enter("review")
    await clerk.enter("done")
    await clerk.desk.idle()
    assert clerk.wizard.sentence.text() == "This person is stored on this station."
    assert "known at no door yet" in texts(clerk)


async def test_steps_and_outcomes_are_spoken(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    listening = SimpleNamespace(
        isActive=lambda: True,
        AnnouncementPoliteness=QAccessible.AnnouncementPoliteness,
        updateAccessibility=lambda event: spoken.append(event.message()),
    )
    monkeypatch.setattr(speech, "QAccessible", listening)
    await clerk.begin()
    await clerk.fill_in()
    await clerk.captured()
    assert any(text.startswith("Step 2 of 5: Person") for text in spoken)
    assert any("Everything is captured" in text for text in spoken)


async def test_a_tone_for_what_worked_two_for_what_did_not_and_none_unless_wanted(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(sounds, "tone", lambda: heard.append("tone"))
    clerk.terminal.script = [scored(left_iris=41), scored(), scored()]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sounds.use(app, wanted=True)
    await clerk.begin()
    await clerk.fill_in()
    await clerk.captured()
    await until(lambda: heard == ["tone", "tone"])
    await clerk.captured()
    assert heard == ["tone"] * 3
    sounds.use(app, wanted=False)
    await clerk.captured(Qt.Key.Key_R)
    assert heard == ["tone"] * 3
