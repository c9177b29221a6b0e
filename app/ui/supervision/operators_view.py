"""The operators, for an administrator: add, change, unlock, remove."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.domain.console import Table
from app.domain.operator import Operator, OperatorEntry, Role, name_is_fit, password_faults
from app.journeys.operators import Operators
from app.ui.dialogs import Dialog, question
from app.ui.i18n import translate
from app.ui.operators.forms import line
from app.ui.operators.words import input_problem, name_rule, password_problem, password_rule, role_hint, role_name
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import heading, paragraph, row
from app.ui.widgets.buttons import connect, danger_button, primary_button, secondary_button
from app.ui.widgets.fields import FieldRow
from app.ui.widgets.rows_view import RowsView


class OperatorsView(QWidget):
    """Loads when it is entered."""

    def __init__(self, operators: Operators, tasks: Tasks) -> None:
        super().__init__()
        self._operators, self._tasks = operators, tasks
        self._entries: tuple[OperatorEntry, ...] = ()
        self.table = RowsView(self.tr("Operators"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_chosen())
        self.problem = paragraph("", Tone.BAD)
        self.add = primary_button(self.tr("Add…"), "plus")
        self.change = secondary_button(self.tr("Change…"), "edit")
        self.unlock = secondary_button(self.tr("Unlock"), "unlock")
        self.remove = danger_button(self.tr("Remove…"), "trash")
        connect(self.add, self._add)
        connect(self.change, self._change)
        connect(self.unlock, self._unlock)
        connect(self.remove, self._remove)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.S)
        whole.addWidget(heading(self.tr("Operators")))
        whole.addWidget(self.table, 1)
        whole.addWidget(self.problem)
        whole.addLayout(row(self.remove, None, self.unlock, self.change, self.add))

    @property
    def chosen(self) -> Operator | None:
        """The operator of the current row."""
        index = self.table.currentIndex().row()
        return self._entries[index].operator if 0 <= index < len(self._entries) else None

    def entered(self) -> None:
        """Load again."""
        self._tasks.start(self._operators.list(), owner=self, key="load", done=self._show)

    def _show(self, entries: Sequence[OperatorEntry]) -> None:
        kept = self.chosen
        self._entries = tuple(entries)
        columns = (self.tr("Name"), self.tr("Full name"), self.tr("Role"), self.tr("State"), self.tr("Last here"))
        self.table.show_table(Table(columns, tuple(self._row(each) for each in entries)))
        names = [each.operator.name for each in entries]
        self.table.selectRow(names.index(kept.name) if kept is not None and kept.name in names else 0)
        self._show_chosen()

    def _row(self, entry: OperatorEntry) -> tuple[str, ...]:
        operator = entry.operator
        state = self.tr("Locked") if operator.locked else self.tr("New password due") if operator.must_change else ""
        last = f"{entry.signed_in_at.astimezone():%Y-%m-%d %H:%M}" if entry.signed_in_at else self.tr("never")
        return operator.name, operator.full_name, role_name(operator.role), state, last

    def _show_chosen(self) -> None:
        now = self.chosen
        self.problem.setText("")
        self.problem.hide()
        self.change.setEnabled(now is not None)
        self.unlock.setVisible(now is not None and now.locked)
        self.remove.setEnabled(now is not None and now.name != self._operators.actor)

    def _add(self) -> None:
        self._tasks.start(self._ask(None), owner=self, button=self.add, done=self._done)

    def _change(self) -> None:
        if self.chosen is not None:
            self._tasks.start(self._ask(self.chosen), owner=self, button=self.change, done=self._done)

    async def _ask(self, known: Operator | None) -> bool:
        return await OperatorDialog(self.window(), self._operators, self._tasks, known).ask()

    def _unlock(self) -> None:
        if self.chosen is not None:
            work = self._operators.change(replace(self.chosen, locked=False))
            self._tasks.start(work, owner=self, button=self.unlock, done=self._done, failed=self._refused)

    def _remove(self) -> None:
        if self.chosen is not None:
            work = self._ask_remove(self.chosen)
            self._tasks.start(work, owner=self, button=self.remove, done=self._done, failed=self._refused)

    async def _ask_remove(self, who: Operator) -> None:
        told = self.tr("{0} can then not sign in any more. The journal keeps what was done.").format(who.shown)
        title, yes = self.tr("Remove this operator?"), self.tr("Remove")
        if await question(self.window(), title, told, yes=yes, danger=True):
            await self._operators.remove(who.name)

    def _done(self, _result: object) -> None:
        self.entered()

    def _refused(self, error: BaseException) -> bool:
        told = input_problem(error)
        self.problem.setText(told)
        self.problem.setVisible(bool(told))
        return bool(told)


class OperatorDialog(Dialog):
    """Adds an operator, or changes one: full name, role, and a password of the administrator's choice."""

    def __init__(self, parent: QWidget, operators: Operators, tasks: Tasks, known: Operator | None) -> None:
        super().__init__(
            parent,
            translate("operators", "Change an operator") if known else translate("operators", "Add an operator"),
            translate("operators", "A password you choose here must be replaced at the next sign-in."),
            translate("operators", "Save"),
            translate("operators", "Cancel"),
        )
        self._operators, self._tasks, self._known = operators, tasks, known
        self.name = line("operator.name", text=known.name if known else "")
        self.name.setReadOnly(known is not None)
        self.full_name = line("operator.full-name", text=known.full_name if known else "")
        self.role = QComboBox()
        for role in Role:
            self.role.addItem(role_name(role), role)
        self.role.setCurrentIndex(list(Role).index(known.role) if known else 0)
        self.password = line("operator.password", secret=True)
        self._lay_out_fields()
        (self.full_name if known else self.name).setFocus()

    def _lay_out_fields(self) -> None:
        self.name_row = FieldRow(self.tr("&Name to sign in with"), self.name, "" if self._known else name_rule())
        self.role_row = FieldRow(self.tr("&Role"), self.role, role_hint(Role.CLERK))
        keep = self.tr("Leave it empty to keep the password.")
        told = keep if self._known else password_rule()
        self.password_row = FieldRow(self.tr("&Password"), self.password, told, required=self._known is None)
        for each in (self.name_row, FieldRow(self.tr("&Full name"), self.full_name), self.role_row, self.password_row):
            self.body.addWidget(each)
        self.role.currentIndexChanged.connect(lambda _index: self._show_role())
        self._show_role()

    def _show_role(self) -> None:
        self.role_row.message.setText(role_hint(self.chosen_role))

    @property
    def chosen_role(self) -> Role:
        """The role that is chosen."""
        return Role(self.role.currentData())

    def accept(self) -> None:
        """Save instead of closing, when everything fits."""
        if self._fits():
            self._tasks.start(self._save(), owner=self, button=self.yes, done=self._saved, failed=self._refused)

    def _fits(self) -> bool:
        name, password = self.name.text().strip(), self.password.text()
        name_problem = "" if name_is_fit(name) else name_rule()
        wanted = bool(password) or self._known is None
        problem = password_problem(password_faults(password, name)) if wanted else ""
        self.name_row.say_error(name_problem)
        self.password_row.say_error(problem)
        return not (name_problem or problem)

    async def _save(self) -> None:
        name, full_name, role = self.name.text().strip(), self.full_name.text().strip(), self.chosen_role
        password = self.password.text()
        if self._known is None:
            await self._operators.create(name, full_name, role, password)
            return
        if (full_name, role) != (self._known.full_name, self._known.role):
            await self._operators.change(replace(self._known, full_name=full_name, role=role))
        if password:
            await self._operators.reset_password(name, password)

    def _saved(self, _done: None) -> None:
        super().accept()

    def _refused(self, error: BaseException) -> bool:
        told = input_problem(error)
        self.name_row.say_error(told)
        return bool(told)
