"""The window: header, rail, pages, messages, footer; it shows what journeys do and asks before it closes."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from app.domain.operator import Right
from app.domain.question import Question
from app.journeys.station import Station
from app.ui.frame import Footer, Header, PracticeBanner, Rail, stack
from app.ui.messages import MessageService
from app.ui.operators.session import Session
from app.ui.pages.page import Enrolls, Enters, Finishes, HelpsItself, LeadsToSettings
from app.ui.pages.people import PeoplePage
from app.ui.preferences import Preferences
from app.ui.supervision.page import SupervisionPage
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.widgets.appear import styled
from app.ui.widgets.help_panel import HelpPanel
from app.ui.widgets.message_bar import MessageBar

EnrollFactory = Callable[[Station, Tasks, MessageService], QWidget]
SettingsFactory = Callable[[Station, Tasks, MessageService, Preferences, Supervisor], QWidget]

SMALLEST = (900, 600)
USUAL = (1180, 780)
ENROLL, PEOPLE, DEVICES, SETTINGS, COMPARE = range(5)
"""Places of the pages; COMPARE is there only where a service compares faces with documents."""


class MainWindow(QMainWindow):
    """The station's window. Closing never closes by itself: `close_requested` asks main, which stops the services
    and then calls `close_for_real()`."""

    close_requested = Signal()

    def __init__(
        self,
        station: Station,
        tasks: Tasks,
        messages: MessageService,
        preferences: Preferences,
        enroll: EnrollFactory,
        settings: SettingsFactory,
    ) -> None:
        super().__init__()
        self.station, self.tasks, self.messages = station, tasks, messages
        self._preferences = preferences
        self._closing = self._styled = False
        messages.names = {device.device_id: device.label for device in station.devices.values()}
        self.supervisor = Supervisor(station, tasks, self)
        self._make_pages(enroll, settings)
        self._lay_out()
        self._add_keys()
        self.setWindowTitle(station.name)
        self.setMinimumSize(*SMALLEST)
        self._restore_place()
        self.go_to(ENROLL)

    def _make_pages(self, enroll: EnrollFactory, settings: SettingsFactory) -> None:
        from app.ui.pages.devices import DevicesPage

        self.enroll = enroll(self.station, self.tasks, self.messages)
        self.people = PeoplePage(self.station, self.tasks, self.messages, self.supervisor)
        self.devices = DevicesPage(self.station, self.tasks, self.messages, self.supervisor)
        self.settings = settings(self.station, self.tasks, self.messages, self._preferences, self.supervisor)
        self.people.recapture_requested.connect(self._recapture)
        self.people.continue_requested.connect(self._continue)
        self.people.enroll_requested.connect(lambda: self.go_to(ENROLL))
        self.pages = QStackedWidget()
        for page in (self.enroll, self.people, self.devices, self.settings):
            self.pages.addWidget(page)
        self.compare = self._compare_page()
        self.doors = self._doors_page()
        self.supervision = SupervisionPage(self.station, self.tasks, self.messages, self.supervisor)
        self.supervision.continue_requested.connect(self._continue)
        self.supervision.queue.counted.connect(self._show_questions)
        self.pages.addWidget(self.supervision)
        leading: tuple[object, ...] = (self.enroll, self.devices)
        for each in leading:
            if isinstance(each, LeadsToSettings):
                each.lead_to_settings(lambda: self.go_to(SETTINGS))

    def _doors_page(self) -> QWidget | None:
        from app.ui.doors.page import DoorsPage

        if self.station.doors is None:
            return None
        page = DoorsPage(self.station, self.tasks, self.messages, self.supervisor, self.station.doors)
        self.pages.addWidget(page)
        return page

    def _compare_page(self) -> QWidget | None:
        from app.ui.document.page import ComparePage

        if self.station.documents is None:
            return None
        page = ComparePage(self.station, self.tasks, self.messages, self.station.documents)
        self.pages.addWidget(page)
        return page

    def _lay_out(self) -> None:
        self.header = Header(self.station, self.supervisor, self.tasks)
        entries = [
            ("enroll", self.tr("Enroll")),
            ("people", self.tr("People")),
            ("devices", self.tr("Devices")),
            ("settings", self.tr("Settings")),
        ]
        if self.compare is not None:
            entries.append(("compare", self.tr("Compare")))
        if self.doors is not None:
            entries.append(("doors", self.tr("Doors")))
        entries.append(("supervisor", self.tr("Supervision")))
        self.rail = Rail(entries)
        self.rail.chosen.connect(self.go_to)
        self.rail.help_wanted.connect(self.show_help)
        self.footer = Footer(self.station, self.tasks, lambda: self.go_to(PEOPLE))
        self.message_bar = MessageBar(self.messages)
        body = QWidget()
        side_by_side = QHBoxLayout(body)
        side_by_side.setContentsMargins(0, 0, 0, 0)
        side_by_side.setSpacing(0)
        side_by_side.addWidget(self.rail)
        side_by_side.addLayout(stack(self.message_bar, self.pages), 1)
        whole = QWidget()
        banner = [PracticeBanner()] if self.station.practice else []
        column = stack(self.header, *banner, body)
        column.addWidget(self.footer)
        whole.setLayout(column)
        self.session = Session(self.station, self.tasks, whole, self._put_away, self._busy)
        self.session.shut_changed.connect(self._gate_moved)
        self.header.leave_wanted.connect(self.session.leave)
        self.setCentralWidget(self.session)
        self.help = HelpPanel(body)

    def _add_keys(self) -> None:
        self._shortcuts = []
        for index in range(self.pages.count()):
            keys = QShortcut(QKeySequence(f"Ctrl+{index + 1}"), self)
            keys.activated.connect(lambda index=index: self.go_to(index))
            self._shortcuts.append(keys)
        helping = QShortcut(QKeySequence(Qt.Key.Key_F1), self)
        helping.activated.connect(self.show_help)
        self._shortcuts.append(helping)
        if self.session.shut:
            self._gate_moved(True)

    def go_to(self, index: int) -> None:
        """Bring a page to the front: ENROLL, PEOPLE, DEVICES, SETTINGS, or COMPARE where there is one."""
        self.help.hide()
        self.rail.check(index)
        self.pages.setCurrentIndex(index)
        page: object = self.pages.widget(index)
        if isinstance(page, Enters):
            page.entered()
        if self.station.operators.may(Right.SUPERVISE):
            self.tasks.start(self.station.queue.waiting(), owner=self, key="queue", done=self._count_questions)

    def _count_questions(self, waiting: Sequence[Question]) -> None:
        """A supervisor sees at every page that clerks wait."""
        self._show_questions(len(waiting))

    def _show_questions(self, count: int) -> None:
        button = self.rail.buttons[self.pages.indexOf(self.supervision)]
        button.setText(self.tr("Supervision ({0})").format(count) if count else self.tr("Supervision"))

    def show_help(self) -> None:
        """Show the help of the page in front, or take it away."""
        if self.help.isVisible():
            self.help.leave()
            return
        page: object = self.pages.currentWidget()
        text = page.help_text if isinstance(page, HelpsItself) else ""
        name = self.rail.buttons[self.pages.currentIndex()].text()
        self.help.show_help(self.tr("Help: {0}").format(name), text, self._keys())

    def _keys(self) -> list[tuple[str, str]]:
        compare = [("Ctrl+5", self.tr("Go to Compare"))] if self.compare is not None else []
        doors = [("Ctrl+" + str(self.pages.indexOf(self.doors) + 1), self.tr("Go to Doors"))] if self.doors else []
        return [
            ("Ctrl+1 … 4", self.tr("Go to Enroll, People, Devices, Settings")),
            *compare,
            *doors,
            (f"Ctrl+{self.pages.count()}", self.tr("Go to Supervision")),
            ("Tab", self.tr("Next field or button; with Shift the one before")),
            ("Enter", self.tr("The highlighted action")),
            ("Esc", self.tr("Back, or dismiss the message")),
            ("F1", self.tr("This help")),
        ]

    def _recapture(self, person_id: str) -> None:
        self.go_to(ENROLL)
        if isinstance(self.enroll, Enrolls):
            self.enroll.start_for(person_id)

    def _continue(self, draft_id: str) -> None:
        self.go_to(ENROLL)
        if isinstance(self.enroll, Enrolls):
            self.enroll.continue_draft(draft_id)

    def refresh_deliveries(self) -> None:
        """Call when a delivery changed: footer and people page look again."""
        self.footer.refresh()
        self.people.refresh()

    def tell_low_space(self, left_mb: int) -> None:
        """Call when the disk is nearly full."""
        told = self.tr("The disk of this computer is nearly full: {0} MB are left.").format(left_mb)
        self.messages.warn(told, self.tr("Make room soon. What was accepted is stored; new captures may not fit."))

    def _busy(self) -> bool:
        """Whether a capture or another piece of work runs that must not be covered."""
        return bool(getattr(self.enroll, "busy", ""))

    async def _put_away(self) -> bool:
        page: object = self.enroll
        return not isinstance(page, Finishes) or await page.finish()

    def _gate_moved(self, shut: bool) -> None:
        """Behind the gate no key leads anywhere; whoever came finds the keyboard on the page."""
        for keys in self._shortcuts:
            keys.setEnabled(not shut)
        self.help.hide()
        if shut:
            self._show_questions(0)
        else:
            self.go_to(self.pages.currentIndex())

    def close_for_real(self) -> None:
        """Close now; services have ended."""
        self._closing = True
        self.close()

    async def _finish_pages(self) -> None:
        for index in range(self.pages.count()):
            page: object = self.pages.widget(index)
            if isinstance(page, Finishes) and not await page.finish():
                self.go_to(index)
                return
        self.close_requested.emit()

    def _restore_place(self) -> None:
        if not self.restoreGeometry(self._preferences.geometry):
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(max(SMALLEST[0], min(USUAL[0], room.width())), max(SMALLEST[1], min(USUAL[1], room.height())))

    def showEvent(self, event: QShowEvent) -> None:
        """The pages behind are styled while nobody waits for them."""
        super().showEvent(event)
        if not self._styled:
            self._styled = True
            for page in (self.people, self.devices, self.settings):
                styled(page).start(self, self.tasks)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._preferences.geometry = self.saveGeometry()
        if self._closing:
            event.accept()
            return
        event.ignore()
        self.tasks.start(self._finish_pages(), owner=self, key="closing")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.message_bar.isVisible():
            self.messages.clear()
        else:
            super().keyPressEvent(event)
