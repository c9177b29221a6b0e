"""The forms of the gate: sign in, unlock, make the first administrator, choose a password of one's own."""

from collections.abc import Callable, Coroutine
from math import ceil
from time import monotonic
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.domain.operator import Operator, SignIn, name_is_fit, password_faults
from app.journeys.operators import Operators
from app.ui.messages import sentence_for
from app.ui.operators.words import input_problem, name_rule, password_problem, password_rule, refusal
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.basics import paragraph, row, title
from app.ui.widgets.buttons import connect, primary_button, secondary_button
from app.ui.widgets.fields import FieldRow

LOOK_EVERY_MS = 200


def line(name: str, *, secret: bool = False, text: str = "") -> QLineEdit:
    """An input of the gate."""
    made = QLineEdit(text)
    made.setObjectName(name)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


class GateForm(QWidget):
    """Title, explanation, fields and one primary button, which Enter presses. `done` when its work is done."""

    done = Signal()

    def __init__(self, tasks: Tasks, name: str, text: str, go: str) -> None:
        super().__init__()
        self.tasks = tasks
        self.go = primary_button(go)
        self.go.setObjectName("gate.go")
        self.go.setAutoDefault(True)
        self.text = paragraph(text)
        self.fields: list[FieldRow] = []
        self.others: list[QPushButton] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Space.M)
        self.column.addWidget(title(name))
        self.column.addWidget(self.text)
        connect(self.go, self.apply)

    def lay_out(self, *fields: FieldRow) -> None:
        """Put the fields and the buttons below each other."""
        self.fields = list(fields)
        for field in fields:
            self.column.addWidget(field)
            assert isinstance(field.field, QLineEdit)
            field.field.returnPressed.connect(self.apply)
        self.column.addLayout(row(None, *self.others, self.go))

    def enter(self) -> None:
        """Put the cursor into the first empty field."""
        inputs = [each.field for each in self.fields if isinstance(each.field, QLineEdit)]
        (next((each for each in inputs if not each.text()), inputs[0])).setFocus()

    def apply(self) -> None:
        """What the button does."""
        raise NotImplementedError

    def start(self, work: Coroutine[Any, Any, Any], done: Callable[[Any], object], at: FieldRow) -> None:
        """Run an order; what it refuses for is said at a field."""

        def failed(error: BaseException) -> bool:
            message = sentence_for(error)  # the bar that tells other errors is behind the gate
            at.say_error(input_problem(error) or f"{message.what} {message.now} ({message.code})")
            return True

        self.tasks.start(work, owner=self, button=self.go, done=done, failed=failed)


class SignInForm(GateForm):
    """Name and password. With `locked` it says whose work waits behind."""

    signed_in = Signal(object)
    """The SignIn that let somebody in."""

    def __init__(self, tasks: Tasks, operators: Operators, locked: Operator | None = None) -> None:
        super().__init__(tasks, self._title(locked), self._explanation(locked), self._button(locked))
        self._operators, self._locked = operators, locked
        self._until = 0.0
        self._told = ""
        self.name = line("gate.name", text=locked.name if locked else "")
        self.password = line("gate.password", secret=True)
        self.password_row = FieldRow(self.tr("&Password"), self.password)
        self.lay_out(FieldRow(self.tr("&Name"), self.name), self.password_row)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._count_down)

    def _title(self, locked: Operator | None) -> str:
        return self.tr("Locked") if locked else self.tr("Sign in")

    def _button(self, locked: Operator | None) -> str:
        return self.tr("Unlock") if locked else self.tr("Sign in")

    def _explanation(self, locked: Operator | None) -> str:
        if locked is None:
            return self.tr("Say who you are, so that the journal can tell who did what.")
        return self.tr(
            "Nobody did anything for a while. {0} goes on exactly here; nothing is lost. A supervisor may go on too. "
            "When somebody else signs in, an unfinished enrollment is put away as a draft first."
        ).format(locked.shown)

    def apply(self) -> None:
        """Try the password."""
        name, password = self.name.text().strip(), self.password.text()
        if not name or not password:
            self.enter()
            return
        work = self._operators.unlock(name, password) if self._locked else self._operators.sign_in(name, password)
        self.start(work, self._tried, self.password_row)

    def _tried(self, tried: SignIn) -> None:
        self.password.clear()
        if tried.ok:
            self.signed_in.emit(tried)
            self.done.emit()
            return
        self._until, self._told = monotonic() + tried.wait_s, refusal(tried)
        self.password.setFocus()
        self.password_row.say_error(self._told)
        self._count_down()

    def _count_down(self) -> None:
        wait = self._until - monotonic()
        self.go.setEnabled(wait <= 0)
        if wait > 0:
            self._timer.start()
            rest = self.tr("Next try in %n second(s).", "", ceil(wait))
            self.password_row.say_error(f"{self._told} {rest}")
        elif self._timer.isActive():
            self._timer.stop()
            self.password_row.say_error(self._told)


