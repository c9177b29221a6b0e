"""The window as a clerk meets it: pages, keys, role, practice, deliveries, closing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from app.domain.errors import StoreError
from app.journeys.station import Station
from app.ui import application
from app.ui.main_window import DEVICES, ENROLL, PEOPLE, SETTINGS, MainWindow
from app.ui.messages import MessageService
from app.ui.pages.settings import SettingsPage
from app.ui.preferences import Preferences
from app.ui.supervisor import Supervisor, UnlockDialog
from app.ui.tasks import Tasks
from app.ui.theme import Look
from tests.ui.conftest import Desk, until
from tests.ui.fakes import PASSCODE, Setting, busy_setting
from tests.ui.hands import click, press, write
from tests.ui.looking import cut, nameless, outside

Open = Callable[[Setting], MainWindow]


class EnrollPage(QWidget):
    """Stands in for the wizard and remembers what it was asked."""

    help_text = "How to enroll."

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []
        self.may_close = True
        column = QVBoxLayout(self)
        column.addWidget(QLabel("Enroll"))
        column.addWidget(QPushButton("Start"))

    def start_for(self, person_id: str) -> None:
        self.asked.append(("start", person_id))

    def continue_draft(self, draft_id: str) -> None:
        self.asked.append(("continue", draft_id))

    async def finish(self) -> bool:
        return self.may_close


@pytest.fixture
def make_window(desk: Desk, preferences: Preferences, tmp_path: Path) -> Open:
    """Makes the real window over fakes."""

    def settings(
        station: Station, tasks: Tasks, messages: MessageService, kept: Preferences, supervisor: Supervisor
    ) -> QWidget:
        return SettingsPage(station, tasks, messages, kept, supervisor, tmp_path / "station.toml")

    def make(setting: Setting) -> MainWindow:
        window = MainWindow(
            setting.station(), desk.tasks, desk.messages, preferences, lambda *_: EnrollPage(), settings
        )
        desk.shown.append(window)
        return window

    return make


@pytest.fixture
def open_window(desk: Desk, make_window: Open) -> Open:
    """Makes and shows it."""
    return lambda setting: desk.show(make_window(setting))


def the_enroll_page(window: MainWindow) -> EnrollPage:
    page = window.enroll
    assert isinstance(page, EnrollPage)
    return page


async def test_keys_go_to_every_page(desk: Desk, open_window: Open) -> None:
    window = await desk.active(open_window(busy_setting()))
    assert window.pages.currentIndex() == ENROLL
    for number, key in (
        (PEOPLE, Qt.Key.Key_2),
        (DEVICES, Qt.Key.Key_3),
        (SETTINGS, Qt.Key.Key_4),
        (ENROLL, Qt.Key.Key_1),
    ):
        press(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.pages.currentIndex() == number
        assert window.rail.buttons[number].isChecked()
    await desk.idle()


async def test_f1_shows_the_help_of_the_page_and_takes_it_away(desk: Desk, open_window: Open) -> None:
    window = await desk.active(open_window(busy_setting()))
    press(window, Qt.Key.Key_F1)
    assert window.help.isVisible()
    assert window.help.text.text() == "How to enroll."
    press(window.help.close_button, Qt.Key.Key_Escape)
    assert window.help.isHidden()
    window.go_to(DEVICES)
    window.show_help()
    assert "Diagnose" in window.help.text.text()
    window.go_to(PEOPLE)
    assert window.help.isHidden()
    await desk.idle()


async def test_practice_is_said_all_the_time(desk: Desk, open_window: Open) -> None:
    window = open_window(busy_setting(practice=True))
    for page in (ENROLL, PEOPLE, DEVICES, SETTINGS):
        window.go_to(page)
        assert any(
            label.isVisible() and label.text() == "Practice: nothing here is real."
            for label in window.findChildren(QLabel)
        )
    await desk.idle()


async def test_real_work_has_no_practice_banner(desk: Desk, open_window: Open) -> None:
    window = open_window(busy_setting())
    assert not [label for label in window.findChildren(QLabel) if "Practice" in label.text()]
    await desk.idle()


async def test_the_footer_counts_what_waits(desk: Desk, open_window: Open) -> None:
    setting = busy_setting()
    window = open_window(setting)
    await until(lambda: window.footer.deliveries.text.text() == "2 deliveries waiting for a device")
    click(window.footer.show_people)
    assert window.pages.currentIndex() == PEOPLE
    setting.outbox.waiting = 1
    window.refresh_deliveries()
    await until(lambda: window.footer.deliveries.text.text() == "1 delivery waiting for a device")
    setting.outbox.waiting = 0
    window.refresh_deliveries()
    await until(lambda: window.footer.deliveries.text.text() == "Everything delivered")
    setting.outbox.errors["pending"] = StoreError()
    window.refresh_deliveries()
    await until(lambda: "not known" in window.footer.deliveries.text.text())
    await desk.idle()


async def test_a_supervisor_unlocks_and_locks(desk: Desk, open_window: Open) -> None:
    setting = busy_setting()
    window = open_window(setting)
    assert window.header.role.text() == "Clerk"
    click(window.header.change)
    dialog = await desk.dialog(UnlockDialog)
    write(dialog.field, PASSCODE)
    press(dialog.field, Qt.Key.Key_Return)
    await desk.idle()
    assert window.header.role.text().startswith("Supervisor until ")
    assert [entry.action for entry in setting.journal.written] == ["supervisor-unlocked"]
    click(window.header.change)
    assert window.header.role.text() == "Clerk"


async def test_a_wrong_passcode_waits_and_says_how_long(desk: Desk, open_window: Open) -> None:
    clock = [1000.0]
    window = open_window(busy_setting(clock=lambda: clock[0]))
    click(window.header.change)
    dialog = await desk.dialog(UnlockDialog)
    write(dialog.field, "wrong")
    press(dialog.field, Qt.Key.Key_Return)
    await until(lambda: dialog.row.error)
    assert "1 second" in dialog.row.error
    assert not dialog.yes.isEnabled()
    assert dialog.field.text() == ""
    clock[0] += 1.5
    await until(dialog.yes.isEnabled)
    press(dialog.field, Qt.Key.Key_Escape)
    await desk.idle()
    assert window.header.role.text() == "Clerk"


async def test_the_supervisor_time_runs_out(desk: Desk, open_window: Open) -> None:
    clock = [1000.0]
    window = open_window(busy_setting(clock=lambda: clock[0]))
    click(window.header.change)
    dialog = await desk.dialog(UnlockDialog)
    write(dialog.field, PASSCODE)
    dialog.yes.click()
    await desk.idle()
    clock[0] += 301
    await until(lambda: window.header.role.text() == "Clerk")


async def test_without_a_passcode_it_says_so(desk: Desk, open_window: Open) -> None:
    window = open_window(busy_setting(passcode=None))
    click(window.header.change)
    dialog = await desk.dialog(UnlockDialog)
    assert "no supervisor passcode" in dialog.text.text()
    assert not dialog.field.isVisible()
    dialog.reject()
    await desk.idle()


async def test_people_are_sent_to_the_wizard(desk: Desk, open_window: Open) -> None:
    window = open_window(busy_setting())
    window.people.recapture_requested.emit("P-1001")
    window.people.continue_requested.emit("d1")
    assert the_enroll_page(window).asked == [("start", "P-1001"), ("continue", "d1")]
    assert window.pages.currentIndex() == ENROLL
    await desk.idle()


async def test_closing_asks_first_and_closes_when_told(desk: Desk, open_window: Open) -> None:
    window = open_window(busy_setting())
    asked: list[bool] = []
    window.close_requested.connect(lambda: asked.append(True))
    the_enroll_page(window).may_close = False
    window.close()
    await desk.idle()
    assert asked == []
    the_enroll_page(window).may_close = True
    window.close()
    await desk.idle()
    assert asked == [True]
    assert window.isVisible()
    window.close_for_real()
    assert not window.isVisible()


async def test_size_and_look_are_remembered(
    desk: Desk, open_window: Open, make_window: Open, preferences: Preferences
) -> None:
    window = open_window(busy_setting())
    window.resize(900, 650)
    preferences.look = Look.DARK
    window.close_for_real()
    await desk.idle()
    again = make_window(busy_setting())
    assert (again.width(), again.height()) == (900, 650)
    assert preferences.look is Look.DARK
    await desk.idle()


async def test_escape_takes_the_message_away(desk: Desk, open_window: Open) -> None:
    window = open_window(busy_setting())
    desk.messages.info("Hello")
    assert window.message_bar.isVisible()
    press(window.rail, Qt.Key.Key_Escape)
    assert not window.message_bar.isVisible()
    await desk.idle()


@pytest.mark.parametrize(("percent", "size"), [(100, (900, 600)), (200, (1100, 900))])
async def test_every_page_fits_and_has_names(
    desk: Desk, open_window: Open, preferences: Preferences, app: QApplication, percent: int, size: tuple[int, int]
) -> None:
    preferences.percent = percent
    window = open_window(busy_setting(practice=True))
    application.wear(app, preferences)
    window.resize(*size)
    for page in (PEOPLE, DEVICES, SETTINGS):
        window.go_to(page)
        await desk.idle()
        if page == PEOPLE:
            window.people.open_person("P-1001")
            await desk.idle()
        if page == DEVICES:
            window.devices.views[0].open()
            window.devices.views[0].diagnose()
            await desk.idle()
            users = window.devices.tree.findItems("Users", Qt.MatchFlag.MatchRecursive)[0]
            window.devices.tree.setCurrentItem(users)
            await desk.idle()
        assert nameless(window) == []
        assert cut(window) == []
        assert outside(window) == []
