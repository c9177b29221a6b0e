"""Coroutines started from slots: kept, told about when they fail, cancelled with their page."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.ui.messages import MessageService

T = TypeVar("T")
STOP_WITHIN_S = 5.0


@dataclass
class _Running:
    owner: QObject | None
    key: str
    background: bool = False
    replaced: bool = False


class Tasks(QObject):
    """Starts coroutines for the widgets of one window. Main thread only.

    `count_changed` tells how many run. An exception nobody handles goes to the message service.
    """

    count_changed = Signal(int)

    def __init__(self, messages: MessageService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.messages = messages
        self._running: dict[asyncio.Task[Any], _Running] = {}
        self.turn = asyncio.Lock()
        """Held by who makes parts of the window at a turn of the loop: one at a time."""

    def start(
        self,
        work: Coroutine[Any, Any, T],
        *,
        owner: QObject | None = None,
        button: QAbstractButton | None = None,
        key: str = "",
        background: bool = False,
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], bool | None] | None = None,
        finally_: Callable[[], object] | None = None,
    ) -> "asyncio.Task[T] | None":
        """Run `work`; None when its button is disabled, which means that it runs already.

        owner: the page; its tasks end with it (`cancel`, or when it is destroyed).
        button: disabled until the work ends, however it ends.
        key: an earlier task of the same owner and key is cancelled first (latest answer wins).
        background: lasts as long as its page (a device kept open); not counted as running.
        done: gets the result. failed: gets the exception, returns True when it dealt with it.
        finally_: called last, also when cancelled; not when a task of the same key took its place.
        """
        if button is not None and not button.isEnabled():
            work.close()
            return None
        if key:
            self._replace(owner, key)
        release = _hold(button)
        task = asyncio.ensure_future(work)
        self._keep(task, _Running(owner, key, background))
        task.add_done_callback(lambda ended: self._ended(ended, release, done, failed, finally_))
        return task

    def running(self, owner: QObject | None = None) -> int:
        """How many tasks run, of one owner or of all, without those in the background."""
        counted = [one for one in self._running.values() if not one.background]
        return sum(owner is None or one.owner is owner for one in counted)

    def cancel(self, owner: QObject) -> None:
        """Cancel what this page started; it ends at the next turn of the loop."""
        self._cancel_where(lambda running: running.owner is owner)

    async def close(self) -> None:
        """Cancel everything and wait until it ended, bounded in time; errors on the way are still told."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_WITHIN_S)

    def _keep(self, task: "asyncio.Task[Any]", running: _Running) -> None:
        self._running[task] = running
        owner = running.owner
        if owner is not None and not owner.property("tasksWatched"):
            owner.setProperty("tasksWatched", True)
            owner.destroyed.connect(lambda: self._cancel_where(lambda running: _gone(running.owner)))
        self.count_changed.emit(self.running())

    def _replace(self, owner: QObject | None, key: str) -> None:
        for task, running in list(self._running.items()):
            if running.owner is owner and running.key == key:
                running.replaced = True
                task.cancel()

    def _cancel_where(self, wanted: Callable[[_Running], bool]) -> None:
        for task, running in list(self._running.items()):
            if wanted(running):
                task.cancel()

    def _ended(
        self,
        task: "asyncio.Task[T]",
        release: Callable[[], None],
        done: Callable[[T], object] | None,
        failed: Callable[[BaseException], bool | None] | None,
        finally_: Callable[[], object] | None,
    ) -> None:
        running = self._running.pop(task)
        alive = not _gone(running.owner)
        release()
        error = None if task.cancelled() else task.exception()
        try:
            if error is not None:
                self._tell(error, failed if alive else None)
            elif alive and done is not None and not task.cancelled() and not running.replaced:
                done(task.result())
        except Exception as broken:  # a page's own mistake must be heard, and must not end the loop
            self.messages.error(broken)
        finally:
            if alive and finally_ is not None and not running.replaced:
                finally_()
            if not _gone(self):
                self.count_changed.emit(self.running())

    def _tell(self, error: BaseException, failed: Callable[[BaseException], bool | None] | None) -> None:
        if failed is None or not failed(error):
            self.messages.error(error)


def _gone(thing: QObject | None) -> bool:
    return thing is not None and not shiboken6.isValid(thing)


def _hold(button: QAbstractButton | None) -> Callable[[], None]:
    """Disable the button; the returned function gives it back, with the focus when nobody took that on purpose."""
    if button is None:
        return lambda: None
    had_focus = button.hasFocus()
    button.setEnabled(False)
    moved_to: QWidget | None = QApplication.focusWidget()

    def release() -> None:
        if _gone(button):
            return
        button.setEnabled(True)
        if had_focus and QApplication.focusWidget() in (moved_to, None):
            button.setFocus()

    return release
