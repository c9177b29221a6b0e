"""How long the whole window keeps its thread: every page entered, every part opened, every look put on.

    python -m tests.benchmarks.window [--rounds 3] [--json FILE] [--where] [--only WORDS]

Prints for each thing a clerk does the turns of the event loop that followed it: p99 and longest by the clock, and the
most processor time the window's own thread used between two turns (what remains when other programs are taken away).
Each round opens a new window, so that "first" is first. Nothing is asserted: the machine decides what they are worth.
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
import shiboken6
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.domain.modality import Modality, Position
from app.journeys.ports import PersonRecord
from app.ui import application
from app.ui.console.device_view import sections_of
from app.ui.main_window import DEVICES, ENROLL, PEOPLE, SETTINGS, MainWindow
from app.ui.messages import MessageService
from app.ui.pages.settings import FIRST_GROUP, SettingsPage
from app.ui.preferences import Preferences
from app.ui.tasks import Tasks
from app.ui.theme import Look
from app.ui.widgets.basics import label
from app.ui.wizard.page import EnrollPage
from tests.benchmarks._options import parser as arguments
from tests.benchmarks._stalls import LIMIT_S, Stalls, StallWatch
from tests.ui.fakes import FakeConsoleDevice, FakeDevice, Setting, a_sample, an_enrollment, busy_setting, gray_bmp

ENROLLED = 60
SAMPLES = 11
MANY_WIDGETS = 1000
QUIET_S = 0.03
CONFIGURATION = """
[station]
id = "desk-1"
name = "Desk one"

[[devices]]
vendor = "ef45"
id = "iris-1"
label = "Door"
address = "http://192.168.1.50:9980"

