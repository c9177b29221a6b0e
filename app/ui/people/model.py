"""The people found by a search, as a Qt list."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.domain.enrollment import DeliveryState
from app.journeys.ports import PeoplePage, PersonSummary
from app.ui import words
from app.ui.widgets.status import Lamp

Index = QModelIndex | QPersistentModelIndex
SUMMARY_ROLE = int(Qt.ItemDataRole.UserRole) + 1


def delivery_lamp(person: PersonSummary) -> tuple[Lamp, str]:
    """The worst delivery as lamp and word; nothing to deliver is good."""
    states = {delivery.state for delivery in person.deliveries}
    if DeliveryState.FAILED in states:
        return Lamp.BAD, words.name(DeliveryState.FAILED)
    if DeliveryState.WRITING in states:
        return Lamp.BUSY, words.name(DeliveryState.WRITING)
    if DeliveryState.WAITING in states:
        return Lamp.WAITING, words.name(DeliveryState.WAITING)
    return Lamp.GOOD, words.name(DeliveryState.DONE)


class PeopleModel(QAbstractListModel):
    """Rows of PersonSummary; the accessible text reads like the painted row."""

    def __init__(self) -> None:
        super().__init__()
        self.people: list[PersonSummary] = []
        self.total = 0

    def show(self, page: PeoplePage) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.people, self.total = list(page.people), page.total
        self.endResetModel()

    def append(self, page: PeoplePage) -> None:
        """Add the next page."""
        first = len(self.people)
        if page.people:
            self.beginInsertRows(QModelIndex(), first, first + len(page.people) - 1)
            self.people.extend(page.people)
            self.endInsertRows()
        self.total = page.total

    def row_of(self, person_id: str) -> int:
        """The row of a person, -1 when not listed."""
        return next((row for row, person in enumerate(self.people) if person.person_id == person_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.people)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        person = self.people[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return person.full_name or person.person_id
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((person.full_name, words.positions(person.positions), delivery_lamp(person)[1]))
        return person if role == SUMMARY_ROLE else None
