"""One camera picture with the marks the terminal sends: iris circle and eye box."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.domain.preview import EyeMarks, View
from app.ui.preview.words import view_text

# A camera picture stands on a dark ground in every look, as it does on every screen people know; marks keep their
# contrast whatever the picture shows because each is drawn dark first and bright on top.
STAGE = QColor("#101418")
STAGE_INK = QColor("#c9d1d9")
FOUND = QColor("#5cff8d")
SHADE = QColor(0, 0, 0, 150)
VEIL = QColor(0, 0, 0, 130)
BOX_PER_RADIUS = 2.2


class PicturePane(QWidget):
    """Paints the latest picture of one view, fitted and centered; keeps whatever owns the pixels alive."""

    painted = Signal()

    def __init__(self, view: View, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self._image = QImage()
        self._owner: object = None
        self._marks = EyeMarks()
        self._scale = 1.0
        self._mirrored = False
        self._stale = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(view_text(view))

    @property
    def aspect(self) -> float:
        """Width by height of what is shown; 4:3 before the first picture."""
        return self._image.width() / self._image.height() if self._image.height() else 4 / 3

    @property
    def empty(self) -> bool:
        """Nothing to show."""
        return self._image.isNull()

    def show_image(self, image: QImage, owner: object, marks: EyeMarks, scale: float) -> None:
        """Show a picture; `owner` holds its pixels, `scale` turns the marks' source pixels into picture pixels."""
        self._image, self._owner, self._marks, self._scale = image, owner, marks, scale
        self.update()

    def clear(self) -> None:
        """Show the empty stage and let the pixels go."""
        self.show_image(QImage(), None, EyeMarks(), 1.0)

    def set_mirrored(self, mirrored: bool) -> None:
        """Flip left and right, as a mirror does."""
        self._mirrored = mirrored
        self.update()

    def set_stale(self, stale: bool) -> None:
        """Veil the picture: it no longer shows the present."""
        if stale != self._stale:
            self._stale = stale
            self.update()

    def _target(self) -> QRectF:
        wide, high = self.width(), self.height()
        fit = min(wide / self._image.width(), high / self._image.height())
        shown_wide, shown_high = self._image.width() * fit, self._image.height() * fit
        return QRectF((wide - shown_wide) / 2, (high - shown_high) / 2, shown_wide, shown_high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, marks, name."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE)
        if not self._image.isNull():
            self._paint_picture(painter)
        if self._stale:
            painter.fillRect(self.rect(), VEIL)
        self._paint_name(painter)
        painter.end()
        self.painted.emit()

    def _paint_picture(self, painter: QPainter) -> None:
        target = self._target()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._mirrored:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        painter.drawImage(target, self._image)
        painter.translate(target.topLeft())
        per_source = self._scale * target.width() / self._image.width()
        self._paint_marks(painter, per_source)
        painter.restore()

    def _paint_marks(self, painter: QPainter, per_source: float) -> None:
        marks = self._marks
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = (marks.iris_radius or 0) * per_source
        center = marks.eye_center or marks.iris_center
        half = (marks.boundary or (marks.iris_radius or 0) * BOX_PER_RADIUS) * per_source
        for color, width in ((SHADE, 4.0), (FOUND, 2.0)):
            painter.setPen(QPen(color, width))
            if marks.iris_center and radius > 0:
                painter.drawEllipse(_point(marks.iris_center, per_source), radius, radius)
            if center and half > 0:
                middle = _point(center, per_source)
                painter.drawRect(QRectF(middle.x() - half, middle.y() - half * 0.75, half * 2, half * 1.5))

    def _paint_name(self, painter: QPainter) -> None:
        text = view_text(self.view)
        box = QRectF(painter.fontMetrics().boundingRect(text)).adjusted(-6, -3, 6, 3)
        box.moveBottomLeft(QPointF(6, self.height() - 6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(SHADE)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(STAGE_INK)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def _point(source: tuple[int, int], per_source: float) -> QPointF:
    return QPointF(source[0] * per_source, source[1] * per_source)
