"""The help that F1 lays over the right side of the window."""

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.theme import Space
from app.ui.widgets.basics import KeyValueList, Rule, heading, paragraph, row, scrolled
from app.ui.widgets.buttons import connect, icon_button


class HelpPanel(QFrame):
    """Covers the right third of its parent; Esc or F1 takes it away and gives the focus back."""

    WIDTH = 380

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        theme.mark(self, role="card")
        self.title = heading("")
        self.text = paragraph("")
        self.keys = KeyValueList()
        self.close_button = icon_button("close", self.tr("Close help (Esc)"))
        connect(self.close_button, self.leave)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        for widget in (self.text, Rule(), heading(self.tr("Keys")), self.keys):
            column.addWidget(widget)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(Space.XL, Space.L, Space.L, Space.L)
        whole.addLayout(row(self.title, None, self.close_button))
        whole.addWidget(scrolled(content), 1)
        self._back_to: QWidget | None = None
        parent.installEventFilter(self)
        self.hide()

    def show_help(self, title: str, text: str, keys: Sequence[tuple[str, str]]) -> None:
        """Show the help of a page: `keys` are pairs of key and what it does."""
        self.title.setText(title)
        self.text.setText(text)
        self.keys.show_pairs(keys)
        self._back_to = self.window().focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.close_button.setFocus()

    def leave(self) -> None:
        """Take it away."""
        self.hide()
        if self._back_to is not None and shiboken6.isValid(self._back_to) and self._back_to.isVisible():
            self._back_to.setFocus()

    def _place(self) -> None:
        over = self._over
        width = min(over.width(), max(self.WIDTH, over.width() // 3))
        self.setGeometry(over.width() - width, 0, width, over.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F1):
            self.leave()
        else:
            super().keyPressEvent(event)
