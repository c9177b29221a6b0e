"""Notices that nobody touched keyboard or mouse for a while; a window's own events are looked at, not the program's."""

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

LOOK_EVERY_MS = 1_000
INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """`idle` when there was no input for so many seconds and nothing is `busy`. Started and stopped by its owner."""

    idle = Signal()

    def __init__(
        self,
        seconds: int,
        busy: Callable[[], object],
        parent: QObject,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._seconds, self._busy, self._clock = seconds, busy, clock
        self._last = clock()
        self._watched: list[QWindow] = []
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Watch from now on."""
        if self._seconds <= 0:
            return
        self.touch()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._watch)
        self._watch(QGuiApplication.focusWindow())
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.disconnect(self._watch)

    def touch(self) -> None:
        """Somebody is there."""
        self._last = self._clock()

    def look(self) -> None:
        """Tell when it is time. What is going on counts as somebody being there, until it ends."""
        if self._busy():
            self.touch()
        elif self._clock() - self._last >= self._seconds:
            self.idle.emit()

    def _watch(self, window: QWindow | None) -> None:
        """The windows that had the keyboard: ours and those of its dialogs."""
        if window is not None and window not in self._watched:
            self._watched.append(window)
            window.destroyed.connect(lambda: self._forget(window))
            window.installEventFilter(self)

    def _forget(self, window: QWindow) -> None:
        self._watched = [each for each in self._watched if each is not window]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Only looks."""
        if event.type() in INPUT:
            self._last = self._clock()
        return False
