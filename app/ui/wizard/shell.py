"""The frame around the wizard's pages: step bar, sentence, page, and the buttons with their keys."""

from collections.abc import Coroutine
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import InvalidInput
from app.journeys.flow_inputs import Back, GoTo, Next
from app.journeys.flow_state import State, Step
from app.ui import icons, sounds, theme
from app.ui.theme import Kind, Space
from app.ui.widgets.basics import label
from app.ui.widgets.buttons import connect
from app.ui.widgets.speech import announce
from app.ui.wizard.base import StepPage
from app.ui.wizard.context import Context
from app.ui.wizard.footer import WizardFooter
from app.ui.wizard.pages import make_page
from app.ui.wizard.step_bar import StepBar
from app.ui.wizard.words import step_title

PREPARE_AFTER_MS = 80
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@runtime_checkable
class ShowsHelp(Protocol):
    """A window with a place for help of its own."""

    def show_help(self) -> None: ...


class Wizard(QWidget):
    """Renders one journey. Enter is the primary action, Esc goes back, F1 helps; pages add Space and R."""

    step_changed = Signal(str)
    """The key of the step now shown."""
    update_wanted = Signal(str)
    """Go on as an update of somebody enrolled already."""
    left = Signal(bool)
    """The clerk leaves; True when the draft is to be dropped."""
    finished = Signal()
    """Everything is saved and the next person may come."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._pages: dict[str, StepPage] = {}
        self._acting: StepPage | None = None  # whose primary action runs: Enter pressed twice must not act twice
        self.steps = StepBar()
        self.sentence: QLabel = label("", Kind.HEADING)
        self.sentence.setObjectName("wizard.sentence")
        self.stack = QStackedWidget()
        self.footer = foot = WizardFooter()
        self.back, self.later, self.help, self.busy, self.primary = (
            foot.back,
            foot.later,
            foot.help,
            foot.busy,
            foot.primary,
        )
        self._ahead = QTimer(self, interval=PREPARE_AFTER_MS, singleShot=True)
        self._lay_out()
        self._connect()
        context.journey.listen(self._state_came)
        self._show(context.state)

    # Parts

    def _lay_out(self) -> None:
        self.setObjectName("wizard")
        for name in ("back", "later", "help", "primary", "busy"):
            getattr(self, name).setObjectName(f"wizard.{name}")
        self.later.setToolTip(self.tr("Everything is stored; go on with it from the start page at any time"))
        self.back.setToolTip(self.tr("One step back, nothing is lost (Esc)"))
        self.help.setToolTip(self.tr("What to do in this step (F1)"))
        head = QFrame()
        theme.mark(head, role="header")
        inside = QVBoxLayout(head)
        inside.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        inside.setSpacing(Space.M)
        inside.addWidget(self.steps)
        inside.addWidget(self.sentence)
        middle = QVBoxLayout()
        middle.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        middle.addWidget(self.stack)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addLayout(middle, 1)
        whole.addWidget(self.footer)

    def _connect(self) -> None:
        connect(self.primary, self.do_primary)
        connect(self.back, self.go_back)
        connect(self.later, self.finish_later)
        connect(self.help, self.show_help)
        self._ahead.timeout.connect(self._prepare_next)

    # What is shown

    @property
    def page(self) -> StepPage:
        """The page of the current step."""
        page = self.stack.currentWidget()
        assert isinstance(page, StepPage)
        return page

    @property
    def current_step(self) -> str:
        """The key of the step that is shown."""
        return self.page.step.key

    def _state_came(self, state: State) -> None:
        if state.step.key != self.current_step:
            self._show(state)
        else:
            self.page.show_state(state)
            self._refresh()

    def _show(self, state: State) -> None:
        page = self._page(state.step)
        self._acting = None  # what still runs for the step before, such as giving a device back, holds up nobody
        self.stack.setCurrentWidget(page)
        self.footer.take_extras(page.extras)
        page.show_state(state)
        self.context.messages.clear()
        self.steps.show_steps([step_title(step) for step in state.plan], state.at)
        self._refresh()
        self._ahead.start()
        self.focus_page()
        if state.saved:
            sounds.good()
        announce(self.steps, f"{self.steps.accessibleName()}. {page.sentence}")
        self.step_changed.emit(state.step.key)

    def _prepare_next(self) -> None:
        """Make the next page while the clerk reads this one: it takes longer than a picture may wait for."""
        state = self.context.state
        if not self.page.busy and state.at + 1 < len(state.plan):
            self._page(state.plan[state.at + 1])

    def _page(self, step: Step) -> StepPage:
        page = self._pages.get(step.key)
        if page is None:
            page = self._pages[step.key] = make_page(self.context, step)
            page.changed.connect(self._refresh)
            page.advance.connect(self.go_on)
            page.go_to.connect(self.jump)
            page.leave.connect(self._leave)
            page.update_wanted.connect(self.update_wanted.emit)
            self.stack.addWidget(page)
        return page

    def _refresh(self) -> None:
        page, state = self.page, self.context.state
        self.sentence.setText(page.sentence)
        self.primary.setText(page.primary)
        self.primary.setAccessibleDescription(page.sentence)
        if self.primary.property("iconName") != page.icon:
            icons.set_icon(self.primary, page.icon)
        self.busy.say(page.busy_line)
        idle = not page.busy
        had_focus = self.primary.hasFocus()
        self.primary.setEnabled(idle)
        self.back.setEnabled(page.may_go_back and state.at > 0 and not state.saved)
        self.later.setEnabled(idle)
        self.later.setVisible(not state.saved)
        self.back.setVisible(not state.saved)
        if had_focus and not idle:
            page.setFocus()

    # What the clerk does

    def do_primary(self) -> None:
        """The one primary action of this step."""
        if self._acting is None and not self.page.busy:
            self._act(self._primary())

    def go_on(self) -> None:
        """On to the next step as things stand, without the primary action."""
        if self._acting is None and not self.page.busy:
            self._act(self._next())

    def _act(self, work: Coroutine[Any, Any, None]) -> None:
        page = self._acting = self.page
        self.context.tasks.start(work, owner=self, finally_=lambda: self._acted(page))

    def go_back(self) -> None:
        """Stop what runs; else one step back."""
        if self.page.busy or self._acting is None:
            self._start(self._back())

    def jump(self, key: str) -> None:
        """Show a step that was reached before."""
        self._start(self._jump(key))

    def focus_page(self) -> None:
        """Put the focus where this step begins."""
        (self.page.enter() or self.primary).setFocus(Qt.FocusReason.OtherFocusReason)

    def finish_later(self) -> None:
        """Leave; the draft stays."""
        self._leave(False)

    def show_help(self) -> None:
        """Tell what this step wants and which keys there are."""
        window: object = self.window()
        if isinstance(window, ShowsHelp):
            window.show_help()
            return
        keys = self.tr("Keys: Enter for the highlighted button, Esc for back, F1 for this help.")
        self.context.messages.info(f"{self.page.help_text} {keys}")

    async def settle(self) -> None:
        """Stop what runs and put what was typed on disk."""
        await self.page.stop()
        await self.page.settle()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self.context.tasks.start(work, owner=self, finally_=self._refresh)

    def _acted(self, page: StepPage) -> None:
        if self._acting is page:
            self._acting = None
        self._refresh()
        if self.focusWidget() in {None, self, self.page}:
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self, drop: bool) -> None:
        self.left.emit(drop)

    async def _primary(self) -> None:
        page = self.page
        if not await page.apply():
            return
        if self.context.state.saved:
            self.finished.emit()
            return
        await self._next()

    async def _next(self) -> None:
        page = self.page
        await page.settle()
        try:
            await self.context.journey.apply(Next())
        except InvalidInput:
            page.show_state(self.context.state)

    async def _back(self) -> None:
        if await self.page.stop():
            return
        if self.context.state.at > 0 and not self.context.state.saved:
            await self.page.settle()
            await self.context.journey.apply(Back())

    async def _jump(self, key: str) -> None:
        await self.page.settle()
        await self.context.journey.apply(GoTo(key))

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no field wanted."""
        focus = self.focusWidget()
        if event.key() in ENTER:
            if isinstance(focus, QAbstractButton) and focus is not self.primary and focus.isEnabled():
                focus.click()
            else:
                self.do_primary()
        elif event.key() == Qt.Key.Key_Escape:
            self.go_back()
        elif event.key() == Qt.Key.Key_F1:
            self.show_help()
        elif not self.page.key(event):
            super().keyPressEvent(event)
