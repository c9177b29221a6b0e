"""The list of decisions made here, each to be checked again without the service."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.domain.evidence import EvidenceReport, EvidenceSummary
from app.journeys.document_match import DocumentMatch
from app.ui import comparison_words as words
from app.ui import icons, theme
from app.ui import words as station_words
from app.ui.document.result_card import report_state
from app.ui.tasks import Tasks
from app.ui.widgets.basics import Card, paragraph
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import Lamp, StatusLamp

ID_ROLE = int(Qt.ItemDataRole.UserRole)
LINES_SHOWN = 6


class EvidenceCard(Card):
    """Latest first; what a record says of itself is read again, not remembered."""

    def __init__(self, desk: DocumentMatch, tasks: Tasks) -> None:
        super().__init__(words.evidence_title())
        self._desk, self._tasks = desk, tasks
        self.setObjectName("compare.evidence")
        self.empty = paragraph(self.tr("No comparison has been made on this station yet."), theme.Tone.MUTED)
        self.list = QListWidget()
        self.list.setObjectName("compare.evidence.list")
        self.list.setAccessibleName(words.evidence_title())
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.check = secondary_button(self.tr("Check the chosen record"), "key")
        self.check.setObjectName("compare.evidence.check")
        self.state = StatusLamp(wrap=True)
        self.state.hide()
        connect(self.check, self.check_chosen)
        self.list.itemActivated.connect(lambda _item: self.check_chosen())
        self.list.currentItemChanged.connect(lambda *_: self.check.setEnabled(self.list.currentItem() is not None))
        for part in (self.empty, self.list, flowing(self.check), self.state):
            self.add(part)
        self._show(())

    def refresh(self) -> None:
        """Read the list again."""
        self._tasks.start(self._desk.evidence(), owner=self, key="list", done=self._show)

    def check_chosen(self) -> None:
        """Check the chosen record again, offline."""
        item = self.list.currentItem()
        if item is not None:
            checking = self._desk.verify(str(item.data(ID_ROLE)))
            self._tasks.start(checking, owner=self, button=self.check, done=self._checked)

    def _checked(self, report: EvidenceReport) -> None:
        self.state.show_state(*report_state(report))
        self.state.show()

    def _show(self, records: tuple[EvidenceSummary, ...]) -> None:
        self.list.clear()
        for record in records:
            self.list.addItem(_item(record))
        self.empty.setVisible(not records)
        self.list.setVisible(bool(records))
        self.check.setVisible(bool(records))
        self.check.setEnabled(False)
        rows = min(LINES_SHOWN, len(records))
        self.list.setFixedHeight(rows * max(20, self.list.sizeHintForRow(0)) + 2 * self.list.frameWidth() + 4)


def _item(record: EvidenceSummary) -> QListWidgetItem:
    text = " · ".join(
        (station_words.moment(record.decided_at), words.say(record.decision), words.signature_short(record.signature))
    )
    item = QListWidgetItem(text)
    lamp: Lamp = words.DECISION_LAMPS[record.decision]
    item.setIcon(icons.icon(lamp.value[0], theme.tone_color(lamp.value[1])))
    item.setData(ID_ROLE, record.evidence_id)
    return item
