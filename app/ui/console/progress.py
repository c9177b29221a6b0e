"""A long action as it runs: what is being done in words, how far, and abort; or what is watched, the newest first."""

from collections import deque

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from app.domain.console import Step
from app.ui.i18n import device_text
from app.ui.widgets.basics import Card, label, row, small
from app.ui.widgets.buttons import connect, secondary_button

LINES = 8
"""Shown of what was seen lately."""


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
        self.seen = small("")
        self.seen.setAccessibleName(self.tr("Seen lately"))
        self.add(self.words)
        self.add(self.bar)
        self.add(self.seen)
        self.add(row(None, self.abort))
        self._title = ""
        self._watches, self._seen = False, 0
        self._lines: deque[str] = deque(maxlen=LINES)
        self.hide()

    def begin(self, title: str, *, watches: bool = False) -> None:
        """An action starts; one that only watches has no end to be measured against."""
        self._title, self._watches = title, watches
        self._lines.clear()
        self._seen = 0
        self.abort.setEnabled(True)
        self.abort.setText(self.tr("Stop watching") if watches else self.tr("Abort"))
        self.words.setText(self.tr("{0}: starting").format(title))
        self.bar.setRange(0, 0)
        self.bar.setVisible(not watches)
        self.seen.setVisible(watches)
        self.seen.setText("\n" * (LINES - 1))
        self.show()
        self.abort.setFocus()

    def advance(self, step: Step) -> None:
        """It came this far."""
        if self._watches:
            self._show_seen(step)
            return
        self.bar.setRange(0, max(1, step.total))
        self.bar.setValue(min(step.done, step.total))
        note = device_text(step.note) or self.tr("working")
        far = self.tr("{0}: {1}, {2} of {3}")
        self.words.setText(far.format(self._title, note, step.done, step.total))

    def _show_seen(self, step: Step) -> None:
        """The place for all lines is kept from the beginning, so that nothing below moves."""
        note, is_new = device_text(step.note), step.done > self._seen
        self._seen = step.done
        if is_new:
            self._lines.appendleft(note)
            note = self.tr("{0} seen, the newest first").format(step.done)
        self.words.setText(self.tr("{0}: {1}").format(self._title, note))
        self.seen.setText("\n".join([*self._lines, *[""] * (LINES - len(self._lines))]))

    def _abort(self) -> None:
        self.abort.setEnabled(False)
        self.words.setText(self.tr("{0}: stopping").format(self._title))
        self.abort_wanted.emit()
