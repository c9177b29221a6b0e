"""Texts by rank, cards, empty states and lists of facts."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.icons import IconView
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.buttons import connect, secondary_button


def label(text: str, kind: Kind = Kind.BODY, tone: Tone = Tone.PLAIN, *, wrap: bool = True) -> QLabel:
    """A text of a rank and tone; plain text only, so that nothing a peer sends is read as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    theme.mark(made, kind=kind, tone=tone)
    return made


class OneLine(QLabel):
    """A text that never wraps; where the room is short it ends in an ellipsis and the tool tip says it in full."""

    def __init__(self, text: str = "", kind: Kind = Kind.BODY, tone: Tone = Tone.PLAIN) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        theme.mark(self, kind=kind, tone=tone)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        short = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if short == self.text() else self.text())
        if short == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        way = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self.style().drawItemText(painter, self.rect(), int(way), self.palette(), self.isEnabled(), short)
        painter.end()


def title(text: str) -> QLabel:
    """The page's own name, once per page."""
    return label(text, Kind.TITLE)


def heading(text: str) -> QLabel:
    """The name of a part of a page."""
    return label(text, Kind.HEADING)


def paragraph(text: str, tone: Tone = Tone.PLAIN) -> QLabel:
    """Running text that wraps."""
    return label(text, Kind.BODY, tone)


def small(text: str, tone: Tone = Tone.MUTED) -> QLabel:
    """A remark."""
    return label(text, Kind.SMALL, tone)


class Rule(QFrame):
    """A thin line between parts."""

    def __init__(self) -> None:
        super().__init__()
        theme.mark(self, role="rule")


class Card(QFrame):
    """A surface that holds what belongs together; add widgets with `add`."""

    def __init__(self, heading_text: str = "", tone: Tone = Tone.PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, role="card", tone=tone)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self.body.setSpacing(Space.M)
        if heading_text:
            self.body.addWidget(heading(heading_text))

    def add(self, item: QWidget | QLayout) -> None:
        """Append a widget or a layout."""
        if isinstance(item, QWidget):
            self.body.addWidget(item)
        else:
            self.body.addLayout(item)


class EmptyState(QWidget):
    """What stands where nothing is yet: an icon, a sentence, at most one action."""

    def __init__(
        self,
        icon: str,
        sentence: str,
        action: str = "",
        on_action: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture = IconView(icon, 56, Tone.MUTED)
        self.text = paragraph(sentence, Tone.MUTED)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setMinimumWidth(220)
        column = QVBoxLayout(self)
        column.setSpacing(Space.M)
        column.addStretch(2)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.text)
        if action and on_action is not None:
            self.button = secondary_button(action)
            connect(self.button, on_action)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, icon: str, sentence: str) -> None:
        """Show another icon and sentence."""
        self._picture.show_icon(icon, Tone.MUTED)
        self.text.setText(sentence)


class KeyValueList(QWidget):
    """Facts in two columns: what it is, and its value, which can be selected and copied."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.S)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self.show_pairs(pairs)

    def show_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Replace the facts; rows that are there already are written anew."""
        told = list(pairs)
        while len(self._rows) > len(told):
            for gone in self._rows.pop():
                self._grid.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
        self._grow(len(told))
        for (key, value), (name, text) in zip(self._rows, told, strict=True):
            key.setText(name)
            value.setText(text)

    def _grow(self, count: int) -> None:
        """Add rows while hidden: shown one by one, each would lay out the whole page."""
        seen = self.isVisible() and len(self._rows) < count
        if seen:
            self.hide()
        while len(self._rows) < count:
            self._add_row()
        if seen:
            self.show()

    def _add_row(self) -> None:
        key, value = label("", tone=Tone.MUTED, wrap=False), paragraph("")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._rows)
        self._grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._rows.append((key, value))


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()  # taking it from its parent would style it once more
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def row(*items: QWidget | None, spacing: int = Space.S) -> QHBoxLayout:
    """Widgets side by side; None is a stretch."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for item in items:
        if item is None:
            line.addStretch(1)
        else:
            line.addWidget(item)
    return line


def scrolled(content: QWidget) -> QScrollArea:
    """The content in a frame that scrolls vertically when the window is low, and never sideways."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setObjectName("scrolled")
    content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    area.setWidget(content)
    return area


def reveal(area: QScrollArea, part: QWidget) -> None:
    """Scroll to a part that was just shown, to its beginning when it is higher than the area."""
    timer = QTimer(area, singleShot=True, interval=0)  # its place is known once it was laid out

    def scroll() -> None:
        area.ensureWidgetVisible(part, 0, 0)
        if part.height() > area.viewport().height():
            bar = area.verticalScrollBar()
            bar.setValue(bar.value() + part.mapTo(area.viewport(), part.rect().topLeft()).y())
        timer.deleteLater()

    timer.timeout.connect(scroll)
    timer.start()
