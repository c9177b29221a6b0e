"""A clerk at the Enroll page who uses nothing but the keyboard."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.policy import EnrollmentPolicy
from app.journeys.document_match import DocumentMatch
from app.journeys.flow_state import State
from app.journeys.station import Station
from app.ui.wizard.capture_page import CapturePage
from app.ui.wizard.page import EnrollPage
from app.ui.wizard.shell import Wizard
from tests.ui.conftest import Desk, until
from tests.ui.fakes import Setting
from tests.ui.wizard.terminal import FakeTerminal

Key = Qt.Key
TABS = 80


def station_of(setting: Setting, policy: EnrollmentPolicy | None = None) -> Station:
    """The setting's station, delivering to its first device."""
    station = setting.station()
    first = next(iter(station.devices), "")
    return replace(station, deliver_to=frozenset({first}), policy=policy or station.policy)


class Clerk:
    """Presses keys where the focus is, and waits for what should come of it."""

    def __init__(
        self,
        desk: Desk,
        setting: Setting,
        policy: EnrollmentPolicy | None = None,
        documents: DocumentMatch | None = None,
    ) -> None:
        self.desk = desk
        self.setting = setting
        self.station = replace(station_of(setting, policy), documents=documents)
        desk.messages.names = {device.device_id: device.label for device in setting.devices}
        self.page = desk.show(EnrollPage(self.station, desk.tasks, desk.messages), 900, 600)

    @property
    def terminal(self) -> FakeTerminal:
        """The first device."""
        device = self.setting.devices[0]
        assert isinstance(device, FakeTerminal)
        return device

    @property
    def wizard(self) -> Wizard:
        """The wizard that is shown."""
        assert self.page.wizard is not None
        return self.page.wizard

    @property
    def state(self) -> State:
        """The journey's state."""
        return self.wizard.context.state

    @property
    def capture_page(self) -> CapturePage:
        """The capture page that is shown."""
        page = self.wizard.page
        assert isinstance(page, CapturePage)
        return page

    def press(self, key: Key) -> None:
        """One key, where the focus is."""
        where = QApplication.focusWidget() or self.page.wizard or self.page.start
        QTest.keyClick(where, key)

    def tab_to(self, name: str) -> QWidget:
        """Tab until this widget has the focus; it must be reachable."""
        for _ in range(TABS):
            focus = QApplication.focusWidget()
            if focus is not None and focus.objectName() == name:
                return focus
            self.press(Key.Key_Tab)
        raise AssertionError(f"no Tab leads to {name}")

    def write(self, name: str, text: str) -> None:
        """Tab to a field and type."""
        QTest.keyClicks(self.tab_to(name), text)

    async def on(self, step: str) -> None:
        """Wait until this step is shown and nothing runs."""
        await until(lambda: self.page.current_step == step and not self.page.busy)

    async def enter(self, step: str) -> None:
        """Press Enter and wait for the step it leads to."""
        self.press(Key.Key_Return)
        await self.on(step)

    async def back(self, step: str) -> None:
        """Press Esc and wait for the step it leads to."""
        self.press(Key.Key_Escape)
        await self.on(step)

    async def begin(self) -> None:
        """From the start screen to the consent."""
        await self.desk.active(self.page)
        self.page.entered()
        await self.enter("consent")

    async def fill_in(self, last: str = "Testperson", first: str = "Ada", document: str = "X12345") -> None:
        """From the consent to the capture step."""
        await self.enter("person")
        self.write("wizard.person.last_name", last)
        self.write("wizard.person.first_name", first)
        self.write("wizard.person.document", document)
        await self.enter("eyes-face")

    async def captured(self, key: Key = Key.Key_Space) -> None:
        """Capture once and wait for what came of it."""
        before = len(self.terminal.called("capture")) + len(self.terminal.called("open"))
        self.press(key)
        await until(lambda: self.page.busy or len(self.terminal.called("capture")) > before)
        await until(lambda: not self.page.busy)
        await self.desk.idle()
