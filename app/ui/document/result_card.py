"""What a comparison came to: verdict, rule, score, signature, quality, candidates, and what is stored where."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from app.domain.document import LivenessOutcome, Verdict
from app.domain.evidence import EvidenceReport, SignatureCheck
from app.journeys.document_match import MatchResult
from app.ui import comparison_words as words
from app.ui import words as station_words
from app.ui.document.score_bar import ScoreBar
from app.ui.icons import IconView
from app.ui.theme import Kind, Space, Tone, mark
from app.ui.widgets.basics import Card, KeyValueList, label, paragraph, row
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import Lamp, StatusLamp


@dataclass(frozen=True)
class Shown:
    """Results best first with the names of their probes; `remote_until` is set when the service could not forget."""

    results: tuple[MatchResult, ...]
    names: tuple[str, ...]
    remote_until: datetime | None = None
    liveness: LivenessOutcome | None = None

    @property
    def best(self) -> MatchResult:
        """The decision."""
        return self.results[0]


class ResultCard(Card):
    """Hidden until `show_result`; says its verdict to screen readers."""

    check_wanted = Signal(str)
    """Check this evidence again."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compare.result")
        self._evidence_id = ""
        self._shape = IconView("info", 40)
        self.verdict = label("", Kind.TITLE)
        self.rule = paragraph("")
        self.bar = ScoreBar()
        self.signature = StatusLamp(wrap=True)
        self.liveness = StatusLamp(wrap=True)
        self.odd = StatusLamp(Lamp.WARNING, wrap=True)
        self.facts = KeyValueList()
        self.candidates = _candidates(self.tr("Pictures compared, best first"))
        self.privacy = StatusLamp(wrap=True)
        self.kept = paragraph("", Tone.MUTED)
        self.recheck = secondary_button(self.tr("Check the evidence again"), "key")
        self.recheck.setObjectName("compare.recheck")
        self.rechecked = StatusLamp(wrap=True)
        connect(self.recheck, lambda: self.check_wanted.emit(self._evidence_id))
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        head = row(self._shape, spacing=Space.M)
        head.addWidget(self.verdict, 1)
        self.add(head)
        parts: list[QWidget] = [self.rule, self.bar, self.odd, self.signature, self.liveness, self.facts]
        parts += [self.candidates, self.privacy, self.kept, flowing(self.recheck), self.rechecked]
        for part in parts:
            self.add(part)

    @property
    def evidence_id(self) -> str:
        """The evidence of what is shown."""
        return self._evidence_id

    def show_result(self, shown: Shown) -> None:
        """Show everything about a result."""
        best = shown.best
        self._evidence_id = best.evidence_id
        self._show_verdict(best.verdict)
        self._show_signature(best.comparison.signature)
        self._show_liveness(shown.liveness)
        self.facts.show_pairs(self._pairs(shown))
        self._show_candidates(shown)
        self._show_privacy(shown.remote_until)
        self.show()
        self.setAccessibleName(f"{self.verdict.text()}. {self.rule.text()} {self.signature.text.text()}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def show_report(self, report: EvidenceReport) -> None:
        """Show what checking the evidence again came to."""
        self.rechecked.show_state(*report_state(report))
        self.rechecked.show()

    def _show_verdict(self, verdict: Verdict) -> None:
        lamp = words.DECISION_LAMPS[verdict.decision]
        self._shape.show_icon(*lamp.value)
        self.verdict.setText(words.say(verdict.decision))
        mark(self.verdict, tone=lamp.value[1])
        mark(self, tone=lamp.value[1])
        self.rule.setText(words.rule(verdict.rule, verdict.threshold))
        self.bar.show_score(verdict.score, verdict.threshold, lamp.value[1])
        self.odd.show_state(
            Lamp.WARNING, self.tr("The rate the service told does not fit its score. The score decides; tell support.")
        )
        self.odd.setVisible(verdict.far_odd)

    def _show_signature(self, check: SignatureCheck) -> None:
        self.signature.show_state(words.SIGNATURE_LAMPS[check.outcome], words.signature(check))

    def _show_liveness(self, outcome: LivenessOutcome | None) -> None:
        self.liveness.setVisible(outcome is not None)
        if outcome is not None:
            self.liveness.show_state(words.liveness_lamp(outcome), words.say(outcome))

    def _pairs(self, shown: Shown) -> list[tuple[str, str]]:
        verdict, told = shown.best.verdict, shown.best.comparison
        pairs = [
            (self.tr("Score"), words.score(verdict.score)),
            (self.tr("Threshold"), words.score(verdict.threshold)),
            (self.tr("False match rate told"), words.percent(verdict.far_percent)),
            (self.tr("Quality of the first picture"), words.say(told.reference.quality_word)),
            (self.tr("Quality of the other picture"), words.say(told.candidate.quality_word)),
        ]
        if len(shown.names) > 1:
            pairs.insert(0, (self.tr("Best picture"), shown.names[0]))
        return pairs

    def _show_candidates(self, shown: Shown) -> None:
        ranked = shown.results
        self.candidates.setVisible(len(ranked) > 1)
        self.candidates.setRowCount(len(ranked))
        for place, (entry, name) in enumerate(zip(ranked, shown.names, strict=True)):
            verdict = entry.verdict
            texts = (str(place + 1), name, words.score(verdict.score), words.say(verdict.decision))
            for column, text in enumerate(texts):
                self.candidates.setItem(place, column, QTableWidgetItem(text))
        line = round(self.candidates.fontMetrics().height() * 1.9)
        self.candidates.verticalHeader().setDefaultSectionSize(line)
        high = self.candidates.horizontalHeader().sizeHint().height() + 2 * self.candidates.frameWidth()
        self.candidates.setFixedHeight(high + line * len(ranked))

    def _show_privacy(self, remote_until: datetime | None) -> None:
        if remote_until is None:
            self.privacy.show_state(Lamp.GOOD, self.tr("Nothing is left on the service."))
        else:
            told = self.tr("Deleting on the service failed: face data live there until {0}, then it deletes them.")
            self.privacy.show_state(Lamp.WARNING, told.format(station_words.moment(remote_until)))
        stored = self.tr("Kept on this station, encrypted: the answer, fingerprints of the pictures and the decision. ")
        stored += self.tr("The pictures are not kept.")
        self.kept.setText(stored)
        self.rechecked.hide()


def report_state(report: EvidenceReport) -> tuple[Lamp, str]:
    """What checking evidence again came to, as lamp and words."""
    if not report.holds:
        return Lamp.BAD, words.evidence_differs(report.faults)
    if report.proven:
        return Lamp.GOOD, words.evidence_proven()
    return Lamp.WARNING, words.evidence_unproven()


def _candidates(name: str) -> QTableWidget:
    table = QTableWidget(0, 4)
    table.setObjectName("compare.candidates")
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(words.columns())
    table.verticalHeader().hide()
    table.setWordWrap(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return table
