"""A form made from the fields an action or a filter asks for."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from app.domain.console import Field, FieldKind
from app.ui import files
from app.ui.i18n import device_text, translate
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.fields import FieldRow

Value = str | int | float | bool


class FileField(QWidget):
    """A path, typed or chosen."""

    changed = Signal()

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self.line = QLineEdit()
        self.line.textChanged.connect(lambda _text: self.changed.emit())
        self.browse = secondary_button(self.tr("Choose…"), "folder")
        connect(self.browse, self._browse)
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)

    def setAccessibleName(self, name: str) -> None:
        """The line carries the name, the button says what it chooses."""
        self.line.setAccessibleName(name)
        self.browse.setAccessibleName(self.tr("Choose a file: {0}").format(name))

    def _browse(self) -> None:
        asked = files.ask_open(self, self.tr("Choose a file"))
        self._tasks.start(asked, owner=self, button=self.browse, done=self._chosen)

    def _chosen(self, path: Path | None) -> None:
        if path is not None:
            self.line.setText(str(path))


class Editor:
    """One field's widget, and how its value is read; `read` raises ValueError with a sentence for the person."""

    def __init__(self, field: Field, tasks: Tasks) -> None:
        self.field = field
        self.widget: QWidget
        make: dict[FieldKind, Callable[[], None]] = {
            FieldKind.BOOLEAN: self._check,
            FieldKind.CHOICE: self._choose,
            FieldKind.FILE: lambda: self._file(tasks),
        }
        make.get(field.kind, self._line)()

    def _line(self) -> None:
        line = QLineEdit("" if self.field.default is None else str(self.field.default))
        self.widget, self._text = line, line.text
        self.fill: Callable[[str], object] = line.setText

    def _file(self, tasks: Tasks) -> None:
        chooser = FileField(tasks)
        self.widget, self._text = chooser, chooser.line.text
        self.fill = chooser.line.setText

    def _check(self) -> None:
        box = QCheckBox(device_text(self.field.label))
        box.setChecked(bool(self.field.default))
        self.widget = box
        self._text = lambda: "1" if box.isChecked() else ""
        self.fill = lambda text: box.setChecked(text.strip().lower() in ("1", "true", "yes", "on"))

    def _choose(self) -> None:
        box = QComboBox()
        if not self.field.required:
            box.addItem("", "")
        for choice in self.field.choices:
            box.addItem(device_text(choice), choice)
        if self.field.default is not None:
            box.setCurrentIndex(max(0, box.findData(str(self.field.default))))
        self.widget = box
        self._text = lambda: str(box.currentData() or "")
        self.fill = lambda text: box.setCurrentIndex(max(0, box.findData(text)))

    def read(self) -> Value | None:
        """The value in its type; None when empty and not required."""
        text = self._text().strip()
        if self.field.kind is FieldKind.BOOLEAN:
            return bool(text)
        if not text:
            if self.field.required:
                raise ValueError(translate("fields", "This is needed."))
            return None
        return self._typed(text)

    def _typed(self, text: str) -> Value:
        if self.field.kind is FieldKind.INTEGER:
            return _number(int, text, translate("fields", "Write a whole number."))
        if self.field.kind is FieldKind.NUMBER:
            return _number(float, text.replace(",", "."), translate("fields", "Write a number."))
        if self.field.kind is FieldKind.FILE and not Path(text).is_file():
            raise ValueError(translate("fields", "There is no such file."))
        return text


def _number(kind: type[int] | type[float], text: str, complaint: str) -> int | float:
    try:
        value = kind(text)
    except ValueError:
        raise ValueError(complaint) from None
    if not isfinite(value):
        raise ValueError(complaint)
    return value


class Form(QWidget):
    """Fields below each other (or side by side); `values` shows each mistake at its field."""

    def __init__(self, fields: Sequence[Field], tasks: Tasks) -> None:
        super().__init__()
        self.editors = {field.name: Editor(field, tasks) for field in fields}
        self.rows: dict[str, FieldRow] = {}
        for name, editor in self.editors.items():
            field = editor.field
            checked = field.kind is FieldKind.BOOLEAN
            label = "" if checked else device_text(field.label)
            self.rows[name] = FieldRow(label, editor.widget, required=field.required and not checked)
            if checked:
                self.rows[name].label.hide()
                editor.widget.setAccessibleName(device_text(field.label))

    def fill(self, values: Mapping[str, str]) -> None:
        """Fill fields by name."""
        for name, value in values.items():
            if name in self.editors:
                self.editors[name].fill(value)

    def values(self) -> dict[str, Value] | None:
        """Everything filled in; None when something is wrong, which is then shown and focused."""
        found: dict[str, Value] = {}
        wrong: QWidget | None = None
        for name, editor in self.editors.items():
            try:
                value = editor.read()
                self.rows[name].say_error("")
            except ValueError as error:
                self.rows[name].say_error(str(error))
                wrong = wrong or editor.widget
                continue
            if value is not None:
                found[name] = value
        if wrong is not None:
            wrong.setFocus()
            return None
        return found
