"""The table of decisions, of now or of earlier: columns and lines as wide and high as the letters are."""

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.ui.doors.decisions import Decisions
from app.ui.theme import Space

WIDTHS = (11, 13, 26, 30, 11, 10, 8)
"""Columns in the width of a digit and more."""
LEAST_LINES = 8


class DecisionTable(QTableView):
    """One line is one answer; `selectionModel` tells which one is read."""

    def __init__(self, decisions: Decisions, name: str) -> None:
        super().__init__()
        self.decisions = decisions
        self._letters = 0
        self.setModel(decisions)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(header.defaultAlignment().AlignLeft)

    def fit(self) -> None:
        """After the text size changed; cheap otherwise."""
        metrics = self.fontMetrics()
        if metrics.height() == self._letters:
            return
        self._letters = metrics.height()
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, width * metrics.horizontalAdvance("0") + Space.L)
        self.verticalHeader().setDefaultSectionSize(metrics.lineSpacing() + 14)
        self.setMinimumHeight(metrics.lineSpacing() * LEAST_LINES)

    def door_of(self, index: QModelIndex) -> str:
        """The name of the door of a line."""
        made = self.decisions.at(index.row())
        return self.decisions.labels.get(made.device, str(made.device)) if made else ""
