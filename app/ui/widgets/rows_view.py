"""A table of text as the console shows it: columns fit their content, the last goes to the edge, a row is current."""

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.domain.console import Table
from app.ui.widgets.rows_model import RowsModel

WIDEST = 360
"""A column at first; the last one fills what is left, and a person may draw any wider."""
UNLIMITED = 1_048_575
"""What Qt takes for no limit."""


class RowsView(QTableView):
    """Shows one page of a Table."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowsModel()
        self._letters = 0
        """Height for which columns and lines were fitted; 0 before the first page."""
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(self.horizontalHeader().defaultAlignment().AlignLeft)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def show_table(self, table: Table) -> None:
        """Show a page; the first row is current so that the keyboard can go on."""
        self.rows.show(table)
        self._fit()

    def _fit(self) -> None:
        self._letters = self.fontMetrics().height()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + 14)
        header = self.horizontalHeader()
        header.setMaximumSectionSize(WIDEST)
        self.resizeColumnsToContents()
        header.setMaximumSectionSize(UNLIMITED)

    @property
    def chosen(self) -> dict[str, str]:
        """The selected row by column title, empty when none is."""
        return self.rows.by_column(self.currentIndex().row()) if self.selectionModel().hasSelection() else {}

    # Called by Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Other letters than before: columns and lines fit them again."""
        if self._letters not in (0, self.fontMetrics().height()):
            self._fit()
        super().paintEvent(event)
