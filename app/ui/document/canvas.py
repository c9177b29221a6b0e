"""A picture with the eyes marked and, while it is cropped, the frame of what is kept; files can be dropped on it."""

import math
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.document import cropping
from app.ui.document.cropping import Point
from app.ui.document.editing import Crop

STEP = 0.02
EYE_SHARE = 0.2
"""Radius of a mark in distances between the eyes: the eye stays visible in it."""
_ARROWS = {
    Qt.Key.Key_Left: (-STEP, 0.0),
    Qt.Key.Key_Right: (STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -STEP),
    Qt.Key.Key_Down: (0.0, STEP),
}


class PictureCanvas(QWidget):
    """Shows; asks its card to do everything else by signals."""

    dropped = Signal(Path)
    """A file was dropped here."""
    crop_wanted = Signal(Crop)
    """Keep this part."""
    crop_ended = Signal()
    """Cropping was given up or is done."""

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self._image: QImage | None = None
        self._eyes: tuple[Point, ...] = ()
        self._frame: Crop | None = None
        self._grip: Point | None = None
        self._drawing = False
        self._dragging_over = False
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleDescription(word)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    @property
    def eyes(self) -> tuple[Point, ...]:
        """Where eyes are marked, in shares of the picture."""
        return self._eyes

    @property
    def frame(self) -> Crop | None:
        """The part that would be kept, None while nothing is cropped."""
        return self._frame

    def show_picture(self, image: QImage | None, eyes: tuple[Point, ...] = (), word: str = "") -> None:
        """Show a picture with marks, or the word instead of it."""
        self._image, self._eyes = image, eyes
        self._word = word or self._word
        self.setAccessibleDescription(self._spoken())
        self.end_crop()
        self.update()

    def _spoken(self) -> str:
        if self._image is None:
            return self._word
        return self.tr("Picture with both eyes marked") if self._eyes else self.tr("Picture")

    def start_crop(self) -> None:
        """Offer a frame: arrows move it, Shift and arrows size it, Enter keeps it, Esc gives up."""
        if self._image is not None:
            self._frame = cropping.BEGIN
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setAccessibleDescription(
                self.tr("Crop: arrows move the frame, Shift and arrows size it, Enter keeps it, Esc gives up")
            )
            self.setFocus()
            self.update()

    def apply_crop(self) -> None:
        """Keep what is in the frame."""
        frame = self._frame
        if frame is not None:
            self.end_crop()
            self.crop_wanted.emit(frame)

    def end_crop(self) -> None:
        """Take the frame away."""
        if self._frame is not None:
            self._frame, self._grip = None, None
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAccessibleDescription(self._spoken())
            self.update()
            self.crop_ended.emit()

    def _box(self) -> QRectF:
        """Where the picture is painted."""
        if self._image is None or self._image.isNull():
            return QRectF(self.rect())
        scale = min(self.width() / self._image.width(), self.height() / self._image.height())
        wide, high = self._image.width() * scale, self._image.height() * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    def _share(self, place: QPointF) -> Point:
        box = self._box()
        return (place.x() - box.x()) / max(1.0, box.width()), (place.y() - box.y()) / max(1.0, box.height())

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 150)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(theme.colors().sunken))
        if self._image is None:
            self._paint_word(painter)
        else:
            painter.drawImage(self._box(), self._image)
            self._paint_eyes(painter)
            self._paint_frame(painter)
        painter.end()

    def _paint_word(self, painter: QPainter) -> None:
        now = theme.colors()
        painter.setPen(QPen(QColor(now.accent if self._dragging_over else now.control), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(6, 6, -6, -6), theme.RADIUS, theme.RADIUS)
        painter.setPen(QColor(now.muted))
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(self.rect().adjusted(16, 12, -16, -12), flags, self._word)

    def _paint_eyes(self, painter: QPainter) -> None:
        box = self._box()
        places = [QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in self._eyes]
        if len(places) != 2:
            return
        apart = math.hypot(places[0].x() - places[1].x(), places[0].y() - places[1].y())
        size = max(3.0, apart * EYE_SHARE)
        for at in places:
            for color, wide in (("#000000", 3.5), ("#ffe600", 1.5)):
                painter.setPen(QPen(QColor(color), wide))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, size, size)
                painter.drawLine(at - QPointF(size / 2, 0), at + QPointF(size / 2, 0))
                painter.drawLine(at - QPointF(0, size / 2), at + QPointF(0, size / 2))

    def _paint_frame(self, painter: QPainter) -> None:
        if self._frame is None:
            return
        box, crop = self._box(), self._frame
        kept = QRectF(
            box.x() + crop.left * box.width(),
            box.y() + crop.top * box.height(),
            (crop.right - crop.left) * box.width(),
            (crop.bottom - crop.top) * box.height(),
        )
        dim = QPainterPath()
        dim.addRect(box)
        inside = QPainterPath()
        inside.addRect(kept)
        painter.fillPath(dim - inside, QColor(0, 0, 0, 150))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, wide in (("#000000", 4.0), ("#ffffff", 2.0)):
            painter.setPen(QPen(QColor(color), wide))
            painter.drawRect(kept)

    # Hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._frame is None:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.apply_crop()
        elif event.key() == Qt.Key.Key_Escape:
            self.end_crop()
        elif (step := _ARROWS.get(Qt.Key(event.key()))) is not None:
            sizing = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._frame = (cropping.grown if sizing else cropping.moved)(self._frame, *step)
            self.update()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._frame is not None:
            self._grip = self._share(event.position())
            self._drawing = not cropping.holds(self._frame, self._grip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._frame is None or self._grip is None:
            return
        now = self._share(event.position())
        if self._drawing:
            self._frame = cropping.spanned(self._grip, now)
        else:
            self._frame = cropping.moved(self._frame, now[0] - self._grip[0], now[1] - self._grip[1])
            self._grip = now
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            self._dragging_over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: object) -> None:
        self._dragging_over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._dragging_over = False
        self.update()
        file = dropped_file(event.mimeData())
        if file is not None:
            event.acceptProposedAction()
            self.dropped.emit(file)


def dropped_file(mime: QMimeData) -> Path | None:
    """The first local file of what is dragged."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return files[0] if files else None
