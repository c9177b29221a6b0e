"""Parts of a page that appear one after the other: styling many widgets in one go would hold up the window."""

import asyncio
from collections.abc import Sequence

import shiboken6
from PySide6.QtWidgets import QWidget

from app.ui.tasks import Tasks


def one_by_one(widgets: Sequence[QWidget], owner: QWidget, tasks: Tasks) -> None:
    """Hide the widgets now and show one at each turn of the loop; what is hidden on purpose is left out by the caller.

    Each turn stays short however long the page is; the first parts are there at once.
    """
    for widget in widgets:
        widget.hide()
    tasks.start(_show(widgets), owner=owner)


async def _show(widgets: Sequence[QWidget]) -> None:
    for widget in widgets:
        await asyncio.sleep(0)
        if shiboken6.isValid(widget):
            widget.show()
