"""A long action as it runs: what is being done in words, how far, and abort."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from app.domain.console import Step
from app.ui.i18n import device_text
from app.ui.widgets.basics import Card, label, row
from app.ui.widgets.buttons import connect, secondary_button


class ProgressCard(Card):
    """Hidden while nothing runs."""

    abort_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = label("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.abort = secondary_button(self.tr("Abort"), "stop")
        connect(self.abort, self._abort)
        self.add(self.words)
        self.add(self.bar)
        self.add(row(None, self.abort))
        self._title = ""
        self.hide()

    def begin(self, title: str) -> None:
        """An action starts."""
        self._title = title
        self.abort.setEnabled(True)
        self.words.setText(self.tr("{0}: starting").format(title))
        self.bar.setRange(0, 0)
        self.show()
        self.abort.setFocus()

    def advance(self, step: Step) -> None:
        """It came this far."""
        self.bar.setRange(0, max(1, step.total))
        self.bar.setValue(min(step.done, step.total))
        note = device_text(step.note) or self.tr("working")
        far = self.tr("{0}: {1}, {2} of {3}")
        self.words.setText(far.format(self._title, note, step.done, step.total))

    def _abort(self) -> None:
        self.abort.setEnabled(False)
        self.words.setText(self.tr("{0}: stopping").format(self._title))
        self.abort_wanted.emit()
