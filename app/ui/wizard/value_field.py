"""One field of a person: a line of text, or a choice where the policy names the values."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget


class ValueField(QObject):
    """Reads and writes a text, whatever the widget is."""

    edited = Signal()
    """The person typing changed it."""
    left = Signal()
    """The field was left after a change."""

    def __init__(self, choices: Sequence[str] = ()) -> None:
        super().__init__()
        self._line = QLineEdit()
        self._choice = QComboBox() if choices else None
        if self._choice is None:
            self._line.textEdited.connect(lambda _text: self.edited.emit())
            self._line.editingFinished.connect(self.left)
        else:
            self._choice.addItems(["", *choices])
            self._choice.activated.connect(self._chosen)

    def _chosen(self, _index: int) -> None:
        self.edited.emit()
        self.left.emit()

    @property
    def widget(self) -> QWidget:
        """What stands on the page."""
        return self._choice or self._line

    @property
    def value(self) -> str:
        """What was typed or chosen, without outer spaces."""
        return (self._choice.currentText() if self._choice else self._line.text()).strip()

    def show_value(self, value: str) -> None:
        """Put a value in."""
        if self._choice is None:
            self._line.setText(value)
            return
        if self._choice.findText(value) < 0:
            self._choice.addItem(value)  # chosen when the policy still offered it; the check tells
        self._choice.setCurrentText(value)
