"""The devices page: every device with its lamp, and the console of whatever vendor it is."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTreeWidget, QTreeWidgetItem

from app.domain.console import Section
from app.journeys.station import Station
from app.ui import icons, theme
from app.ui.console.all_devices import AllDevices
from app.ui.console.device_view import DeviceView, sections_of
from app.ui.i18n import device_text
from app.ui.messages import MessageService
from app.ui.pages.page import Page
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.basics import EmptyState

ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)
Entry = tuple[DeviceView, Section | None]


class DevicesPage(Page):
    """A tree of devices and their sections on the left, the chosen one on the right."""

    settings_wanted = Signal()

    def __init__(self, station: Station, tasks: Tasks, messages: MessageService, supervisor: Supervisor) -> None:
        super().__init__(self.tr("Devices"), station, tasks)
        self._messages = messages
        self.views = [DeviceView(device, station, tasks, messages, supervisor) for device in station.devices.values()]
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setObjectName("devices.sections")
        self.tree.setAccessibleName(self.tr("Devices and their parts"))
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(Space.XL)
        self.tree.setMinimumWidth(200)
        self._entries: list[Entry] = []
        self._items: dict[DeviceView, QTreeWidgetItem] = {}
        self.stack = QStackedWidget()
        self.all = AllDevices(self, station, tasks, messages, supervisor)
        for button in (self.all.pause, self.all.resume, self.all.bundle):
            self.head.addWidget(button)
        for view in self.views:
            self._add(view)
        self.tree.currentItemChanged.connect(lambda item, _before: self._chosen(item))
        self._lay_out()

    def _lay_out(self) -> None:
        if not self.views:
            sentence = self.tr(
                "No terminal is set up yet. Add the first one in Settings, save, and start the station again."
            )
            action = self.tr("Open Settings")
            self.column.addWidget(EmptyState("devices", sentence, action, self.settings_wanted.emit), 1)
            self.tree.setParent(self)
            self.stack.setParent(self)
            self.tree.hide()
            self.stack.hide()
            return
        body = QHBoxLayout()
        body.setSpacing(Space.XL)
        body.addWidget(self.tree, 2)
        body.addWidget(self.stack, 5)
        self.column.addLayout(body, 1)
        self.tree.setCurrentItem(self._items[self.views[0]])

    @property
    def help_text(self) -> str:
        return self.tr(
            "Each device shows whether it is open. Diagnose checks its network, sign-in and clock without changing "
            "anything, and says what to do about each finding. The parts below a device are its console. "
            "What cannot be undone is red, needs a supervisor, and is asked twice."
        )

    def lead_to_settings(self, go: Callable[[], object]) -> None:
        """Where the button of the empty page leads."""
        self.settings_wanted.connect(go)

    def entered(self) -> None:
        """Nothing is opened by looking: lamps are drawn again, the tree takes the keys."""
        for view in self.views:
            self._show_lamp(view)
        self.all.refresh()
        if self.views:
            self.tree.setFocus()

    async def finish(self) -> bool:
        """A long action must end, or be aborted, before the window closes."""
        for view in self.views:
            if view.running_long:
                self.tree.setCurrentItem(self._items[view])
                text = self.tr("{0} is still at work.").format(view.device.label)
                self._messages.warn(text, self.tr("Wait until it is done, or abort it, before you close."))
                return False
        for view in self.views:
            await view.release()
        return True

    def _add(self, view: DeviceView) -> None:
        self.stack.addWidget(view)
        item = QTreeWidgetItem([view.device.label])
        self.tree.addTopLevelItem(item)
        self._items[view] = item
        self._remember(item, (view, None))
        for section in sections_of(view.device):
            part = QTreeWidgetItem([device_text(section.title)])
            item.addChild(part)
            self._remember(part, (view, section))
        view.state_changed.connect(lambda: self._show_lamp(view))
        self._show_lamp(view)

    def _remember(self, item: QTreeWidgetItem, entry: Entry) -> None:
        item.setData(0, ENTRY_ROLE, len(self._entries))
        self._entries.append(entry)

    def _show_lamp(self, view: DeviceView) -> None:
        lamp, text = view.state
        icon, tone = lamp.value
        item = self._items[view]
        item.setIcon(0, icons.icon(icon, theme.tone_color(tone)))
        item.setToolTip(0, text)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{view.device.label}, {text}")

    def _unfold(self, device: QTreeWidgetItem) -> None:
        """The parts of the chosen device alone: with four devices the list would be longer than the screen."""
        for item in self._items.values():
            item.setExpanded(item is device)

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        self._unfold(item.parent() or item)
        view, section = self._entries[item.data(0, ENTRY_ROLE)]
        self.stack.setCurrentWidget(view)
        view.show_section(section)
