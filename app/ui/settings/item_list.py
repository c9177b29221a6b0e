"""A list of sections, such as the devices: each folded to a line, unfolded to be edited, added and removed."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.dialogs import question
from app.ui.settings.labels import vendor_label
from app.ui.tasks import Tasks
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.appear import Assembly
from app.ui.widgets.basics import Card, label, row
from app.ui.widgets.buttons import connect, icon_button, quiet_button, secondary_button
from app.ui.widgets.fields import FieldRow

Location = tuple[str | int, ...]


def kinds_in(annotation: Any) -> list[type[BaseModel]]:
    """The sections a list may hold: one, or one per vendor."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [kind for argument in get_args(annotation) for kind in kinds_in(argument)]


def vendor_of(kind: type[BaseModel]) -> str:
    """The vendor a kind of entry is for; empty where there is only one kind."""
    info = kind.model_fields.get("vendor")
    return str(get_args(info.annotation)[0]) if info is not None else ""


def blank(kind: type[BaseModel]) -> BaseModel:
    """A new entry: defaults where there are any, empty where the person must write."""
    values: dict[str, Any] = {name: "" for name, info in kind.model_fields.items() if info.is_required()}
    if vendor_of(kind):
        values["vendor"] = vendor_of(kind)
    return kind.model_construct(**values)


class Item(Card):
    """One entry; its form is made when it is first unfolded."""

    def __init__(self, section: BaseModel, make: Callable[[BaseModel], QWidget]) -> None:
        super().__init__()
        self._section, self._make = section, make
        self.form: Any = None
        self.title = label("", Kind.STRONG)
        self.about = label("", Kind.SMALL, Tone.MUTED)
        self.edit = secondary_button(self.tr("Edit"), "edit")
        self.remove = icon_button("trash", self.tr("Remove"))
        connect(self.edit, self.fold)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.about)
        line = row(self.edit, self.remove)
        line.insertLayout(0, words, 1)
        self.add(line)
        self._show_title()

    def value(self) -> BaseModel:
        """The entry as it stands."""
        if self.form is not None:
            self._section = self.form.value()
        return self._section

    def needed(self) -> Any:
        """The form, made now if it was not yet; still folded."""
        if self.form is None:
            self.form = self._make(self._section)
            self.form.appear()
            self.form.hide()
            self.add(self.form)
        return self.form

    def unfold(self) -> None:
        """Show the form."""
        self.needed().show()
        self.edit.setText(self.tr("Close"))
        self._name_buttons()

    def fold(self) -> None:
        """Show or hide the form."""
        if self.form is None or self.form.isHidden():
            self.unfold()
            return
        self.form.hide()
        self.edit.setText(self.tr("Edit"))
        self._show_title()

    def _show_title(self) -> None:
        section = self.value()
        parts = [str(getattr(section, name, "") or "") for name in ("label", "name", "id", "text")]
        named = [part for part in parts if part]
        self.title.setText(named[0] if named else self.tr("New entry"))
        facts = [vendor_label(str(getattr(section, "vendor", ""))), str(getattr(section, "address", "") or "")]
        self.about.setText(" · ".join(fact for fact in facts if fact))
        self.about.setVisible(bool(self.about.text()))
        self._name_buttons()

    def _name_buttons(self) -> None:
        self.edit.setAccessibleName(f"{self.edit.text()}: {self.title.text()}")
        self.remove.setAccessibleName(self.tr("Remove {0}").format(self.title.text()))


class ItemList(QWidget):
    """The entries in order; `value` gives them as they stand."""

    def __init__(
        self,
        annotation: Any,
        items: Sequence[BaseModel],
        where: Location,
        tasks: Tasks,
        make: Callable[[BaseModel, Location, Tasks], QWidget],
    ) -> None:
        super().__init__()
        self._where, self._tasks, self._make = where, tasks, make
        self._items: list[Item] = []
        self._adders: list[QWidget] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.S)
        self._complaint = label("", Kind.SMALL, Tone.BAD)
        self._complaint.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(self._rows)
        column.addWidget(self._complaint)
        self._column = column
        self.assembly = Assembly(self._steps(annotation, items))

    @property
    def items(self) -> list[Item]:
        """The entries; all are made when somebody asks."""
        self.assembly.finish()
        return self._items

    @property
    def adders(self) -> list[QWidget]:
        """The buttons that add an entry, one for each kind."""
        self.assembly.finish()
        return self._adders

    def _steps(self, annotation: Any, items: Sequence[BaseModel]) -> Iterator[QWidget | None]:
        for item in items:
            yield self._add(item)
        for kind in kinds_in(annotation):
            self._adders.append(self._adder(kind))
            self._column.addLayout(row(self._adders[-1], None))
            yield self._adders[-1]

    def _adder(self, kind: type[BaseModel]) -> QWidget:
        vendor = vendor_of(kind)
        text = self.tr("Add {0}").format(vendor_label(vendor)) if vendor else self.tr("Add")
        button = quiet_button(text, "plus")
        connect(button, lambda: self._add(blank(kind)).unfold())
        return button

    def _add(self, section: BaseModel) -> Item:
        where = (*self._where, len(self._items))
        item = Item(section, lambda value: self._make(value, where, self._tasks))
        connect(item.remove, lambda: self._tasks.start(self._ask_remove(item), owner=self, button=item.remove))
        self._items.append(item)
        self._rows.addWidget(item)
        return item

    async def _ask_remove(self, item: Item) -> None:
        title = self.tr("Remove {0}?").format(item.title.text())
        text = self.tr("It takes effect when you save.")
        if await question(self, title, text, yes=self.tr("Remove"), danger=True):
            self.items.remove(item)
            self._rows.removeWidget(item)
            item.deleteLater()

    def value(self) -> tuple[BaseModel, ...]:
        """The entries as they stand."""
        return tuple(item.value() for item in self.items)

    def say_error(self, text: str) -> None:
        """Show what is wrong with the list as a whole."""
        self._complaint.setText(text)
        self._complaint.setVisible(bool(text))

    def clear_problems(self) -> None:
        """Take every complaint away."""
        self.say_error("")
        for item in self.items:
            if item.form is not None:
                item.form.clear_problems()

    def places(self) -> Iterator[tuple[Location, FieldRow]]:
        """The fields of every entry, by where the entry stands now."""
        depth = len(self._where)
        for index, item in enumerate(self.items):
            for where, place in item.needed().places():
                yield (*self._where, index, *where[depth + 1 :]), place

    def reveal(self, row: QWidget) -> None:
        """Unfold the entry that holds a field."""
        for item in self.items:
            if item.isAncestorOf(row):
                item.unfold()
                item.form.reveal(row)
