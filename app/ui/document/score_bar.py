"""A comparison score on a line with the false match rates the service's table gives, and the threshold in force."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import comparison_words as words
from app.ui import theme
from app.ui.theme import Tone

LOWEST, HIGHEST = 2000.0, 5000.0
FAR_MARKS = ((2500, "1"), (3000, "0.1"), (3500, "0.01"), (4000, "0.001"), (4500, "0.0001"))
"""Score and the false match rate in percent it stands for (service's table)."""


def place(score: float) -> float:
    """Where a score stands on the line, 0 to 1; below and above the ends it stands at the end."""
    return min(1.0, max(0.0, (score - LOWEST) / (HIGHEST - LOWEST)))


class ScoreBar(QWidget):
    """Empty until a score is shown. The marks are always there, so that the score is read against them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score: float | None = None
        self._threshold = 0.0
        self._tone = Tone.PLAIN
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Score"))

    def show_score(self, score: float | None, threshold: float, tone: Tone) -> None:
        """Show a score against the threshold that was used, in the color of what was decided."""
        self._tone = tone
        self._score = score if score is not None and math.isfinite(score) else None
        self._threshold = threshold
        told = self.tr("Score {score}, threshold {threshold}")
        self.setAccessibleName(told.format(score=words.score(self._score), threshold=words.score(threshold)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, round(self.fontMetrics().height() * 5))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        edge = self.fontMetrics().horizontalAdvance("0.0001 %") / 2
        track = QRectF(edge, line * 1.5, self.width() - 2 * edge, line * 0.6)
        self._paint_track(painter, track)
        self._paint_marks(painter, track, line)
        self._paint_threshold(painter, track, line)
        painter.end()

    def _paint_track(self, painter: QPainter, track: QRectF) -> None:
        now = theme.colors()
        painter.setPen(QPen(QColor(now.control), 1))
        painter.setBrush(QColor(now.sunken))
        painter.drawRoundedRect(track, 3, 3)
        if self._score is not None:
            painter.setBrush(QColor(theme.tone_color(self._tone)))
            painter.drawRoundedRect(
                QRectF(track.x(), track.y(), track.width() * place(self._score), track.height()), 3, 3
            )

    def _paint_marks(self, painter: QPainter, track: QRectF, line: float) -> None:
        now = theme.colors()
        metrics = QFontMetricsF(self.font())
        room = track.width() / (len(FAR_MARKS) + 1)
        thin = 2 if metrics.horizontalAdvance("0.0001 %") > room * 0.95 else 1
        for index, (score, far) in enumerate(FAR_MARKS):
            x = track.x() + track.width() * place(score)
            painter.setPen(QPen(QColor(now.text), 1))
            painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom() + line * 0.3))
            if index % thin == 0:
                box = QRectF(x - room * thin / 2, track.bottom() + line * 0.3, room * thin, line * 2.4)
                painter.setPen(QColor(now.muted))
                painter.drawText(
                    box, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), f"{score}\n{far} %"
                )

    def _paint_threshold(self, painter: QPainter, track: QRectF, line: float) -> None:
        if not self._threshold:
            return
        now = theme.colors()
        x = track.x() + track.width() * place(self._threshold)
        painter.setPen(QPen(QColor(now.surface), 5))
        painter.drawLine(QPointF(x, track.top() - 3), QPointF(x, track.bottom() + 3))
        painter.setPen(QPen(QColor(now.text), 3))
        painter.drawLine(QPointF(x, track.top() - 3), QPointF(x, track.bottom() + 3))
        painter.setBrush(QColor(now.text))
        painter.setPen(Qt.PenStyle.NoPen)
        tip = track.top() - 3
        painter.drawPolygon(QPolygonF([QPointF(x, tip), QPointF(x - 6, tip - 8), QPointF(x + 6, tip - 8)]))
        text = self.tr("threshold {0}").format(words.score(self._threshold))
        wide = self.fontMetrics().horizontalAdvance(text) + 4
        left = min(max(0.0, x - wide / 2), self.width() - wide)
        painter.setPen(QColor(now.text))
        painter.drawText(QRectF(left, 0, wide, tip - 8), int(Qt.AlignmentFlag.AlignCenter), text)
