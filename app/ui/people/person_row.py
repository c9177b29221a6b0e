"""Paints a person in a list: initials, name, what was captured, how the deliveries stand."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.journeys.ports import PersonSummary
from app.ui import icons, theme, words
from app.ui.people.model import SUMMARY_ROLE, delivery_lamp
from app.ui.theme import Space

Index = QModelIndex | QPersistentModelIndex
CIRCLE = 40


class PersonRow(QStyledItemDelegate):
    """Two lines beside a circle of initials; a lamp at the right when something needs attention."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = 2 * option.fontMetrics.lineSpacing()
        return QSize(200, max(CIRCLE, lines + Space.XS) + 2 * Space.S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        person = index.data(SUMMARY_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(2, 2, -2, -2)
        self._background(painter, option, box)
        inner = box.adjusted(Space.S, 0, -Space.S, 0)
        circle = QRect(inner.left(), inner.center().y() - CIRCLE // 2, CIRCLE, CIRCLE)
        self._initials(painter, option.font, circle, person)
        lamp = QRect(inner.right() - 20, inner.center().y() - 10, 20, 20)
        icon, tone = delivery_lamp(person)[0].value
        icons.icon(icon, theme.tone_color(tone), side=lamp.height()).paint(painter, lamp)
        left = circle.right() + Space.M
        self._lines(painter, option.font, QRect(left, box.top(), lamp.left() - Space.S - left, box.height()), person)
        painter.restore()

    def _background(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        now = theme.colors()
        if chosen or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(now.accent_surface if chosen else now.sunken))
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(now.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)

    def _initials(self, painter: QPainter, font: QFont, circle: QRect, person: PersonSummary) -> None:
        now = theme.colors()
        painter.setPen(QPen(QColor(now.accent), 1))
        painter.setBrush(QColor(now.accent_surface))
        painter.drawEllipse(circle)
        bold = QFont(font)
        bold.setBold(True)
        bold.setPixelSize(CIRCLE * 2 // 5)
        painter.setFont(bold)
        painter.setPen(QColor(now.accent))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, words.initials(person.full_name))

    def _lines(self, painter: QPainter, font: QFont, box: QRect, person: PersonSummary) -> None:
        upper = QFont(font)
        upper.setBold(True)
        lower = QFont(font)
        lower.setPointSizeF(font.pointSizeF() * 0.9)
        height = QFontMetrics(upper).lineSpacing() + QFontMetrics(lower).lineSpacing()
        top = box.center().y() - height // 2
        now = theme.colors()
        for line, text, ink in (
            (upper, person.full_name or person.person_id, now.text),
            (lower, f"{words.positions(person.positions)} · {person.person_id}", now.muted),
        ):
            metrics = QFontMetrics(line)
            painter.setFont(line)
            painter.setPen(QColor(ink))
            cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            above = (metrics.lineSpacing() - metrics.height()) // 2 + metrics.ascent()
            painter.drawText(box.left(), top + above, cut)  # at a point: laid out in a box it takes twice as long
            top += metrics.lineSpacing()
