"""One device: how it stands, open and close, its diagnosis, and the console section that is chosen."""

import asyncio

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.domain.console import Section
from app.domain.device import Device, DeviceInfo, Finding, HasConsole, Health, HoldsPeople
from app.domain.errors import LockHeld
from app.journeys.station import Station
from app.ui import words
from app.ui.console import diagnosis
from app.ui.console.deliveries_card import DeliveriesCard
from app.ui.console.life import life_of
from app.ui.console.section_view import SectionView
from app.ui.dialogs import question
from app.ui.messages import MessageService
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.basics import Card, EmptyState, KeyValueList, clear, scrolled, small, title
from app.ui.widgets.buttons import connect, primary_button, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import BusyLine, Lamp, StatusLamp

HEALTH = {Health.GOOD: Lamp.GOOD, Health.WARNING: Lamp.WARNING, Health.BAD: Lamp.BAD}
LOOK_EVERY_MS = 1_000
CLOSED, LOCKED, OVERVIEW = range(3)


def sections_of(device: Device) -> tuple[Section, ...]:
    """What the device offers for its care."""
    return device.console() if isinstance(device, HasConsole) else ()


class DeviceView(QWidget):
    """`state_changed` tells the list that lamps may differ."""

    state_changed = Signal()

    def __init__(
        self, device: Device, station: Station, tasks: Tasks, messages: MessageService, supervisor: Supervisor
    ) -> None:
        super().__init__()
        self.device, self._station, self._supervisor = device, station, supervisor
        self._tasks, self._messages = tasks, messages
        self.sections: dict[str, SectionView] = {}
        self._frames: dict[str, QScrollArea] = {}
        self._wanted: Section | None = None
        self._failed = ""
        self._lease: asyncio.Task[None] | None = None
        self._give_back = asyncio.Event()
        self._make_head()
        self._make_body()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        supervisor.changed.connect(self._role_changed)
        self._was: DeviceInfo | None = None
        self._look()

    def _make_head(self) -> None:
        self.lamp = StatusLamp()
        self.life = StatusLamp(wrap=True)
        self.open_button = primary_button(self.tr("Open"), "plug")
        self.close_button = secondary_button(self.tr("Close"), "unplug")
        self.diagnose_button = secondary_button(self.tr("Diagnose"), "pulse")
        connect(self.open_button, self.open)
        connect(self.close_button, self.give_back)
        self.open_button.setObjectName("devices.open")
        self.close_button.setObjectName("devices.close")
        self.diagnose_button.setObjectName("devices.diagnose")
        connect(self.diagnose_button, self.diagnose)
        self.busy = BusyLine()

    def _make_body(self) -> None:
        self.facts = KeyValueList()
        self.findings = QVBoxLayout()
        self.findings.setSpacing(Space.M)
        about, checked = Card(self.tr("About")), Card(self.tr("Diagnosis"))
        about.add(self.facts)
        self.not_checked = small(self.tr("Not diagnosed yet. Diagnosing changes nothing on the device."))
        checked.add(self.not_checked)
        checked.add(self.findings)
        overview = QWidget()
        column = QVBoxLayout(overview)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        self.deliveries = DeliveriesCard(self.device, self._station, self._tasks, self._messages, self._supervisor)
        self.deliveries.setVisible(isinstance(self.device, HoldsPeople))
        for card in (about, self.deliveries, checked):
            column.addWidget(card)
        column.addStretch(1)
        self.body = QStackedWidget()
        self.body.addWidget(EmptyState("unplug", self.tr("Open the device to see this part of it.")))
        self.body.addWidget(
            EmptyState(
                "supervisor",
                self.tr("This part is for supervisors."),
                self.tr("Unlock…"),
                lambda: self._tasks.start(self._supervisor.ask(self), owner=self, key="unlock"),
            )
        )
        self.body.addWidget(scrolled(overview))

    def _lay_out(self) -> None:
        self.heading = title(self.device.label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.heading)
        column.addWidget(self.lamp)
        column.addWidget(self.life)
        column.addWidget(flowing(self.open_button, self.close_button, self.diagnose_button, self.busy))
        column.addSpacing(Space.S)
        column.addWidget(self.body, 1)

    @property
    def state(self) -> tuple[Lamp, str]:
        """How the device stands, as lamp and words."""
        if self.device.info is not None and self._lease is not None:
            return Lamp.GOOD, self.tr("Open and ready")
        if self.device.info is not None:
            return Lamp.BUSY, self.tr("In use by an enrollment or a delivery")
        if self._failed:
            return Lamp.BAD, self._failed
        return Lamp.OFF, self.tr("Closed")

    @property
    def running_long(self) -> bool:
        """Whether a long action is under way on this device."""
        return any(view.runner.running for view in self.sections.values())

    def _role_changed(self, _unlocked: bool) -> None:
        # A method, not a lambda: Qt lets go of it with this view, and the supervisor outlives views.
        self.show_section(self._wanted)

    def show_section(self, section: Section | None) -> None:
        """Show a section of the console, or the overview."""
        self._wanted = section
        if section is None:
            self.body.setCurrentIndex(OVERVIEW)
        elif section.supervisor and not self._supervisor.unlocked:
            self.body.setCurrentIndex(LOCKED)
        elif self.device.info is None:
            self.body.setCurrentIndex(CLOSED)
        else:
            view = self._section_view(section)
            self.body.setCurrentWidget(self._frames[section.name])
            view.load()

    def _section_view(self, section: Section) -> SectionView:
        if section.name not in self.sections:
            view = SectionView(section, self.device, self._station, self._tasks, self._messages, self._supervisor)
            self.sections[section.name] = view
            self._frames[section.name] = scrolled(view)
            self.body.addWidget(self._frames[section.name])
        return self.sections[section.name]

    def open(self) -> None:
        """Open the device; when another program holds it, offer to take it over."""
        self.busy.say(self.tr("Opening"))
        self._tasks.start(
            self._open(), owner=self, button=self.open_button, failed=self._not_open, finally_=self._settled
        )

    async def _open(self) -> None:
        self._failed = ""
        try:
            await self._take(take_over=False)
        except LockHeld:
            if not await self._may_take_over():
                self._failed = self.tr("In use by another program")
                return
            self.busy.say(self.tr("Taking over"))
            await self._take(take_over=True)

    async def _take(self, *, take_over: bool) -> None:
        """Share the device with enrollments and deliveries: it is closed after the last one left."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._give_back.clear()
        self._lease = self._tasks.start(
            self._hold(opened, take_over), owner=self, background=True, failed=lambda _error: opened.done()
        )
        await opened

    async def _hold(self, opened: "asyncio.Future[None]", take_over: bool) -> None:
        try:
            async with self._station.leases.use(self.device, take_over=take_over):
                if not opened.cancelled():
                    opened.set_result(None)
                    await self._give_back.wait()
        except Exception as error:  # whoever opens hears it; afterwards the message service does
            if opened.done():
                raise
            opened.set_exception(error)
        finally:
            opened.cancel()
            self._lease = None

    async def _may_take_over(self) -> bool:
        text = self.tr(
            "Another program is using {0}. If you take it over, that program loses the device at once, and a capture "
            "that is going on there is lost. Do this only when nobody is working with it."
        )
        title = self.tr("Take the device over?")
        yes = self.tr("Take over")
        return await question(self, title, text.format(self.device.label), yes=yes, danger=True)

    def _not_open(self, _error: BaseException) -> bool:
        self._failed = self.tr("Could not be opened")
        return False

    def give_back(self) -> None:
        """Close the device, unless an enrollment or a delivery still uses it."""
        self.busy.say(self.tr("Closing"))
        self._tasks.start(self.release(), owner=self, button=self.close_button, finally_=self._settled)

    async def release(self) -> None:
        """End our use of the device."""
        lease = self._lease
        self._give_back.set()
        if lease is not None:
            await asyncio.wait([lease])

    def diagnose(self) -> None:
        """Check the device without changing it, and show every finding with its cure."""
        self.show_section(None)
        self.busy.say(self.tr("Diagnosing"))
        self._tasks.start(
            self.device.diagnose(),
            owner=self,
            button=self.diagnose_button,
            done=self._show_findings,
            finally_=self._settled,
        )

    def _show_findings(self, findings: list[Finding]) -> None:
        clear(self.findings)
        self.not_checked.setVisible(not findings)
        order = (Health.BAD, Health.WARNING, Health.GOOD)
        for finding in sorted(findings, key=lambda one: order.index(one.health)):
            lamp = StatusLamp(HEALTH[finding.health], diagnosis.sentence(finding), wrap=True)
            self.findings.addWidget(lamp)
            if advice := diagnosis.cure(finding):
                said = small(advice)
                said.setIndent(26)
                self.findings.addWidget(said)

    def _settled(self) -> None:
        self.busy.done()
        self._look()

    def _look(self) -> None:
        """Others open and close the device too (the wizard, deliveries)."""
        info = self.device.info
        lamp, text = self.state
        self.lamp.show_state(lamp, text)
        alive = life_of(self.device, self._station.now())
        self.life.setVisible(alive is not None)
        if alive is not None:
            self.life.show_state(*alive)
        self.open_button.setVisible(self._lease is None)
        self.close_button.setVisible(self._lease is not None)
        if info != self._was or not self.facts.property("filled"):
            self.facts.setProperty("filled", True)
            self._was = info
            self.facts.show_pairs(self._facts(info))
            self.show_section(self._wanted)
        self.state_changed.emit()

    def _facts(self, info: DeviceInfo | None) -> list[tuple[str, str]]:
        captures = ", ".join(sorted(words.name(modality) for modality in self.device.modalities))
        pairs = [
            (self.tr("Captures"), captures or self.tr("nothing")),
            (self.tr("Identifier"), self.device.device_id),
        ]
        if info is not None:
            pairs += [
                (self.tr("Model"), info.model or info.vendor),
                (self.tr("Serial number"), info.serial or self.tr("unknown")),
                (self.tr("Firmware"), info.firmware or self.tr("unknown")),
            ]
        return pairs

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        if isinstance(self.device, HoldsPeople):
            self.deliveries.refresh()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)
