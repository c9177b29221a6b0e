"""The fixed parts around the pages: header with the role, rail, practice banner, footer with the deliveries."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.journeys.station import Station
from app.ui import icons, theme
from app.ui.icons import IconView
from app.ui.operators.words import role_name
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.basics import OneLine, label, row
from app.ui.widgets.buttons import connect, quiet_button
from app.ui.widgets.status import Lamp, StatusLamp

DELIVERIES_EVERY_MS = 5_000


class Header(QFrame):
    """Station name on the left; who works here, in which role, on the right."""

    leave_wanted = Signal()

    def __init__(self, station: Station, supervisor: Supervisor, tasks: Tasks) -> None:
        super().__init__()
        theme.mark(self, role="header")
        self._supervisor, self._tasks = supervisor, tasks
        self._operators = station.operators
        self.name = OneLine(station.name, Kind.HEADING)
        self._shape = IconView("person", 20, Tone.MUTED)
        self.role = OneLine("", tone=Tone.MUTED)
        self.change = quiet_button("")
        connect(self.change, self._change)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.L, Space.S, Space.M, Space.S)
        line.setSpacing(Space.S)
        line.addWidget(IconView("station", 24, Tone.INFO))
        line.addWidget(self.name)
        line.addStretch(1)
        self.leave = quiet_button(self.tr("Sign out"))
        self.leave.setObjectName("header.leave")
        self.leave.setToolTip(self.tr("Sign out; an unfinished enrollment stays as a draft"))
        connect(self.leave, self.leave_wanted.emit)
        for widget in (self._shape, self.role, self.change, self.leave):
            line.addWidget(widget)
        self._operators.listen(self._show_role)
        supervisor.changed.connect(self._show_role)
        self._show_role()

    def _change(self) -> None:
        if self._supervisor.unlocked:
            self._supervisor.lock()
        else:
            self._tasks.start(self._supervisor.ask(self.window()), owner=self, button=self.change)

    def _show_role(self) -> None:
        unlocked = self._supervisor.unlocked
        until = self._supervisor.until
        if unlocked and until is not None:
            time = until.astimezone().strftime("%H:%M")
            self.role.setText(self.tr("Supervisor until {0}").format(time))
        else:
            self.role.setText(self.tr("Supervisor") if unlocked else self._who())
        self.leave.setVisible(self._operators.current is not None)
        self._shape.show_icon("supervisor" if unlocked else "person", Tone.WARN if unlocked else Tone.MUTED)
        theme.mark(self.role, tone=Tone.WARN if unlocked else Tone.MUTED)
        self.change.setText(self.tr("Lock now") if unlocked else self.tr("Unlock…"))
        self.change.setAccessibleName(self.tr("Lock now") if unlocked else self.tr("Unlock for a supervisor"))
        icons.set_icon(self.change, "lock" if unlocked else "unlock")

    def _who(self) -> str:
        now = self._operators.current
        if now is None:
            return self.tr("Clerk")
        return self.tr("{0}, {1}").format(now.shown, role_name(now.role))


class PracticeBanner(QFrame):
    """Always there in practice mode, so that nobody takes practice for real."""

    def __init__(self) -> None:
        super().__init__()
        theme.mark(self, role="banner", tone=Tone.WARN)
        self._text = text = label(self.tr("Practice: nothing here is real."), Kind.STRONG, wrap=False)
        self._more = more = label(
            self.tr("People, devices and captures are synthetic and kept apart from real data."), wrap=False
        )
        more.setMinimumWidth(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        line.setSpacing(Space.S)
        line.addWidget(IconView("practice", 20, Tone.WARN))
        line.addWidget(text)
        line.addWidget(more)
        line.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The remark goes where it would take a second line: the height belongs to the work."""
        super().resizeEvent(event)
        needed = self._text.sizeHint().width() + self._more.sizeHint().width() + 20 + 2 * Space.L + 2 * Space.S
        self._more.setVisible(needed <= self.width())


class Rail(QFrame):
    """The pages by icon and name; `chosen` carries the index. Up and Down move, Ctrl+1.. jump (the window's)."""

    chosen = Signal(int)
    help_wanted = Signal()

    def __init__(self, pages: list[tuple[str, str]]) -> None:
        super().__init__()
        theme.mark(self, role="rail")
        self.buttons: list[QPushButton] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.M, Space.S, Space.M)
        column.setSpacing(Space.XS)
        for index, (icon, name) in enumerate(pages):
            button = self._button(index, icon, name)
            button.setObjectName(f"rail.{icon}")
            column.addWidget(button)
        column.addStretch(1)
        self.help = QPushButton(self.tr("Help"))
        self.help.setToolTip(self.tr("Help for this page (F1)"))
        theme.mark(self.help, role="nav")
        icons.set_icon(self.help, "help")
        connect(self.help, self.help_wanted.emit)
        column.addWidget(self.help)

    def _button(self, index: int, icon: str, name: str) -> QPushButton:
        button = QPushButton(name)
        button.setCheckable(True)
        button.setToolTip(self.tr("{0} (Ctrl+{1})").format(name, index + 1))
        theme.mark(button, role="nav")
        icons.set_icon(button, icon)
        connect(button, lambda: self.chosen.emit(index))
        self._group.addButton(button, index)
        self.buttons.append(button)
        return button

    def check(self, index: int) -> None:
        """Mark the page in front."""
        self.buttons[index].setChecked(True)


class Footer(QFrame):
    """How many deliveries wait; asks the outbox while it is on the screen."""

    def __init__(self, station: Station, tasks: Tasks, open_people: Callable[[], object]) -> None:
        super().__init__()
        theme.mark(self, role="footer")
        self._station, self._tasks = station, tasks
        self.deliveries = StatusLamp(Lamp.WAITING, self.tr("Looking up deliveries"))
        self._timer = QTimer(self)
        self._timer.setInterval(DELIVERIES_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self.show_people = quiet_button(self.tr("Show people"))
        connect(self.show_people, open_people)
        self.show_people.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.L, 2, Space.L, 2)
        line.addLayout(row(self.deliveries, self.show_people, None), 1)

    def refresh(self) -> None:
        """Ask the outbox again."""
        self._tasks.start(
            self._station.outbox.pending(), owner=self, key="pending", done=self._show, failed=self._unknown
        )

    def _show(self, pending: int) -> None:
        if pending:
            self.deliveries.show_state(Lamp.WAITING, self.tr("%n delivery(s) waiting for a device", "", pending))
        elif self._station.devices:
            self.deliveries.show_state(Lamp.GOOD, self.tr("Everything delivered"))
        else:
            self.deliveries.show_state(Lamp.OFF, self.tr("No terminal is set up"))
        self.show_people.setVisible(bool(pending))

    def _unknown(self, _error: BaseException) -> bool:
        self.deliveries.show_state(Lamp.WARNING, self.tr("It is not known whether deliveries are waiting"))
        return True

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        self.refresh()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)


def stack(*widgets: QWidget) -> QVBoxLayout:
    """Widgets on top of each other without gaps; the last one takes the room."""
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    column.setStretch(len(widgets) - 1, 1)
    return column
