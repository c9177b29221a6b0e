"""The journal: the latest acts and older ones, of a person, kind or time, whether it holds, a copy to take along."""

import asyncio
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.audit import AuditReport
from app.domain.console import Table
from app.domain.records import JournalEntry, Recorded
from app.journeys.station import Station
from app.paths import write_private
from app.ui import files
from app.ui.messages import MessageService
from app.ui.supervision.acts import act_name
from app.ui.supervision.journal_filter import JournalFilter
from app.ui.supervision.words import details, verdict
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import heading, paragraph, row, small
from app.ui.widgets.buttons import connect, icon_button, quiet_button, secondary_button
from app.ui.widgets.rows_view import RowsView
from app.ui.widgets.status import Lamp, StatusLamp

MOST = 500


class JournalView(QWidget):
    """Loads when it is entered."""

    def __init__(self, station: Station, tasks: Tasks, messages: MessageService) -> None:
        super().__init__()
        self._station, self._tasks, self._messages = station, tasks, messages
        self._shown: tuple[Recorded, ...] = ()
        self.filter = JournalFilter()
        self.filter.changed.connect(self.entered)
        self.older = quiet_button(self.tr("Show older"))
        self.older.setObjectName("journal.older")
        self.older.hide()
        connect(self.older, self._load_older)
        self.table = RowsView(self.tr("Journal"))
        self.count = small("")
        self.state = StatusLamp(Lamp.HINT, self.tr("Not verified since this page was opened."), wrap=True)
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
        whole.addWidget(self.filter)
        whole.addWidget(self.table, 1)
        whole.addLayout(row(self.count, None, self.older))

    def entered(self) -> None:
        """Load again, from the latest."""
        query = self.filter.query(MOST)
        if query is not None:
            self._tasks.start(self._station.journal.find(query), owner=self, key="load", done=self._show_first)

    def _load_older(self) -> None:
        query = self.filter.query(MOST)
        if query is not None and self._shown:
            asked = self._station.journal.find(replace(query, before=self._shown[-1].number))
            self._tasks.start(asked, owner=self, key="load", button=self.older, done=self._show_more)

    def _show_first(self, found: tuple[Recorded, ...]) -> None:
        self._show(found, more=len(found) == MOST)

    def _show_more(self, found: tuple[Recorded, ...]) -> None:
        bar, first = self.table.verticalScrollBar(), len(self._shown)
        at = bar.value()
        self._show((*self._shown, *found), more=len(found) == MOST)
        bar.setValue(at)
        self.table.selectRow(min(first, len(self._shown) - 1))

    def _show(self, shown: tuple[Recorded, ...], *, more: bool) -> None:
        self._shown = shown
        columns = (
            self.tr("Number"),
            self.tr("Time"),
            self.tr("Who"),
            self.tr("What"),
            self.tr("Person"),
            self.tr("Device"),
            self.tr("Details"),
        )
        self.table.show_table(Table(columns, tuple(_row(each) for each in shown)))
        latest = self.tr("The latest %n act(s).", "", len(shown))
        self.count.setText(latest if more else self.tr("%n act(s)", "", len(shown)))
        self.older.setVisible(more)

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


def _row(recorded: Recorded) -> tuple[str, ...]:
    entry = recorded.entry
    at = f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}" if entry.at else ""
    told = act_name(entry.action), entry.person_id, entry.device_id, details(entry)
    return str(recorded.number), at, entry.actor, *told
