"""The person's number: given by the station, or typed where a site gives its own."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.journeys import flow
from app.journeys.flow_state import Need, State
from app.ui.theme import Space
from app.ui.widgets.basics import small
from app.ui.widgets.buttons import connect, quiet_button
from app.ui.widgets.fields import FieldRow
from app.ui.widgets.flow import flowing
from app.ui.wizard.context import Context
from app.ui.wizard.words import field_problem


class NumberField(QWidget):
    """One line while the station's number will do; a field once another one is wanted or needed."""

    edited = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = context.policy.number
        self.told = small("")
        self.told.setWordWrap(False)
        self.change = quiet_button(self.tr("Type another number…"), "edit")
        self.change.setObjectName("wizard.person.number.change")
        self.line = QLineEdit()
        self.line.setObjectName("wizard.person.person_id")
        self.line.textEdited.connect(lambda _text: self._typed())
        hint = self._asked.hint or self.tr("Letters, digits, - and _; terminals know the person by it.")
        self.row = FieldRow(self.tr("Person &number"), self.line, hint)
        connect(self.change, self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.S, Space.L, 0)
        column.addWidget(flowing(self.told, self.change))
        column.addWidget(self.row)
        self._begin()

    def _begin(self) -> None:
        state = self._context.state
        misfit = self._problem(state.person.person_id) is not None and flow.may_renumber(state)
        self.row.setVisible(misfit)
        if not misfit:
            self.line.setText(state.person.person_id)

    def show_state(self, state: State) -> None:
        """The number it is, and whether another may still be typed."""
        may = flow.may_renumber(state)
        self.told.setText(self.tr("Person number {number}").format(number=state.person.person_id))
        self.row.setVisible(may and not self.row.isHidden())
        self.told.setVisible(self.row.isHidden())
        self.change.setVisible(may and self.row.isHidden())

    def fitting(self, known: str) -> str:
        """What was typed where it will do, else the number it was."""
        typed = self.line.text().strip()
        return known if self.row.isHidden() or self._problem(typed) is not None else typed

    async def good(self) -> bool:
        """Whether the number will do and nobody has it; tells what is wrong where it does not."""
        if self.row.isHidden():
            return True
        typed, state = self.line.text().strip(), self._context.state
        need = self._problem(typed)
        if need is None and await self._context.station.people.get(typed) is not None and not state.replaces:
            self.row.say_error(self.tr("Another person has this number. Compare it with the list you took it from."))
        else:
            self.row.say_error(field_problem(need, self._asked.hint, self._asked.max_length) if need else "")
        if self.row.error:
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        return not self.row.error

    def _problem(self, number: str) -> Need | None:
        found = flow.number_problem(number, self._context.policy)
        return found.need if found else None

    def _open(self) -> None:
        self.row.show()
        self.told.hide()
        self.change.hide()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()

    def _typed(self) -> None:
        self.row.say_error("")
        self.edited.emit()
