"""Parts of a page made one after the other: making and styling many widgets in one go would hold up the window."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence

import shiboken6
from PySide6.QtWidgets import QWidget

from app.ui.tasks import Tasks

AT_ONCE_S = 0.003
"""How long one turn may go on making parts; what they cost to lay out and to paint comes on top."""


class Assembly:
    """The steps that put a widget together: taken a few at each turn of the loop, or all by whoever needs the whole.

    Steps add at the end of what is shown, so that nothing already there moves. Each gives the part it added, to be
    shown at once: left to Qt, all parts of a turn would be shown, and laid out once each, outside of what is measured.
    """

    def __init__(self, steps: Iterable[QWidget | None]) -> None:
        self._steps = iter(steps)
        self._done = asyncio.Event()

    def __iter__(self) -> Iterator[QWidget | None]:
        return self

    def __next__(self) -> QWidget | None:
        try:
            return next(self._steps)
        except StopIteration:
            self._done.set()
            raise

    def finish(self) -> None:
        """Take all steps that are left, now."""
        if not self._done.is_set():
            for _ in self:
                pass

    def start(self, owner: QWidget, tasks: Tasks) -> None:
        """Take the steps in short turns; they end with their owner."""
        tasks.start(self._go(owner, tasks), owner=owner)

    async def finished(self) -> None:
        """Wait until the last step was taken."""
        await self._done.wait()

    async def _go(self, owner: QWidget, tasks: Tasks) -> None:
        while not self._done.is_set():
            async with tasks.turn:  # two assemblies must not add up to one long turn
                await asyncio.sleep(0)
                if not shiboken6.isValid(owner):
                    return
                self._some()
                await asyncio.sleep(0)  # Qt lays out and paints what was made, before more is

    def _some(self) -> None:
        until = time.perf_counter() + AT_ONCE_S
        for part in self:
            if part is not None and part.parentWidget() is not None:
                part.show()
            if time.perf_counter() > until:
                return


def styled(widget: QWidget) -> Assembly:
    """Style a page that is not on the screen yet, so that showing it takes less."""
    return Assembly(_polish(widget))


def _polish(widget: QWidget) -> Iterator[None]:
    for one in [widget, *widget.findChildren(QWidget)]:
        if shiboken6.isValid(one):
            one.ensurePolished()
        yield None


def deleted(widgets: Sequence[QWidget]) -> Assembly:
    """Delete large parts that were taken away already, one by one."""
    return Assembly(_delete(widgets))


def _delete(widgets: Sequence[QWidget]) -> Iterator[None]:
    for one in widgets:
        if shiboken6.isValid(one):
            shiboken6.delete(one)
        yield None
