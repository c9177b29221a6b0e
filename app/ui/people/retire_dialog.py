"""Before a device counts as gone for good: what that means, and the reason that will stand on the certificates."""

from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.widgets.fields import FieldRow


class RetireDialog(Dialog):
    """`await dialog.ask()`: True when a reason was given, which is then in `reason`."""

    def __init__(self, parent: QWidget, device: str) -> None:
        super().__init__(
            parent,
            translate("care", "Is {0} gone for good?").format(device),
            translate(
                "care",
                "Only when it is destroyed, lost or given away. Erasures then end without it, and their certificates "
                "say that nobody could look there: whoever has the device may still have the people on it. If it "
                "comes back, choose “Bring everybody again” on its page: it is then asked like before.",
            ),
            translate("care", "Declare it gone"),
            translate("care", "Keep asking it"),
            danger=True,
        )
        self.field = QLineEdit()
        self.field.setObjectName("retire.reason")
        self.field.setMaxLength(300)
        told = translate("care", "It stands on the certificates and in the journal, with your name.")
        self.body.addWidget(FieldRow(self.tr("What became of &it"), self.field, told, required=True))
        self.field.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.setEnabled(False)
        self.field.setFocus()

    @property
    def reason(self) -> str:
        """What became of the device."""
        return self.field.text().strip()
