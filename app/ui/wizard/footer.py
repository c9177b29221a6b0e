"""The wizard's buttons in one line: where the room is short, words give way to icons, the main button's last."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStyle, QWidget

from app.ui import theme
from app.ui.theme import Space
from app.ui.widgets.basics import row
from app.ui.widgets.buttons import primary_button, quiet_button, secondary_button
from app.ui.widgets.status import BusyLine

LEAST_BUSY = 2 * Space.XL


class WizardFooter(QFrame):
    """Back, later and help on the left, a page's own buttons and the main one on the right, what goes on between."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, role="footer")
        self.back = secondary_button(self.tr("Back"), "back")
        self.later = quiet_button(self.tr("Finish later"), "clock")
        self.help = quiet_button(self.tr("Help"), "help")
        self.busy = BusyLine()
        self.primary = primary_button("")
        self._words = {button: button.text() for button in (self.later, self.help, self.back)}
        for button, words in self._words.items():
            button.setAccessibleName(words)
        self._extras = QHBoxLayout()
        self._extras.setSpacing(Space.S)
        self._lay_out()

    def _lay_out(self) -> None:
        line = row(self.back, self.later, self.help, spacing=Space.S)
        line.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        line.addWidget(self.busy, 1)
        line.addLayout(self._extras)
        line.addWidget(self.primary)
        self.setLayout(line)

    def take_extras(self, buttons: list[QPushButton]) -> None:
        """The buttons of the page in front instead of those of the one before."""
        while (item := self._extras.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
        for button in buttons:
            self._extras.addWidget(button)
            button.show()

    def fit(self) -> None:
        """Take words away until the line fits, in the order in which they are missed least."""
        shown = [button for button in self.findChildren(QPushButton) if not button.isHidden()]
        needed = sum(self._full_width(button) + Space.S for button in shown) + LEAST_BUSY + 2 * Space.L
        for button, words in self._words.items():
            short = needed > self.width() and not button.isHidden()
            if short:
                needed -= self._words_width(words)
            if button.text() != ("" if short else words):
                button.setText("" if short else words)

    def _full_width(self, button: QPushButton) -> int:
        taken_away = "" if button.text() else self._words.get(button, "")
        return button.sizeHint().width() + (self._words_width(taken_away) if taken_away else 0)

    def _words_width(self, words: str) -> int:
        gap = self.style().pixelMetric(QStyle.PixelMetric.PM_ButtonMargin)
        return self.fontMetrics().horizontalAdvance(words) + gap

    def event(self, event: QEvent) -> bool:
        """Another button, other words or another text size: look whether it still fits."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width."""
        super().resizeEvent(event)
        self.fit()
