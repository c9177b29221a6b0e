"""Capturing fingers: the clerk chooses them on two hands, and each is pressed three times."""

from collections.abc import Coroutine
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.capture import Progress
from app.domain.finger import Readiness
from app.domain.modality import FINGERS, Position
from app.journeys.flow_inputs import ChooseFingers, MarkDuress
from app.journeys.flow_state import State, Step
from app.ui import words
from app.ui.fingers.engine_note import engine_words
from app.ui.fingers.hands import FingerLook, Mark
from app.ui.theme import Tone
from app.ui.wizard.capture_page import CapturePage
from app.ui.wizard.context import Context
from app.ui.wizard.finger_layout import FingerLayout
from app.ui.wizard.standing import PositionStanding, Standing, Verdict, position_standing
from app.ui.wizard.verdicts import progress_words, verdict_words
from app.ui.wizard.words import position_list

_MARKS = {
    Verdict.OPEN: Mark.WANTED,
    Verdict.POOR: Mark.POOR,
    Verdict.TWIN: Mark.POOR,
    Verdict.GOOD: Mark.GOOD,
    Verdict.EXCEPTED: Mark.CROSSED,
}


class FingerPage(CapturePage):
    """One finger is selected on the hands; the next capture is of it, or of the next that is still wanted."""

    ui: FingerLayout

    def __init__(self, context: Context, step: Step, parent: QWidget | None = None) -> None:
        self._selected = step.positions[0]
        self._repeating = False
        super().__init__(context, step, parent)
        self.ui.hands.chosen.connect(self._chosen)
        self.ui.alarm.clicked.connect(self._alarm_clicked)

    def _make_layout(self) -> FingerLayout:
        return FingerLayout(self, self.step, self.context.policy, self.context.station.fingers, self.context.tasks)

    # Which finger

    def _looks(self, position: Position) -> PositionStanding:
        capture = self.context.state.capture(self.step.key)
        return position_standing(capture, position, self.context.policy, self._planned)

    @property
    def _planned(self) -> tuple[Position, ...]:
        return next(step.positions for step in self.context.state.plan if step.key == self.step.key)

    @property
    def target(self) -> Position:
        """The finger of the next capture."""
        wanted = [each.position for each in self.standing.open]
        if self._repeating or self._selected in wanted or not wanted:
            return self._selected
        return wanted[0]

    @property
    def _next_positions(self) -> tuple[Position, ...]:
        return (self.target,)

    def _chosen(self, position: Position) -> None:
        if self._running is not None:
            return
        crossed = self.context.state.capture(self.step.key).failure(position) is not None
        if position not in self._planned and not crossed:
            self._start(self._swap(self._gives_way(), position))
        self._select(position)

    def _gives_way(self) -> Position:
        """The finger whose place another takes: the selected one unless it is good, else one that is still open."""
        planned = self._planned
        spare = [each for each in planned if self._looks(each).verdict is not Verdict.GOOD]
        if self._selected in spare or (self._selected in planned and not spare):
            return self._selected
        return next(iter(spare), planned[-1])

    async def _swap(self, old: Position, new: Position) -> None:
        chosen = tuple(new if each is old else each for each in self._planned)
        await self.context.journey.apply(ChooseFingers(self.step.key, chosen))
        told = self.tr("{new} instead of {old}.")
        self.ui.strip.say(
            told.format(new=words.name(new), old=words.name(old).lower()),
            self.tr("Choose the other one again to change back; nothing captured is lost."),
        )

    def _select(self, position: Position) -> None:
        self._selected = position
        self._render()
        if self._running is None:
            self.ui.show_preview()

    def _start(self, work: Coroutine[Any, Any, object]) -> None:
        self.context.tasks.start(work, owner=self, finally_=self._render)

    # Silent alarm

    def _alarm_clicked(self, on: bool) -> None:
        self._start(self.context.journey.apply(MarkDuress(self.step.key, self._selected, on)))

    def _show_alarm(self, *, busy: bool) -> None:
        if not self.context.policy.duress:
            return
        capture = self.context.state.capture(self.step.key)
        usable = [each for each in self._planned if capture.failure(each) is None]
        others = set(usable) - set(capture.duress) - {self._selected}
        on = self._selected in capture.duress
        self.ui.alarm.setChecked(on)
        self.ui.alarm.setEnabled(not busy and self._selected in usable and (on or bool(others)))
        last = self._selected in usable and not on and not others
        self.ui.alarm_told.setVisible(last)
        self.ui.alarm_told.setText(self.tr("One finger must open without an alarm.") if last else "")

    # What is shown

    @property
    def sentence(self) -> str:
        """What to do now, by the name of the finger."""
        if self._running is not None or self._done or self.exhausted or self.ui.troubled:
            return super().sentence
        told = self.tr("Capture the {finger} on {device}. The terminal asks for every press.")
        device = self.context.device_label(self.device_id)
        return told.format(finger=words.name(self.target).lower(), device=device)

    @property
    def _capture_words(self) -> str:
        told = self.tr("Capture {finger}")
        return told.format(finger=words.name(self.target).lower())

    @property
    def help_text(self) -> str:
        """What F1 tells."""
        return self.tr(
            "Choose fingers on the drawn hands, with the mouse or with the Left and Right keys and Space. Space"
            " captures the highlighted finger, R captures the one shown once more, Esc stops. When a finger is missing"
            " or hurt, use 'Without…' and choose another one."
        )

    @property
    def exhausted(self) -> bool:
        """Every try for the finger that comes next is used, and it is not just the wrong finger."""
        now = self._looks(self.target)
        return not self._done and now.verdict is Verdict.POOR and now.tries >= now.tries_allowed

    @property
    def _given_up(self) -> tuple[Position, ...]:
        return (self.target,)

    @property
    def _may_repeat(self) -> bool:
        return self._looks(self._selected).tries > 0 and (self.target is not self._selected or self._done)

    def show_state(self, state: State) -> None:
        """Hands, tile and prints as the state says."""
        if self._selected not in (*self._planned, *(each.position for each in self._failures())):
            self._selected = self.target
        super().show_state(state)

    def _failures(self) -> tuple[PositionStanding, ...]:
        capture = self.context.state.capture(self.step.key)
        return tuple(self._looks(failure.position) for failure in capture.failures)

    def _show_positions(self, now: Standing, *, busy: bool) -> None:
        duress = self.context.state.capture(self.step.key).duress
        shown = {each.position: each for each in (*self._failures(), *now.positions)}
        looks = {at: _look(each, alarm=at in duress) for at, each in shown.items()}
        self.ui.hands.show_looks(looks, self._selected)
        self.ui.hands.setEnabled(not busy)
        selected = shown.get(self._selected) or self._looks(self._selected)
        tile, made = self.ui.show_tile(self._selected)
        if made:
            tile.without.connect(lambda position: self._go_on_without((position,)))
            tile.restore.connect(self._restore)
        tile.show_standing(selected, self._pictures.of(selected.best), busy=busy)
        self._show_alarm(busy=busy)
        self._show_prints(selected)

    def _show_prints(self, selected: PositionStanding) -> None:
        order = self._order
        presses = sorted(selected.best, key=lambda kept: order[kept.sample_id])
        samples = [self.context.journey.sample(kept) for kept in presses]
        name = words.name(selected.position)
        self.ui.prints.show_samples(samples, name)
        told = self.tr("No print of the {finger} yet.").format(finger=name.lower())
        if selected.failure is not None and not samples:
            told = f"{name}. {verdict_words(selected)[0]}"
        self.ui.nothing.say("finger", told)
        if self._running is None and not self.ui.troubled:
            self.ui.show_preview()

    @property
    def _order(self) -> dict[str, int]:
        """Samples in the order they were pressed, while the best stands first in the state."""
        capture = self.context.state.capture(self.step.key)
        return {kept.sample_id: number for number, kept in enumerate(capture.kept)}

    # Capturing

    def capture(self, *, take_over: bool = False) -> None:
        """The next finger; it is the one that is shown while it goes on."""
        if self._running is None:
            self._selected = self.target
            self.setFocus()  # the hands are out of reach now; Enter must not press what Qt finds beside them
            name = words.name(self._selected).lower()
            self.ui.press.begin(self.tr("Getting ready for the {finger}").format(finger=name))
        super().capture(take_over=take_over)

    def capture_again(self) -> None:
        """The finger that is shown, once more."""
        if self._running is None:
            self._repeating = True
            self.capture()

    def progress(self, progress: Progress) -> None:
        """Which press of how many, large."""
        super().progress(progress)
        if self._stopping:
            return
        name = words.name(self._selected).lower()
        step, steps = progress.step, progress.steps or self.ui.press.of
        if progress.stage == "checking" and self.context.station.fingers.readiness is Readiness.FIRST_TIME:
            told = self.tr("The press was taken and waits to be examined.") + " " + engine_words()
            self.ui.press.say(told, steps, steps, busy=True)
        elif progress.stage in {"storing", "keeping", "checking", "reading", "finishing"}:
            self.ui.press.say(progress_words(progress.stage, 0, 0), steps, steps, busy=True)
        elif progress.stage in {"lift", "again", "already-enrolled"}:
            lifted = progress.stage == "lift"
            self.ui.press.say(progress_words(progress.stage, 0, 0), step, steps, busy=lifted)
        elif progress.steps:
            told = self.tr("Press the {finger} on the sensor").format(finger=name)
            self.ui.press.say(told, step, steps)

    def _say_outcome(self) -> None:
        now, last = self.standing, self.standing.last
        shown = self._looks(last.positions[0]) if last and last.positions else None
        if last is None or shown is None or shown.verdict is not Verdict.GOOD or not now.open or last.duplicate_of:
            super()._say_outcome()
            return
        told = self.tr("The {finger} is captured and good.").format(finger=words.name(shown.position).lower())
        following = self.tr("Next: {finger}.").format(finger=words.name(now.open[0].position).lower())
        self.ui.strip.say(told, following, Tone.OK)

    def _ended(self) -> None:
        self._repeating = False
        super()._ended()

    async def _ask_exception(self, positions: tuple[Position, ...]) -> None:
        await super()._ask_exception(positions)
        left_out = [each for each in positions if self._looks(each).verdict is Verdict.EXCEPTED]
        free = [each for each in FINGERS if each not in self._planned]
        if left_out and free and not self._looks(left_out[0]).best:
            told = self.tr("Going on without: {positions}.").format(positions=position_list(left_out))
            self.ui.strip.say(told, self.tr("Choose another finger on the hands to capture it instead."))


def _look(standing: PositionStanding, *, alarm: bool) -> FingerLook:
    told, _tone = verdict_words(standing)
    mark = Mark.POOR if standing.kept_best else _MARKS[standing.verdict]
    return FingerLook(mark, told, alarm)
