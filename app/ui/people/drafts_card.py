"""Enrollments that were not finished: go on, or discard after a question."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.journeys.ports import DraftSummary
from app.ui import words
from app.ui.theme import Kind, Space
from app.ui.widgets.basics import Card, clear, heading, label, small
from app.ui.widgets.buttons import connect, quiet_button
from app.ui.widgets.flow import flowing


class DraftRow(QWidget):
    """One draft: whose, where it was left, and the two things to do with it."""

    def __init__(self, draft: DraftSummary) -> None:
        super().__init__()
        name = draft.label or self.tr("No name yet")
        self.resume = quiet_button(self.tr("Continue"), "play")
        self.resume.setAccessibleName(self.tr("Continue with {0}").format(name))
        self.discard = quiet_button(self.tr("Discard"), "trash")
        self.discard.setAccessibleName(self.tr("Discard the draft of {0}").format(name))
        left = self.tr("Left {0}, {1}").format(words.step(draft.step), words.moment(draft.updated_at))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(name, Kind.STRONG))
        column.addWidget(small(left))
        column.addWidget(flowing(self.resume, self.discard))


class DraftsCard(Card):
    """Every draft, the latest first."""

    resume_wanted = Signal(str)
    discard_wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.heading = heading("")
        self.add(self.heading)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.S)
        self.add(self._rows)
        self.count = 0

    def show_drafts(self, drafts: Sequence[DraftSummary]) -> None:
        """Replace the list."""
        self.count = len(drafts)
        clear(self._rows)
        self.heading.setText(self.tr("%n unfinished enrollment(s)", "", len(drafts)))
        for draft in drafts:
            self._rows.addWidget(self._row(draft))

    def _row(self, draft: DraftSummary) -> DraftRow:
        made = DraftRow(draft)
        connect(made.resume, lambda: self.resume_wanted.emit(draft.draft_id))
        connect(made.discard, lambda: self.discard_wanted.emit(draft.draft_id, draft.label))
        return made
