"""A device knows the person already: is it the same one, or a different one, and why."""

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.widgets.fields import FieldRow


class DuplicateDialog(Dialog):
    """`await dialog.ask()`: True when the clerk noted why it is a different person; the note is then in `note`.

    With `final` the site's rules let nobody save a duplicate: it only tells.
    """

    def __init__(self, parent: QWidget, known: Sequence[tuple[str, str]], *, final: bool = False) -> None:
        lines = [
            translate("wizard", "{device} knows them as {number}.").format(device=device, number=at)
            for device, at in known
        ]
        advice = translate(
            "wizard",
            "If it is the same person, cancel and open them on the People page instead. If it is a different person,"
            " note why, then save.",
        )
        rule = translate(
            "wizard",
            "The rules of this site allow nobody to be enrolled twice. The draft is kept; open the earlier person on"
            " the People page, or ask whoever looks after this station.",
        )
        super().__init__(
            parent,
            translate("wizard", "This person seems to be enrolled already"),
            " ".join([*lines, rule if final else advice]),
            translate("wizard", "Different person, save"),
            translate("wizard", "Cancel"),
            danger=True,
        )
        self.setObjectName("wizard.duplicate")
        self._note = QLineEdit()
        self._note.setObjectName("wizard.duplicate.note")
        self.yes.setObjectName("wizard.duplicate.yes")
        if final:
            self.yes.hide()
            return
        self.body.addWidget(FieldRow(self.tr("&Why it is a different person"), self._note, required=True))
        self._note.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.setEnabled(False)
        self._note.setFocus()

    @property
    def note(self) -> str:
        """Why it is a different person."""
        return self._note.text().strip()
