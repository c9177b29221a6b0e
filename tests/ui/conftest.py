"""What every window test shares: Qt's warnings are failures, and nothing may be left behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio
import shiboken6
from PySide6.QtCore import QEvent, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.ui import application
from app.ui.messages import Message, MessageService
from app.ui.preferences import Preferences
from app.ui.tasks import Tasks

W = TypeVar("W", bound=QWidget)
D = TypeVar("D", bound=QDialog)

HARMLESS = ("This plugin does not support propagateSizeHints", "This plugin does not support raise()")
"""What the offscreen platform says about itself."""

Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def no_qt_warnings() -> Iterator[None]:
    """A warning from Qt fails the test that caused it."""
    told: list[str] = []

    def heard(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        if kind is not QtMsgType.QtDebugMsg and not (text or "").startswith(HARMLESS):
            told.append(text or "")

    before = qInstallMessageHandler(heard)
    yield
    qInstallMessageHandler(before)
    assert not told, told


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    """Preferences in a folder of their own."""
    return Preferences(tmp_path)


@pytest_asyncio.fixture
async def app(preferences: Preferences) -> QApplication:
    """The application with our look on."""
    made = QApplication.instance()
    assert isinstance(made, QApplication)
    made.setProperty("basePoints", 10.0)
    if not made.property("translated"):
        application.install_translators(made, "en")
        made.setProperty("translated", True)
    application.wear(made, preferences)
    return made


async def until(condition: Callable[[], object], within_s: float = 30.0) -> None:
    """Let the loop turn until the condition holds."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - Qt conditions have no event
            await asyncio.sleep(0.005)


@dataclass
class Desk:
    """What a page needs, and what was told; everything is put away at the end and nothing may remain."""

    messages: MessageService
    tasks: Tasks
    told: list[Message] = field(default_factory=list)
    shown: list[QWidget] = field(default_factory=list)

    def show(self, widget: W, width: int = 1100, height: int = 740) -> W:
        """Show a widget as a window of this size."""
        self.shown.append(widget)
        widget.resize(width, height)
        widget.show()
        widget.activateWindow()
        return widget

    async def active(self, widget: W) -> W:
        """The widget once it has the keyboard."""
        await until(widget.isActiveWindow)
        return widget

    async def idle(self) -> None:
        """Wait until no task runs and Qt has nothing left to do."""
        await until(lambda: not self.tasks.running())
        await asyncio.sleep(0.01)

    async def dialog(self, kind: type[D]) -> D:
        """The dialog of this kind on the screen, once there is one."""
        await until(lambda: self._dialogs(kind))
        return self._dialogs(kind)[-1]

    async def gone(self, dialog: QDialog) -> None:
        """Wait until a dialog was put away."""
        await until(lambda: not shiboken6.isValid(dialog) or not dialog.isVisible())

    def _dialogs(self, kind: type[D]) -> list[D]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


@pytest_asyncio.fixture
async def desk(app: QApplication) -> AsyncIterator[Desk]:
    """Messages and tasks; leftover windows, running timers and tasks fail the test."""
    before = set(map(id, QApplication.topLevelWidgets()))
    messages = MessageService()
    made = Desk(messages, Tasks(messages))
    messages.shown.connect(made.told.append)
    yield made
    await made.tasks.close()
    for widget in made.shown:
        if shiboken6.isValid(widget):
            widget.hide()
            widget.deleteLater()
    made.shown.clear()
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        await asyncio.sleep(0)
    left = [one for one in QApplication.topLevelWidgets() if id(one) not in before and one.isVisible()]
    assert not left, left
    ticking = [one for one in app.findChildren(QTimer) if one.isActive()]
    assert not ticking, ticking
    assert not made.tasks.running()
