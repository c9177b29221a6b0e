"""The computer's short tone: once when something is captured or saved, twice when a try brought nothing good.

It says nothing about anybody, and nothing at all where the configuration wants silence.
"""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

BETWEEN_MS = 180
WANTED = "sounds"


def use(app: QApplication, *, wanted: bool) -> None:
    """Whether tones are heard from now on."""
    app.setProperty(WANTED, wanted)


def good() -> None:
    """It worked."""
    if _wanted():
        tone()


def bad() -> None:
    """Look at the screen: once more, or something is wrong."""
    if _wanted():
        tone()
        QTimer.singleShot(BETWEEN_MS, tone)


def tone() -> None:
    """The desktop's own tone, at the desktop's own volume."""
    QApplication.beep()


def _wanted() -> bool:
    app = QApplication.instance()
    return app is not None and bool(app.property(WANTED))
