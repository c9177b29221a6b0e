"""The window's content, or the gate in front of it: nothing of the pages is seen unless somebody is signed in."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.domain.operator import Right, SignIn
from app.journeys.station import Station
from app.ui import theme
from app.ui.operators.forms import FirstRunForm, GateForm, OwnPasswordForm, SignInForm
from app.ui.operators.idle import IdleWatch
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.basics import Card, label, row, scrolled

WIDEST_CHARS = 75


class Gate(QWidget):
    """One form in the middle."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.form: GateForm | None = None
        self._card = Card()
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.L)
        column.addStretch(1)
        station = label(name, theme.Kind.HEADING, theme.Tone.MUTED)
        station.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(station)
        sides = row(None, self._card, None)  # alignment would forget that wrapped texts need more height
        sides.setStretch(1, 100)
        column.addLayout(sides)
        column.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(middle))

    def show_form(self, form: GateForm) -> None:
        """Replace the form."""
        gone, self.form = self.form, form
        if gone is not None:
            self._card.body.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._card.setMaximumWidth(self.fontMetrics().averageCharWidth() * WIDEST_CHARS)
        self._card.add(form)
        form.enter()


class Session(QStackedWidget):
    """Shows the content while somebody is signed in, or where nobody has to; else the gate."""

    shut_changed = Signal(bool)

    def __init__(
        self,
        station: Station,
        tasks: Tasks,
        content: QWidget,
        put_away: Callable[[], Awaitable[object]],
        busy: Callable[[], object],
    ) -> None:
        super().__init__()
        self._operators, self._tasks, self._put_away = station.operators, tasks, put_away
        self._supervision = station.supervision
        self.content, self.gate = content, Gate(station.name)
        self.addWidget(content)
        self.addWidget(self.gate)
        self.watch = IdleWatch(self._operators.rules.idle_lock_s, busy, self)
        self.watch.idle.connect(self.lock)
        if self._operators.required:
            self._operators.listen(self._look)
            self.setCurrentWidget(self.gate)
            tasks.start(self._operators.nobody_yet(), owner=self, key="first", done=self._begin, failed=self._unknown)

    @property
    def shut(self) -> bool:
        """Whether the gate is in front."""
        return self.currentWidget() is self.gate

    def lock(self) -> None:
        """Cover everything until somebody says who they are; what is behind stays as it is."""
        now = self._operators.current
        if now is None or self.shut:
            return
        self._supervision.lock()
        self._tasks.start(self._operators.note_lock(), owner=self)
        form = SignInForm(self._tasks, self._operators, now)
        form.signed_in.connect(lambda tried: self._unlocked(now.name, tried))
        self._shut(form)

    def leave(self) -> None:
        """Sign out: what is unfinished is put away as a draft first."""
        self._tasks.start(self._leave(), owner=self, key="leave")

    async def _leave(self) -> None:
        if await self._put_away():
            self._supervision.lock()
            await self._operators.sign_out()

    def _begin(self, nobody_yet: bool) -> None:
        if not nobody_yet:
            self._ask()
            return
        form = FirstRunForm(self._tasks, self._operators)
        form.done.connect(self._open)
        self._shut(form)

    def _unknown(self, _error: BaseException) -> bool:
        """Whether anybody is there could not be read: signing in will tell why."""
        self._ask()
        return False

    def _ask(self) -> None:
        form = SignInForm(self._tasks, self._operators)
        form.done.connect(self._came)
        self._shut(form)

    def _came(self) -> None:
        now = self._operators.current
        if now is None or not now.must_change:
            self._open()
            return
        form = OwnPasswordForm(self._tasks, self._operators)
        form.done.connect(self._open)
        self._shut(form)

    def _unlocked(self, before: str, tried: SignIn) -> None:
        """The same operator and a supervisor go on where it stopped; anybody else begins anew."""
        who = tried.operator
        if who is None or who.name == before or who.may(Right.SUPERVISE):
            self._came()
            return

        async def begin_anew() -> None:
            await self._put_away()
            self._came()

        self._tasks.start(begin_anew(), owner=self, key="leave")

    def _look(self) -> None:
        """Nobody is signed in any more."""
        if self._operators.current is None:
            self._ask()

    def _shut(self, form: GateForm) -> None:
        self.watch.stop()
        if not self.shut:
            _dismiss_dialogs()
            self.setCurrentWidget(self.gate)
        self.gate.show_form(form)
        self.shut_changed.emit(True)

    def _open(self) -> None:
        self.setCurrentWidget(self.content)
        self.watch.start()
        self.shut_changed.emit(False)


def _dismiss_dialogs() -> None:
    """A question nobody answers may show a person: it is answered with no."""
    while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
        dialog.reject()
        if QApplication.activeModalWidget() is dialog:
            dialog.hide()
