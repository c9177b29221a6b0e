"""The passphrase that protects a person's file on its way, chosen twice, and what such a file means."""

from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.start_window import SMALLEST_PASSPHRASE
from app.ui.widgets.fields import FieldRow


class ExportDialog(Dialog):
    """`await dialog.ask()`: True when a passphrase was chosen, which is then in `passphrase`."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(
            parent,
            translate("care", "Give {0} out as a file?").format(name),
            translate(
                "care",
                "Record, pictures and templates are written into one file, encrypted with a passphrase of its own. "
                "Tell the passphrase by another way than the file. Erasing the person later does not reach the file.",
            ),
            translate("care", "Choose where…"),
            translate("care", "Cancel"),
        )
        self.first = self._secret("export.passphrase")
        self.second = self._secret("export.repeat")
        self.first_row = FieldRow(self.tr("&Passphrase"), self.first)
        self.second_row = FieldRow(self.tr("&Repeat it"), self.second)
        self.body.addWidget(self.first_row)
        self.body.addWidget(self.second_row)
        self.yes.setObjectName("export.yes")
        self.first.setFocus()

    @property
    def passphrase(self) -> str:
        """What opens the file."""
        return self.first.text()

    def accept(self) -> None:
        """Close only with a passphrase that is long enough and typed twice alike."""
        short = len(self.passphrase) < SMALLEST_PASSPHRASE
        differ = not short and self.passphrase != self.second.text()
        self.first_row.say_error(self.tr("Use at least {0} characters.").format(SMALLEST_PASSPHRASE) if short else "")
        self.second_row.say_error(self.tr("The two passphrases differ.") if differ else "")
        if not (short or differ):
            super().accept()

    def _secret(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName(name)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        return line
