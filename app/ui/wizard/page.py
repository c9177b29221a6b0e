"""The Enroll page: the start screen, and the wizard of the enrollment that is going on."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import StationError, StoreDamaged
from app.domain.records import PersonRecord
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.station import Station
from app.ui import dialogs
from app.ui.messages import MessageService
from app.ui.tasks import Tasks
from app.ui.wizard.context import Context
from app.ui.wizard.shell import Wizard
from app.ui.wizard.start import StartScreen
from app.ui.wizard.thumbnails import Thumbnails

START = "start"


class EnrollPage(QWidget):
    """Enrolls one person after the other. Drive it by `begin`, `continue_draft`, `start_for` and `press`-ing buttons.

    Every button has an object name: `wizard.start.begin`, `wizard.primary`, `wizard.back`, `wizard.later`,
    `wizard.retry`, `wizard.stop`, `wizard.person.<field>`, `wizard.capture.<position>.without`, ...
    """

    step_changed = Signal(str)
    """`start`, or the key of the step that is shown."""
    saved = Signal(str)
    """The person number of an enrollment that is safely stored."""

    def __init__(self, station: Station, tasks: Tasks, messages: MessageService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._tasks = tasks
        self._messages = messages
        self._told = False  # a store that fails must not keep the window open for ever
        self.wizard: Wizard | None = None
        self.setObjectName("enroll")
        self.start = StartScreen(station, tasks)
        self.start.begin_wanted.connect(self.begin)
        self.start.resume_wanted.connect(self.continue_draft)
        self.start.discard_wanted.connect(self._discard)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self.start.refresh()

    # What others may ask and do

    @property
    def current_step(self) -> str:
        """`start`, or the key of the step that is shown."""
        return self.wizard.current_step if self.wizard else START

    @property
    def busy(self) -> str:
        """What is going on in words, empty when the page waits for the clerk."""
        return self.wizard.page.busy if self.wizard else self.start.busy.text.text()

    @property
    def journey(self) -> EnrollmentJourney | None:
        """The enrollment that is going on."""
        return self.wizard.context.journey if self.wizard else None

    @property
    def help_text(self) -> str:
        """What F1 tells here."""
        if self.wizard:
            return self.wizard.page.help_text
        return self.tr("Begin a new enrollment, or go on with one that was left before its end.")

    def begin(self) -> None:
        """Begin a new enrollment, unless one is going on."""
        self._open(EnrollmentJourney.begin(self._station))

    def continue_draft(self, draft_id: str) -> None:
        """Go on with an unfinished enrollment on the step it was left at."""
        self._open(EnrollmentJourney.resume(self._station, draft_id))

    def start_for(self, person_id: str) -> None:
        """Capture an enrolled person again."""
        self._open(self._begin_for(person_id))

    def entered(self) -> None:
        """The page comes to the front: ages and lists are fresh."""
        if self.wizard is None:
            self.start.refresh()
            self.start.begin.setFocus()
        else:
            self.wizard.focus_page()

    def lead_to_settings(self, go: Callable[[], object]) -> None:
        """Where the start screen sends somebody who has no terminal yet."""
        self.start.settings_wanted.connect(go)

    async def finish(self) -> bool:
        """Stop what runs, store what was typed, give the device back; the draft stays. True: the window may close."""
        try:
            await self._put_away()
        except StationError as error:
            self._messages.error(error)
            told_before, self._told = self._told, True
            return told_before
        return True

    # How

    async def _begin_for(self, person_id: str) -> EnrollmentJourney:
        record: PersonRecord | None = await self._station.people.get(person_id)
        if record is None:
            raise StoreDamaged(what="person", why="gone")
        return await EnrollmentJourney.begin(self._station, replaces=record)

    async def _continue_as(self, journey: EnrollmentJourney, person_id: str) -> EnrollmentJourney:
        record: PersonRecord | None = await self._station.people.get(person_id)
        if record is None:
            raise StoreDamaged(what="person", why="gone")
        return await journey.continue_as(record)

    def _open(self, opening: Coroutine[Any, Any, EnrollmentJourney]) -> None:
        if self.start.busy.busy:
            opening.close()
            return
        self.start.say(self.tr("Getting ready"))
        self._tasks.start(self._open_after(opening), owner=self, finally_=lambda: self.start.say(""))

    async def _open_after(self, opening: Coroutine[Any, Any, EnrollmentJourney]) -> None:
        try:
            await self._put_away()
        except BaseException:
            opening.close()
            raise
        self._show_wizard(await opening)

    def _show_wizard(self, journey: EnrollmentJourney) -> None:
        context = Context(journey, self._tasks, self._messages, Thumbnails())
        wizard = Wizard(context)
        wizard.step_changed.connect(self._step_changed)
        wizard.left.connect(self._left)
        wizard.update_wanted.connect(lambda person_id: self._open(self._continue_as(journey, person_id)))
        wizard.finished.connect(self._finished)
        self.wizard = wizard
        self._stack.addWidget(wizard)
        self._stack.setCurrentWidget(wizard)
        wizard.focus_page()
        self.step_changed.emit(self.current_step)

    def _step_changed(self, key: str) -> None:
        if self.wizard is not None:
            self.step_changed.emit(key)
            state = self.wizard.context.state
            if state.saved:
                self.saved.emit(state.person.person_id)

    def _left(self, drop: bool) -> None:
        self._tasks.start(self._leave(drop=drop), owner=self)

    def _finished(self) -> None:
        self._left(False)

    async def _leave(self, *, drop: bool) -> None:
        journey = self.journey
        await self._put_away()
        if drop and journey is not None:
            await journey.discard()
        self.start.refresh()

    async def _put_away(self) -> None:
        """Back to the start screen with nothing lost."""
        wizard = self.wizard
        if wizard is None:
            return
        await wizard.settle()
        self.wizard = None
        self._stack.setCurrentWidget(self.start)
        self.start.begin.setFocus()
        self._stack.removeWidget(wizard)
        self._tasks.cancel(wizard)
        wizard.deleteLater()
        self.step_changed.emit(START)
        await wizard.context.journey.close()

    def _discard(self, draft_id: str, name: str) -> None:
        self._tasks.start(self._ask_to_discard(draft_id, name), owner=self)

    async def _ask_to_discard(self, draft_id: str, name: str) -> None:
        text = self.tr("What was entered and captured for {name} is deleted from this station.").format(name=name)
        question = self.tr("Delete this unfinished enrollment?")
        if await dialogs.question(self.window(), question, text, yes=self.tr("Delete"), danger=True):
            await self._station.drafts.discard(draft_id)
            self.start.refresh()
