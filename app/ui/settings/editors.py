"""An input for each kind of configured value; `value` gives what stands there, right or wrong: saving judges."""

from collections.abc import Callable
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from app.config.values import FileName, SecretRef
from app.ui.settings.labels import key_label, value_label, vendor_label
from app.ui.settings.secret_field import SecretField
from app.ui.tasks import Tasks
from app.ui.widgets.form import FileField


class Input:
    """A widget and the way to read it. `changed` is called after each change by the person."""

    def __init__(self, widget: QWidget, read: Callable[[], Any], *, labelled: bool = False) -> None:
        self.widget, self.read = widget, read
        self.labelled = labelled
        """The widget carries its own label (a check box)."""


def make(name: str, info: FieldInfo, value: Any, tasks: Tasks) -> Input:
    """The input for a plain field; sections and lists of sections are not its business."""
    kind = info.annotation
    if isinstance(kind, type):
        return _of_type(name, kind, info, value, tasks)
    if get_origin(kind) is Literal:
        return _fixed(str(value))
    if SecretRef in get_args(kind):
        field = SecretField(str(value or ""), tasks)
        return Input(field, field.reference)
    if get_origin(kind) is tuple:
        return _several(value, whole=get_args(kind)[0])
    return _line(kind, value)


def _of_type(name: str, kind: type[Any], info: FieldInfo, value: Any, tasks: Tasks) -> Input:
    if issubclass(kind, bool):
        return _check(name, bool(value))
    if issubclass(kind, Enum):
        return _choice(kind, value)
    if any(isinstance(mark, FileName) for mark in info.metadata):
        return _file(value, tasks)
    return _line(kind, value)


def _file(value: Any, tasks: Tasks) -> Input:
    chooser = FileField(tasks)
    chooser.line.setText(str(value or ""))
    return Input(chooser, lambda: chooser.line.text().strip())


def _check(name: str, value: bool) -> Input:
    box = QCheckBox(key_label(name))
    box.setChecked(value)
    return Input(box, box.isChecked, labelled=True)


def _choice(kind: type[Enum], value: Any) -> Input:
    box = QComboBox()
    for member in kind:
        box.addItem(value_label(member), member)
    box.setCurrentIndex(max(0, box.findData(value)))
    return Input(box, lambda: kind(box.currentData()))


def _fixed(value: str) -> Input:
    line = QLineEdit(vendor_label(value))
    line.setReadOnly(True)
    return Input(line, lambda: value)


def _several(value: Any, whole: Any) -> Input:
    line = QLineEdit(", ".join(str(item) for item in value or ()))
    number = _number_kind(whole)
    return Input(line, lambda: tuple(_typed(part.strip(), number) for part in line.text().split(",") if part.strip()))


def _line(kind: Any, value: Any) -> Input:
    line = QLineEdit("" if value is None else _shown(value))
    number = _number_kind(kind)
    return Input(line, lambda: _typed(line.text().strip(), number))


def _number_kind(kind: Any) -> type[int] | type[float] | None:
    plain = get_args(kind)[0] if get_origin(kind) is not None and get_args(kind) else kind
    plain = getattr(plain, "__origin__", plain)
    return plain if plain in (int, float) else None


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _typed(text: str, number: type[int] | type[float] | None) -> Any:
    """A number where one is wanted and written; any other text stays, and saving says what is wrong with it."""
    if number is None:
        return text
    try:
        return number(text.replace(",", ".") if number is float else text)
    except ValueError:
        return text
