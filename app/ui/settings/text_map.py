"""Texts by language code: the consent in each language this desk offers."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.ui.tasks import Tasks
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.basics import label, row
from app.ui.widgets.buttons import connect, icon_button, quiet_button


class _Entry(QWidget):
    def __init__(self, code: str, text: str) -> None:
        super().__init__()
        self.code = QLineEdit(code)
        self.code.setAccessibleName(self.tr("Language code"))
        self.code.setPlaceholderText(self.tr("en"))
        self.code.setFixedWidth(80)
        self.text = QPlainTextEdit(text)
        self.text.setAccessibleName(self.tr("Text in this language"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.fontMetrics().lineSpacing() * 5)
        self.remove = icon_button("trash", self.tr("Remove this language"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self.code)
        line.addWidget(self.text, 1)
        line.addWidget(self.remove)
        for widget in (self.code, self.remove):
            line.setAlignment(widget, line.alignment() | line.alignment().AlignTop)


class TextMap(QWidget):
    """One row per language, and a button for another."""

    def __init__(self, texts: Mapping[str, str], tasks: Tasks) -> None:
        super().__init__()
        del tasks
        self.entries: list[_Entry] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.S)
        self._complaint = label("", Kind.SMALL, Tone.BAD)
        self._complaint.hide()
        self.add = quiet_button(self.tr("Add a language"), "plus")
        connect(self.add, lambda: self._add("", ""))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._rows)
        column.addWidget(self._complaint)
        column.addLayout(row(self.add, None))
        for code, text in texts.items():
            self._add(code, text)

    def _add(self, code: str, text: str) -> None:
        entry = _Entry(code, text)
        connect(entry.remove, lambda: self._remove(entry))
        self.entries.append(entry)
        self._rows.addWidget(entry)

    def _remove(self, entry: _Entry) -> None:
        self.entries.remove(entry)
        self._rows.removeWidget(entry)
        entry.deleteLater()

    def value(self) -> dict[str, str]:
        """The texts by code."""
        return {entry.code.text().strip(): entry.text.toPlainText().strip() for entry in self.entries}

    def say_error(self, text: str) -> None:
        """Show what is wrong."""
        self._complaint.setText(text)
        self._complaint.setVisible(bool(text))

    def clear_problems(self) -> None:
        """Take the complaint away."""
        self.say_error("")
