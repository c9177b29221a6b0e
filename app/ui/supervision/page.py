"""The supervision page: closed to clerks; what waits, the journal, and the operators for an administrator."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.domain.operator import Right
from app.journeys.station import Station
from app.ui.messages import MessageService
from app.ui.pages.page import Enters, Page
from app.ui.supervision.journal_view import JournalView
from app.ui.supervision.operators_view import OperatorsView
from app.ui.supervision.queue_view import QueueView
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.basics import EmptyState
from app.ui.widgets.side_list import SideList

CLOSED, OPEN = range(2)
QUEUE, JOURNAL, OPERATORS = range(3)


class SupervisionPage(Page):
    """Shows nothing to who may not see it; a supervisor's unlocking opens it for a while."""

    continue_requested = Signal(str)

    def __init__(self, station: Station, tasks: Tasks, messages: MessageService, supervisor: Supervisor) -> None:
        super().__init__(self.tr("Supervision"), station, tasks)
        self._supervisor = supervisor
        self.queue = QueueView(station, tasks, supervisor)
        self.journal = JournalView(station, tasks, messages)
        self.operators = OperatorsView(station.operators, tasks)
        self.queue.continue_requested.connect(self.continue_requested)
        self.parts = SideList(
            self.tr("Parts of supervision"), [self.tr("Waiting"), self.tr("Journal"), self.tr("Operators")]
        )
        self.parts.currentRowChanged.connect(self._chosen)
        self._lay_out()
        supervisor.changed.connect(lambda _unlocked: self._look())
        station.operators.listen(self._look)

    def _lay_out(self) -> None:
        self.views = QStackedWidget()
        for view in (self.queue, self.journal, self.operators):
            self.views.addWidget(view)
        content = QWidget()
        line = QHBoxLayout(content)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.XL)
        line.addWidget(self.parts)
        line.addWidget(self.views, 1)
        told = self.tr("Supervisors decide here what clerks asked, and read the journal.")
        self.closed = EmptyState("lock", told, self.tr("Unlock…"), self._unlock)
        self.closed.button.setObjectName("supervision.unlock")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.closed)
        self.stack.addWidget(content)
        self.column.addWidget(self.stack, 1)

    @property
    def help_text(self) -> str:
        return self.tr(
            "Waiting: what clerks asked a supervisor; a decision needs a reason, and its draft then goes on. "
            "Journal: who did what and when; verify it now, or export it and verify it elsewhere. "
            "Operators: who may sign in, for administrators."
        )

    @property
    def allowed(self) -> bool:
        """Whether what is here may be seen now."""
        return self._supervisor.unlocked or self.station.operators.may(Right.SUPERVISE)

    def entered(self) -> None:
        """Open or closed, and fresh."""
        self._look()
        if self.allowed:
            self.parts.setFocus()

    def _look(self) -> None:
        administers = self.station.operators.required and self.station.operators.may(Right.ADMINISTER)
        self.parts.item(OPERATORS).setHidden(not administers)
        self.stack.setCurrentIndex(OPEN if self.allowed else CLOSED)
        if not self.allowed or (self.parts.currentRow() == OPERATORS and not administers):
            self.parts.setCurrentRow(QUEUE)
        if self.allowed and self.isVisible():
            self._chosen(max(self.parts.currentRow(), QUEUE))

    def _chosen(self, index: int) -> None:
        self.views.setCurrentIndex(index)
        view: object = self.views.currentWidget()
        if self.allowed and self.isVisible() and isinstance(view, Enters):
            view.entered()

    def _unlock(self) -> None:
        self.tasks.start(self._supervisor.ask(self.window()), owner=self, button=self.closed.button)
