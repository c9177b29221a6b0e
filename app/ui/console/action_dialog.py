"""Asks what an action needs and says what it will do before anything happens."""

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.console import Action, Danger
from app.ui.dialogs import Dialog
from app.ui.i18n import device_text, translate
from app.ui.tasks import Tasks
from app.ui.theme import Tone
from app.ui.widgets.basics import Card, paragraph, scrolled
from app.ui.widgets.form import Form, Value

MANY = 5


class ActionDialog(Dialog):
    """The form of one action; after `ask` came back True, `values` holds what was filled in."""

    def __init__(self, parent: QWidget, action: Action, row: Mapping[str, str], tasks: Tasks) -> None:
        title = device_text(action.title)
        destroys = action.danger is Danger.DESTROYS
        super().__init__(parent, title, "", title, translate("dialogs", "Cancel"), danger=destroys)
        self.values: dict[str, Value] = {}
        self.text.hide()
        if action.consequence:
            self.body.addWidget(self._consequence(action))
        self.form = Form(action.fields, tasks)
        self._place_rows()
        self.form.fill({field.name: row[field.column] for field in action.fields if field.column in row})
        if action.fields:
            next(iter(self.form.editors.values())).widget.setFocus()

    def _consequence(self, action: Action) -> Card:
        tone = Tone.BAD if action.danger is Danger.DESTROYS else Tone.WARN
        card = Card(tone=tone)
        card.add(paragraph(device_text(action.consequence)))
        return card

    def _place_rows(self) -> None:
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        for row in self.form.rows.values():
            column.addWidget(row)
        column.addStretch(1)
        if len(self.form.rows) > MANY:
            area = scrolled(self.form)
            area.setMinimumHeight(320)
            self.body.addWidget(area, 1)
        else:
            self.body.addWidget(self.form)

    def accept(self) -> None:
        """Close only when everything is filled in well."""
        values = self.form.values()
        if values is not None:
            self.values = values
            super().accept()