class NewPassword:
    """Two fields for a password that is chosen: rule, repetition, and what is wrong in words."""

    def __init__(self, first: str, second: str, differs: str) -> None:
        self.password = line("gate.new-password", secret=True)
        self.again = line("gate.again", secret=True)
        self.row = FieldRow(first, self.password, password_rule())
        self.again_row = FieldRow(second, self.again)
        self._differs = differs

    def value(self, name: str) -> str | None:
        """The password, or None when something is wrong, which is then shown."""
        chosen = self.password.text()
        problem = password_problem(password_faults(chosen, name))
        self.row.say_error(problem)
        differs = not problem and chosen != self.again.text()
        self.again_row.say_error(self._differs if differs else "")
        if problem or differs:
            (self.again if differs else self.password).setFocus()
            return None
        return chosen


class FirstRunForm(GateForm):
    """Makes the first administrator."""

    def __init__(self, tasks: Tasks, operators: Operators) -> None:
        super().__init__(
            tasks,
            self.tr("Welcome: who looks after this station?"),
            self.tr(
                "Nobody can sign in here yet. Make the first administrator now, who then adds clerks and supervisors "
                "on the Supervision page. Nobody can recover this password: keep it where your organization keeps such "
                "things."
            ),
            self.tr("Make the administrator"),
        )
        self._operators = operators
        self.name = line("gate.name")
        self.full_name = line("gate.full-name")
        self.name_row = FieldRow(self.tr("&Name to sign in with"), self.name, name_rule(), required=True)
        self.new = NewPassword(self.tr("&Password"), self.tr("&Repeat it"), self.tr("The two passwords differ."))
        self.lay_out(self.name_row, FieldRow(self.tr("&Full name"), self.full_name), self.new.row, self.new.again_row)

    def apply(self) -> None:
        """Make the administrator, who is then signed in."""
        name = self.name.text().strip()
        fit = name_is_fit(name)
        self.name_row.say_error("" if fit else name_rule())
        password = self.new.value(name)
        if not fit:
            self.name.setFocus()
        elif password is not None:
            work = self._operators.create_first(name, self.full_name.text(), password)
            self.start(work, lambda _made: self.done.emit(), self.name_row)


class OwnPasswordForm(GateForm):
    """Replaces a password that somebody else chose."""

    def __init__(self, tasks: Tasks, operators: Operators) -> None:
        super().__init__(
            tasks,
            self.tr("Choose a password of your own"),
            self.tr("The one you signed in with was chosen by somebody else, who could sign in as you."),
            self.tr("Use this password"),
        )
        self._operators = operators
        self.new = NewPassword(self.tr("&Password"), self.tr("&Repeat it"), self.tr("The two passwords differ."))
        self.leave = secondary_button(self.tr("Sign out"))
        connect(self.leave, lambda: self.tasks.start(operators.sign_out(), owner=self, button=self.leave))
        self.others = [self.leave]
        self.lay_out(self.new.row, self.new.again_row)

    def apply(self) -> None:
        """Replace it."""
        password = self.new.value(self._operators.actor)
        if password is not None:
            self.start(self._operators.own_password(password), lambda _done: self.done.emit(), self.new.row)