[[devices]]
vendor = "ef45"
id = "iris-2"
label = "Gate"
address = "http://192.168.1.51:9980"
"""
Seen = dict[str, list[Stalls]]


def a_busy_station() -> Setting:
    """Sixty people, one of them with eleven samples, drafts, and two devices, one with a console."""
    devices = (FakeConsoleDevice("door", "Terminal at the door"), FakeDevice("gate", "Terminal at the gate"))
    made = busy_setting(devices=devices)
    records = made.people.records
    known = records["P-1001"]
    for number in range(ENROLLED):
        person = an_enrollment(f"P-{2000 + number}", ("Person", f"Specimen {number}"))
        records[person.person.person_id] = PersonRecord(person, 1, known.deliveries)
    places = [place for place in Position if place.modality is not Modality.CARD][:SAMPLES]
    image = gray_bmp(640, 480)
    samples = tuple(replace(a_sample(place), image=image) for place in places)
    records["P-1001"] = replace(known, enrollment=replace(known.enrollment, samples=samples))
    return made


class Round:
    """One window, and everything done in it once while the loop is watched."""

    def __init__(self, app: QApplication, folder: Path, seen: Seen, only: str) -> None:
        self._app, self._seen, self._only = app, seen, only
        self._setting = a_busy_station()
        self._preferences = Preferences(folder)
        self._preferences.look = Look.LIGHT
        self._messages = MessageService()
        self._tasks = Tasks(self._messages)
        self._file = folder / "station.toml"
        self._file.write_text(CONFIGURATION, encoding="utf-8")
        self._window: MainWindow | None = None

    @property
    def window(self) -> MainWindow:
        """The window, once made."""
        assert self._window is not None
        return self._window

    def _make(self) -> None:
        settings = partial(SettingsPage, path=self._file)
        self._window = MainWindow(
            self._setting.station(), self._tasks, self._messages, self._preferences, EnrollPage, settings
        )

    async def _quiet(self) -> None:
        """Until nothing runs and nothing is left to lay out or to paint."""
        await asyncio.sleep(QUIET_S)
        while self._tasks.running():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(QUIET_S)

    async def _do(self, name: str, action: Callable[[], object]) -> None:
        """Do one thing in a turn of its own and watch until the window is quiet again."""
        with StallWatch() as watch:
            await asyncio.sleep(QUIET_S)
            asyncio.get_running_loop().call_soon(action)
            await self._quiet()
        if self._only in name:
            self._seen.setdefault(name, []).append(watch.result())

    async def run(self) -> None:
        """Everything once; the window is gone afterwards."""
        await self._do("make the window", self._make)
        await self._do("show the window", self.window.show)
        await self._in_people()
        await self._in_devices()
        await self._in_settings()
        await self._in_other_looks()
        self.window.close_for_real()
        await self._tasks.close()
        shiboken6.delete(self.window)

    async def _in_people(self) -> None:
        page = self.window.people
        await self._do("enter People, first", lambda: self.window.go_to(PEOPLE))
        await self._do("open a person with 11 samples", lambda: page.open_person("P-1001"))
        await self._do("open a person with 3 samples", lambda: page.open_person("P-2001"))
        await self._do("show more people", page.more.click)
        await self._do("search", lambda: page.search.setText("spec"))
        await asyncio.sleep(0.3)
        await self._do("show drafts", page.show_drafts)
        await self._do("go to Enroll", lambda: self.window.go_to(ENROLL))
        await self._do("enter People again", lambda: self.window.go_to(PEOPLE))
        await self._do("help", self.window.show_help)
        await self._do("a message", lambda: self._messages.warn("Something happened.", "Do something about it."))

    async def _in_devices(self) -> None:
        await self._do("enter Devices, first", lambda: self.window.go_to(DEVICES))
        page = self.window.devices
        view = page.views[0]
        for number, name in ((1, "choose another device"), (0, "choose the first device")):
            item = page.tree.topLevelItem(number)
            assert item is not None
            await self._do(name, partial(page.tree.setCurrentItem, item))
        await self._do("open a device", view.open_button.click)
        await self._do("diagnose a device", view.diagnose_button.click)
        for section in sections_of(view.device)[:2]:
            await self._do("open a console section, first", partial(view.show_section, section))
        await self._do("ask for an action's values", self._ask)
        await self._do("close a device", view.close_button.click)

    def _ask(self) -> None:
        self.window.devices.views[0].sections["users"].buttons["rename"].click()
        asyncio.get_running_loop().call_later(0.2, self._answer)

    def _answer(self) -> None:
        for one in QApplication.topLevelWidgets():
            if isinstance(one, QDialog) and one.isVisible():
                one.reject()

    async def _in_settings(self) -> None:
        await self._do("enter Settings, first", lambda: self.window.go_to(SETTINGS))
        page = self.window.settings
        assert isinstance(page, SettingsPage)
        for number, group in enumerate(page.groups):
            row = number + FIRST_GROUP
            await self._do(f"open settings, first: {group.title}", partial(page.sections.setCurrentRow, row))
        for row in (FIRST_GROUP, FIRST_GROUP + 4):
            await self._do("open settings again", partial(page.sections.setCurrentRow, row))
        await self._do("undo changes in settings", page.revert_button.click)

    async def _in_other_looks(self) -> None:
        for look in (Look.DARK, Look.LIGHT):
            await self._do("change the look", partial(self._wear, look))
        more = QWidget(self.window)
        for number in range(MANY_WIDGETS):
            label(str(number)).setParent(more)
        more.show()
        await self._quiet()
        for look in (Look.DARK, Look.LIGHT):
            await self._do(f"change the look, {MANY_WIDGETS} widgets more", partial(self._wear, look))

    def _wear(self, look: Look) -> None:
        self._preferences.look = look
        page = self.window.settings
        assert isinstance(page, SettingsPage)
        page.appearance.changed.emit()


def figures(stalls: list[Stalls]) -> dict[str, float]:
    """What is told about one action over all rounds."""
    return {
        "times": len(stalls),
        "p99_ms": max(one.p99_ms for one in stalls),
        "max_ms": max(one.max_ms for one in stalls),
        "own_max_ms": max(one.own_max_ms for one in stalls),
        "own_over_limit": sum(one.own_over_limit for one in stalls),
    }


def tell(seen: Seen, *, where: bool) -> None:
    """Print every action, a mark at those over the limit."""
    print(f"{'action':<46}{'p99 ms':>8}{'max ms':>8}{'own ms':>8}  over {LIMIT_S * 1000:.0f} ms")
    for name, stalls in seen.items():
        told = figures(stalls)
        over = f"{told['own_over_limit']:.0f} in {told['times']:.0f}" if told["own_over_limit"] else ""
        print(f"{name:<46}{told['p99_ms']:>8.1f}{told['max_ms']:>8.1f}{told['own_max_ms']:>8.1f}  {over}")
        if where and told["own_over_limit"]:
            print(max(stalls, key=lambda one: one.own_max_ms).worst)


async def run(app: QApplication, options: argparse.Namespace) -> Seen:
    """All rounds."""
    seen: Seen = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            await Round(app, Path(folder), seen, options.only).run()
    return seen


def main() -> int:
    """Read the options and measure."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how many windows to open")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--where", action="store_true", help="say where the window's thread was in the longest turn")
    parser.add_argument("--only", default="", help="tell only of actions with these words")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = application.create(["window"], Preferences(Path(folder), Look.LIGHT), "en")
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
            seen = runner.run(run(app, options))
    tell(seen, where=options.where)
    if options.json:
        told = {name: figures(stalls) for name, stalls in seen.items()}
        Path(options.json).write_text(json.dumps(told, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
