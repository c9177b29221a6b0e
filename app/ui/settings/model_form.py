"""A form for one section of the configuration: plain fields, rare ones behind a button, sections and lists within."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, get_origin

from pydantic import BaseModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.config.values import model_in
from app.ui.settings import labels
from app.ui.settings.editors import Input, make
from app.ui.settings.item_list import ItemList
from app.ui.settings.secret_field import SecretField
from app.ui.settings.text_map import TextMap
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.appear import Assembly
from app.ui.widgets.basics import Card, row
from app.ui.widgets.buttons import connect, quiet_button
from app.ui.widgets.fields import FieldRow

Location = tuple[str | int, ...]
Part: TypeAlias = "ModelForm | ItemList | TextMap"


class ModelForm(QWidget):
    """`value` builds the section as it stands, unchecked; `places` says where each complaint belongs.

    With `only`, the other fields of the section keep their values and are not shown.
    """

    def __init__(self, section: BaseModel, where: Location, tasks: Tasks, only: frozenset[str] | None = None) -> None:
        super().__init__()
        self._kind, self._where, self._tasks = type(section), where, tasks
        self._inputs: dict[str, Input] = {}
        self._rows: dict[str, FieldRow] = {}
        self._inner: dict[str, Part] = {}
        self._kept: dict[str, Any] = {}
        self._more = QWidget()
        self._rare = QVBoxLayout(self._more)
        self._rare.setContentsMargins(0, 0, 0, 0)
        self._lay_out()
        self.assembly = Assembly(self._steps(section, only))

    def _lay_out(self) -> None:
        self._column = QVBoxLayout()
        self._column.setSpacing(Space.S)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.S)
        whole.addLayout(self._column)
        whole.addStretch(1)

    def appear(self) -> None:
        """Make the rows and cards one after the other; whoever needs one of them gets all at once."""
        self.assembly.start(self, self._tasks)

    @property
    def inputs(self) -> dict[str, Input]:
        """The plain fields by name."""
        self.assembly.finish()
        return self._inputs

    @property
    def rows(self) -> dict[str, FieldRow]:
        """What stands around each plain field, by name."""
        self.assembly.finish()
        return self._rows

    @property
    def inner(self) -> "dict[str, Part]":
        """Sections, lists and texts within, by name."""
        self.assembly.finish()
        return self._inner

    def _steps(self, section: BaseModel, only: frozenset[str] | None) -> Iterator[QWidget | None]:
        inner: list[str] = []
        for name, info in self._kind.model_fields.items():
            value = getattr(section, name)
            if (only is not None and name not in only) or info.exclude or (*self._where, name) in labels.ELSEWHERE:
                self._kept[name] = value
            elif model_in(info.annotation) is not None or get_origin(info.annotation) is Mapping:
                inner.append(name)
            else:
                yield self._add_row(name, value)
        self._add_more()
        alone = len(inner) == 1 and not self._rows
        for name in inner:
            yield from self._add_inner(name, getattr(section, name), alone=alone)

    def _section(self, name: str, value: Any) -> "Part":
        where = (*self._where, name)
        if get_origin(self._kind.model_fields[name].annotation) is Mapping:
            return TextMap(value, self._tasks)
        if isinstance(value, BaseModel):
            return ModelForm(value, where, self._tasks)
        return ItemList(self._kind.model_fields[name].annotation, value, where, self._tasks, ModelForm)

    def _add_row(self, name: str, value: Any) -> FieldRow:
        info = self._kind.model_fields[name]
        made = make(name, info, value, self._tasks)
        if isinstance(made.widget, SecretField):
            made.widget.suggest = lambda: self._secret_name(name)
        label = "" if made.labelled else labels.key_label(name)
        required = info.is_required() and not made.labelled and name != "vendor"
        line = FieldRow(label, made.widget, labels.description(info.description), required=required)
        if made.labelled:
            line.label.hide()
            made.widget.setAccessibleName(labels.key_label(name))
        self._inputs[name], self._rows[name] = made, line
        (self._rare if name in labels.RARE else self._column).addWidget(line)
        return line

    def _secret_name(self, name: str) -> str:
        """A name of its own for each device's secret, made of what its short name allows."""
        of_device = str(self.inputs["id"].read()) if self._where[:1] == ("devices",) else ""
        plain = "".join(letter for letter in of_device if letter.isalnum() or letter in "-_")
        return f"{plain}-{name}" if plain else name

    def _add_more(self) -> None:
        if not self._rare.count():
            self._more.setParent(self)
            self._more.hide()
            return
        self.more_button = quiet_button(self.tr("More settings"), "forward")
        connect(self.more_button, self.show_rare)
        self._column.addLayout(row(self.more_button, None))
        self._column.addWidget(self._more)
        self._more.hide()

    def _add_inner(self, name: str, value: Any, *, alone: bool) -> Iterator[QWidget | None]:
        part = self._inner[name] = self._section(name, value)
        if alone:  # the page's own heading names it already
            self._column.addWidget(part)
            yield part
        else:
            card = Card(labels.key_label(name))
            card.add(part)
            self._column.addWidget(card)
            yield card
        if not isinstance(part, TextMap):
            yield from part.assembly

    def show_rare(self) -> None:
        """Unfold the fields few people change."""
        self.assembly.finish()
        if self._rare.count():
            self.more_button.hide()
            self._more.show()

    def parts(self) -> dict[str, Any]:
        """What stands in the fields, by name; not validated."""
        plain = {name: made.read() for name, made in self.inputs.items()}
        return plain | {name: part.value() for name, part in self.inner.items()}

    def value(self) -> BaseModel:
        """The section as it stands; not validated."""
        self.assembly.finish()
        return self._kind.model_construct(**self._kept, **self.parts())

    def clear_problems(self) -> None:
        """Take every complaint away."""
        for line in self.rows.values():
            line.say_error("")
        for part in self.inner.values():
            part.clear_problems()

    def places(self) -> Iterator[tuple[Location, FieldRow | TextMap | ItemList]]:
        """Every place a complaint can stand at, by its location in the configuration."""
        for name, line in self.rows.items():
            yield (*self._where, name), line
        for name, part in self.inner.items():
            if isinstance(part, ModelForm | ItemList):
                yield from part.places()
            if not isinstance(part, ModelForm):
                yield (*self._where, name), part

    def reveal(self, place: QWidget) -> None:
        """Unfold whatever hides a field."""
        self.assembly.finish()
        if self._more.isAncestorOf(place):
            self.show_rare()
        for part in self.inner.values():
            if isinstance(part, ModelForm | ItemList) and part.isAncestorOf(place):
                part.reveal(place)
