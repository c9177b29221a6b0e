"""A problem with the device, large, in the picture's place: what happened, what is safe, what to do now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.ui.icons import IconView
from app.ui.messages import Message
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.basics import Card, clear, heading, label, paragraph
from app.ui.widgets.buttons import connect, secondary_button


@dataclass(frozen=True)
class Choice:
    """One thing that can be done about a problem."""

    name: str
    text: str
    run: Callable[[], object]


class ProblemPanel(Card):
    """Shows one problem with its choices; screen readers hear it at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tone=Tone.BAD, parent=parent)
        self.setObjectName("wizard.problem")
        self.what = heading("")
        self.safe, self.now = paragraph(""), paragraph("")
        self.code = label("", Kind.SMALL, Tone.MUTED)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._choices = QHBoxLayout()
        self._choices.setSpacing(Space.S)
        self.body.addStretch(1)
        self.add(IconView("error", 44, Tone.BAD))
        for part in (self.what, self.safe, self.now):
            self.add(part)
        self.add(self._choices)
        self.add(self.code)
        self.body.addStretch(2)

    @property
    def text(self) -> str:
        """All that is said."""
        return " ".join(part.text() for part in (self.what, self.safe, self.now) if part.text())

    def tell(self, message: Message, choices: Sequence[Choice]) -> None:
        """Say what went wrong and offer what can be done."""
        self.what.setText(message.what)
        self.safe.setText(message.safe)
        self.now.setText(message.now)
        self.code.setText(self.tr("Code for support: {code}").format(code=message.code))
        clear(self._choices)
        for choice in choices:
            self._choices.addWidget(self._button(choice))
        self._choices.addStretch(1)
        self.setAccessibleName(self.text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    @staticmethod
    def _button(choice: Choice) -> QPushButton:
        button = secondary_button(choice.text)
        button.setObjectName(f"wizard.problem.{choice.name}")
        connect(button, choice.run)
        return button
