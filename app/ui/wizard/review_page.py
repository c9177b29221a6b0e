"""Review: everything that will be stored, what is missing and why, with a way to each part; then save."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.errors import InvalidInput
from app.domain.modality import Position
from app.domain.policy import DuplicateRule
from app.domain.question import Question, Subject
from app.domain.question import Verdict as QuestionVerdict
from app.journeys import duplicates, flow
from app.journeys.duplicates import Duplicate
from app.journeys.flow_inputs import NoteDuplicate
from app.journeys.flow_state import Problem, State, Step, StepKind
from app.journeys.ports import NoQueue
from app.ui import dialogs, theme, words
from app.ui.comparison_words import standing
from app.ui.operators.confirm import confirmed_for_saving
from app.ui.supervisor import UnlockDialog
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import Card, KeyValueList, clear, heading, label, paragraph, row, scrolled
from app.ui.widgets.buttons import connect, quiet_button
from app.ui.widgets.status import StatusLamp
from app.ui.wizard.base import StepPage
from app.ui.wizard.context import Context
from app.ui.wizard.door_words import doors_words
from app.ui.wizard.duplicate_dialog import Choice, DuplicateDialog, Rules, Shown
from app.ui.wizard.duplicate_words import answer_words
from app.ui.wizard.pictures import SamplePictures
from app.ui.wizard.standing import PositionStanding
from app.ui.wizard.standing import standing as standing_of
from app.ui.wizard.tiles import Picture
from app.ui.wizard.verdicts import verdict_words
from app.ui.wizard.words import is_capture, sample_problem, step_title

COLUMNS = 3


class ReviewPage(StepPage):
    """Shows the whole; `apply` asks the devices for duplicates and saves."""

    icon = "check"

    def __init__(self, context: Context, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(context, step, parent)
        self._saving = ""
        self._pictures = SamplePictures(context, self, self._render)
        content = QWidget()
        self._body = QVBoxLayout(content)
        self._body.setContentsMargins(0, 0, Space.S, 0)
        self._body.setSpacing(Space.M)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(content))

    @property
    def sentence(self) -> str:
        """What to do."""
        if self._problems():
            return self.tr("Something is still missing: go to it with its Edit button.")
        return self.tr("Compare with the person, then save.")

    @property
    def primary(self) -> str:
        """Save for good."""
        return self.tr("Save")

    @property
    def busy(self) -> str:
        """Saving takes a moment when devices are asked."""
        return self._saving

    @property
    def help_text(self) -> str:
        """What F1 tells."""
        return self.tr(
            "Edit leads to each part; nothing is lost on the way. Saving stores the person and brings them to the"
            " terminals by itself."
        )

    def _problems(self) -> tuple[Problem, ...]:
        return flow.problems(self.context.state, self.context.policy, self.step.key)

    def show_state(self, state: State) -> None:
        """Everything that will be stored."""
        if state.step.key == self.step.key:
            self._render()

    def _render(self) -> None:
        focus = self.focusWidget()
        held = focus.objectName() if focus is not None and focus.hasFocus() else ""
        self._fill()
        again = self.findChild(QPushButton, held) if held else None
        if again is not None:  # a picture that comes late must not take the keyboard away
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        clear(self._body)
        state = self.context.state
        for step in state.plan:
            if step.kind is StepKind.PERSON:
                self._body.addWidget(self._person(state, step))
            elif step.kind is StepKind.DOCUMENT:
                self._body.addWidget(self._document(state, step))
            elif is_capture(step):
                self._body.addWidget(self._captured(state, step))
            elif step.kind is StepKind.CONSENT:
                self._body.addWidget(self._consent(state, step))
        self._tell_doors()
        self._body.addStretch(1)

    def _tell_doors(self) -> None:
        """At which doors it will work, before anything is saved."""
        doors = self.context.journey.usability()
        if not doors:
            return
        whole, rest = doors_words(doors, self.context.device_label)
        card = Card(self.tr("Doors"), tone=Tone.PLAIN if all(each.works for each in doors) else Tone.WARN)
        card.setObjectName("wizard.doors")
        card.add(paragraph(whole))
        for line in rest:
            card.add(paragraph(line, Tone.MUTED))
        self._body.addWidget(card)

    def _card(self, step: Step) -> Card:
        wrong = flow.problems(self.context.state, self.context.policy, step.key)
        card = Card(tone=Tone.WARN if wrong else Tone.PLAIN)
        edit = quiet_button(self.tr("Edit"), "edit")
        edit.setObjectName(f"wizard.edit.{step.key}")
        edit.setAccessibleName(self.tr("Edit: {step}").format(step=step_title(step)))
        connect(edit, lambda: self.go_to.emit(step.key))
        card.body.setSpacing(Space.S)
        card.add(row(heading(step_title(step)), None, edit))
        return card

    def _consent(self, state: State, step: Step) -> Card:
        card, given = self._card(step), state.consent
        if given is None:
            card.add(paragraph(self.tr("Not given yet"), Tone.WARN))
            return card
        when = words.moment(given.given_at)
        told = self.tr("Given on {when}, version {version}, {language}")
        language = words.language(given.language)
        card.add(paragraph(told.format(when=when, version=given.version, language=language)))
        return card

    def _person(self, state: State, step: Step) -> Card:
        card, person = self._card(step), state.person
        pairs = [(self.tr("Name"), person.full_name or self.tr("missing"))]
        pairs += [
            (each.label, person.fields.get(each.name, "") or "\N{EN DASH}") for each in self.context.policy.fields
        ]
        pairs.append((self.tr("Person number"), person.person_id))
        card.add(KeyValueList(pairs))
        return card

    def _document(self, state: State, step: Step) -> Card:
        card = self._card(step)
        card.add(StatusLamp(*standing(state.document), wrap=True))
        return card

    def _captured(self, state: State, step: Step) -> Card:
        card = self._card(step)
        grid = QGridLayout()
        grid.setSpacing(Space.M)
        for index, each in enumerate(standing_of(state, self.context.policy, step.key).positions):
            grid.addWidget(self._sample(each, self._pictures.of(each.best)), index // COLUMNS, index % COLUMNS)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        card.add(grid)
        positions = {position.value: position for position in step.positions}
        for problem in flow.problems(state, self.context.policy, step.key):
            card.add(paragraph(sample_problem(problem.need, positions[problem.where]), Tone.WARN))
        return card

    def _sample(self, each: PositionStanding, image: QImage | None) -> QWidget:
        verdict, tone = verdict_words(each)
        tile = QWidget()
        picture = Picture(each.position)
        picture.show_image(image)
        name, told = label(words.name(each.position)), label(self._card_number(each) or verdict)
        theme.mark(told, tone=tone)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(name)
        texts.addWidget(told)
        note = each.failure.note if each.failure else ""
        if note:
            texts.addWidget(paragraph(note, Tone.MUTED))
        texts.addStretch(1)
        line = row(picture, spacing=Space.S)
        line.addLayout(texts, 1)
        line.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        tile.setLayout(line)
        return tile

    def _card_number(self, each: PositionStanding) -> str:
        if each.position is not Position.CARD or not each.best:
            return ""
        return self.context.journey.sample(each.best[0]).card

    async def apply(self) -> bool:
        """Save; the journey then shows the last step by itself."""
        if self._problems():
            self._first_edit()
            return False
        try:
            self._say(self.tr("Asking the terminals whether they know this person"))
            if await self._clear_of_duplicates() and await self._confirmed():
                self._say(self.tr("Storing safely"))
                await self.context.journey.save()
        except InvalidInput as error:
            self._tell_taken(error)
        finally:
            self._say("")
        return False

    def _tell_taken(self, error: InvalidInput) -> None:
        """Another draft with the same typed number was saved first."""
        if error.facts.get("why") != "taken":
            raise error
        told = self.tr("Another person was saved with this person number meanwhile. Nothing is lost.")
        self.context.messages.warn(told, self.tr("Edit the person, type another number, then save again."))

    async def _confirmed(self) -> bool:
        return await confirmed_for_saving(self.window(), self.context.station, self.context.tasks)

    def _first_edit(self) -> None:
        where = next(
            step for step in self.context.state.plan if flow.problems(self.context.state, self.context.policy, step.key)
        )
        button = self.findChild(QPushButton, f"wizard.edit.{where.key}")
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _clear_of_duplicates(self) -> bool:
        """Nobody knows the person, or it was decided that it is a different one."""
        journey = self.context.journey
        if self.context.state.duplicate_note:
            return True
        answer = await journey.supervisors_answer()
        if answer is not None and answer.verdict is QuestionVerdict.APPROVED:
            return True
        findings = await journey.find_duplicates()
        if not findings.fingers_searched and not await self._save_unsearched():
            return False
        if findings.not_asked:
            self._tell_not_asked(findings.not_asked)
        return not findings.found or await self._ask_about(findings.found, answer)

    async def _save_unsearched(self) -> bool:
        return await dialogs.question(
            self.window(),
            self.tr("Fingers could not be compared with everybody's"),
            self.tr("The search is not ready. Nothing is lost: wait a minute and save again, or save without it."),
            yes=self.tr("Save without it"),
            danger=True,
        )

    def _tell_not_asked(self, devices: Sequence[str]) -> None:
        names = ", ".join(self.context.device_label(each) for each in devices)
        self.context.messages.warn(
            self.tr("Could not be asked whether the person is known there: {devices}.").format(devices=names),
            self.tr("Saving goes on; it is asked again when the person is brought to it, and a double shows there."),
        )

    async def _ask_about(self, found: Sequence[Duplicate], answer: Question | None) -> bool:
        journey, station, rule = self.context.journey, self.context.station, self.context.policy.duplicates
        cases = await duplicates.gathered(station, found)
        refused = answer is not None and answer.verdict is QuestionVerdict.REFUSED
        asked = answer is not None and answer.verdict is QuestionVerdict.WAITING
        may_ask = not isinstance(station.queue, NoQueue) and not asked and not refused
        rules = Rules(final=refused or rule is DuplicateRule.REFUSE, may_ask=may_ask, told=answer_words(answer))
        shown = Shown(
            {each: self.context.device_label(each) for each in station.devices},
            {each.name: each.label for each in self.context.policy.fields},
        )
        dialog = DuplicateDialog(self.window(), journey.enrollment(), cases, self.context.tasks, rules, shown)
        if not await dialog.ask():
            return False
        choice, note, earlier = dialog.choice, dialog.note, dialog.chosen  # the dialog is gone a turn later
        if choice is Choice.SAME:
            self.update_wanted.emit(earlier.person_id)
            return False
        if choice is Choice.ASK:
            about = ",".join(sorted({each.clue.value for each in found}))
            facts = {"people": ",".join(dict.fromkeys(each.person_id for each in found))}
            await journey.ask_supervisor(Subject.DUPLICATE, note, about, facts)
            self.context.messages.info(self.tr("A supervisor has been asked. The draft waits on the start page."))
            self.leave.emit(False)
            return False
        if rule is DuplicateRule.SUPERVISOR and not await self._supervisor_agrees():
            return False
        await journey.apply(NoteDuplicate(note))
        return True

    async def _supervisor_agrees(self) -> bool:
        supervision = self.context.station.supervision
        if supervision.unlocked:
            return True
        configured = await supervision.configured()
        unlock = UnlockDialog(self.window(), self.context.station, self.context.tasks, configured=configured)
        return await unlock.ask()

    def _say(self, words: str) -> None:
        self._saving = words
        self.changed.emit()
