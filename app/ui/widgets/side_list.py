"""A list of names at the side of a page, as wide as its longest name."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QSizePolicy

from app.ui.theme import Space


class SideList(QListWidget):
    """Never scrolls sideways."""

    def __init__(self, accessible_name: str, names: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(accessible_name)
        self.addItems(names)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self.sizeHintForColumn(0) + bar + 2 * self.frameWidth() + Space.M, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), super().minimumSizeHint().height())
