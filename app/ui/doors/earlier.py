"""Decisions of another time, looked up in the journal: who was refused at 08:02, at which door, and why."""

from datetime import datetime, timedelta

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.journeys.door_history import DoorQuery, Earlier, Finds, earlier
from app.journeys.doors import DoorTerminal
from app.ui.doors.decisions import Decisions
from app.ui.doors.live import WhyCard
from app.ui.doors.table import DecisionTable
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import paragraph, scrolled
from app.ui.widgets.buttons import connect, primary_button
from app.ui.widgets.fields import filter_line
from app.ui.widgets.flow import flowing

DAY, MOMENT = "%Y-%m-%d", "%Y-%m-%d %H:%M"
DOOR_CHARS = 18


class EarlierPanel(QWidget):
    """A day, a time of day, a person, a terminal; the answers of that time, each with its reason."""

    def __init__(self, journal: Finds, terminals: tuple[DoorTerminal, ...], tasks: Tasks) -> None:
        super().__init__()
        self._journal, self._tasks = journal, tasks
        self.day = self._line("doors.day", self.tr("Day, like {0}").format("2026-05-31"))
        self.first = self._line("doors.first", self.tr("From, like {0}").format("08:00"))
        self.last = self._line("doors.last", self.tr("To, like {0}").format("08:10"))
        self.person = self._line("doors.person", self.tr("Person number"))
        self.door = QComboBox()
        self.door.setAccessibleName(self.tr("Only this terminal"))
        self.door.setMinimumContentsLength(DOOR_CHARS)
        self.door.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.door.addItem(self.tr("Every terminal"), "")
        for each in terminals:
            self.door.addItem(each.label, each.label)
        self.refused = QCheckBox(self.tr("Only those that were not let in"))
        self.search = primary_button(self.tr("Find"))
        connect(self.search, self._ask)
        self.told = paragraph("", Tone.MUTED)
        self.decisions = Decisions()
        self.table = DecisionTable(self.decisions, self.tr("Decisions found"))
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._explain(now))
        self.why = WhyCard()
        self._lay_out()

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.M)
        column.addWidget(flowing(self.day, self.first, self.last, self.person, self.door, self.refused, self.search))
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        column.addWidget(self.why)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inner))

    def _line(self, name: str, told: str) -> QLineEdit:
        line = filter_line(name, told)
        line.returnPressed.connect(self._ask)
        return line

    def query(self) -> DoorQuery | None:
        """What is asked for, a whole day when no time is given; None when a day or time makes no sense."""
        try:
            since = self._moment(self.first.text() or "00:00")
            until = self._moment(self.last.text()) if self.last.text() else self._moment("23:59")
        except ValueError:
            return None
        end, person = until + timedelta(minutes=1), self.person.text().strip()
        return DoorQuery(since, end, person, self.door.currentData(), self.refused.isChecked())

    def _moment(self, time: str) -> datetime:
        """A time of the chosen day at this desk; ValueError."""
        return datetime.strptime(f"{self.day.text().strip()} {time.strip()}", MOMENT).astimezone()

    def _ask(self) -> None:
        query = self.query()
        if query is None:
            told = self.tr("A day is written like {0}, a time like {1}.").format("2026-05-31", "08:02")
            self.told.setText(told)
            return
        self.told.setText(self.tr("Looking through the journal…"))
        work = earlier(self._journal, query)
        self._tasks.start(work, owner=self, key="find", button=self.search, done=self._show, failed=self._not_found)

    def _show(self, found: Earlier) -> None:
        self.decisions.show_these(found.decisions, found.doors)
        count = self.tr("%n decision(s).", "", len(found.decisions))
        more = self.tr("There are more: give a shorter time, a person or a terminal.")
        self.told.setText(count if found.whole else f"{count} {more}")
        self.why.explain(None, "")
        if found.decisions:
            self.table.selectRow(0)

    def _not_found(self, _error: BaseException) -> bool:
        self.told.setText(self.tr("The journal could not be read now."))
        return False

    def _explain(self, index: QModelIndex) -> None:
        self.why.explain(self.decisions.at(index.row()), self.table.door_of(index))
        self.why.anew.hide()

    def showEvent(self, event: QShowEvent) -> None:
        self.table.fit()
        if not self.day.text():
            self.day.setText(datetime.now().astimezone().strftime(DAY))
        super().showEvent(event)
