"""The person: names and the configured fields, each with its own message, stored as they are typed."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.domain.person import Person, with_validity
from app.domain.policy import PersonField
from app.journeys import flow
from app.journeys.flow_inputs import SetPerson
from app.journeys.flow_state import Problem, State, Step
from app.ui.theme import Space
from app.ui.widgets.basics import Card, scrolled
from app.ui.widgets.fields import FieldRow
from app.ui.wizard.base import StepPage
from app.ui.wizard.context import Context
from app.ui.wizard.number_field import NumberField
from app.ui.wizard.value_field import ValueField
from app.ui.wizard.words import field_problem

STORE_AFTER_MS = 250
"""After the last key: soon enough that a killed station loses a word at most, not a write for every letter."""


class PersonPage(StepPage):
    """A mistake is told when a field was left or the clerk wants to go on, never while typing."""

    def __init__(self, context: Context, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(context, step, parent)
        self._asked = {each.name: each for each in (*context.policy.names, *context.policy.fields)}
        self.number = NumberField(context)
        self._rows: dict[str, FieldRow] = {}
        self._inputs: dict[str, ValueField] = {}
        self._columns = 0
        self._timer = QTimer(self, interval=STORE_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self._store)
        self._lay_out()

    def _lay_out(self) -> None:
        card = Card()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.S)
        for each in self._asked.values():
            self._row(each)
        self._arrange(2)
        card.add(self._grid)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.addWidget(card)
        column.addWidget(self.number)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(content), 1)
        self.number.edited.connect(self._timer.start)

    def _arrange(self, columns: int) -> None:
        """Two fields side by side, or one below the other where the window is narrow for its text."""
        if columns == self._columns:
            return
        self._columns = columns
        for index, made in enumerate(self._rows.values()):
            self._grid.addWidget(made, index // columns, index % columns, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)

    def _row(self, each: PersonField) -> FieldRow:
        field = ValueField(each.choices)
        field.widget.setObjectName(f"wizard.person.{each.name}")
        field.edited.connect(self._timer.start)
        field.left.connect(lambda name=each.name: self._check(name))
        made = FieldRow(each.label, field.widget, each.hint, required=each.required)
        self._rows[each.name], self._inputs[each.name] = made, field
        return made

    @property
    def sentence(self) -> str:
        """What to do."""
        return self.tr("Enter the person's data as they stand in the document.")

    @property
    def help_text(self) -> str:
        """What F1 tells."""
        return self.tr(
            "Fields marked as required must be filled in. What you type is stored as you type."
            " The person number is given by the station, unless your site has numbers of its own;"
            " terminals know the person by it."
        )

    def typed(self) -> Person:
        """What is in the fields now."""
        values = {name: field.value for name, field in self._inputs.items()}
        known = self.context.state.person
        own = {each.name: values[each.name] for each in self.context.policy.fields}
        return with_validity(
            replace(
                known,
                person_id=self.number.fitting(known.person_id),
                last_name=values["last_name"],
                first_name=values["first_name"],
                fields={**known.fields, **own},
            )
        )

    def show_state(self, state: State) -> None:
        """Fill the fields, unless they already say the same."""
        self.number.show_state(state)
        person = self._stripped(state.person)
        if not self._timer.isActive() and self._stripped(self.typed()) != person:
            for name, field in self._inputs.items():
                field.show_value(person[name])

    def _stripped(self, person: Person) -> dict[str, str]:
        named = {"last_name": person.last_name, "first_name": person.first_name}
        return named | {each.name: person.fields.get(each.name, "") for each in self.context.policy.fields}

    def enter(self) -> QWidget | None:
        """Begin where something is missing."""
        wrong = [each.where for each in self._problems() if each.where in self._inputs]
        return self._inputs[wrong[0] if wrong else next(iter(self._inputs))].widget

    async def apply(self) -> bool:
        """Store; stay with the messages shown while something is wrong."""
        await self.settle()
        wrong = self._problems()
        for name in self._rows:
            self._check(name, wrong)
        named = [each.where for each in wrong if each.where in self._inputs]
        first = named[0] if named else await self._taken()
        if first:
            self._inputs[first].widget.setFocus(Qt.FocusReason.OtherFocusReason)
        return not first and await self.number.good()

    async def _taken(self) -> str:
        """The first unique field whose value another person has, with its message shown; empty when there is none."""
        for each in self.context.policy.fields:
            value = self._inputs[each.name].value
            other = await self.context.station.people.find_field(each.name, value) if each.unique and value else None
            if other and other != self.context.state.person.person_id:
                told = self.tr("Another person has this already: person number {number}.")
                self._rows[each.name].say_error(told.format(number=other))
                return each.name
        return ""

    async def settle(self) -> None:
        """Put what was typed on disk."""
        self._timer.stop()
        person = self.typed()
        known = self.context.state.person
        if (person.person_id, self._stripped(person)) != (known.person_id, self._stripped(known)):
            await self.context.journey.apply(SetPerson(person))

    def _store(self) -> None:
        self.context.tasks.start(self.settle(), owner=self)

    def _problems(self) -> tuple[Problem, ...]:
        return flow.problems(replace(self.context.state, person=self.typed()), self.context.policy, self.step.key)

    def _check(self, name: str, wrong: tuple[Problem, ...] | None = None) -> None:
        problems = self._problems() if wrong is None else wrong
        mine = next((problem for problem in problems if problem.where == name), None)
        asked = self._asked[name]
        # An empty field that was only passed by is not a mistake yet.
        if mine is None or (wrong is None and not self._inputs[name].value):
            self._rows[name].say_error("")
        else:
            self._rows[name].say_error(field_problem(mine.need, asked.hint, asked.max_length))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = 2 * max(made.sizeHint().width() for made in self._rows.values()) + 5 * Space.XL
        self._arrange(2 if event.size().width() >= needed else 1)
