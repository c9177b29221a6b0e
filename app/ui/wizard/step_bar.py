"""The steps in words, with the current one marked."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme

GAP = 8
LINK = 22


class StepBar(QWidget):
    """Numbered dots with names, joined by lines; where the names do not fit, only the current one is written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._at = 0
        self.setObjectName("wizard.steps")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, names: Sequence[str], at: int) -> None:
        """Show the steps, the one at `at` as the current one."""
        self._names, self._at = tuple(names), at
        if self._names:
            told = self.tr("Step {number} of {count}: {name}")
            self.setAccessibleName(told.format(number=at + 1, count=len(names), name=self._names[at]))
        self.update()

    def _font(self, *, current: bool) -> QFont:
        font = QFont(self.font())
        font.setBold(current)
        return font

    def _dot(self) -> float:
        return QFontMetrics(self.font()).height() * 1.45

    def _widths(self, *, every_name: bool) -> list[float]:
        widths = []
        for index, name in enumerate(self._names):
            named = every_name or index == self._at
            metrics = QFontMetrics(self._font(current=index == self._at))
            widths.append(self._dot() + (GAP + metrics.horizontalAdvance(name) + GAP if named else GAP))
        return widths

    def sizeHint(self) -> QSize:
        """One line of dots."""
        return QSize(240, round(self._dot() + 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dots, names, lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        widths = self._widths(every_name=True)
        every_name = sum(widths) + LINK * (len(widths) - 1) <= self.width()
        if not every_name:
            widths = self._widths(every_name=False)
        x = 1.0
        for index, wide in enumerate(widths):
            self._paint_step(painter, x, index, named=every_name or index == self._at)
            x += wide
            if index + 1 < len(widths):
                color = theme.colors().accent if index < self._at else theme.colors().control
                painter.setPen(QPen(QColor(color), 2))
                middle = self.height() / 2
                link = self._turned(QRectF(x, middle, LINK - GAP, 0))
                painter.drawLine(QPointF(link.left(), middle), QPointF(link.right(), middle))
                x += LINK

    def _paint_step(self, painter: QPainter, x: float, index: int, *, named: bool) -> None:
        now, side = theme.colors(), self._dot()
        dot = self._turned(QRectF(x, (self.height() - side) / 2, side, side))
        reached = index <= self._at
        painter.setPen(QPen(QColor(now.accent if reached else now.control), 2))
        painter.setBrush(QColor(now.accent if reached else now.surface))
        painter.drawEllipse(dot.adjusted(1, 1, -1, -1))
        ink = QColor(now.on_accent if reached else now.muted)
        if index < self._at:
            self._paint_tick(painter, dot, ink)
        else:
            painter.setPen(ink)
            painter.setFont(self._font(current=True))
            painter.drawText(dot, int(Qt.AlignmentFlag.AlignCenter), self.locale().toString(index + 1))
        if named:
            painter.setFont(self._font(current=index == self._at))
            painter.setPen(QColor(now.text if reached else now.muted))
            wide = painter.fontMetrics().horizontalAdvance(self._names[index]) + 2
            name = self._turned(QRectF(x + side + GAP, 0, wide, self.height()))
            painter.drawText(name, int(Qt.AlignmentFlag.AlignCenter), self._names[index])

    def _turned(self, box: QRectF) -> QRectF:
        """The box where it belongs in languages that are read from right to left."""
        return QRectF(self.width() - box.right(), box.y(), box.width(), box.height()) if self.isRightToLeft() else box

    @staticmethod
    def _paint_tick(painter: QPainter, dot: QRectF, ink: QColor) -> None:
        painter.setPen(QPen(ink, max(2.0, dot.width() / 11), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        x, y, side = dot.x(), dot.y(), dot.width()
        points = ((0.28, 0.53), (0.44, 0.68), (0.73, 0.36))
        painter.drawPolyline([QPointF(x + side * across, y + side * down) for across, down in points])
