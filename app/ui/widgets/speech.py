"""Says to screen readers what changed without the keyboard having moved there."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(at: QWidget, text: str, *, at_once: bool = False) -> None:
    """Have a text spoken after what is being said, or `at_once` instead of it; costs nothing while nobody listens."""
    if not text or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(at, text)
    polite, now = QAccessible.AnnouncementPoliteness.Polite, QAccessible.AnnouncementPoliteness.Assertive
    event.setPoliteness(now if at_once else polite)
    QAccessible.updateAccessibility(event)
