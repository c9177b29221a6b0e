"""The devices page: any vendor's console, safely."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from app.domain.device import Finding, Health, Life
from app.domain.errors import Unreachable
from app.ui.console.action_dialog import ActionDialog
from app.ui.console.device_view import CLOSED, LOCKED, DeviceView
from app.ui.console.diagnosis import CHECKS
from app.ui.console.export import safe_cell
from app.ui.console.section_view import SectionView
from app.ui.cures import CURES
from app.ui.dialogs import Dialog, TypedConfirmation
from app.ui.pages.devices import DevicesPage
from app.ui.supervisor import Supervisor, UnlockDialog
from app.ui.widgets.status import Lamp
from tests.ui.conftest import Desk, until
from tests.ui.fakes import PASSCODE, FakeConsoleDevice, FakeDevice, Setting
from tests.ui.hands import click, press, write

APP = Path(__file__).resolve().parents[2] / "app"
Open = Callable[[Setting], DevicesPage]


@pytest.fixture
def open_page(desk: Desk) -> Open:
    """Shows the page over fakes."""

    def make(setting: Setting) -> DevicesPage:
        station = setting.station()
        desk.messages.names = {device.device_id: device.label for device in setting.devices}
        page = DevicesPage(station, desk.tasks, desk.messages, Supervisor(station, desk.tasks, desk.tasks))
        desk.show(page)
        page.entered()
        return page

    return make


def choose(page: DevicesPage, part: str) -> None:
    page.tree.setCurrentItem(page.tree.findItems(part, Qt.MatchFlag.MatchRecursive)[0])


async def the_section(desk: Desk, page: DevicesPage, title: str) -> SectionView:
    """Opens the first device and one of its sections."""
    view = page.views[0]
    if view.device.info is None:
        click(view.open_button)
        await desk.idle()
    choose(page, title)
    await desk.idle()
    shown = next(section for section in view.sections.values() if section.isVisible())
    assert shown.section.title == title
    return shown


async def unlock(desk: Desk) -> None:
    dialog = await desk.dialog(UnlockDialog)
    write(dialog.field, PASSCODE)
    click(dialog.yes)
    await desk.gone(dialog)


def column(view: SectionView, number: int = 0) -> list[str]:
    model = view.table.rows
    return [str(model.index(row, number).data()) for row in range(model.rowCount())]


async def test_looking_opens_nothing(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    page = open_page(Setting(devices=(device, FakeDevice("gate", "Gate"))))
    await desk.idle()
    choose(page, "Users")
    await desk.idle()
    assert device.calls == []
    assert page.views[0].body.currentIndex() == CLOSED
    assert page.views[0].lamp.lamp is Lamp.OFF


async def test_no_devices_says_who_adds_them(desk: Desk, open_page: Open) -> None:
    page = open_page(Setting())
    assert any("No terminal is set up yet" in label.text() for label in page.findChildren(QLabel) if label.isVisible())
    await desk.idle()


async def test_only_the_chosen_device_shows_its_parts(desk: Desk, open_page: Open) -> None:
    page = open_page(Setting(devices=(FakeConsoleDevice(), FakeConsoleDevice("gate", "Gate"))))
    first, second = page.tree.topLevelItem(0), page.tree.topLevelItem(1)
    assert first is not None
    assert second is not None
    assert (first.isExpanded(), second.isExpanded()) == (True, False)
    page.tree.setCurrentItem(second)
    assert (first.isExpanded(), second.isExpanded()) == (False, True)
    page.tree.setCurrentIndex(page.tree.indexBelow(page.tree.currentIndex()))
    assert second.isExpanded()
    await desk.idle()


async def test_open_shows_who_answered_and_close_gives_it_back(desk: Desk, open_page: Open) -> None:
    device = FakeDevice()
    page = open_page(Setting(devices=(device,)))
    view = page.views[0]
    click(view.open_button)
    assert view.busy.text.text() == "Opening"
    await desk.idle()
    assert view.lamp.text.text() == "Open and ready"
    assert any(label.text() == "F-100" for label in view.findChildren(QLabel))
    click(view.close_button)
    await desk.idle()
    assert view.lamp.text.text() == "Closed"
    assert device.info is None


async def test_an_unreachable_device_is_told_and_the_lamp_says_so(desk: Desk, open_page: Open) -> None:
    device = FakeDevice()
    device.errors["open"] = Unreachable(device="door", step="open")
    page = open_page(Setting(devices=(device,)))
    click(page.views[0].open_button)
    await desk.idle()
    assert desk.told[-1].what == "Terminal at the door does not answer."
    assert page.views[0].lamp.lamp is Lamp.BAD
    assert page.views[0].open_button.isVisible()


async def test_taking_over_says_what_it_means_and_asks(desk: Desk, open_page: Open) -> None:
    device = FakeDevice()
    device.held_by_other = True
    page = open_page(Setting(devices=(device,)))
    view = page.views[0]
    click(view.open_button)
    dialog = await desk.dialog(Dialog)
    assert "that program loses the device at once" in dialog.text.text()
    press(dialog, Qt.Key.Key_Return)  # Enter takes nothing away from anybody
    await desk.idle()
    assert device.called("open") == [(False,)]
    assert view.lamp.text.text() == "In use by another program"
    click(view.open_button)
    dialog = await desk.dialog(Dialog)
    click(dialog.yes)
    await desk.idle()
    assert device.called("open")[-1] == (True,)
    assert view.lamp.lamp is Lamp.GOOD


async def test_a_diagnosis_puts_the_worst_first_with_its_cure(desk: Desk, open_page: Open) -> None:
    device = FakeDevice()
    device.findings = [
        Finding("network", Health.GOOD, "8 ms"),
        Finding("clock", Health.WARNING, "3 s", "set-clock"),
        Finding("flux-coil", Health.BAD, "", "turn-it-round"),
    ]
    view: DeviceView = open_page(Setting(devices=(device,))).views[0]
    click(view.diagnose_button)
    await desk.idle()
    told = [widget.text() for widget in view.findChildren(QLabel) if widget.isVisible()]
    found = [text for text in told if text.startswith(("Flux", "Tell", "Clock", "Set the", "Network"))]
    assert found == [
        "Flux coil: broken",
        "Tell your support: Turn it round.",
        "Clock: to be looked at (3 s)",
        "Set the device's clock in its console.",
        "Network connection: good (8 ms)",
    ]
    assert device.info is None


def test_every_check_and_cure_of_the_drivers_has_words() -> None:
    files = [*(APP / "devices").rglob("*.py"), APP / "check.py", APP / "journeys" / "diagnosis.py"]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    found = re.findall(r'Finding\(\s*"([a-z-]+)", Health\.\w+(?:, [^,()]*(?:\([^)]*\))?, "([a-z-]+)")?', source)
    assert {check for check, _cure in found} - set(CHECKS) == set()
    assert {cure for _check, cure in found if cure} - set(CURES) == set()


async def test_pages_and_filter(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    page = open_page(Setting(devices=(device,)))
    users = await the_section(desk, page, "Users")
    assert column(users)[0] == "P-1000"
    assert users.where.text() == "Page 1, 23 rows in all"
    assert not users.before.isEnabled()
    click(users.after)
    await desk.idle()
    click(users.after)
    await desk.idle()
    assert column(users) == ["P-1020", "P-1021", "P-1022"]
    assert not users.after.isEnabled()
    write(users.form.editors["text"].widget, "person 7")
    click(users.apply)
    await desk.idle()
    assert column(users) == ["P-1007"]
    assert users.where.text() == "1 row"


async def test_export_writes_every_page(desk: Desk, open_page: Open, tmp_path: Path) -> None:
    device = FakeConsoleDevice()
    device.people[0] = ("P-1000", "=cmd()")
    page = open_page(Setting(devices=(device,)))
    users = await the_section(desk, page, "Users")
    click(users.csv)
    chooser = await desk.dialog(QFileDialog)
    line = chooser.findChild(QLineEdit)
    assert line is not None
    line.setText(str(tmp_path / "users.csv"))
    press(line, Qt.Key.Key_Return)
    await desk.idle()
    lines = (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 24
    assert lines[:2] == ["User,Name", "P-1000,'=cmd()"]
    assert desk.told[-1].what == "23 rows exported."


def test_cells_are_never_formulas() -> None:
    assert safe_cell("-5.2") == "-5.2"
    assert safe_cell("+49 30") == "'+49 30"
    assert safe_cell("@x") == "'@x"
    assert safe_cell("plain") == "plain"


async def test_an_action_takes_the_row_says_its_consequence_and_loads_again(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    setting = Setting(devices=(device,))
    page = open_page(setting)
    users = await the_section(desk, page, "Users")
    users.table.selectRow(3)
    loads = len(device.called("users"))
    click(users.buttons["rename"])
    dialog = await desk.dialog(ActionDialog)
    assert any(label.text() == "The user is changed on this device at once." for label in dialog.findChildren(QLabel))
    click(dialog.yes)
    assert dialog.isVisible()  # the new name is missing
    assert dialog.form.rows["name"].error == "This is needed."
    write(dialog.form.editors["name"].widget, "New")
    press(dialog.form.editors["name"].widget, Qt.Key.Key_Return)
    await desk.idle()
    assert device.done == [("rename", {"user": "P-1003", "name": "New"})]
    assert len(device.called("users")) == loads + 1
    assert setting.journal.written[-1].facts == {"action": "rename"}


async def test_destroying_needs_supervisor_form_and_the_device_s_name(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    page = open_page(Setting(devices=(device,)))
    users = await the_section(desk, page, "Users")
    users.table.selectRow(1)
    click(users.buttons["delete-user"])
    await unlock(desk)
    dialog = await desk.dialog(ActionDialog)
    click(dialog.yes)
    sure = await desk.dialog(TypedConfirmation)
    write(sure.field, "Terminal")
    assert not sure.yes.isEnabled()
    write(sure.field, " at the door")
    click(sure.yes)
    await desk.idle()
    assert device.done == [("delete-user", {"user": "P-1001"})]


async def test_a_supervisor_s_part_is_closed_to_clerks(desk: Desk, open_page: Open) -> None:
    page = open_page(Setting(devices=(FakeConsoleDevice(),)))
    view = page.views[0]
    click(view.open_button)
    await desk.idle()
    choose(page, "Firmware")
    assert view.body.currentIndex() == LOCKED


async def firmware(desk: Desk, page: DevicesPage, setting: Setting) -> SectionView:
    assert await page.station.supervision.unlock(PASSCODE)
    section = await the_section(desk, page, "Firmware")
    click(section.buttons["update"])
    dialog = await desk.dialog(ActionDialog)
    click(dialog.yes)
    await until(lambda: section.progress.words.text() == "Update firmware: Sending, 1 of 4")
    return section


async def test_a_long_action_says_how_far_it_is(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    setting = Setting(devices=(device,))
    page = open_page(setting)
    section = await firmware(desk, page, setting)
    assert section.progress.bar.value() == 1
    assert not await page.finish()
    assert desk.told[-1].what == "Terminal at the door is still at work."
    device.long_gate.set()
    await desk.idle()
    assert section.progress.isHidden()
    assert desk.told[-1].what == "Update firmware: done."
    assert await page.finish()


async def test_a_long_action_can_be_aborted(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    setting = Setting(devices=(device,))
    page = open_page(setting)
    section = await firmware(desk, page, setting)
    click(section.progress.abort)
    await desk.idle()
    await until(lambda: device.aborted)
    assert section.progress.isHidden()
    assert "done" not in desk.told[-1].what if desk.told else True


async def test_watching_shows_the_newest_and_holds_up_nobody(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    setting = Setting(devices=(device,))
    page = open_page(setting)
    users = await the_section(desk, page, "Users")
    height = users.progress.sizeHint().height()
    click(users.buttons["watch"])
    await until(lambda: users.progress.words.text() == "Watch users: lost for a while")
    assert users.progress.seen.text().split("\n")[:2] == ["second came", "first came"]
    assert users.progress.bar.isHidden()
    assert users.progress.abort.text() == "Stop watching"
    async with asyncio.timeout(10), page.station.leases.turn(device):
        device.long_gate.set()
        await until(lambda: users.progress.words.text() == "Watch users: 3 seen, the newest first")
    assert users.progress.sizeHint().height() >= height
    assert await page.finish(), "closing does not wait for somebody who looks on"
    click(users.progress.abort)
    await until(lambda: device.aborted and users.progress.isHidden())


async def test_fields_arrive_in_their_types(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    page = open_page(Setting(devices=(device,)))
    assert await page.station.supervision.unlock(PASSCODE)
    section = await the_section(desk, page, "Firmware")
    click(section.buttons["settings"])
    dialog = await desk.dialog(ActionDialog)
    dialog.form.editors["count"].fill("many")
    dialog.form.editors["level"].fill("2,5")
    click(dialog.yes)
    assert dialog.form.rows["count"].error == "Write a whole number."
    dialog.form.editors["count"].fill("7")
    click(dialog.yes)
    await desk.idle()
    assert device.done == [("settings", {"count": 7, "level": 2.5, "on": True, "mode": "slave"})]


async def test_a_slow_answer_of_an_earlier_page_is_dropped(desk: Desk, open_page: Open) -> None:
    device = FakeConsoleDevice()
    page = open_page(Setting(devices=(device,)))
    users = await the_section(desk, page, "Users")
    device.gates["users"] = asyncio.Event()
    click(users.after)
    click(users.after)
    assert users.busy.text.text() == "Loading"
    device.gates.pop("users").set()
    await desk.idle()
    assert column(users) == ["P-1020", "P-1021", "P-1022"]


class CallingDevice(FakeDevice):
    """A device that calls this station: `heard` is its last sign of life."""

    since = datetime.min.replace(tzinfo=UTC)
    heard: datetime | None = None

    @property
    def life(self) -> Life | None:
        return Life(self.since, 30.0, self.heard) if self.info else None


async def test_a_device_that_calls_shows_its_signs_of_life(desk: Desk, open_page: Open) -> None:
    device, setting = CallingDevice(), Setting()
    setting.devices = (device,)
    now = setting.station().now()
    device.since = now
    view = open_page(setting).views[0]
    await desk.idle()
    assert not view.life.isVisible()
    click(view.open_button)
    await until(view.life.isVisible)
    assert view.life.lamp is Lamp.WAITING
    device.heard = now
    await until(lambda: view.life.lamp is Lamp.GOOD)
    device.heard = now - timedelta(minutes=5)
    await until(lambda: view.life.lamp is Lamp.BAD)
    assert "does not reach this station" in view.life.text.text()


async def test_a_view_that_is_gone_hears_no_more_of_the_supervisor(desk: Desk) -> None:
    station = Setting(devices=(FakeDevice(),)).station()
    supervisor = Supervisor(station, desk.tasks, desk.tasks)
    view = DeviceView(station.devices["door"], station, desk.tasks, desk.messages, supervisor)
    await desk.idle()
    shiboken6.delete(view)
    supervisor.changed.emit(True)  # an error in a slot fails the test
    await desk.idle()
