"""What is shown before the station is there: opening the store, asking its passphrase, or why it cannot start."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import ConfigurationInvalid
from app.ui.messages import sentence_for
from app.ui.theme import Space, Tone
from app.ui.widgets import BusyLine, FieldRow, primary_button, secondary_button
from app.ui.widgets.basics import paragraph, row, small, title
from app.ui.widgets.buttons import connect

SMALLEST_PASSPHRASE = 8
WIDTH = 560
WIDEST_CHARS = 70


class StartWindow(QWidget):
    """A small window with one thing on it at a time. Closing it answers the question on it with "no"."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setWindowTitle(name)
        self.setMinimumWidth(WIDTH)
        self._answer: asyncio.Future[str | None] | None = None
        self._pages = QStackedWidget()
        self._busy = BusyLine()
        self._pages.addWidget(_page(title(name), self._busy))
        whole = QVBoxLayout(self)
        whole.addWidget(self._pages)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(300)  # a store that opens at once should not flash a window
        self._late.timeout.connect(self.show)

    def opening(self) -> None:
        """Say that the store is being opened, unless it is faster than anyone can read."""
        self._busy.say(self.tr("Opening the encrypted store…"))
        self._pages.setCurrentIndex(0)
        self._late.start()

    def finished(self) -> None:
        """Nothing more to ask: go away."""
        self._late.stop()
        self.hide()
        self.deleteLater()

    async def ask_passphrase(self, *, new: bool, wrong: bool = False) -> str | None:
        """The store's passphrase, or None when given up. With `new` it is asked twice and explained."""
        page = _PassphrasePage(self._give, new=new)
        if wrong:
            page.say_wrong()
        return await self._ask(page, page.first)

    async def ask_retry(self, error: BaseException) -> bool:
        """Say why the station cannot start; True to try again."""
        message = sentence_for(error)
        again, leave = primary_button(self.tr("Try again")), secondary_button(self.tr("Quit"))
        connect(again, lambda: self._give("again"))
        connect(leave, lambda: self._give(None))
        page = _page(
            title(self.tr("The station cannot start")),
            paragraph(message.what, Tone.BAD),
            paragraph(message.safe),
            *self._what_to_do(error, message.now),
            small(self.tr("Code for support: {0}").format(message.code)),
            row(None, leave, again),
        )
        return await self._ask(page, again) is not None

    def _what_to_do(self, error: BaseException, usual: str) -> list[QWidget]:
        """The way out; for a configuration every mistake with its key, so that all are put right in one go."""
        if not isinstance(error, ConfigurationInvalid):
            return [paragraph(usual)]
        told = self.tr("Correct these keys in the configuration file, then try again:")
        return [paragraph(told), paragraph("\n".join(f"{key}: {what}" for key, what in error.problems.items()))]

    async def _ask(self, page: QWidget, focus: QWidget) -> str | None:
        self._late.stop()
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self._make_room(page)
        self._center()
        self.show()
        focus.setFocus()
        self._answer = asyncio.get_running_loop().create_future()
        try:
            return await self._answer
        finally:
            self._answer = None
            self._pages.removeWidget(page)
            page.deleteLater()

    def _give(self, answer: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def _make_room(self, page: QWidget) -> None:
        """As wide as reading wants, and as high as the wrapped text then needs: Qt reserves less by itself."""
        screen = QGuiApplication.primaryScreen().availableSize()
        wide = min(max(WIDTH, self.fontMetrics().averageCharWidth() * WIDEST_CHARS), screen.width())
        layout = page.layout()
        needed = layout.totalHeightForWidth(wide) if layout is not None else 0
        margins = self.contentsMargins()
        own = self.layout()
        if own is not None:
            margins += own.contentsMargins()
        self.resize(wide, min(needed + margins.top() + margins.bottom(), screen.height()))

    def _center(self) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.move(screen.center() - self.rect().center())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._give(None)
        super().closeEvent(event)


class _PassphrasePage(QWidget):
    """One passphrase field, or two for a new store; says what is wrong below the field."""

    def __init__(self, give: Callable[[str | None], None], *, new: bool) -> None:
        super().__init__()
        self._new = new
        self._give = give
        self.first = _secret_line("start.passphrase")
        self.second = _secret_line("start.repeat")
        self._first_row = FieldRow(self.tr("&Passphrase"), self.first)
        self._second_row = FieldRow(self.tr("&Repeat it"), self.second)
        self._second_row.setVisible(new)
        go = primary_button(self.tr("Protect the store") if new else self.tr("Open the store"))
        leave = secondary_button(self.tr("Quit"))
        connect(go, self._try)
        connect(leave, lambda: give(None))
        go.setDefault(True)
        for line in (self.first, self.second):
            line.returnPressed.connect(self._try)
        told = title(self.tr("Choose a passphrase") if new else self.tr("Passphrase"))
        _fill(self, told, paragraph(self._explanation()), self._first_row, self._second_row, row(None, leave, go))

    def say_wrong(self) -> None:
        """The last try was wrong."""
        self._first_row.say_error(self.tr("This passphrase does not open the store. Nothing was changed."))

    def _explanation(self) -> str:
        if self._new:
            return self.tr(
                "This computer has no keyring, so a passphrase protects the biometric data stored here. It is asked at"
                " each start. Nobody can recover it: keep it where your organization keeps such things."
            )
        return self.tr("The biometric data on this computer is encrypted. Enter the passphrase chosen at set-up.")

    def _try(self) -> None:
        text = self.first.text()
        if self._new and len(text) < SMALLEST_PASSPHRASE:
            self._first_row.say_error(self.tr("Use at least %n character(s).", "", SMALLEST_PASSPHRASE))
        elif self._new and text != self.second.text():
            self._first_row.say_error("")
            self._second_row.say_error(self.tr("The two passphrases differ."))
        elif text:
            self._give(text)


def _secret_line(name: str) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def _page(*items: QWidget | QLayout) -> QWidget:
    page = QWidget()
    _fill(page, *items)
    return page


def _fill(page: QWidget, *items: QWidget | QLayout) -> None:
    column = QVBoxLayout(page)
    column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
    column.setSpacing(Space.M)
    for item in items:
        if isinstance(item, QWidget):
            column.addWidget(item, 0, Qt.AlignmentFlag.AlignTop)
        else:
            column.addLayout(item)
