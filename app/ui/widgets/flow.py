"""Puts widgets side by side and goes to the next line when the width ends, so that large texts are never cut."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from app.ui.theme import Space

HIGHEST = 100_000


class Flow(QLayout):
    """Items from left to right (right to left in such languages), each at its own size."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(Space.S)
        for widget in widgets:
            self.addWidget(widget)

    def _place(self, box: QRect, *, move: bool) -> int:
        """Lay the items out in the box; returns the height needed."""
        parent = self.parentWidget()
        right_to_left = parent is not None and parent.isRightToLeft()
        top = box.y()
        for line in self._lines(box.width()):
            high = max(size.height() for _item, size in line)
            x = 0
            for item, size in line:
                left = box.width() - x - size.width() if right_to_left else x
                if move:
                    item.setGeometry(QRect(QPoint(box.x() + left, top + (high - size.height()) // 2), size))
                x += size.width() + self.spacing()
            top += high + self.spacing()
        return max(0, top - self.spacing() - box.y())

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        room = 0
        for item in (each for each in self._items if not each.isEmpty()):
            size = item.sizeHint().boundedTo(QSize(width, HIGHEST)).expandedTo(item.minimumSize())
            if not lines or size.width() > room:
                lines.append([])
                room = width
            lines[-1].append((item, size))
            room -= size.width() + self.spacing()
        return lines

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Remembered until an item changes: one layout of a page asks a hundred times."""
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        self._place(box, move=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in shown), default=0), max((size.height() for size in shown), default=0)
        )


def flowing(*widgets: QWidget) -> QWidget:
    """The widgets in a flow, as one widget."""
    holder = QWidget()
    holder.setLayout(Flow(*widgets))
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder
