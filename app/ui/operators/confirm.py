"""Asks the one who is signed in for the password again: where the policy wants that, and before what is grave."""

from math import ceil
from time import monotonic

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.operator import SignIn
from app.journeys.station import Station
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.operators.words import refusal
from app.ui.tasks import Tasks
from app.ui.widgets.fields import FieldRow


async def confirmed_for_saving(parent: QWidget, station: Station, tasks: Tasks) -> bool:
    """True when the enrollment may be saved: the policy does not ask, or the password was right."""
    operators = station.operators
    if not (operators.required and operators.rules.confirm_at_submit):
        return True
    now = operators.current
    text = translate("operators", "The enrollment is saved in your name, {0}.").format(now.shown if now else "")
    return await ConfirmDialog(parent, station, tasks, text, translate("operators", "Confirm and save")).ask()


async def confirmed(parent: QWidget, station: Station, tasks: Tasks, text: str) -> bool:
    """True when the operator gave the password again; also where nobody signs in."""
    if not station.operators.required:
        return True
    return await ConfirmDialog(parent, station, tasks, text, translate("operators", "Confirm")).ask()


class ConfirmDialog(Dialog):
    """`await dialog.ask()`: True when the password of the current operator was given."""

    def __init__(self, parent: QWidget, station: Station, tasks: Tasks, text: str, yes: str) -> None:
        super().__init__(
            parent,
            translate("operators", "Confirm with your password"),
            text,
            yes,
            translate("operators", "Not yet"),
        )
        self._operators, self._tasks = station.operators, tasks
        self._until, self._told = 0.0, ""
        self.field = QLineEdit()
        self.field.setObjectName("confirm.password")
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.row = FieldRow(self.tr("Your &password"), self.field)
        self.body.addWidget(self.row)
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._count_down)
        self.field.setFocus()

    def accept(self) -> None:
        """Try the password instead of closing."""
        tried = self._operators.confirm(self.field.text())
        self._tasks.start(tried, owner=self, button=self.yes, done=self._tried)

    def _tried(self, tried: SignIn) -> None:
        if tried.ok:
            super().accept()
            return
        self._until, self._told = monotonic() + tried.wait_s, refusal(tried)
        self.field.clear()
        self.field.setFocus()
        self.row.say_error(self._told)
        self._count_down()

    def _count_down(self) -> None:
        wait = self._until - monotonic()
        self.yes.setEnabled(wait <= 0)
        if wait > 0:
            self._timer.start()
            self.row.say_error(f"{self._told} " + self.tr("Next try in %n second(s).", "", ceil(wait)))
        elif self._timer.isActive():
            self._timer.stop()
            self.row.say_error(self._told)
