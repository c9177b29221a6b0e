"""Questions that do not block: awaited in coroutines, never exec'd; what destroys is asked twice."""

import asyncio

import shiboken6
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from app.ui.i18n import translate
from app.ui.icons import IconView
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import heading, paragraph, row
from app.ui.widgets.buttons import connect, danger_button, primary_button, secondary_button
from app.ui.widgets.fields import FieldRow


class Dialog(QDialog):
    """A modal sheet over its window: heading, text, room for more, and two buttons. `await dialog.ask()`."""

    def __init__(self, parent: QWidget, title: str, text: str, yes: str, no: str, *, danger: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(420)
        self.text = paragraph(text)
        self.yes = danger_button(yes) if danger else primary_button(yes)
        self.no = secondary_button(no)
        self.yes.setDefault(not danger)
        self.no.setDefault(danger)
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.M)
        connect(self.yes, self.accept)
        connect(self.no, self.reject)
        self._lay_out(title, danger)

    def _lay_out(self, title: str, danger: bool) -> None:
        head = heading(title)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        whole.setSpacing(Space.L)
        picture = IconView("warning" if danger else "help", 28, Tone.BAD if danger else Tone.INFO)
        top = row(picture, spacing=Space.M)
        top.addWidget(head, 1)
        whole.addLayout(top)
        whole.addWidget(self.text)
        whole.addLayout(self.body)
        whole.addStretch(1)
        whole.addLayout(row(None, self.no, self.yes))

    async def ask(self) -> bool:
        """Show it and wait for the answer; cancelled with its task. The dialog is deleted afterwards."""
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def answer(result: int) -> None:
            if not answered.done():
                answered.set_result(result == QDialog.DialogCode.Accepted.value)

        self.finished.connect(answer)
        self.destroyed.connect(lambda: None if answered.done() else answered.cancel())
        self.open()
        try:
            return await answered
        finally:
            self._put_away()

    def _put_away(self) -> None:
        if shiboken6.isValid(self):
            self.hide()
            self.deleteLater()

    def _make_room(self) -> None:
        """Text that wraps is higher than Qt reserves for it; no higher than the screen, though."""
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            needed = layout.totalHeightForWidth(self.width())
            self.setMinimumHeight(min(needed, self.screen().availableSize().height()))

    def showEvent(self, event: QShowEvent) -> None:
        self._make_room()
        super().showEvent(event)


async def question(parent: QWidget, title: str, text: str, *, yes: str, no: str = "", danger: bool = False) -> bool:
    """Ask once. With `danger` the safe button is the default. Await it in a coroutine started with `Tasks`."""
    return await Dialog(parent, title, text, yes, no or translate("dialogs", "Cancel"), danger=danger).ask()


class TypedConfirmation(Dialog):
    """The second question before something is destroyed: type a word that is shown, which no habit does."""

    def __init__(self, parent: QWidget, title: str, text: str, word: str, yes: str) -> None:
        super().__init__(parent, title, text, yes, translate("dialogs", "Cancel"), danger=True)
        self._word = word
        self.field = QLineEdit()
        self.body.addWidget(FieldRow(self.tr("Type “{0}” to confirm").format(word), self.field))
        self.yes.setEnabled(False)
        self.field.textChanged.connect(self._check)
        self.field.setFocus()

    def _check(self, text: str) -> None:
        same = text.strip().casefold() == self._word.strip().casefold()
        self.yes.setEnabled(same)
        self.yes.setDefault(same)


async def destroy_question(parent: QWidget, title: str, consequence: str, *, word: str, yes: str) -> bool:
    """Ask twice: first what will happen, then by typing `word` (the device's or the person's name)."""
    if not await question(parent, title, consequence, yes=translate("dialogs", "Go on"), danger=True):
        return False
    again = translate("dialogs", "This cannot be undone.")
    return await TypedConfirmation(parent, title, again, word, yes).ask()
