"""The supervisor's presence as the window sees it: unlocked until when, the passcode dialog, lock now."""

from datetime import datetime, timedelta
from math import ceil
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.operator import Right, SignIn
from app.journeys.ports import JournalEntry
from app.journeys.station import Station
from app.journeys.supervision import UNLOCKED_FOR_S
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.operators.words import refusal
from app.ui.tasks import Tasks
from app.ui.widgets.fields import FieldRow

TICK_MS = 500


class Supervisor(QObject):
    """Watches `Station.supervision`; `changed` tells when a supervisor came or went. Main thread only."""

    changed = Signal(bool)

    def __init__(self, station: Station, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station, self._tasks = station, tasks
        self._was = station.supervision.unlocked
        self.until: datetime | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def unlocked(self) -> bool:
        """Whether a supervisor is present."""
        return self._station.supervision.unlocked

    def lock(self) -> None:
        """End the supervisor's presence now."""
        self._station.supervision.lock()
        self._look()

    async def ensure(self, parent: QWidget) -> bool:
        """True when unlocked, asking for the passcode when not."""
        return self.unlocked or await self.ask(parent)

    async def ask(self, parent: QWidget) -> bool:
        """Ask for the passcode; False when given up."""
        configured = await self._station.supervision.configured()
        if await UnlockDialog(parent, self._station, self._tasks, configured=configured).ask():
            self.until = self._station.now() + timedelta(seconds=UNLOCKED_FOR_S)
            self._timer.start()
            self._look()
            by = self._station.supervision.by or self._station.actor
            await self._station.journal.append(JournalEntry("supervisor-unlocked", by))
        return self.unlocked

    def _look(self) -> None:
        now = self.unlocked
        if not now:
            self._timer.stop()
            self.until = None
        if now != self._was:
            self._was = now
            self.changed.emit(now)


class UnlockDialog(Dialog):
    """Asks for the passcode, or for a supervisor's name and password; after a wrong one it says how long to wait."""

    def __init__(self, parent: QWidget, station: Station, tasks: Tasks, *, configured: bool) -> None:
        super().__init__(
            parent,
            translate("dialogs", "Unlock for a supervisor"),
            "",
            translate("dialogs", "Unlock"),
            translate("dialogs", "Cancel"),
        )
        self._supervision, self._tasks = station.supervision, tasks
        self._waiting_until = 0.0
        self._wrong = ""
        self.name = QLineEdit(self._likely_name(station))
        self.name.setObjectName("unlock.name")
        self.name_row = FieldRow(self.tr("&Name of the supervisor"), self.name)
        self.field = QLineEdit()
        self.field.setObjectName("unlock.password")
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        named = self._supervision.by_operators
        self.row = FieldRow(self.tr("Pass&word") if named else self.tr("&Passcode"), self.field)
        self.body.addWidget(self.name_row)
        self.body.addWidget(self.row)
        self.text.setText(self._explanation(configured=configured, named=named))
        self.name_row.setVisible(configured and named)
        self.row.setVisible(configured)
        self.yes.setVisible(configured)
        self.yes.setObjectName("unlock.yes")
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._count_down)
        (self.name if named and not self.name.text() else self.field).setFocus()
        self._count_down()

    def _likely_name(self, station: Station) -> str:
        now = station.operators.current
        return now.name if now is not None and now.may(Right.SUPERVISE) else ""

    def _explanation(self, *, configured: bool, named: bool) -> str:
        if named:
            return self.tr(
                "A supervisor or administrator gives name and password; whoever is signed in stays so. Dangerous "
                "actions become possible for five minutes. With the station's passcode, leave the name empty."
            )
        if configured:
            return self.tr("Dangerous actions become possible for five minutes.")
        return self.tr(
            "This station has no supervisor passcode yet, so nothing dangerous can be unlocked. "
            "Set one in Settings first."
        )

    def accept(self) -> None:
        """Try the password instead of closing."""
        name = self.name.text().strip()
        if self._supervision.by_operators and name:
            tried = self._supervision.unlock_as(name, self.field.text())
            self._tasks.start(tried, owner=self, button=self.yes, done=self._vouched)
        else:
            self._tasks.start(
                self._supervision.unlock(self.field.text()), owner=self, button=self.yes, done=self._tried
            )

    def _vouched(self, tried: SignIn) -> None:
        self._waiting_until = monotonic() + tried.wait_s
        self._answer(tried.ok, refusal(tried))

    def _tried(self, right: bool) -> None:
        self._waiting_until = monotonic() + self._supervision.wait_s
        self._answer(right, self.tr("This passcode is not right."))

    def _answer(self, right: bool, wrong: str) -> None:
        if right:
            super().accept()
            return
        self._wrong = wrong
        self.field.clear()
        self.field.setFocus()
        self.row.say_error(wrong)
        self._count_down()

    def _count_down(self) -> None:
        wait = max(self._supervision.wait_s if not self.name.text() else 0.0, self._waiting_until - monotonic())
        self.yes.setEnabled(wait <= 0)
        if wait > 0:
            self._timer.start()
            wrong = self._wrong or self.tr("This passcode is not right.")
            self.row.say_error(f"{wrong} " + self.tr("Next try in %n second(s).", "", ceil(wait)))
        elif self._timer.isActive():
            self._timer.stop()
            self.row.say_error("")
