"""Buttons by rank: one primary per page, secondary beside it, quiet for the rest, danger for what destroys."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from app.ui import icons, theme


def primary_button(text: str, icon: str = "", parent: QWidget | None = None) -> QPushButton:
    """The one thing to do next on this page; Enter triggers it in dialogs and wizards."""
    return _button(text, icon, "primary", parent)


def secondary_button(text: str, icon: str = "", parent: QWidget | None = None) -> QPushButton:
    """Another thing that can be done."""
    return _button(text, icon, "secondary", parent)


def quiet_button(text: str, icon: str = "", parent: QWidget | None = None) -> QPushButton:
    """A small thing beside a text, without an outline."""
    return _button(text, icon, "quiet", parent)


def danger_button(text: str, icon: str = "", parent: QWidget | None = None) -> QPushButton:
    """Something that destroys; never the default button."""
    button = _button(text, icon, "danger", parent)
    button.setAutoDefault(False)
    return button


def icon_button(icon: str, name: str, parent: QWidget | None = None) -> QToolButton:
    """A button that shows only an icon; `name` is its tool tip and what screen readers say."""
    button = QToolButton(parent)
    theme.mark(button, role="quiet")
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    icons.set_icon(button, icon)
    return button


def connect(button: QPushButton | QToolButton, slot: Callable[[], object]) -> None:
    """Connect a slot that does not want the checked state."""
    button.clicked.connect(lambda _checked=False: slot())


def _button(text: str, icon: str, role: str, parent: QWidget | None) -> QPushButton:
    button = QPushButton(text, parent)
    theme.mark(button, role=role)
    if icon:
        icons.set_icon(button, icon)
    return button
