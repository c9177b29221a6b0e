"""The banner that shows the latest message: never in the way, never gone before it was read."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.icons import IconView
from app.ui.messages import Level, Message, MessageService
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.basics import label, paragraph
from app.ui.widgets.buttons import connect, icon_button, quiet_button

_LOOKS = {
    Level.INFO: ("info", Tone.INFO),
    Level.SUCCESS: ("ok", Tone.OK),
    Level.WARNING: ("warning", Tone.WARN),
    Level.ERROR: ("error", Tone.BAD),
}


class MessageBar(QFrame):
    """Shows the service's message until Esc, the close button or another message; announced to screen readers."""

    def __init__(self, messages: MessageService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._message = Message("")
        self._picture = IconView("info", 22)
        self.what = label("", Kind.STRONG)
        self.rest = paragraph("")
        self.copy = quiet_button("", "copy")
        self.copy.setToolTip(self.tr("Copy code and details for support"))
        self.close_button = icon_button("close", self.tr("Dismiss the message (Esc)"))
        connect(self.copy, self._copy)
        connect(self.close_button, messages.clear)
        self._lay_out()
        self.hide()
        messages.shown.connect(self.show_message)
        messages.cleared.connect(self.hide)

    def _lay_out(self) -> None:
        theme.mark(self, role="banner")
        for text in (self.what, self.rest):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.what)
        words.addWidget(self.rest)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.L, Space.S, Space.S, Space.S)
        line.setSpacing(Space.M)
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(words, 1)
        line.addWidget(self.copy)
        line.addWidget(self.close_button)

    def show_message(self, message: Message) -> None:
        """Show it and say it to screen readers."""
        self._message = message
        icon, tone = _LOOKS[message.level]
        self._picture.show_icon(icon, tone)
        theme.mark(self, tone=tone)
        self.what.setText(message.what)
        rest = " ".join(part for part in (message.safe, message.now) if part)
        self.rest.setText(rest)
        self.rest.setVisible(bool(rest))
        self.copy.setText(message.code)
        self.copy.setAccessibleName(self.tr("Copy support code {0}").format(message.code))
        self.copy.setVisible(bool(message.code))
        self.setAccessibleName(message.text)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._message.support_text)
        self.copy.setToolTip(self.tr("Copied"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._messages.clear()
        else:
            super().keyPressEvent(event)
