"""Look and text size, put on at once."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from app.ui.preferences import Preferences
from app.ui.theme import TEXT_PERCENTS, Look, Space
from app.ui.widgets.basics import Card, small


class Appearance(QWidget):
    """Two questions; `changed` after each answer, which is remembered."""

    changed = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.looks = QButtonGroup(self)
        self.sizes = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        column.addWidget(self._look_card())
        column.addWidget(self._size_card())
        column.addWidget(small(self.tr("These two take effect at once and are kept for this computer account.")))
        column.addStretch(1)

    def _look_card(self) -> Card:
        card = Card(self.tr("Colors"))
        names = {
            Look.SYSTEM: self.tr("Like the desktop"),
            Look.LIGHT: self.tr("Light"),
            Look.DARK: self.tr("Dark"),
            Look.HIGH_CONTRAST: self.tr("High contrast"),
        }
        for number, look in enumerate(Look):
            card.add(self._radio(self.looks, number, names[look], look is self._preferences.look))
        self.looks.idClicked.connect(self._look)
        return card

    def _size_card(self) -> Card:
        card = Card(self.tr("Text size"))
        for percent in TEXT_PERCENTS:
            name = self.tr("{0} %").format(percent)
            card.add(self._radio(self.sizes, percent, name, percent == self._preferences.percent))
        self.sizes.idClicked.connect(self._size)
        return card

    def _radio(self, group: QButtonGroup, number: int, name: str, chosen: bool) -> QRadioButton:
        button = QRadioButton(name)
        button.setChecked(chosen)
        group.addButton(button, number)
        return button

    def _look(self, number: int) -> None:
        self._preferences.look = list(Look)[number]
        self.changed.emit()

    def _size(self, percent: int) -> None:
        self._preferences.percent = percent
        self.changed.emit()
