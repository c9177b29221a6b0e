"""A quality score against its threshold, as a bar with a mark."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.wizard.words import whole


class QualityBar(QWidget):
    """Empty until a score is shown; the threshold mark stands there from the beginning."""

    def __init__(self, threshold: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._threshold = threshold
        self._score: float | None = None
        self._good = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_score(None, good=False)

    def show_score(self, score: float | None, *, good: bool) -> None:
        """Show a score of 0 to 100, or none."""
        self._score, self._good = score, good
        needs = whole(self._threshold)
        if score is None:
            self.setAccessibleName(self.tr("Quality: none yet, {needs} needed").format(needs=needs))
        else:
            told = self.tr("Quality: {score} of 100, {needs} needed")
            self.setAccessibleName(told.format(score=whole(score), needs=needs))
        self.update()

    def sizeHint(self) -> QSize:
        """A thin line."""
        return QSize(80, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, fill, mark."""
        now = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(1, 4, self.width() - 2, self.height() - 8)
        painter.setPen(QPen(QColor(now.control), 1))
        painter.setBrush(QColor(now.sunken))
        painter.drawRoundedRect(track, 3, 3)
        if self._score is not None:
            share = min(1.0, max(0.0, self._score / 100))
            painter.setBrush(QColor(now.ok if self._good else now.warn))
            painter.drawRoundedRect(QRectF(track.x(), track.y(), track.width() * share, track.height()), 3, 3)
        x = track.x() + track.width() * min(1.0, max(0.0, self._threshold / 100))
        painter.setPen(QPen(QColor(now.surface), 4))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(QPen(QColor(now.text), 2))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
