"""Going on without a sample: a reason from the list, and a note."""

from collections.abc import Sequence

from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPlainTextEdit, QRadioButton, QWidget

from app.domain.enrollment import ExceptionReason
from app.domain.modality import Position
from app.ui import words
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.theme import Space
from app.ui.widgets.fields import FieldRow
from app.ui.wizard.words import position_list

NOTE_LENGTH = 500


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class ExceptionDialog(Dialog):
    """`await dialog.ask()`, then read `reason` and `note`."""

    def __init__(self, parent: QWidget, positions: Sequence[Position], reasons: Sequence[ExceptionReason]) -> None:
        names = position_list(positions)
        super().__init__(
            parent,
            translate("wizard", "Go on without a good sample?"),
            translate("wizard", "Choose the reason for: {positions}. It is stored with the enrollment.").format(
                positions=names
            ),
            translate("wizard", "Go on"),
            translate("wizard", "Cancel"),
        )
        self.setObjectName("wizard.exception")
        self._group = QButtonGroup(self)
        self._reasons = tuple(reasons)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(0)
        for index, reason in enumerate(self._reasons):
            button = QRadioButton(_capital(words.name(reason)))
            button.setObjectName(f"wizard.exception.{reason.value}")
            self._group.addButton(button, index)
            grid.addWidget(button, index // 2, index % 2)
        self.body.addLayout(grid)
        self._note = QPlainTextEdit()
        self._note.setObjectName("wizard.exception.note")
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(self.fontMetrics().lineSpacing() * 3 + 20)
        self.body.addWidget(FieldRow(self.tr("&Note (optional)"), self._note))
        self.yes.setObjectName("wizard.exception.yes")
        self._choose_first()

    def _choose_first(self) -> None:
        exhausted = ExceptionReason.QUALITY_EXHAUSTED in self._reasons
        self._group.idToggled.connect(lambda _id, _on: self._allow())
        if exhausted:
            self._group.button(self._reasons.index(ExceptionReason.QUALITY_EXHAUSTED)).setChecked(True)
        self._group.buttons()[0].setFocus()
        self._allow()

    def _allow(self) -> None:
        self.yes.setEnabled(self._group.checkedId() >= 0)
        self.yes.setDefault(True)

    @property
    def reason(self) -> ExceptionReason:
        """The chosen reason; ask only after `ask` returned True."""
        return self._reasons[self._group.checkedId()]

    @property
    def note(self) -> str:
        """What was noted, at most 500 characters."""
        return self._note.toPlainText().strip()[:NOTE_LENGTH]


def lawful_reasons(*, exhausted: bool) -> tuple[ExceptionReason, ...]:
    """The reasons offered; keeping the best sample only after every try was used."""
    always = tuple(reason for reason in ExceptionReason if reason is not ExceptionReason.QUALITY_EXHAUSTED)
    return (ExceptionReason.QUALITY_EXHAUSTED, *always) if exhausted else always
