"""Pictograms beside the guidance sentence, for whoever does not read the language."""

import math
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.domain.preview import Guidance

# Every path lives in a square of 24 x 24 units and is stroked, so that it scales to any size.
STROKE = 2.2


def _arrow(path: QPainterPath, start: tuple[float, float], end: tuple[float, float], barb: float = 4.0) -> None:
    (x0, y0), (x1, y1) = start, end
    length = max(abs(x1 - x0), abs(y1 - y0))
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    path.moveTo(x0, y0)
    path.lineTo(x1, y1)
    path.moveTo(x1 - barb * (dx + dy), y1 - barb * (dy + dx))
    path.lineTo(x1, y1)
    path.lineTo(x1 - barb * (dx - dy), y1 - barb * (dy - dx))


def _up() -> QPainterPath:
    path = QPainterPath()
    _arrow(path, (12, 20), (12, 4), 6)
    return path


def _down() -> QPainterPath:
    path = QPainterPath()
    _arrow(path, (12, 4), (12, 20), 6)
    return path


def _closer() -> QPainterPath:
    path = QPainterPath()
    _arrow(path, (1, 12), (9, 12))
    _arrow(path, (23, 12), (15, 12))
    path.addRect(QRectF(12, 5, 0.01, 14))
    return path


def _back() -> QPainterPath:
    path = QPainterPath()
    _arrow(path, (9, 12), (1, 12))
    _arrow(path, (15, 12), (23, 12))
    path.addRect(QRectF(12, 5, 0.01, 14))
    return path


def _person() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(12, 8), 4.2, 4.8)
    path.moveTo(3.5, 21.5)
    path.cubicTo(4, 15.5, 8, 15, 12, 15)
    path.cubicTo(16, 15, 20, 15.5, 20.5, 21.5)
    return path


def _eye() -> QPainterPath:
    path = QPainterPath()
    path.moveTo(1.5, 12)
    path.cubicTo(6, 3.5, 18, 3.5, 22.5, 12)
    path.cubicTo(18, 20.5, 6, 20.5, 1.5, 12)
    path.addEllipse(QPointF(12, 12), 3.6, 3.6)
    return path


def _glasses_off() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(6.2, 13), 4.4, 4.4)
    path.addEllipse(QPointF(17.8, 13), 4.4, 4.4)
    path.moveTo(10.6, 12.4)
    path.quadTo(12, 11, 13.4, 12.4)
    path.moveTo(3, 21.5)
    path.lineTo(21, 3.5)
    return path


def _check() -> QPainterPath:
    path = QPainterPath()
    path.moveTo(3.5, 12.5)
    path.lineTo(9.5, 18.5)
    path.lineTo(20.5, 6)
    return path


def _middle() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(12, 12), 5, 5)
    for start, end in (((12, 1), (12, 7)), ((12, 23), (12, 17)), ((1, 12), (7, 12)), ((23, 12), (17, 12))):
        path.moveTo(*start)
        path.lineTo(*end)
    return path


def _sun(rays: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(12, 12), 4.4, 4.4)
    for turn in range(8):
        x, y = math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)
        path.moveTo(12 + x * rays[0], 12 + y * rays[0])
        path.lineTo(12 + x * rays[1], 12 + y * rays[1])
    return path


def _upright() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(12, 15), 5, 6.5)
    path.moveTo(4.5, 8.5)
    path.cubicTo(8, 2.5, 16, 2.5, 19.5, 8.5)
    path.moveTo(19.8, 3.5)
    path.lineTo(19.5, 8.5)
    path.lineTo(14.8, 7.6)
    return path


def _shaken() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(10, 12), 6, 7.5)
    path.addEllipse(QPointF(14, 12), 6, 7.5)
    return path


_DRAWN: dict[Guidance, Callable[[], QPainterPath]] = {
    Guidance.NOBODY: _person,
    Guidance.COME_CLOSER: _closer,
    Guidance.STEP_BACK: _back,
    Guidance.MOVE_UP: _up,
    Guidance.MOVE_DOWN: _down,
    Guidance.TO_THE_MIDDLE: _middle,
    Guidance.MORE_LIGHT: lambda: _sun((7.5, 11)),
    Guidance.LESS_LIGHT: lambda: _sun((7.5, 8.5)),
    Guidance.HEAD_UPRIGHT: _upright,
    Guidance.BLURRED: _shaken,
    Guidance.OPEN_EYES: _eye,
    Guidance.TAKE_GLASSES_OFF: _glasses_off,
    Guidance.HOLD_STILL: _check,
    Guidance.LOOK_AT_DEVICE: _eye,
}


@cache
def glyph(guidance: Guidance) -> QPainterPath:
    """The pictogram's path in a 24 x 24 square."""
    return _DRAWN[guidance]()


def draw_glyph(painter: QPainter, guidance: Guidance, box: QRectF, color: QColor) -> None:
    """Stroke a pictogram into a square box."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    pen = QPen(color, STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(glyph(guidance))
    painter.restore()
