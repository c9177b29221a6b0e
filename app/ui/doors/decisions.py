"""The latest decisions as a Qt table, newest first; rows are added in one step however many came."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.domain.door import DoorDecision, Outcome
from app.ui import theme
from app.ui.doors import words
from app.ui.i18n import QT_TRANSLATE_NOOP, translate

Index = QModelIndex | QPersistentModelIndex
SHOWN = 300
COLUMNS = (
    QT_TRANSLATE_NOOP("doors", "Time"),
    QT_TRANSLATE_NOOP("doors", "Answer"),
    QT_TRANSLATE_NOOP("doors", "Person"),
    QT_TRANSLATE_NOOP("doors", "Door"),
    QT_TRANSLATE_NOOP("doors", "Asked"),
    QT_TRANSLATE_NOOP("doors", "Score"),
    QT_TRANSLATE_NOOP("doors", "Took"),
)
ANSWER = 1


class Decisions(QAbstractTableModel):
    """Every decision that was fetched and, of these, the ones that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: dict[int, str] = {}
        self._all: list[DoorDecision] = []
        self._shown: list[DoorDecision] = []
        self.only_refused = False

    @property
    def latest(self) -> int:
        """The number of the newest one fetched."""
        return self._all[0].number if self._all else 0

    def add(self, newer: tuple[DoorDecision, ...]) -> None:
        """Put newer ones on top, oldest first in `newer`; the oldest shown make room."""
        fresh = list(reversed(newer))
        self._all = (fresh + self._all)[: 4 * SHOWN]
        wanted = [made for made in fresh if self._wanted(made)][:SHOWN]
        if not wanted:
            return
        self.beginInsertRows(QModelIndex(), 0, len(wanted) - 1)
        self._shown = wanted + self._shown
        self.endInsertRows()
        if len(self._shown) > SHOWN:
            self.beginRemoveRows(QModelIndex(), SHOWN, len(self._shown) - 1)
            del self._shown[SHOWN:]
            self.endRemoveRows()

    def show_these(self, found: Sequence[DoorDecision], labels: Mapping[int, str]) -> None:
        """Nothing but these, latest first, with the names of their doors."""
        self.beginResetModel()
        self.labels = dict(labels)
        self._all = list(found)
        self._shown = list(found)
        self.endResetModel()

    def show_only(self, *, refused: bool) -> None:
        """All, or those that were not a plain yes."""
        self.beginResetModel()
        self.only_refused = refused
        self._shown = [made for made in self._all if self._wanted(made)][:SHOWN]
        self.endResetModel()

    def at(self, row: int) -> DoorDecision | None:
        """The decision in a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _wanted(self, made: DoorDecision) -> bool:
        return not self.only_refused or made.outcome is not Outcome.GRANTED or not made.delivered

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        made = self._shown[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == ANSWER:
            return QColor(theme.tone_color(words.TONES[made.outcome]))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._texts(made)[index.column()]
        return None

    def _texts(self, made: DoorDecision) -> tuple[str, ...]:
        score = f"{words.number(made.score)} / {words.number(made.threshold or 0)}" if made.score is not None else ""
        return (
            made.at.astimezone().strftime("%H:%M:%S"),
            words.outcome(made.outcome),
            words.who(made),
            self.labels.get(made.device, str(made.device)),
            words.asked(made.asked),
            score,
            translate("doors", "{0} ms").format(words.number(made.took_ms)) if made.took_ms else "",
        )

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return translate("doors", COLUMNS[section])
        return None
