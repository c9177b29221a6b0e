"""A hand for a window: finds visible widgets by object name, presses, types, takes pictures; for tours and tests."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

W = TypeVar("W", bound=QWidget)

LOOK_EVERY_S = 0.02
SETTLE_S = 0.15


class Hand:
    """Works on one window as a person would: only on what is visible and enabled. Waits until it is there."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    async def press(self, name: str) -> None:
        """Click a button once it can be clicked."""
        button = await self.find(name, QAbstractButton)
        await until(button.isEnabled)
        button.click()
        await asyncio.sleep(0)

    async def write(self, name: str, text: str) -> None:
        """Put a text into a line."""
        line = await self.find(name, QLineEdit)
        line.setText(text)
        await asyncio.sleep(0)

    async def find(self, name: str, kind: type[W]) -> W:
        """The first visible widget of this name."""
        await until(lambda: bool(self._visible(name, kind)))
        return self._visible(name, kind)[0]

    async def picture(self, path: Path) -> None:
        """What the window looks like now, as PNG."""
        await asyncio.sleep(SETTLE_S)  # layouts and the last paint come to rest, as an eye would wait
        self.window.grab().save(str(path))

    def _visible(self, name: str, kind: type[W]) -> list[W]:
        return [each for each in self.window.findChildren(kind, name) if each.isVisible()]


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds; bound it with asyncio.timeout."""
    while not condition():  # noqa: ASYNC110 (widgets have no event for every state)
        await asyncio.sleep(LOOK_EVERY_S)
