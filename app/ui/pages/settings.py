"""The settings page: appearance at once, the configuration checked and saved as a whole."""

import asyncio
import tomllib
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.config import Configuration, emit, load_or_default
from app.config.sentences import key
from app.domain.errors import ConfigurationInvalid
from app.domain.operator import Right
from app.journeys.ports import JournalEntry
from app.journeys.station import Station
from app.ui import application
from app.ui.dialogs import question
from app.ui.messages import MessageService
from app.ui.pages.page import Page
from app.ui.preferences import Preferences
from app.ui.settings.appearance import Appearance
from app.ui.settings.groups import Group, draft_of, groups
from app.ui.settings.saving import check_and_save
from app.ui.supervisor import Supervisor
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.appear import deleted
from app.ui.widgets.basics import Card, EmptyState, heading, paragraph, scrolled
from app.ui.widgets.buttons import connect, primary_button, secondary_button
from app.ui.widgets.flow import Flow
from app.ui.widgets.side_list import SideList
from app.ui.widgets.status import BusyLine

WIDEST = 720
APPEARANCE, FIRST_GROUP = range(2)


class SettingsPage(Page):
    """Edits the file at `path`. Saving needs a supervisor where a passcode is set."""

    def __init__(
        self,
        station: Station,
        tasks: Tasks,
        messages: MessageService,
        preferences: Preferences,
        supervisor: Supervisor,
        path: Path,
    ) -> None:
        super().__init__(self.tr("Settings"), station, tasks)
        self._messages, self._supervisor = messages, supervisor
        self._preferences, self._path = preferences, path
        self.groups: list[Group] = groups()
        self.loaded: Configuration | None = None
        names = [self.tr("Appearance"), *(group.shown_title for group in self.groups)]
        self.sections = SideList(self.tr("Parts of the settings"), names)
        self.sections.currentRowChanged.connect(self._show)
        self.stack = QStackedWidget()
        self.appearance = Appearance(preferences)
        self.appearance.changed.connect(self._wear)
        self._places: list[QVBoxLayout] = []
        self._make_pages()
        self._make_foot()
        self._lay_out()

    @property
    def help_text(self) -> str:
        return self.tr(
            "Appearance takes effect at once. Everything else is checked and saved as a whole with Save; "
            "each mistake is shown at its field. Changes take effect when the station is started again. "
            "Secrets are never written to the file: Store puts them into this computer's keyring."
        )

    def _make_pages(self) -> None:
        self.stack.addWidget(scrolled(self._narrow(self.appearance)))
        for group in self.groups:
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, Space.S, 0)
            column.setSpacing(Space.M)
            column.addWidget(heading(group.shown_title))
            column.addWidget(paragraph(group.shown_note, Tone.MUTED))
            self._places.append(column)
            self.stack.addWidget(scrolled(self._narrow(page)))
        self.broken = EmptyState("warning", "")
        self.stack.addWidget(self.broken)

    def _narrow(self, content: QWidget) -> QWidget:
        """Lines stay readable in a wide window."""
        content.setMaximumWidth(WIDEST)
        whole = QWidget()
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(content, 4)
        line.addStretch(1)
        return whole

    def _make_foot(self) -> None:
        self.save_button = primary_button(self.tr("Save"), "check")
        self.save_button.setObjectName("settings.save")
        self.save_button.setToolTip(self.tr("Check and save (Ctrl+S)"))
        self.revert_button = secondary_button(self.tr("Undo changes"), "back")
        connect(self.save_button, self.save)
        connect(self.revert_button, self.reload)
        self.busy = BusyLine()
        self.restart = Card(tone=Tone.INFO)
        self.restart.add(paragraph(self.tr("Saved. The changes take effect when the station is started again.")))
        self.restart.hide()
        self.others = Card(self.tr("Not at a field of its own"), Tone.BAD)
        self.others_text = paragraph("")
        self.others.add(self.others_text)
        self.others.hide()
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self.save)

    def _lay_out(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(Space.XL)
        body.addWidget(self.sections)
        right = QVBoxLayout()
        right.setSpacing(Space.M)
        if self.station.practice:
            right.addWidget(self._practice_note())
        right.addWidget(self.restart)
        right.addWidget(self.others)
        right.addWidget(self.stack, 1)
        self.foot = QWidget()
        self.foot.setLayout(Flow(self.save_button, self.revert_button, self.busy))
        right.addWidget(self.foot)
        body.addLayout(right, 4)
        self.column.addLayout(body, 1)
        self.sections.setCurrentRow(APPEARANCE)

    def _practice_note(self) -> Card:
        card = Card(tone=Tone.WARN)
        told = self.tr(
            "Practice has terminals and rules of its own."
            " What is saved here shows how settings work; practice does not follow it."
        )
        card.add(paragraph(told))
        return card

    def entered(self) -> None:
        """Read the file the first time."""
        if self.loaded is None:
            self.reload()
        self.sections.setFocus()

    def reload(self) -> None:
        """Read the file again; what was changed and not saved is gone."""
        self.busy.say(self.tr("Reading"))
        work = asyncio.to_thread(load_or_default, None, self._path)
        self.tasks.start(
            work,
            owner=self,
            key="file",
            button=self.revert_button,
            done=self._loaded,
            failed=self._unreadable,
            finally_=self.busy.done,
        )

    def _loaded(self, configuration: Configuration) -> None:
        self.loaded = configuration
        self.others.hide()
        old = [group.form for group in self.groups if group.form is not None]
        for group, place in zip(self.groups, self._places, strict=True):
            if group.form is not None:
                group.form.hide()
                place.removeWidget(group.form)
                group.form = None
        deleted(old).start(self, self.tasks)
        self._show(self.sections.currentRow())

    def _unreadable(self, error: BaseException) -> bool:
        if not isinstance(error, ConfigurationInvalid):
            return False
        told = "\n".join(f"{where} {what}" for where, what in error.problems.items())
        text = self.tr("The configuration file cannot be edited here until it is corrected in a text editor:")
        self.broken.say("warning", f"{text}\n\n{told}")
        self._show(self.sections.currentRow())
        return True

    def _show(self, index: int) -> None:
        self.foot.setVisible(index > APPEARANCE and self.loaded is not None)
        if index > APPEARANCE:
            if self.loaded is None:
                self.stack.setCurrentWidget(self.broken)
                return
            self._form_at(index - FIRST_GROUP)
        self.stack.setCurrentIndex(max(index, 0))

    def _form_at(self, number: int) -> None:
        group = self.groups[number]
        if group.form is None and self.loaded is not None:
            self._places[number].addWidget(group.make(self.loaded, self.tasks), 1)

    def _wear(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        application.wear(app, self._preferences)
        self.sections.updateGeometry()

    def save(self) -> None:
        """Check everything and save; every mistake is shown at its field."""
        if self.loaded is None:
            return
        self.tasks.start(
            self._save(), owner=self, button=self.save_button, failed=self._refused, finally_=self.busy.done
        )

    async def _save(self) -> None:
        operators = self.station.operators
        if operators.required and not operators.may(Right.ADMINISTER):
            self._messages.warn(self.tr("Only an administrator changes settings."), self.tr("Ask one to sign in."))
            return
        if await self.station.supervision.configured() and not await self._supervisor.ensure(self):
            return
        assert self.loaded is not None
        self._clear_problems()
        self.busy.say(self.tr("Checking and saving"))
        draft = draft_of(self.loaded, self.groups)
        self.loaded = await asyncio.to_thread(check_and_save, draft, self._path)
        self.restart.show()
        self._messages.success(self.tr("The settings are saved."))
        await self.station.journal.append(JournalEntry("settings-saved", self.station.actor))

    def _clear_problems(self) -> None:
        self.others.hide()
        for group in self.groups:
            if group.form is not None:
                group.form.clear_problems()

    def _refused(self, error: BaseException) -> bool:
        if isinstance(error, ConfigurationInvalid):
            self._show_problems(error.problems)
        return False

    def _show_problems(self, problems: dict[str, str]) -> None:
        assert self.loaded is not None
        left = dict(problems)
        data = tomllib.loads(emit(draft_of(self.loaded, self.groups)))
        first = -1
        for number, group in enumerate(self.groups):
            if not any(group.concerns(where) for where in left):
                continue
            self._form_at(number)
            assert group.form is not None
            for location, place in list(group.form.places()):
                told = left.pop(key(location, data), "")
                if told:
                    place.say_error(told[:1].upper() + told[1:])
                    group.form.reveal(place)
                    first = number if first < 0 else first
        if first >= 0:
            self.sections.setCurrentRow(first + FIRST_GROUP)
        self.others_text.setText("\n".join(f"{where} {what}" for where, what in left.items()))
        self.others.setVisible(bool(left))

    @property
    def changed(self) -> bool:
        """Whether something was changed and not saved."""
        return self.loaded is not None and emit(draft_of(self.loaded, self.groups)) != emit(self.loaded)

    async def finish(self) -> bool:
        """Ask before unsaved changes are lost."""
        if not self.changed:
            return True
        title = self.tr("Close without saving the settings?")
        text = self.tr("What you changed in Settings was not saved.")
        return await question(self, title, text, yes=self.tr("Close without saving"), danger=True)
