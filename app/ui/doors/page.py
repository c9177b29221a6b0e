"""The doors page: the live panel in front, setting up terminals behind it."""

from PySide6.QtWidgets import QStackedWidget

from app.journeys.doors import Doors
from app.journeys.station import Station
from app.ui.dialogs import question
from app.ui.doors.earlier import EarlierPanel
from app.ui.doors.enabling import EnablingPanel
from app.ui.doors.live import LivePanel
from app.ui.messages import MessageService
from app.ui.pages.page import Page
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.widgets.buttons import connect, secondary_button


class DoorsPage(Page):
    """What doors were told and why; a supervisor sets terminals up, takes over, and lets people begin anew."""

    def __init__(
        self, station: Station, tasks: Tasks, messages: MessageService, supervisor: Supervisor, doors: Doors
    ) -> None:
        super().__init__(self.tr("Doors"), station, tasks)
        self._messages, self._supervisor, self._doors = messages, supervisor, doors
        self.live = LivePanel(doors.watch, self._ask_take_over)
        self.live.why.begin_anew.connect(self._ask_anew)
        self.earlier = EarlierPanel(station.journal, doors.setup.terminals, tasks)
        self.look_back = secondary_button(self.tr("Find earlier answers"))
        connect(self.look_back, self._ask_back)
        self.enabling = EnablingPanel(doors.setup, tasks, messages, supervisor)
        self.swap = secondary_button("")
        connect(self.swap, self._swap)
        self.head.addWidget(self.look_back)
        self.head.addWidget(self.swap)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.live)
        self.stack.addWidget(self.enabling)
        self.stack.addWidget(self.earlier)
        self.column.addWidget(self.stack, 1)
        self._name_swap()

    @property
    def help_text(self) -> str:
        return self.tr(
            "Terminals that ask this station are answered in the background, also while you enroll somebody. Each line "
            "is one answer: choose it to read why. “Find earlier answers” finds others by time, person and terminal. "
            "“Safe answer” means that the station could not decide and said what is configured. “Set up terminals” "
            "makes a terminal ask, and puts it back as it was."
        )

    def entered(self) -> None:
        """The table takes the keys."""
        if self.stack.currentWidget() is self.live:
            self.live.table.setFocus()

    def _swap(self) -> None:
        to_setup = self.stack.currentWidget() is self.live
        self.stack.setCurrentWidget(self.enabling if to_setup else self.live)
        self._name_swap()
        if to_setup:
            self.enabling.read()

    def _ask_back(self) -> None:
        self.tasks.start(self._back(), owner=self, button=self.look_back)

    async def _back(self) -> None:
        """The journal is for supervisors."""
        if await self._supervisor.ensure(self):
            self.stack.setCurrentWidget(self.earlier)
            self._name_swap()
            self.earlier.first.setFocus()

    def _name_swap(self) -> None:
        live = self.stack.currentWidget() is self.live
        self.look_back.setVisible(live)
        self.swap.setText(self.tr("Set up terminals") if live else self.tr("Back to what happens"))

    def _ask_take_over(self) -> None:
        self.tasks.start(self._take_over(), owner=self, button=self.live.take_over)

    async def _take_over(self) -> None:
        told = self.tr("The other program then hears nothing of the doors any more. Its people may be refused.")
        if await self._supervisor.ensure(self) and await question(
            self, self.tr("Take the doors over?"), told, yes=self.tr("Take over")
        ):
            self._doors.watch.take_over()

    def _ask_anew(self, person_id: str) -> None:
        self.tasks.start(self._anew(person_id), owner=self, button=self.live.why.anew)

    async def _anew(self, person_id: str) -> None:
        if await self._supervisor.ensure(self):
            await self._doors.watch.forget(person_id, actor=self.station.actor)
            self._messages.success(self.tr("The person may go in or out at the next door."))
