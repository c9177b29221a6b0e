"""Where an enrollment begins, or an unfinished one goes on."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from app.domain.records import DraftSummary
from app.journeys.station import Station
from app.ui.icons import IconView
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import Card, clear, heading, paragraph, row, scrolled, small, title
from app.ui.widgets.buttons import connect, icon_button, primary_button, secondary_button
from app.ui.widgets.status import BusyLine
from app.ui.wizard.words import ago, key_title


class StartScreen(QWidget):
    """Begin, or choose among the unfinished ones; their list is read again by `refresh`."""

    begin_wanted = Signal()
    resume_wanted = Signal(str)
    """The draft to go on with."""
    discard_wanted = Signal(str, str)
    """The draft to drop, and what it is called."""
    settings_wanted = Signal()
    """To where a terminal is set up."""

    def __init__(self, station: Station, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._tasks = tasks
        self.setObjectName("wizard.start")
        self.begin = primary_button(self.tr("Begin enrollment"), "enroll")
        self.begin.setObjectName("wizard.start.begin")
        self.busy = BusyLine()
        self.drafts = Card(self.tr("Unfinished enrollments"))
        self.drafts.setObjectName("wizard.start.drafts")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(Space.M)
        self.drafts.add(self._lines)
        self.drafts.hide()
        self.no_terminal = self._first_things()
        self.no_terminal.setVisible(not station.devices)
        connect(self.begin, self.begin_wanted.emit)
        self._lay_out()

    def _first_things(self) -> Card:
        """What to do before anybody can be captured."""
        card = Card(self.tr("Set up a terminal first"), Tone.WARN)
        card.setObjectName("wizard.start.no-terminal")
        card.add(
            paragraph(
                self.tr(
                    "This station has no terminal yet, so nothing can be captured and nobody is known at a door."
                    " Add the first one in Settings, save, and start the station again."
                    " What is enrolled before keeps only consent and personal data."
                )
            )
        )
        go = secondary_button(self.tr("Open Settings"), "settings")
        go.setObjectName("wizard.start.settings")
        connect(go, self.settings_wanted.emit)
        card.add(row(go, None))
        return card

    def _lay_out(self) -> None:
        card = Card()
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(title(self.tr("Enroll a person")))
        words.addWidget(
            paragraph(self.tr("Consent, personal data and captures, step by step. Everything is stored as you go."))
        )
        top = row(IconView("enroll", 56, Tone.INFO), spacing=Space.L)
        top.addLayout(words, 1)
        card.add(top)
        card.add(row(self.begin, self.busy, None, spacing=Space.M))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.L)
        column.addWidget(self.no_terminal)
        column.addWidget(card)
        column.addWidget(self.drafts)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(content))

    def say(self, words: str) -> None:
        """What is going on; empty when nothing is."""
        self.busy.say(words)
        self.begin.setEnabled(not words)
        self.drafts.setEnabled(not words)

    def refresh(self) -> None:
        """Read the list of drafts."""
        self._tasks.start(self._station.drafts.drafts(), owner=self, key="drafts", done=self.show_drafts)

    def show_drafts(self, drafts: Sequence[DraftSummary]) -> None:
        """List them, the latest first."""
        clear(self._lines)
        for draft in drafts:
            self._lines.addLayout(self._line(draft))
        self.drafts.setVisible(bool(drafts))

    def _line(self, draft: DraftSummary) -> QVBoxLayout:
        name = draft.label or self.tr("No name yet")
        resume = secondary_button(self.tr("Go on"), "play")
        resume.setObjectName(f"wizard.start.resume.{draft.draft_id}")
        resume.setAccessibleName(self.tr("Go on with {name}").format(name=name))
        drop = icon_button("trash", self.tr("Delete the unfinished enrollment of {name}").format(name=name))
        drop.setObjectName(f"wizard.start.discard.{draft.draft_id}")
        connect(resume, lambda: self.resume_wanted.emit(draft.draft_id))
        connect(drop, lambda: self.discard_wanted.emit(draft.draft_id, name))
        told = self.tr("At {step}, changed {age}").format(
            step=key_title(draft.step), age=ago(draft.updated_at, self._station.now())
        )
        if draft.label and not draft.samples and draft.created_at == draft.updated_at:
            told = self.tr("To be enrolled")
        if draft.samples:
            told += self.tr(", %n sample(s)", "", draft.samples)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(heading(name))
        words.addWidget(small(told))
        line = row(spacing=Space.M)
        line.addLayout(words, 1)
        line.addWidget(resume)
        line.addWidget(drop)
        column = QVBoxLayout()
        column.addLayout(line)
        return column

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button, or begins."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
            return
        focus = self.focusWidget()
        (focus if isinstance(focus, QAbstractButton) else self.begin).click()
