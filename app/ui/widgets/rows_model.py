"""Rows of text from a device, as a Qt table."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.domain.console import Table
from app.ui.i18n import device_text

Index = QModelIndex | QPersistentModelIndex
EMPTY = Table((), ())


class RowsModel(QAbstractTableModel):
    """One page of a Table; ragged rows read as empty cells."""

    def __init__(self) -> None:
        super().__init__()
        self.table = EMPTY

    def show(self, table: Table) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def by_column(self, row: int) -> dict[str, str]:
        """A row's cells by column title."""
        if not 0 <= row < len(self.table.rows):
            return {}
        return dict(zip(self.table.columns, self.table.rows[row], strict=False))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.table.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or not index.isValid():
            return None
        row = self.table.rows[index.row()]
        return row[index.column()] if index.column() < len(row) else ""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal and section < len(self.table.columns):
            return device_text(self.table.columns[section])
        return section + 1
