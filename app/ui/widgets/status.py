"""How something stands: a lamp with shape, color and words, and a busy line that says what is being waited for."""

from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui import theme
from app.ui.icons import IconView
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import label


class Lamp(Enum):
    """A state as icon and tone: the shapes differ, so that color is never the only sign."""

    HINT = ("info", Tone.MUTED)
    OFF = ("unplug", Tone.MUTED)
    WAITING = ("clock", Tone.MUTED)
    BUSY = ("refresh", Tone.INFO)
    GOOD = ("ok", Tone.OK)
    WARNING = ("warning", Tone.WARN)
    BAD = ("error", Tone.BAD)


class StatusLamp(QWidget):
    """Shape, color and words; the words are what screen readers say."""

    def __init__(
        self, lamp: Lamp = Lamp.OFF, text: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shape = IconView(lamp.value[0], 18, lamp.value[1])
        self.text = label(text, wrap=wrap)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self._shape)
        line.addWidget(self.text, 1)
        self.lamp = lamp
        self.show_state(lamp, text)

    def show_state(self, lamp: Lamp, text: str) -> None:
        """Show a state in words."""
        self.lamp = lamp
        icon, tone = lamp.value
        self._shape.show_icon(icon, tone)
        self.text.setText(text)
        theme.mark(self.text, tone=tone)


class Spinner(QWidget):
    """A turning arc; stands still while hidden, so that an idle window uses no processor."""

    STEP_MS = 60

    def __init__(self, side: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._angle = side, 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setInterval(self.STEP_MS)
        self._timer.timeout.connect(self._turn)

    def _turn(self) -> None:
        self._angle = (self._angle - 30) % 360
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        pen = QPen(QColor(theme.colors().border), 2.5)
        painter.setPen(pen)
        painter.drawEllipse(box)
        pen.setColor(QColor(theme.colors().accent))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(box, self._angle * 16, 100 * 16)


class BusyLine(QWidget):
    """A spinner with the words for what is going on; keeps its place when idle, so that nothing jumps."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spinner = Spinner()
        self.text: QLabel = label("", tone=Tone.MUTED)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.S)
        line.addWidget(self._spinner)
        line.addWidget(self.text, 1)
        keep = self.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.setSizePolicy(keep)
        self.say(text)

    @property
    def busy(self) -> bool:
        """Whether it says anything."""
        return bool(self.text.text())

    def say(self, text: str) -> None:
        """Say what is going on; an empty text means nothing is."""
        self.text.setText(text)
        self.setVisible(bool(text))

    def done(self) -> None:
        """Nothing is going on any more."""
        self.say("")
