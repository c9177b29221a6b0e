"""Looks at a window as a person would: cut texts, and buttons or fields that have no name."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

MUST_BE_NAMED = {
    QAccessible.Role.PushButton,
    QAccessible.Role.CheckBox,
    QAccessible.Role.RadioButton,
    QAccessible.Role.EditableText,
    QAccessible.Role.ComboBox,
    QAccessible.Role.SpinBox,
    QAccessible.Role.List,
    QAccessible.Role.Table,
    QAccessible.Role.Tree,
    QAccessible.Role.ProgressBar,
}


def nameless(window: QWidget) -> list[str]:
    """Everything a screen reader could reach in the window and not name."""
    QAccessible.setActive(True)
    found = []
    for one in _tree(QAccessible.queryAccessibleInterface(window)):
        if one.role() in MUST_BE_NAMED and not one.state().invisible and not one.text(QAccessible.Text.Name).strip():
            found.append(f"{one.role().name} {_whose(one)}")
    return found


def _whose(one: QAccessibleInterface) -> str:
    thing: QObject | None = one.object()
    path = []
    while thing is not None:
        path.append(type(thing).__name__)
        thing = thing.parent()
    return " < ".join(path[:5])


def _tree(one: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield one
    if one.role() in (QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.Tree):
        return  # cells speak for themselves
    for number in range(one.childCount()):
        child = one.child(number)
        if child is not None and child.isValid():
            yield from _tree(child)


def cut(window: QWidget) -> list[str]:
    """Visible texts that have less room than they need, and fields too low for their text."""
    found = []
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and not _fits(widget):
            found.append(f"{type(widget).__name__} {_text(widget)!r} {widget.size().toTuple()} < {_needs(widget)}")
    return found


def outside(window: QWidget) -> list[str]:
    """Visible buttons and fields that stick out of their scroll area or window at the right."""
    found = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox | QLabel) and widget.isVisible():
            frame = _frame(widget, window)
            place = QRect(widget.mapTo(frame, widget.rect().topLeft()), widget.size())
            if place.right() > frame.width() + 1 or place.left() < -1:
                found.append(f"{type(widget).__name__} {_text(widget)!r} ends at {place.right()} of {frame.width()}")
    return found


def _frame(widget: QWidget, window: QWidget) -> QWidget:
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent.parentWidget(), QScrollArea):
            return parent
        parent = parent.parentWidget()
    return window


def _text(widget: QWidget) -> str:
    return str(getattr(widget, "text", lambda: "")()) or widget.accessibleName()


def _needs(widget: QWidget) -> tuple[int, int]:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return (0, widget.heightForWidth(widget.width()))
    hint = widget.sizeHint()
    return (hint.width(), hint.height())


def _fits(widget: QWidget) -> bool:
    if isinstance(widget, QLabel) and widget.text():
        wide, high = _needs(widget)
        return widget.width() >= wide - 1 and widget.height() >= high - 1
    if isinstance(widget, QPushButton):
        return widget.width() >= widget.sizeHint().width() - 1 and widget.height() >= widget.sizeHint().height() - 1
    if isinstance(widget, QLineEdit) and not isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox):
        return widget.height() >= widget.fontMetrics().height() + 6
    return True
