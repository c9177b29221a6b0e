"""How far away the person stands: too close, good, too far, with the number."""

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.preview import Distance, Range
from app.ui import theme
from app.ui.preview.words import distance_text, range_text

NUMBER_FACTOR = 1.9
NUMBER_EVERY_S = 0.2
"""A number that changes thirty times a second cannot be read."""
GOOD_SHARE = 0.36
"""Part of the bar the good band takes; the same in both phases, so that the eye finds it where it was."""


def place_on_bar(distance: Distance) -> float:
    """Where the marker stands, 0 (very near) to 1 (very far); the good band lies in the middle."""
    middle = (distance.good_from + distance.good_to) / 2
    width = max(1, distance.good_to - distance.good_from)
    away = ((distance.millimeters or 0) - middle) / width
    return min(1.0, max(0.0, 0.5 + away * GOOD_SHARE))


class DistanceBar(QWidget):
    """Three zones, a marker and the number; empty zones while no distance is known."""

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._distance: Distance | None = None
        self._number = distance_text(None)
        self._numbered_at = float("-inf")
        self._zones: tuple[object, QPixmap] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Distance"))

    @property
    def number(self) -> str:
        """The number as it is written now."""
        return self._number

    @property
    def where(self) -> Range:
        """The zone that is lit."""
        return self._distance.range if self._distance else Range.NONE

    def show_distance(self, distance: Distance | None) -> None:
        """Move the marker; the number follows a few times a second."""
        if distance == self._distance:
            return
        before, known, self._distance = self.where, self._distance, distance
        if distance is None or known is None or self._clock() - self._numbered_at >= NUMBER_EVERY_S:
            self._number, self._numbered_at = distance_text(distance), self._clock()
        if before is not self.where:
            self.setAccessibleDescription(range_text(self.where))
        self.update()

    def _number_font(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * NUMBER_FACTOR)
        return font

    def sizeHint(self) -> QSize:
        """As high as the number."""
        return QSize(320, round(QFontMetrics(self._number_font()).height() * 1.3))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Zones, marker, number."""
        now = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        number_font = self._number_font()
        column = QFontMetrics(number_font).horizontalAdvance("000 cm") + 8
        track = QRectF(1, self.height() * 0.18, self.width() - column - 14, self.height() * 0.64)
        painter.drawPixmap(0, 0, self._drawn_zones(track))
        if self._distance is not None and self._distance.millimeters is not None:
            self._paint_marker(painter, track, place_on_bar(self._distance))
        painter.setFont(number_font)
        painter.setPen(QColor(now.text))
        box = QRectF(self.width() - column, 0, column, self.height())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._number)
        painter.end()

    def _drawn_zones(self, track: QRectF) -> QPixmap:
        """The zones as a picture, drawn anew only when something about them changed: three texts cost a millisecond."""
        sign = (self.where, self.size(), self.devicePixelRatio(), theme.colors(), self.font().toString())
        if self._zones is None or self._zones[0] != sign:
            picture = QPixmap(self.size() * self.devicePixelRatio())
            picture.setDevicePixelRatio(self.devicePixelRatio())
            picture.fill(QColor(theme.colors().window))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.font())
            self._paint_zones(painter, track)
            painter.end()
            self._zones = (sign, picture)
        return self._zones[1]

    def _paint_zones(self, painter: QPainter, track: QRectF) -> None:
        now, side = theme.colors(), (1 - GOOD_SHARE) / 2
        zones = (
            (Range.NEAR, 0.0, side, now.warn_surface, now.warn),
            (Range.GOOD, side, GOOD_SHARE, now.ok_surface, now.ok),
            (Range.FAR, 1 - side, side, now.warn_surface, now.warn),
        )
        for where, start, share, ground, ink in zones:
            zone = QRectF(track.x() + track.width() * start, track.y(), track.width() * share - 2, track.height())
            lit = where is self.where
            painter.setPen(QColor(ink if lit else now.border))
            painter.setBrush(QColor(ink if lit else ground))
            painter.drawRoundedRect(zone, 4, 4)
            painter.setPen(QColor(now.surface if lit else now.text))
            painter.drawText(zone, int(Qt.AlignmentFlag.AlignCenter), range_text(where))

    def _paint_marker(self, painter: QPainter, track: QRectF, place: float) -> None:
        x = track.x() + track.width() * place
        half = max(5.0, track.height() * 0.22)
        top, low = track.y(), track.bottom()
        painter.setPen(QColor(theme.colors().window))
        painter.setBrush(QColor(theme.colors().text))
        for edge, tip in ((top - half * 0.6, top + half), (low + half * 0.6, low - half)):
            painter.drawPolygon(QPolygonF([QPointF(x - half, edge), QPointF(x + half, edge), QPointF(x, tip)]))
