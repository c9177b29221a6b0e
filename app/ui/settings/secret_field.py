"""A reference to a secret, and a helper that puts the secret itself into the computer's keyring."""

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.config import SecretRef, SecretResolver
from app.config.values import parse_secret
from app.domain.errors import ConfigurationInvalid
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.widgets.fields import FieldRow

SERVICE = "enrollment-station"


class SecretField(QWidget):
    """Shows where the secret is kept, never the secret."""

    def __init__(self, reference: str, tasks: Tasks, resolver: SecretResolver | None = None) -> None:
        super().__init__()
        self._tasks = tasks
        self._resolver = resolver or SecretResolver()
        self.suggest: Callable[[], str] = lambda: "secret"
        """Names the secret in the keyring when no reference is written yet."""
        self.line = QLineEdit(reference)
        self.store = secondary_button(self.tr("Store…"), "key")
        connect(self.store, self._store)
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.line, 1)
        row.addWidget(self.store)

    def reference(self) -> SecretRef | str | None:
        """The reference; a text that is none stays a text, and saving says so."""
        text = self.line.text().strip()
        try:
            return parse_secret(text)
        except ValueError:
            return text

    def setAccessibleName(self, name: str) -> None:
        """Both parts say whose they are."""
        self.line.setAccessibleName(name)
        self.store.setAccessibleName(self.tr("Store in the keyring: {0}").format(name))

    def _store(self) -> None:
        self._tasks.start(self._ask(), owner=self, button=self.store)

    async def _ask(self) -> None:
        reference = self.reference()
        if not isinstance(reference, SecretRef) or reference.scheme != "keyring":
            reference = parse_secret(f"keyring:{SERVICE}/{self.suggest()}")
        assert isinstance(reference, SecretRef)
        dialog = StoreSecretDialog(self, reference)
        if await dialog.ask():
            await self._remember(reference, dialog.secret)

    async def _remember(self, reference: SecretRef, secret: str) -> None:
        try:
            await asyncio.to_thread(self._resolver.remember, str(reference), reference, secret)
        except ConfigurationInvalid as invalid:
            self._tasks.messages.warn(self.tr("The secret was not stored."), " ".join(invalid.problems.values()))
            return
        self.line.setText(str(reference))
        self._tasks.messages.success(self.tr("The secret is in this computer's keyring."))


class StoreSecretDialog(Dialog):
    """Asks for a secret twice as dots; it goes to the keyring and nowhere else."""

    def __init__(self, parent: QWidget, reference: SecretRef) -> None:
        super().__init__(
            parent,
            translate("dialogs", "Store in the keyring"),
            translate(
                "dialogs", "The secret is kept in this computer's keyring as {0}. The file holds only this name."
            ).format(reference),
            translate("dialogs", "Store"),
            translate("dialogs", "Cancel"),
        )
        self.secret = ""
        self.first, self.second = QLineEdit(), QLineEdit()
        for line in (self.first, self.second):
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self.body.addWidget(FieldRow(self.tr("&Secret"), self.first))
        self.again = FieldRow(self.tr("Secret &again"), self.second)
        self.body.addWidget(self.again)
        self.first.setFocus()

    def accept(self) -> None:
        """Only when both are the same and not empty."""
        if not self.first.text():
            self.first.setFocus()
        elif self.first.text() != self.second.text():
            self.again.say_error(self.tr("The two are not the same."))
            self.second.setFocus()
        else:
            self.secret = self.first.text()
            super().accept()
