"""One print on the screen, crisp at any size: as it came or its ridges alone, with or without its minutiae."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.domain.finger import Mark, MarkKind, PrintDrawing
from app.ui import icons, theme

EMPTY = QSize(200, 246)
"""The room of a print that has no picture, in pixels at 500 dpi."""
_INKS = {MarkKind.ENDING: "#0a5fb4", MarkKind.FORK: "#c2410c", MarkKind.OTHER: "#6b21a8"}
"""On paper white in every look: prints are not recolored."""


class PrintCanvas(QWidget):
    """Shows a picture or a drawing; with neither, a sentence says why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QImage()
        self._ridges = QImage()
        self._marks: tuple[Mark, ...] = ()
        self._extent = EMPTY
        self._zoom = 1.0
        self.instead = ""
        self.ridges_shown = self.marks_shown = False

    @property
    def blank(self) -> bool:
        """Neither a picture nor a drawing is there."""
        return self._picture.isNull() and self._ridges.isNull() and not self._marks

    @property
    def natural(self) -> QSize:
        """Pixels at 500 dpi."""
        return self._extent

    @property
    def shown(self) -> QImage:
        """The image that is painted; null for marks or words alone."""
        return self._ridges if self.ridges_shown and not self._ridges.isNull() else self._picture

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The minutiae that are painted."""
        return self._marks if self.marks_shown or self._picture.isNull() else ()

    def show_picture(self, image: QImage | None, instead: str) -> None:
        """The picture as it came, or the sentence in its place."""
        self._picture, self.instead = image or QImage(), instead
        if not self._picture.isNull():
            self._extent = self._picture.size()
        self.setAccessibleDescription(instead if self.blank else "")
        self._resize()

    def show_drawing(self, drawing: PrintDrawing) -> None:
        """What was found in the print."""
        if drawing.ridges:
            size = drawing.width, drawing.height
            image = QImage(drawing.ridges, *size, drawing.width, QImage.Format.Format_Grayscale8)
            self._ridges = image.copy()
        self._marks = drawing.marks
        if self._picture.isNull() and drawing.width > 0 and drawing.height > 0:
            self._extent = QSize(drawing.width, drawing.height)
        self._resize()

    def set_zoom(self, zoom: float) -> None:
        """Screen units for a pixel at 500 dpi."""
        self._zoom = zoom
        self._resize()

    def show_as(self, *, ridges: bool, marks: bool) -> None:
        """Ridges instead of the picture, minutiae over either."""
        self.ridges_shown, self.marks_shown = ridges, marks
        self.update()

    def _resize(self) -> None:
        self.setFixedSize(
            max(40, round(self._extent.width() * self._zoom)), max(40, round(self._extent.height() * self._zoom))
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.blank:
            self._paint_words(painter)
            return
        painter.fillRect(self.rect(), QColor("#ffffff"))
        image = self.shown
        if not image.isNull():
            pixels = self.width() * self.devicePixelRatioF() / max(1, image.width())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, pixels < 2)  # large pixels stay sharp
            painter.drawImage(QRectF(self.rect()), image)
        self._paint_marks(painter)
        painter.setPen(QPen(QColor(theme.colors().border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_marks(self, painter: QPainter) -> None:
        scale = self.width() / max(1, self._extent.width())
        size = max(2.5, 4.0 * scale)
        for mark in self.marks:
            painter.setPen(QPen(QColor(_INKS[mark.kind]), max(1.2, 1.3 * scale)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            at = QPointF(mark.x * scale, mark.y * scale)
            turn = math.radians(mark.degrees)
            tail = at + QPointF(math.cos(turn), -math.sin(turn)) * size * 2.8
            edge = at + QPointF(math.cos(turn), -math.sin(turn)) * size
            painter.drawLine(edge, tail)
            if mark.kind is MarkKind.FORK:
                painter.drawRect(QRectF(at.x() - size * 0.85, at.y() - size * 0.85, size * 1.7, size * 1.7))
            else:
                painter.drawEllipse(at, size, size)

    def _paint_words(self, painter: QPainter) -> None:
        now = theme.colors()
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        painter.fillPath(path, QColor(now.sunken))
        painter.setPen(QPen(QColor(now.control), 1.2, Qt.PenStyle.DashLine))
        painter.drawPath(path)
        side = min(44.0, frame.height() * 0.28)
        top = frame.top() + frame.height() * 0.16
        box = QRectF(frame.center().x() - side / 2, top, side, side)
        icons.renderer("finger", now.muted).render(painter, box)
        painter.setPen(QColor(now.text))
        words = QRectF(frame.left() + 6, box.bottom() + 4, frame.width() - 12, frame.bottom() - box.bottom() - 8)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(words, int(flags), self.instead)
