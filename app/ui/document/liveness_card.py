"""Reads the result of a liveness check that was made elsewhere, for the comparison that follows."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from app.domain.document import LivenessOutcome, LivenessResult
from app.journeys.document_match import DocumentMatch
from app.ui import comparison_words as words
from app.ui.document.picture_card import low_busy_line
from app.ui.tasks import Tasks
from app.ui.widgets.basics import Card, small
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.fields import FieldRow
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import StatusLamp

USUAL_MODE = "LIVENESS_MEDIUM"


class LivenessCard(Card):
    """`result` is what was read last; another session number or kind forgets it."""

    changed = Signal()

    def __init__(self, desk: DocumentMatch, tasks: Tasks) -> None:
        super().__init__(words.liveness_title())
        self._desk, self._tasks = desk, tasks
        self.result: LivenessResult | None = None
        self.setObjectName("compare.liveness")
        self.session = QLineEdit()
        self.session.setMaxLength(100)
        self.mode = QComboBox()
        for mode in words.LIVENESS_MODES:
            self.mode.addItem(words.liveness_mode(mode), mode)
        self.mode.setCurrentIndex(self.mode.findData(USUAL_MODE))
        self.read = secondary_button(self.tr("Read the result"), "download")
        self.read.setObjectName("compare.liveness.read")
        self.state = StatusLamp(wrap=True)
        self.busy = low_busy_line()
        self.add(small(self.tr("The check itself is made on the person's telephone or in a web page.")))
        self.add(FieldRow(self.tr("&Session of the check"), self.session))
        self.add(FieldRow(self.tr("&Kind of check"), self.mode))
        self.add(flowing(self.read))
        self.add(self.state)
        self.add(self.busy)
        connect(self.read, self._read)
        self.session.textChanged.connect(lambda _text: self.forget())
        self.mode.currentTextChanged.connect(lambda _text: self.forget())
        self.forget()

    def forget(self) -> None:
        """Nothing was read for what stands in the fields."""
        self.result = None
        self.state.hide()
        self.read.setEnabled(self.named)
        self.changed.emit()

    @property
    def outcome(self) -> LivenessOutcome | None:
        """What the check came to; None while nothing was read."""
        return self.result.outcome if self.result else None

    @property
    def asked(self) -> tuple[str, str]:
        """The session and the kind of check in the fields."""
        return self.session.text().strip(), str(self.mode.currentData())

    @property
    def named(self) -> bool:
        """Whether a session stands in the field."""
        return bool(self.session.text().strip())

    def read_now(self) -> None:
        """Ask for the result of the session in the field."""
        if self.named and self.read.isEnabled():
            self._read()

    def _read(self) -> None:
        self.busy.say(self.tr("Asking for the result; this may take ten seconds"))
        asked = self.asked
        reading, done = self._desk.read_liveness(*asked), partial(self._show, asked)
        self._tasks.start(reading, owner=self, button=self.read, key="read", done=done, finally_=self.busy.done)

    def _show(self, asked: tuple[str, str], result: LivenessResult) -> None:
        if asked != self.asked:
            return  # about another check than the one that stands in the fields now
        self.result = result
        self.state.show_state(words.liveness_lamp(result.outcome), words.say(result.outcome))
        self.state.show()
        self.changed.emit()
