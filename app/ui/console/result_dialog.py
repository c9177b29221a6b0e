"""Shows the table an action came back with."""

from PySide6.QtWidgets import QWidget

from app.domain.console import Table
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.widgets.rows_view import RowsView


class ResultDialog(Dialog):
    """A sentence and a table; one button."""

    def __init__(self, parent: QWidget, sentence: str, table: Table) -> None:
        super().__init__(parent, translate("dialogs", "Result"), sentence, translate("dialogs", "Close"), "")
        self.no.hide()
        self.view = RowsView(self.tr("Result"))
        self.view.show_table(table)
        self.view.setMinimumSize(520, 260)
        self.body.addWidget(self.view)
