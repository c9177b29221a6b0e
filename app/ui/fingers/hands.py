"""Choosing a finger on two drawn hands: what is captured, what is wanted, what is crossed out and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.domain.modality import FINGERS, Position
from app.ui import theme, words
from app.ui.fingers import shapes
from app.ui.i18n import translate

RIM = 5
"""Pixels around a finger for its marks."""


class Mark(StrEnum):
    """How a finger stands."""

    UNUSED = "unused"
    WANTED = "wanted"
    POOR = "poor"
    GOOD = "good"
    CROSSED = "crossed"


@dataclass(frozen=True)
class FingerLook:
    """What is shown of one finger; `told` says it in words."""

    mark: Mark = Mark.UNUSED
    told: str = ""
    alarm: bool = False


class FingerButton(QAbstractButton):
    """One finger; its shape alone takes clicks. Space on the chosen finger is left to the page, which captures."""

    stepped = Signal(int)
    """An arrow key: -1 to the left, 1 to the right."""

    def __init__(self, position: Position, parent: QWidget) -> None:
        super().__init__(parent)
        self.position = position
        self.look = FingerLook()
        self.chosen = False
        self._outline = QPainterPath()
        self._tip = QPointF()
        self.setObjectName(f"finger.{position.value}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def place(self, scale: float, offset: QPointF) -> None:
        """Take the finger's place on hands drawn with this scale, from this corner."""
        turn = QTransform.fromTranslate(offset.x(), offset.y()).scale(scale, scale)
        outline = turn.map(shapes.finger(self.position))
        room = outline.boundingRect().adjusted(-RIM, -RIM, RIM, RIM).toAlignedRect()
        self.setGeometry(room)
        self._outline = outline.translated(-room.x(), -room.y())
        self._tip = turn.map(shapes.tip(self.position)) - QPointF(room.topLeft())
        whole = shapes.grown(self._outline, RIM).toFillPolygon().toPolygon()
        self.setMask(QRegion(whole))

    def show_look(self, look: FingerLook, *, chosen: bool) -> None:
        """Draw and say how the finger stands."""
        self.look, self.chosen = look, chosen
        alarm = translate("fingers", "silent alarm") if look.alarm else ""
        told = ", ".join(part for part in (words.name(self.position), look.told, alarm) if part)
        self.setAccessibleName(told)
        self.setToolTip(told)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Space and self.chosen:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_finger(painter, self)

    @property
    def outline(self) -> QPainterPath:
        """The finger's shape inside its widget."""
        return self._outline

    @property
    def tip(self) -> QPointF:
        """The middle of its tip inside its widget."""
        return self._tip


