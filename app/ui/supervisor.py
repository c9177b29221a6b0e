"""The supervisor's presence as the window sees it: unlocked until when, the passcode dialog, lock now."""

from datetime import datetime, timedelta
from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.journeys.ports import JournalEntry
from app.journeys.station import Station
from app.journeys.supervision import UNLOCKED_FOR_S
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
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
            await self._station.journal.append(JournalEntry("supervisor-unlocked", self._station.actor))
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
    """Asks for the passcode; after a wrong one it says how long to wait, and waits."""

    def __init__(self, parent: QWidget, station: Station, tasks: Tasks, *, configured: bool) -> None:
        super().__init__(
            parent,
            translate("dialogs", "Unlock for a supervisor"),
            "",
            translate("dialogs", "Unlock"),
            translate("dialogs", "Cancel"),
        )
        self._supervision, self._tasks = station.supervision, tasks
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.row = FieldRow(self.tr("&Passcode"), self.field)
        self.body.addWidget(self.row)
        self.text.setText(
            self.tr("Dangerous actions become possible for five minutes.")
            if configured
            else self.tr(
                "This station has no supervisor passcode yet, so nothing dangerous can be unlocked. "
                "Set one in Settings first."
            )
        )
        self.row.setVisible(configured)
        self.yes.setVisible(configured)
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._count_down)
        self.field.setFocus()
        self._count_down()

    def accept(self) -> None:
        """Try the passcode instead of closing."""
        self._tasks.start(self._supervision.unlock(self.field.text()), owner=self, button=self.yes, done=self._tried)

    def _tried(self, right: bool) -> None:
        if right:
            super().accept()
            return
        self.field.clear()
        self.field.setFocus()
        self.row.say_error(self.tr("This passcode is not right."))
        self._count_down()

    def _count_down(self) -> None:
        wait = self._supervision.wait_s
        self.yes.setEnabled(wait == 0)
        if wait > 0:
            self._timer.start()
            self.row.say_error(self.tr("This passcode is not right. Next try in %n second(s).", "", ceil(wait)))
        elif self._timer.isActive():
            self._timer.stop()
            self.row.say_error("")
