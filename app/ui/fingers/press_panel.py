"""A press in progress: a fingertip over the sensor, which press of how many, and what to do this moment."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.i18n import translate
from app.ui.theme import Space

PRESSES = 3
"""What terminals take unless they say otherwise."""
LARGEST, SMALLEST = 230.0, 40.0
"""Sides of the fingertip's picture."""
LARGE_WORDS, SMALL_WORDS = 1.5, 0.9
"""Times the text size: large enough to be read from the terminal, small where a low window leaves little."""


class PressPanel(QWidget):
    """`begin` for a new capture, `step` while it goes on; screen readers hear the sentence with the count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fingers.press")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.sentence = ""
        self.at, self.of = 0, PRESSES
        self.busy = False

    def begin(self, sentence: str) -> None:
        """Nothing is pressed yet."""
        self.say(sentence, 0, PRESSES)

    def say(self, sentence: str, at: int, of: int, *, busy: bool = False) -> None:
        """The sentence, the press that is going on (0: none) of how many, and whether the finger may be lifted."""
        self.sentence, self.at, self.of, self.busy = sentence, at, max(of, 1), busy
        count = translate("fingers", "Press {at} of {of}").format(at=at, of=of) if at else ""
        self.setAccessibleName(" ".join(part for part in (sentence, count) if part))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now = theme.colors()
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
        painter.fillPath(frame, QColor(now.sunken))
        room = QRectF(self.rect()).adjusted(Space.L, Space.L, -Space.L, -Space.L)
        font, high, dots = self._fitting(room)
        side = max(SMALLEST, min(LARGEST, room.width() * 0.6, room.height() - high - dots - 2 * Space.L))
        top = room.top() + max(0.0, (room.height() - side - high - dots - 2 * Space.L) / 2)
        self._paint_tip(painter, QRectF(room.center().x() - side / 2, top, side, side))
        self._paint_dots(painter, QRectF(room.left(), top + side + Space.L, room.width(), dots))
        painter.setFont(font)
        painter.setPen(QColor(now.text))
        below = QRectF(room.left(), top + side + dots + 2 * Space.L, room.width(), high + 4)
        painter.drawText(below, int(_WRAPPED), self.sentence)

    def _fitting(self, room: QRectF) -> tuple[QFont, int, float]:
        """The font in which sentence and dots leave room for the fingertip, and the heights of both."""
        font = QFont(self.font())
        font.setBold(True)
        base, factor = font.pointSizeF(), LARGE_WORDS
        while True:
            font.setPointSizeF(base * factor)
            words = QFontMetrics(font)
            high = words.boundingRect(0, 0, int(room.width()), 1000, _WRAPPED, self.sentence).height()
            dots = words.height() * 1.6
            if factor <= SMALL_WORDS or high + dots + 2 * Space.L + SMALLEST <= room.height():
                return font, high, dots
            factor -= 0.1

    def _paint_tip(self, painter: QPainter, box: QRectF) -> None:
        """A fingertip on a sensor, its ridges colored as far as the presses have come."""
        now = theme.colors()
        painter.setPen(QPen(QColor(now.control), 2))
        painter.setBrush(QColor(now.surface))
        painter.drawRoundedRect(box.adjusted(box.width() * 0.1, 0, -box.width() * 0.1, 0), 18, 18)
        core = box.center() + QPointF(0, box.height() * 0.04)
        rings = 7
        done = rings * (self.at if self.busy else max(0, self.at - 1)) / self.of
        for ring in range(rings):
            ink = QColor(now.ok if ring < done else now.accent if self.at else now.muted)
            painter.setPen(QPen(ink, box.width() * 0.022, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(_ridge(core, box.width() * (0.04 + 0.042 * ring), ring))

    def _paint_dots(self, painter: QPainter, box: QRectF) -> None:
        now, radius = theme.colors(), box.height() * 0.42
        gap = radius * 1.5
        left = box.center().x() - (self.of - 1) * (radius + gap / 2)
        for press in range(1, self.of + 1):
            at = QPointF(left + (press - 1) * (2 * radius + gap), box.center().y())
            done = press < self.at or (press == self.at and self.busy)
            going = press == self.at and not self.busy
            painter.setBrush(QColor(now.ok if done else now.accent_surface if going else now.surface))
            painter.setPen(QPen(QColor(now.ok if done else now.accent if going else now.control), 3 if going else 1.6))
            painter.drawEllipse(at, radius, radius)
            painter.setPen(QColor(now.surface if done else now.text))
            circle = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, self.locale().toString(press))


_WRAPPED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


def _ridge(core: QPointF, radius: float, number: int) -> QPainterPath:
    """A ridge around the core: an arch over it with two long legs."""
    high = radius * 1.25
    legs = radius * 0.9 + 4
    path = QPainterPath(QPointF(core.x() - radius, core.y() + legs))
    path.lineTo(QPointF(core.x() - radius, core.y()))
    path.arcTo(QRectF(core.x() - radius, core.y() - high, 2 * radius, 2 * high), 180, -180)
    path.lineTo(QPointF(core.x() + radius, core.y() + legs - 4 * (number % 2)))
    return path
