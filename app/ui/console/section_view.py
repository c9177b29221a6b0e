"""One section of a device's console: note, filter, table with pages, actions."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.domain.console import Action, Danger, Section, Table
from app.domain.device import Device
from app.journeys.station import Station
from app.ui import files
from app.ui.console.export import export
from app.ui.console.progress import ProgressCard
from app.ui.console.runner import ConsoleRunner
from app.ui.i18n import device_text
from app.ui.messages import MessageService
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.appear import Assembly
from app.ui.widgets.basics import EmptyState, heading, paragraph, row, small
from app.ui.widgets.buttons import connect, danger_button, icon_button, quiet_button, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.form import Form, Value
from app.ui.widgets.rows_view import RowsView
from app.ui.widgets.status import BusyLine

LOWEST = 220
ROWS, EMPTY = range(2)


class SectionView(QWidget):
    """Loads when it is shown; every page and filter asks the device again, latest answer wins."""

    def __init__(
        self,
        section: Section,
        device: Device,
        station: Station,
        tasks: Tasks,
        messages: MessageService,
        supervisor: Supervisor,
    ) -> None:
        super().__init__()
        self.section, self._device = section, device
        self._tasks, self._messages, self._station = tasks, messages, station
        self._page = 1
        self._filter: dict[str, Value] = {}
        self.progress = ProgressCard()
        self.runner = ConsoleRunner(self, device, station, tasks, messages, supervisor, self.progress)
        self.table = RowsView(device_text(section.title))
        self.busy = BusyLine()
        self.form = Form(section.filters, tasks)
        self.buttons = {action.name: self._action_button(action) for action in section.actions}
        self._make_paging()
        self._assembly = Assembly(self._steps())
        self._assembly.start(self, tasks)

    def _make_paging(self) -> None:
        self.before = icon_button("back", self.tr("Page before"))
        self.after = icon_button("forward", self.tr("Next page"))
        self.where = small("")
        self.where.setWordWrap(False)
        self.csv = quiet_button(self.tr("Export…"), "download")
        self.csv.setToolTip(self.tr("Save every page as a CSV file"))
        self.again = icon_button("refresh", self.tr("Load again"))
        connect(self.before, lambda: self._turn(-1))
        connect(self.after, lambda: self._turn(1))
        connect(self.again, self.load)
        connect(self.csv, self._export)

    def _steps(self) -> Iterator[QWidget | None]:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(row(heading(device_text(self.section.title)), None, self.again))
        if self.section.load is None:
            self.again.hide()
        if self.section.note:
            column.addWidget(paragraph(device_text(self.section.note), Tone.MUTED))
        yield None
        if self.section.filters:
            column.addLayout(self._filter_line())
            yield None
        column.addWidget(self.progress)
        if self.section.load is not None:
            yield from self._rows(column)
        else:
            column.addStretch(1)
        actions = flowing(*self.buttons.values())
        column.insertWidget(column.count() - (self.section.load is None), actions)
        yield actions

    def _rows(self, column: QVBoxLayout) -> Iterator[QWidget | None]:
        self._stack = QStackedWidget()
        self._stack.setMinimumHeight(LOWEST)
        self._stack.addWidget(self.table)
        self._stack.addWidget(EmptyState("search", self.tr("There is nothing here.")))
        column.addWidget(self._stack, 1)
        yield self._stack
        paging = flowing(self.before, self.where, self.after, self.csv, self.busy)
        column.addWidget(paging)
        yield paging

    def _filter_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(Space.M)
        for field_row in self.form.rows.values():
            line.addWidget(field_row, 1, Qt.AlignmentFlag.AlignTop)
        self.apply = secondary_button(self.tr("Filter"), "filter")
        connect(self.apply, self._apply)
        line.addWidget(self.apply, 0, Qt.AlignmentFlag.AlignVCenter)
        return line

    def _action_button(self, action: Action) -> QPushButton:
        title = device_text(action.title)
        asks = bool(action.fields) or action.danger is not Danger.NONE
        make = danger_button if action.danger is Danger.DESTROYS else secondary_button
        button = make(self.tr("{0}…").format(title) if asks else title)
        connect(button, lambda: self._act(action, button))
        return button

    def load(self) -> None:
        """Ask the device for the page in view."""
        if self.section.load is None:
            return
        self.busy.say(self.tr("Loading"))
        work = self._load(self._page)
        self._tasks.start(work, owner=self, key="load", done=self._show, finally_=self.busy.done)

    async def _load(self, page: int) -> Table:
        assert self.section.load is not None
        await self._assembly.finished()
        async with self._station.leases.turn(self._device):
            return await self.section.load(page, self._filter)

    def _show(self, table: Table) -> None:
        self.table.show_table(table)
        self._stack.setCurrentIndex(ROWS if table.rows else EMPTY)
        self.before.setVisible(self._page > 1 or table.more)
        self.after.setVisible(self._page > 1 or table.more)
        self.before.setEnabled(self._page > 1)
        self.after.setEnabled(table.more)
        self.csv.setEnabled(bool(table.rows))
        self.where.setText(self._where(table))

    def _where(self, table: Table) -> str:
        if self._page == 1 and not table.more:
            return self.tr("%n row(s)", "", len(table.rows))
        page = self.tr("Page {0}").format(self._page)
        return page if table.total is None else self.tr("{0}, {1} rows in all").format(page, table.total)

    def _turn(self, by: int) -> None:
        self._page = max(1, self._page + by)
        self.load()

    def _apply(self) -> None:
        values = self.form.values()
        if values is not None:
            self._filter, self._page = values, 1
            self.load()

    def _act(self, action: Action, button: QPushButton) -> None:
        work = self.runner.run(action, self.table.chosen)
        self._tasks.start(work, owner=self, button=button, done=lambda done: self.load() if done else None)

    def _export(self) -> None:
        self._tasks.start(self._save_csv(), owner=self, button=self.csv, finally_=self.busy.done)

    async def _save_csv(self) -> None:
        path = await files.ask_save(self, self.tr("Export as CSV"), f"{self._device.device_id}-{self.section.name}.csv")
        if path is None:
            return
        reading = self.tr("{0} rows read")
        async with self._station.leases.turn(self._device):
            rows = await export(self.section, self._filter, path, lambda n: self.busy.say(reading.format(n)))
        self._messages.success(self.tr("%n row(s) exported.", "", rows))
