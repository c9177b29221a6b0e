"""Two hands as a person sees their own, as shapes: every finger a capsule, the palm behind them."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QTransform

from app.domain.modality import Position

HAND = QRectF(0, 0, 104, 124)
"""The box of one hand, in units of its own."""
APART = 12.0
"""Between the two hands, in the same units."""
BOTH = QRectF(0, 0, 2 * HAND.width() + APART, HAND.height())

_RIGHT = {
    Position.RIGHT_THUMB: ((31, 99), (11, 66), 17.0),
    Position.RIGHT_INDEX: ((38, 70), (33, 22), 15.5),
    Position.RIGHT_MIDDLE: ((55, 66), (54, 11), 16.0),
    Position.RIGHT_RING: ((72, 68), (75, 20), 15.5),
    Position.RIGHT_LITTLE: ((87, 76), (94, 40), 14.0),
}
"""Foot, tip and width of the right hand's fingers; the left hand is its mirror image."""
_LEFT = dict(
    zip(
        _RIGHT,
        (
            Position.LEFT_THUMB,
            Position.LEFT_INDEX,
            Position.LEFT_MIDDLE,
            Position.LEFT_RING,
            Position.LEFT_LITTLE,
        ),
        strict=True,
    )
)
IN_ORDER = (*reversed(_LEFT.values()), *_RIGHT)
"""From the left little finger to the right one, as they lie side by side."""


def finger(position: Position) -> QPainterPath:
    """The outline of a finger, in the units of BOTH."""
    right = next((each for each, left in _LEFT.items() if left is position), position)
    foot, tip, width = _RIGHT[right]
    line = QPainterPath(QPointF(*foot))
    line.lineTo(QPointF(*tip))
    return _placed(_thick(line, width), left=right is not position)


def palm(*, left: bool) -> QPainterPath:
    """The outline of the hand behind its fingers."""
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(29, 62, 66, 60), 24, 24)
    return _placed(shape, left=left)


def tip(position: Position) -> QPointF:
    """The middle of a fingertip, in the units of BOTH."""
    right = next((each for each, left in _LEFT.items() if left is position), position)
    point = QPointF(*_RIGHT[right][1])
    return _to_left().map(point) if right is not position else _to_right().map(point)


def grown(path: QPainterPath, by: float) -> QPainterPath:
    """The shape with a rim around it."""
    return path.united(_thick(path, 2 * by)) if by > 0 else path


def _thick(line: QPainterPath, width: float) -> QPainterPath:
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return stroker.createStroke(line).simplified()


def _placed(shape: QPainterPath, *, left: bool) -> QPainterPath:
    return (_to_left() if left else _to_right()).map(shape)


def _to_left() -> QTransform:
    return QTransform(-1, 0, 0, 1, HAND.width(), 0)


def _to_right() -> QTransform:
    return QTransform.fromTranslate(HAND.width() + APART, 0)
