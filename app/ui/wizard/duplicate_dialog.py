"""Somebody like this is enrolled already: both side by side, and what the clerk makes of it, with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLineEdit, QRadioButton, QScrollArea, QWidget

from app.domain.enrollment import Enrollment
from app.domain.modality import FINGERS, Position
from app.domain.sample import Sample
from app.journeys.duplicates import Earlier
from app.ui import pictures, words
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.pictures import PictureView
from app.ui.tasks import Tasks
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.basics import Card, label, paragraph, small
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.fields import FieldRow
from app.ui.widgets.flow import flowing
from app.ui.wizard.duplicate_words import clue_words

PICTURE = QSize(190, 150)
COLUMN_LINES = 15
"""A column's width in line heights: it grows with the text size."""
AT_ONCE = 2
"""Earlier people seen beside the new one; for more the view is moved sideways."""
MOST = 12
"""Earlier people shown at all; the strongest cases come first."""


class Choice(StrEnum):
    """What the clerk makes of it."""

    NONE = ""
    DIFFERENT = "different"
    SAME = "same"
    ASK = "ask"


@dataclass(frozen=True)
class Rules:
    """`final`: the site lets nobody save a duplicate. `may_ask`: a supervisor can be asked. `told`: said beside it."""

    final: bool = False
    may_ask: bool = False
    told: str = ""


