"""Which acts of the journal are shown: of one person, of one kind, of some days."""

from datetime import datetime, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.domain.records import JournalQuery
from app.ui.supervision.acts import act_names
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import paragraph
from app.ui.widgets.fields import filter_line
from app.ui.widgets.flow import flowing

TYPING_MS = 250
ACT_CHARS = 16
DAY = "%Y-%m-%d"


class JournalFilter(QWidget):
    """Emits `changed` a moment after the last change; `query` is None while a day makes no sense."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.person = self._line("journal.person", self.tr("Only this person number"))
        self.first = self._line("journal.first", self.tr("From {0}").format("2026-05-01"))
        self.last = self._line("journal.last", self.tr("To {0}").format("2026-05-31"))
        self.act = QComboBox()
        self.act.setObjectName("journal.act")
        self.act.setAccessibleName(self.tr("Only this kind of act"))
        self.act.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.act.setMinimumContentsLength(ACT_CHARS)
        self.act.addItem(self.tr("Every kind of act"), "")
        for action, name in sorted(act_names().items(), key=lambda each: each[1].casefold()):
            self.act.addItem(name, action)
        self.problem = paragraph("", Tone.BAD)
        self.problem.hide()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._settled)
        self.act.currentIndexChanged.connect(lambda _index: self._typing.start())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.XS)
        whole.addWidget(flowing(self.person, self.act, self.first, self.last))
        whole.addWidget(self.problem)

    def query(self, limit: int) -> JournalQuery | None:
        """What is asked for; None when a day is not one."""
        try:
            since, until = _day(self.first.text()), _day(self.last.text())
        except ValueError:
            return None
        end = None if until is None else until + timedelta(days=1)
        return JournalQuery(self.person.text().strip(), self.act.currentData() or "", since, end, limit=limit)

    def _settled(self) -> None:
        wrong = self.query(1) is None
        self.problem.setVisible(wrong)
        self.problem.setText(self.tr("A day is written like {0}.").format("2026-05-01") if wrong else "")
        if not wrong:
            self.changed.emit()

    def _line(self, name: str, told: str) -> QLineEdit:
        line = filter_line(name, told)
        line.textChanged.connect(lambda _text: self._typing.start())
        return line


def _day(text: str) -> datetime | None:
    """Midnight of a day at this desk; ValueError."""
    return datetime.strptime(text.strip(), DAY).astimezone() if text.strip() else None
