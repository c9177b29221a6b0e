"""Questions of clerks that wait for a supervisor, and the decision with its reason."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.domain.console import Table
from app.domain.question import Question, Verdict
from app.journeys.station import Station
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.supervision.words import consequence, subject_name
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.basics import Card, EmptyState, heading, paragraph, row
from app.ui.widgets.buttons import connect, primary_button, secondary_button
from app.ui.widgets.fields import FieldRow
from app.ui.widgets.rows_view import RowsView

NOTHING, WAITING = range(2)


class QueueView(QWidget):
    """Loads when it is entered; the chosen question stands in full below the list."""

    continue_requested = Signal(str)
    counted = Signal(int)
    """How many questions wait."""

    def __init__(self, station: Station, tasks: Tasks, supervisor: Supervisor) -> None:
        super().__init__()
        self._station, self._tasks, self._supervisor = station, tasks, supervisor
        self._questions: tuple[Question, ...] = ()
        self.table = RowsView(self.tr("Questions that wait"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_chosen())
        self.words = paragraph("")
        self.open_draft = secondary_button(self.tr("Open it"), "forward")
        self.refuse = secondary_button(self.tr("Refuse…"))
        self.approve = primary_button(self.tr("Approve…"))
        self.refuse.setObjectName("queue.refuse")
        self.approve.setObjectName("queue.approve")
        connect(self.open_draft, self._open)
        connect(self.refuse, lambda: self._decide(Verdict.REFUSED))
        connect(self.approve, lambda: self._decide(Verdict.APPROVED))
        self._lay_out()

    def _lay_out(self) -> None:
        self.card = Card()
        self.card.add(self.words)
        self.card.add(row(self.open_draft, None, self.refuse, self.approve))
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.table, 1)
        column.addWidget(self.card)
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState("ok", self.tr("No clerk waits for a decision.")))
        self._stack.addWidget(filled)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.S)
        whole.addWidget(heading(self.tr("Waiting for a supervisor")))
        whole.addWidget(self._stack, 1)

    @property
    def chosen(self) -> Question | None:
        """The question that is shown in full."""
        index = self.table.currentIndex().row()
        return self._questions[index] if 0 <= index < len(self._questions) else None

    def entered(self) -> None:
        """Load again."""
        self._tasks.start(self._station.queue.waiting(), owner=self, key="load", done=self._show)

    def _show(self, waiting: Sequence[Question]) -> None:
        self._questions = tuple(waiting)
        self._stack.setCurrentIndex(WAITING if waiting else NOTHING)
        self.counted.emit(len(waiting))
        columns = (self.tr("Asked"), self.tr("By"), self.tr("About"), self.tr("Person"), self.tr("Question"))
        self.table.show_table(Table(columns, tuple(self._row(each) for each in waiting)))
        if waiting:
            self.table.selectRow(0)
        self._show_chosen()

    def _row(self, each: Question) -> tuple[str, ...]:
        asked = f"{each.asked_at.astimezone():%Y-%m-%d %H:%M}" if each.asked_at else ""
        return asked, each.asked_by, subject_name(each.subject), each.label or each.person_id, each.text

    def _show_chosen(self) -> None:
        now = self.chosen
        self.card.setVisible(now is not None)
        if now is not None:
            facts = "\n".join(f"{name}: {value}" for name, value in now.facts.items())
            told = self.tr("{0} asks about {1}: “{2}”").format(now.asked_by, now.label or now.person_id, now.text)
            self.words.setText("\n".join(part for part in (told, now.about, facts) if part))

    def _open(self) -> None:
        if self.chosen is not None:
            self.continue_requested.emit(self.chosen.draft_id)

    def _decide(self, verdict: Verdict) -> None:
        if self.chosen is not None:
            button = self.approve if verdict is Verdict.APPROVED else self.refuse
            self._tasks.start(self._ask(self.chosen, verdict), owner=self, button=button, done=lambda _: self.entered())

    async def _ask(self, question: Question, verdict: Verdict) -> None:
        dialog = ReasonDialog(self.window(), question, approve=verdict is Verdict.APPROVED)
        if not await dialog.ask():
            return
        reason = dialog.reason  # the dialog is gone a turn later
        if not await self._supervisor.ensure(self.window()):
            return
        actor = self._station.supervision.by or self._station.actor
        await self._station.queue.decide(question.question_id, verdict, reason=reason, actor=actor)


class ReasonDialog(Dialog):
    """`await dialog.ask()`: True when a reason was given, which is then in `reason`."""

    def __init__(self, parent: QWidget, question: Question, *, approve: bool) -> None:
        super().__init__(
            parent,
            translate("supervision", "Approve") if approve else translate("supervision", "Refuse"),
            consequence(question, approve=approve),
            translate("supervision", "Approve") if approve else translate("supervision", "Refuse"),
            translate("supervision", "Not yet"),
        )
        self._reason = QLineEdit()
        self._reason.setObjectName("queue.reason")
        self._reason.setMaxLength(500)
        told = translate("supervision", "The journal keeps it with your name.")
        self.body.addWidget(FieldRow(self.tr("&Reason"), self._reason, told, required=True))
        self._reason.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.setEnabled(False)
        self._reason.setFocus()

    @property
    def reason(self) -> str:
        """Why it was decided so."""
        return self._reason.text().strip()