@dataclass(frozen=True)
class Shown:
    """What the columns need: names of devices and of person fields."""

    devices: Mapping[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


class PersonColumn(Card):
    """One of the two: picture, name, number, when, and the evidence."""

    def __init__(self, title: str, enrollment: Enrollment | None, person_id: str, tasks: Tasks) -> None:
        super().__init__()
        self.body.setSpacing(Space.S)
        self.picture = PictureView(translate("wizard", "No picture"), PICTURE)
        name = enrollment.person.full_name if enrollment else translate("wizard", "Not in this station's store")
        self.picture.setAccessibleName(name)
        self.add(label(title, Kind.SMALL, Tone.MUTED))
        self.add(self.picture)
        self.name = label(name or translate("wizard", "missing"), Kind.STRONG)
        self.add(self.name)
        self.add(small(translate("wizard", "Person number {number}").format(number=person_id)))
        sample = _portrait(enrollment)
        if sample is not None:
            tasks.start(pictures.load(sample.image, PICTURE), owner=self.picture, done=self.picture.show_image)

    def tell(self, lines: Sequence[str], tone: Tone = Tone.PLAIN) -> None:
        """More lines under the name."""
        for line in lines:
            self.add(paragraph(line, tone))


class DuplicateDialog(Dialog):
    """`await dialog.ask()`, then read `choice`, `note` and `chosen`, the earlier person meant."""

    def __init__(
        self, parent: QWidget, mine: Enrollment, cases: Sequence[Earlier], tasks: Tasks, rules: Rules, shown: Shown
    ) -> None:
        super().__init__(
            parent,
            translate("wizard", "This person seems to be enrolled already"),
            _advice(rules, cases, shown),
            translate("wizard", "Different person, save"),
            translate("wizard", "Cancel"),
            danger=True,
        )
        self.setObjectName("wizard.duplicate")
        self.choice = Choice.NONE
        self.cases = tuple(cases[:MOST])
        self._group = QButtonGroup(self)
        self._rules = rules
        self._note = QLineEdit()
        self._note.setObjectName("wizard.duplicate.note")
        self.yes.setObjectName("wizard.duplicate.yes")
        self._show_people(mine, tasks, shown)
        self._offer()

    def _show_people(self, mine: Enrollment, tasks: Tasks, shown: Shown) -> None:
        line = QHBoxLayout()
        line.setSpacing(Space.M)
        now = PersonColumn(translate("wizard", "Being enrolled now"), mine, mine.person.person_id, tasks)
        now.body.addStretch(1)
        line.addWidget(now, 1)
        columns = [self._column(number, case, tasks, shown) for number, case in enumerate(self.cases)]
        wide = max(240, COLUMN_LINES * self.fontMetrics().lineSpacing())
        seen = min(len(columns), AT_ONCE)
        if len(columns) > AT_ONCE:
            self.body.addWidget(paragraph(_how_many(len(self.cases)), Tone.WARN))
            line.addWidget(self._aside(columns, wide), seen)
        else:
            for column in columns:
                line.addWidget(column, 1)
        self.body.addLayout(line)
        self.setMinimumWidth(wide * (seen + 1) + 2 * Space.XL)

    def _aside(self, columns: Sequence[PersonColumn], wide: int) -> QScrollArea:
        """Many columns, moved sideways; the one that is chosen comes into view."""
        inside, line = QWidget(), QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.M)
        for column in columns:
            column.setFixedWidth(wide - Space.M)
            line.addWidget(column)
        inside.setLayout(line)
        inside.setObjectName("scrolled")
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tallest = max(max(column.sizeHint().height(), column.heightForWidth(wide)) for column in columns)
        area.setMinimumHeight(tallest + area.horizontalScrollBar().sizeHint().height() + Space.L)
        self._group.idClicked.connect(lambda number: area.ensureWidgetVisible(columns[number]))
        return area

    def _column(self, number: int, case: Earlier, tasks: Tasks, shown: Shown) -> PersonColumn:
        enrollment = case.record.enrollment if case.record else None
        column = PersonColumn(translate("wizard", "Enrolled earlier"), enrollment, case.person_id, tasks)
        if enrollment is not None:
            when = words.moment(enrollment.enrolled_at)
            column.tell([translate("wizard", "Enrolled on {when}").format(when=when)], Tone.MUTED)
        column.tell(_clues(case, shown), Tone.WARN)
        column.body.addStretch(1)
        pick = QRadioButton(translate("wizard", "This one"))
        name = enrollment.person.full_name if enrollment else case.person_id
        pick.setAccessibleName(translate("wizard", "The earlier person meant: {name}").format(name=name))
        self._group.addButton(pick, number)
        pick.setChecked(number == 0)
        column.add(pick)
        pick.setVisible(len(self.cases) > 1)
        return column

    def _offer(self) -> None:
        self.same = secondary_button(translate("wizard", "Same person, update them"), "person")
        self.same.setObjectName("wizard.duplicate.same")
        self.ask_first = secondary_button(translate("wizard", "Ask a supervisor"), "supervisor")
        self.ask_first.setObjectName("wizard.duplicate.ask")
        connect(self.same, lambda: self._choose(Choice.SAME))
        connect(self.ask_first, lambda: self._choose(Choice.ASK))
        self.yes.clicked.connect(lambda: setattr(self, "choice", Choice.DIFFERENT))
        row = FieldRow(self.tr("&Why it is a different person"), self._note, required=True)
        self.body.addWidget(row)
        row.setVisible(not self._rules.final)
        self.body.addWidget(flowing(self.same, self.ask_first))
        self.same.setVisible(any(case.record is not None for case in self.cases))
        self.ask_first.setVisible(self._rules.may_ask and not self._rules.final)
        self.yes.setVisible(not self._rules.final)
        self._group.idToggled.connect(lambda _id, _on: self._allow())
        self._note.textChanged.connect(self._allow)
        self._allow()
        (self.same if self._rules.final else self._note).setFocus(Qt.FocusReason.OtherFocusReason)

    def _allow(self) -> None:
        self.yes.setEnabled(bool(self.note) and not self._rules.final)
        self.ask_first.setEnabled(bool(self.note))
        self.same.setEnabled(self.chosen.record is not None)

    def _choose(self, choice: Choice) -> None:
        self.choice = choice
        self.accept()

    @property
    def note(self) -> str:
        """Why it is a different person."""
        return self._note.text().strip()

    @property
    def chosen(self) -> Earlier:
        """The earlier person meant."""
        return self.cases[max(0, self._group.checkedId())]


def _advice(rules: Rules, cases: Sequence[Earlier], shown: Shown) -> str:
    unknown = [told for case in cases if case.record is None for told in _clues(case, shown)]
    advice = translate("wizard", "Compare the two. Nothing has been changed by this check.")
    if rules.final:
        advice = translate(
            "wizard",
            "The rules of this site allow nobody to be enrolled twice. The draft is kept. If it is the same person,"
            " update the earlier one, or ask whoever looks after this station.",
        )
    return " ".join(part for part in (*unknown, rules.told, advice) if part)


def _how_many(count: int) -> str:
    told = translate("wizard", "{count} people may be the same one, the likeliest first.")
    return told.format(count=count)


def _clues(case: Earlier, shown: Shown) -> list[str]:
    return [clue_words(each, shown.devices.get(each.device_id, each.device_id), shown.fields) for each in case.clues]


def _portrait(enrollment: Enrollment | None) -> Sample | None:
    """The face, else an iris, else a print."""
    seen = [sample for sample in enrollment.samples if sample.image] if enrollment else []
    order = (Position.FACE, Position.LEFT_IRIS, Position.RIGHT_IRIS, *FINGERS)
    return min(seen, key=lambda sample: order.index(sample.position) if sample.position in order else 99, default=None)