class HandsPicker(QWidget):
    """Two hands, drawn; `chosen` is emitted for the finger the clerk points at. Left and Right move between fingers."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fingers.hands")
        self.setAccessibleName(translate("fingers", "Fingers of both hands"))
        self._selected = Position.RIGHT_INDEX
        self.buttons = {each: FingerButton(each, self) for each in shapes.IN_ORDER}
        for button in self.buttons.values():
            button.clicked.connect(lambda _on=False, at=button.position: self.chosen.emit(at))
            button.stepped.connect(lambda by, at=button.position: self._step(at, by))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_looks({}, self._selected)

    def show_looks(self, looks: Mapping[Position, FingerLook], selected: Position) -> None:
        """Draw every finger; the selected one is the one Tab leads to."""
        held = any(button.hasFocus() for button in self.buttons.values())
        self._selected = selected
        for position, button in self.buttons.items():
            button.show_look(looks.get(position, FingerLook()), chosen=position is selected)
        if held:
            self.buttons[selected].setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def _step(self, at: Position, by: int) -> None:
        order = shapes.IN_ORDER
        self.buttons[order[(order.index(at) + by) % len(FINGERS)]].setFocus(Qt.FocusReason.OtherFocusReason)

    def _scale(self) -> tuple[float, QPointF]:
        room, box = QRectF(self.rect()).adjusted(RIM, RIM, -RIM, -RIM - self._line()), shapes.BOTH
        scale = max(0.1, min(room.width() / box.width(), room.height() / box.height()))
        return scale, QPointF((self.width() - box.width() * scale) / 2, float(RIM))

    def _line(self) -> int:
        return self.fontMetrics().lineSpacing() + 4

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        wide = max(60, width - 2 * RIM)
        return round(wide * shapes.BOTH.height() / shapes.BOTH.width()) + 2 * RIM + self._line()

    def sizeHint(self) -> QSize:
        wide = max(280, 15 * self.fontMetrics().lineSpacing())
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        scale, corner = self._scale()
        for button in self.buttons.values():
            button.place(scale, corner)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale, corner = self._scale()
        turn = QTransform.fromTranslate(corner.x(), corner.y()).scale(scale, scale)
        now = theme.colors()
        painter.setPen(QPen(QColor(now.border), 1.5))
        painter.setBrush(QColor(now.sunken))
        for left in (True, False):
            painter.drawPath(turn.map(shapes.palm(left=left)))
        painter.setPen(QColor(now.muted))
        half = self.width() / 2
        at = QRectF(0, self.height() - self._line(), half, self._line())
        painter.drawText(at, Qt.AlignmentFlag.AlignCenter, translate("fingers", "Left hand"))
        painter.drawText(at.translated(half, 0), Qt.AlignmentFlag.AlignCenter, translate("fingers", "Right hand"))


def _paint_finger(painter: QPainter, button: FingerButton) -> None:
    now, look = theme.colors(), button.look
    fills = {
        Mark.UNUSED: now.surface,
        Mark.WANTED: now.accent_surface,
        Mark.POOR: now.warn_surface,
        Mark.GOOD: now.ok_surface,
        Mark.CROSSED: now.sunken,
    }
    inks = {Mark.WANTED: now.accent, Mark.POOR: now.warn, Mark.GOOD: now.ok, Mark.CROSSED: now.muted}
    ink = QColor(inks.get(look.mark, now.control))
    if button.hasFocus():
        painter.setPen(QPen(QColor(now.focus), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shapes.grown(button.outline, RIM - 2))
    pen = QPen(ink, 3 if button.chosen else 1.6)
    if look.mark is Mark.UNUSED and not button.chosen:
        pen.setColor(QColor(now.text if button.underMouse() else now.control))
    painter.setPen(pen)
    painter.setBrush(QColor(fills[look.mark]))
    painter.drawPath(button.outline)
    _paint_sign(painter, button, ink)


def _paint_sign(painter: QPainter, button: FingerButton, ink: QColor) -> None:
    """A tick, a cross, a warning or a dot at the fingertip, so that no color alone tells anything."""
    box = button.outline.boundingRect()
    size = max(3.0, min(box.width(), box.height()) * 0.2)
    at = button.tip
    painter.setPen(QPen(ink, max(1.8, size * 0.4), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    mark = button.look.mark
    if mark is Mark.GOOD:
        middle = at + QPointF(-size * 0.2, size * 0.6)
        painter.drawPolyline([at + QPointF(-size, 0), middle, at + QPointF(size, -size * 0.7)])
    elif mark is Mark.CROSSED:
        painter.drawLine(QLineF(at + QPointF(-size, -size), at + QPointF(size, size)))
        painter.drawLine(QLineF(at + QPointF(size, -size), at + QPointF(-size, size)))
    elif mark is Mark.POOR:
        painter.drawLine(QLineF(at + QPointF(0, -size), at + QPointF(0, size * 0.2)))
        painter.drawPoint(at + QPointF(0, size))
    elif mark is Mark.WANTED:
        painter.setBrush(ink)
        painter.drawEllipse(at, size * 0.35, size * 0.35)
    if button.look.alarm:
        _paint_alarm(painter, button.outline.boundingRect().center(), size)


def _paint_alarm(painter: QPainter, at: QPointF, size: float) -> None:
    """A small bell."""
    bell = QPainterPath(at + QPointF(-size, size * 0.6))
    bell.quadTo(at + QPointF(-size * 0.6, size * 0.2), at + QPointF(-size * 0.6, -size * 0.3))
    bell.quadTo(at + QPointF(-size * 0.6, -size), at + QPointF(0, -size))
    bell.quadTo(at + QPointF(size * 0.6, -size), at + QPointF(size * 0.6, -size * 0.3))
    bell.quadTo(at + QPointF(size * 0.6, size * 0.2), at + QPointF(size, size * 0.6))
    bell.closeSubpath()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.colors().bad))
    painter.drawPath(bell)
    painter.drawEllipse(at + QPointF(0, size * 0.9), size * 0.28, size * 0.28)
