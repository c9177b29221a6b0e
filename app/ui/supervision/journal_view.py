"""The journal: the latest acts, those of one person, whether it holds, and a copy to take along."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.audit import AuditReport
from app.domain.console import Table
from app.domain.records import JournalEntry
from app.journeys.station import Station
from app.paths import write_private
from app.ui import files
from app.ui.messages import MessageService
from app.ui.supervision.words import act_name, details, verdict
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import heading, paragraph, row, small
from app.ui.widgets.buttons import connect, icon_button, secondary_button
from app.ui.widgets.fields import clearable
from app.ui.widgets.rows_view import RowsView
from app.ui.widgets.status import Lamp, StatusLamp

MOST = 500
TYPING_MS = 250


class JournalView(QWidget):
    """Loads when it is entered."""

    def __init__(self, station: Station, tasks: Tasks, messages: MessageService) -> None:
        super().__init__()
        self._station, self._tasks, self._messages = station, tasks, messages
        self.person = QLineEdit()
        self.person.setObjectName("journal.person")
        self.person.setPlaceholderText(self.tr("Only this person number"))
        self.person.setAccessibleName(self.tr("Only this person number"))
        clearable(self.person)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.entered)
        self.person.textChanged.connect(lambda _text: self._typing.start())
        self.table = RowsView(self.tr("Journal"))
        self.count = small("")
        self.state = StatusLamp(Lamp.OFF, self.tr("Not verified since this page was opened."), wrap=True)
        self.verify = secondary_button(self.tr("Verify now"), "check")
        self.export = secondary_button(self.tr("Export…"), "download")
        self.verify.setObjectName("journal.verify")
        self.export.setObjectName("journal.export")
        connect(self.verify, self._verify)
        connect(self.export, self._export)
        self._lay_out()

    def _lay_out(self) -> None:
        again = icon_button("refresh", self.tr("Load again"))
        connect(again, self.entered)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.S)
        whole.addLayout(row(heading(self.tr("Journal")), None, self.verify, self.export, again))
        told = self.tr(
            "Every act is kept and chained to the one before, so that nobody can change or remove one unseen."
        )
        whole.addWidget(paragraph(told, Tone.MUTED))
        whole.addWidget(self.state)
        whole.addWidget(self.person)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.count)

    def entered(self) -> None:
        """Load again."""
        asked = self._station.journal.entries(person_id=self.person.text().strip(), limit=MOST)
        self._tasks.start(asked, owner=self, key="load", done=self._show)

    def _show(self, entries: Sequence[JournalEntry]) -> None:
        columns = (
            self.tr("Time"),
            self.tr("Who"),
            self.tr("What"),
            self.tr("Person"),
            self.tr("Device"),
            self.tr("Details"),
        )
        self.table.show_table(Table(columns, tuple(_row(each) for each in entries)))
        most = self.tr("The latest %n act(s).", "", len(entries))
        self.count.setText(most if len(entries) == MOST else self.tr("%n act(s)", "", len(entries)))

    def _verify(self) -> None:
        self.state.show_state(Lamp.BUSY, self.tr("Looking through every entry…"))
        work = self._station.journal.verify()
        self._tasks.start(work, owner=self, button=self.verify, done=self._tell, failed=self._unknown)

    def _tell(self, report: AuditReport) -> None:
        self.state.show_state(Lamp.GOOD if report.holds else Lamp.BAD, verdict(report))

    def _unknown(self, _error: BaseException) -> bool:
        self.state.show_state(Lamp.WARNING, self.tr("It could not be verified now."))
        return False

    def _export(self) -> None:
        self._tasks.start(self._ask_export(), owner=self, button=self.export, done=self._exported)

    async def _ask_export(self) -> Path | None:
        path = await files.ask_save(self.window(), self.tr("Export the journal"), "journal.jsonl")
        if path is None:
            return None
        station = self._station
        await station.journal.append(JournalEntry("journal-exported", station.actor))
        data = await station.journal.export()
        await asyncio.to_thread(write_private, path, data)
        return path

    def _exported(self, path: Path | None) -> None:
        if path is not None:
            told = self.tr("Written to {0}. It says who did what to whom: keep it safe.").format(path.name)
            self._messages.success(told)
            self.entered()


def _row(entry: JournalEntry) -> tuple[str, ...]:
    at = f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}" if entry.at else ""
    return at, entry.actor, act_name(entry.action), entry.person_id, entry.device_id, details(entry)
