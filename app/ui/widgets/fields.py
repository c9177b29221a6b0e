"""A field with its label above and room for one message below, so that a mistake never makes the page jump."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.i18n import translate
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.basics import label

EMPTY = " "
"""Keeps the line of the message open."""


class FieldRow(QWidget):
    """Label, input and message. The label is the input's buddy; the message becomes its accessible description."""

    def __init__(
        self, name: str, field: QWidget, hint: str = "", *, required: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._hint = hint
        self.label = QLabel(name)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setBuddy(field)
        self.label.setWordWrap(True)
        plain = name.replace("&", "")
        field.setAccessibleName(self.tr("{0}, required").format(plain) if required else plain)
        self.message = label("", Kind.SMALL, Tone.MUTED)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.label)
        column.addWidget(field)
        column.addWidget(self.message)
        if required:
            self.label.setText(self.tr("{0} (required)").format(name))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.say_error("")

    @property
    def error(self) -> str:
        """The mistake shown, or an empty text."""
        return self.message.text() if self.message.property("tone") == Tone.BAD else ""

    def say_error(self, text: str) -> None:
        """Show what is wrong and how to put it right; an empty text brings the hint back."""
        self.message.setText(text or self._hint or EMPTY)
        theme.mark(self.message, tone=Tone.BAD if text else Tone.MUTED)
        theme.mark(self.field, tone=Tone.BAD if text else Tone.PLAIN)
        self.field.setAccessibleDescription(text or self._hint)


def clearable(field: QLineEdit) -> QLineEdit:
    """Give a line the small button that empties it, and the button a name."""
    field.setClearButtonEnabled(True)
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(translate("widgets", "Clear"))
        button.setToolTip(translate("widgets", "Clear"))
    return field


def filter_line(name: str, told: str) -> QLineEdit:
    """A line that narrows a list: it says itself what to write, wide enough to read it, and can be emptied."""
    line = QLineEdit()
    line.setObjectName(name)
    line.setPlaceholderText(told)
    line.setAccessibleName(told)
    line.setToolTip(told)
    clearable(line)
    line.setMinimumWidth(line.fontMetrics().horizontalAdvance(told) + 48)
    return line
