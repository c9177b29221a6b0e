"""Capturing: the live picture, one tile for every position, and one clear thing to do next."""

import asyncio

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.capture import Outcome, Progress
from app.domain.device import CountsDown, Device
from app.domain.enrollment import ExceptionReason, FailureToAcquire
from app.domain.errors import LockHeld, NotCapable, StationError, StoreError
from app.domain.modality import Modality, Position
from app.domain.preview import PreviewFrame, View
from app.journeys.flow_inputs import ChooseDevice, Except, Restore
from app.journeys.flow_state import State, Step
from app.ui import sounds
from app.ui.here_or_later import Answer
from app.ui.messages import sentence_for
from app.ui.theme import Tone
from app.ui.widgets.buttons import connect, secondary_button
from app.ui.wizard.base import StepPage
from app.ui.wizard.capture_layout import CaptureLayout
from app.ui.wizard.capture_words import capture_words
from app.ui.wizard.context import Context
from app.ui.wizard.exception_dialog import ExceptionDialog, lawful_reasons
from app.ui.wizard.leaving_out import may_leave_out
from app.ui.wizard.pictures import SamplePictures
from app.ui.wizard.problem import Choice
from app.ui.wizard.standing import Standing, standing
from app.ui.wizard.verdicts import outcome_words, progress_words, suggestion_words
from app.ui.wizard.words import position_list

COUNTDOWN_S = 3
_MAIN_VIEWS = {Modality.FACE: View.FACE, Modality.FINGER: View.FINGER}


class CapturePage(StepPage):
    """One capture at a time. Space captures, R captures again, Esc stops what runs."""

    def __init__(self, context: Context, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(context, step, parent)
        self._running: asyncio.Task[Outcome] | None = None
        self._stage = ""
        self._stopping = False
        self.words = capture_words(step.positions[0].modality)
        self._pictures = SamplePictures(context, self, self._render)
        self.ui = self._make_layout()
        self.again = secondary_button(self.tr("Capture again"), "refresh")
        self.stop_button = secondary_button(self.tr("Stop"), "stop")
        self.skip = secondary_button(self.tr("Continue without"))
        self.extras = [self.stop_button, self.skip, self.again]
        self._name_and_connect()
        self._offer_devices()

    def _make_layout(self) -> CaptureLayout:
        return CaptureLayout(self, self.step, self.context.policy)

    def _name_and_connect(self) -> None:
        self.again.setObjectName("wizard.retry")
        self.again.setToolTip(self.tr("Capture once more; the best try counts (R)"))
        self.stop_button.setObjectName("wizard.stop")
        self.stop_button.setToolTip(self.tr("Stop this capture (Esc)"))
        self.skip.setObjectName("wizard.skip")
        connect(self.again, self.capture_again)
        connect(self.stop_button, self._stop_clicked)
        connect(self.skip, self.advance.emit)
        self.ui.device.activated.connect(self._device_chosen)
        for tile in self.ui.tiles.values():
            tile.without.connect(lambda position: self._go_on_without((position,)))
            tile.restore.connect(self._restore)

    # Which device

    def _offer_devices(self) -> None:
        devices = self.context.journey.devices_for(self.step)
        for device in devices:
            self.ui.device.addItem(device.label, device.device_id)
        self.ui.show_devices(devices)
        self._choose_fitting()

    def _choose_fitting(self) -> None:
        devices = self.context.journey.devices_for(self.step)
        fitting = self._fitting(devices)
        if fitting is not None:
            self.ui.device.setCurrentIndex(devices.index(fitting))

    def _fitting(self, devices: tuple[Device, ...]) -> Device | None:
        """The device used before, else the first that captures something still open."""
        wanted = {each.position.modality for each in (self.standing.open or self.standing.positions)}
        able = [device for device in devices if device.modalities & wanted]
        used = self.context.state.capture(self.step.key).device_id
        return next((device for device in able if device.device_id == used), able[0] if able else None)

    @property
    def device_id(self) -> str:
        """The device captures are made with."""
        return str(self.ui.device.currentData() or "")

    def _device_chosen(self, _index: int) -> None:
        self.context.tasks.start(self.context.journey.apply(ChooseDevice(self.step.key, self.device_id)), owner=self)
        self._render()

    def _other_device(self) -> None:
        index = (self.ui.device.currentIndex() + 1) % self.ui.device.count()
        self.ui.device.setCurrentIndex(index)
        self._device_chosen(index)
        self.capture()

    @property
    def _counts_down(self) -> bool:
        """Whether the chosen device can take what is wanted, a face, by itself."""
        device: object = self.context.station.devices.get(self.device_id)
        faces = any(position.modality is Modality.FACE for position in self.step.positions)
        return faces and isinstance(device, CountsDown) and device.counts_down()

    # What is shown

    @property
    def standing(self) -> Standing:
        """How the step stands."""
        return standing(self.context.state, self.context.policy, self.step.key)

    @property
    def _done(self) -> bool:
        return not self.standing.open

    @property
    def sentence(self) -> str:
        """What to do now."""
        now = self.standing
        if self._running is not None:
            return self.words.running
        if self.ui.troubled:
            return self.tr("The capture was not completed. Choose below how to go on; nothing is lost.")
        if self._done:
            return self.tr("Everything this step needs is there. Continue.")
        if self.exhausted:
            return self.tr("Every try is used. Go on with a reason, or try once more.")
        if now.attempts == 0:
            return self.words.first.format(device=self.context.device_label(self.device_id))
        number, allowed = now.next_try
        return self.tr("Follow the suggestion, then capture: try {number} of {allowed}.").format(
            number=self.locale().toString(number), allowed=self.locale().toString(allowed)
        )

    @property
    def primary(self) -> str:
        """Capture until everything is settled or every try is used."""
        if self._running is not None:
            return self.tr("Capturing…")
        if self._done:
            return self.tr("Continue")
        if self.exhausted:
            return self.tr("Go on with a reason…")
        return self._capture_words

    @property
    def _capture_words(self) -> str:
        return self.tr("Capture again") if self.standing.attempts else self.tr("Capture")

    @property
    def icon(self) -> str:  # type: ignore[override]
        """As the words."""
        return "forward" if self._done or self.exhausted else "camera"

    @property
    def busy(self) -> str:
        """Where the capture stands."""
        return self._stage

    @property
    def busy_line(self) -> str:
        """The strip under the picture says it."""
        return ""

    @property
    def help_text(self) -> str:
        """What F1 tells."""
        return self.tr(
            "Space captures, R captures again, Esc stops. The best try of each position counts. When something cannot"
            " be captured, use 'Without…' beside it and choose the reason."
        )

    def show_state(self, state: State) -> None:
        """Tiles and buttons as the state says."""
        self._render()

    def enter(self) -> QWidget | None:
        """Ready to capture."""
        if self._running is None:
            self._choose_fitting()
            self.ui.show_preview()
            self.ui.preview.reset(self._placeholder())
            self._say_outcome()
        return None

    def _placeholder(self) -> str:
        return self.words.before

    def _render(self) -> None:
        now, busy = self.standing, self._running is not None
        self._show_positions(now, busy=busy)
        self.ui.device.setEnabled(not busy)
        self.ui.glasses.setEnabled(not busy)
        self.ui.countdown.setVisible(self._counts_down)
        self.ui.countdown.setEnabled(not busy)
        self.stop_button.setVisible(busy)
        self.stop_button.setEnabled(not self._stopping)
        self.again.setVisible(not busy and self._may_repeat)
        self.skip.setVisible(not busy and now.may_go_on and bool(now.open))
        self.changed.emit()

    def _show_positions(self, now: Standing, *, busy: bool) -> None:
        for each in now.positions:
            self.ui.tiles[each.position].show_standing(each, self._pictures.of(each.best), busy=busy)

    @property
    def _may_repeat(self) -> bool:
        """Whether one more try is offered although none is needed."""
        now = self.standing
        return now.attempts > 0 and (self._done or now.exhausted)

    def _say_outcome(self) -> None:
        now = self.standing
        if now.last is None:
            self.ui.strip.say(self.tr("Nothing is captured yet."), self.tr("Space captures, Esc stops."))
            return
        duplicate = now.last.duplicate_of
        if duplicate:
            told = self.tr("{device} knows this person already, as {number}.")
            device = self.context.device_label(self.context.state.capture(self.step.key).device_id)
            rest = self.tr("You will be asked about it before saving.")
            self.ui.strip.say(told.format(device=device, number=duplicate), rest, Tone.WARN)
            return
        tone = Tone.OK if self._done else Tone.WARN
        self.ui.strip.say(outcome_words(now), suggestion_words(now), tone)

    # Capturing

    async def apply(self) -> bool:
        """Capture, offer the way around when every try is used, or go on when nothing is open."""
        if self._done:
            return True
        if self.exhausted:
            await self._ask_exception(self._given_up)
            return self._done
        self.capture()
        return False

    def key(self, event: QKeyEvent) -> bool:
        """Space and R capture while nothing runs."""
        wanted = event.key() in {Qt.Key.Key_Space, Qt.Key.Key_R} and not event.modifiers()
        if wanted and not event.isAutoRepeat():
            self.capture() if event.key() == Qt.Key.Key_Space else self.capture_again()
        return wanted

    def capture_again(self) -> None:
        """One more try of what is there already."""
        self.capture()

    @property
    def exhausted(self) -> bool:
        """Every try for what comes next is used."""
        return self.standing.exhausted

    @property
    def _given_up(self) -> tuple[Position, ...]:
        """What to go on without when every try is used."""
        return tuple(each.position for each in self.standing.open)

    @property
    def _next_positions(self) -> tuple[Position, ...]:
        """What the next capture is for; empty leaves it to the journey."""
        return ()

    def capture(self, *, take_over: bool = False) -> None:
        """Start one capture; ignored while one runs."""
        if self._running is not None:
            return
        self._stage = progress_words("opening", 0, 0)
        self._stopping = False
        self.ui.show_preview(live=True)
        self.ui.preview.begin(self.words.waiting, main=self._main_view(), text=self.words.doing)
        self.ui.strip.say(self._stage, "", busy=True)
        work = self.context.journey.capture(
            self.step.key,
            self.device_id,
            self,
            positions=self._next_positions,
            glasses=self.ui.glasses.isChecked(),
            countdown_s=COUNTDOWN_S if self._counts_down and self.ui.countdown.isChecked() else None,
            take_over=take_over,
        )
        self._running = self.context.tasks.start(work, owner=self, failed=self._failed, finally_=self._ended)
        self._render()

    def _main_view(self) -> View | None:
        wanted = {each.position.modality for each in (self.standing.open or self.standing.positions)}
        return _MAIN_VIEWS.get(next(iter(wanted))) if len(wanted) == 1 else None

    def preview(self, frame: PreviewFrame) -> None:
        """A frame, from the device's worker thread."""
        self.ui.preview.sink.preview(frame)

    def progress(self, progress: Progress) -> None:
        """Where the capture stands, on the main loop."""
        if not self._stopping:
            self._stage = progress_words(progress.stage, progress.step, progress.steps)
            self.ui.strip.say(self._stage, "", busy=True)
            self.changed.emit()

    async def stop(self) -> bool:
        """Cancel a running capture and wait until the device is idle."""
        running = self._running
        if running is None:
            return False
        self._stopping = True
        self._stage = self.tr("Stopping, the terminal is set back to idle")
        self.ui.strip.say(self._stage, "", busy=True)
        self._render()
        running.cancel()
        await asyncio.wait([running])
        return True

    def _stop_clicked(self) -> None:
        self.context.tasks.start(self.stop(), owner=self)

    def _ended(self) -> None:
        failed = self._running is not None and not self._running.cancelled() and self._running.exception() is not None
        self._running, self._stage = None, ""
        self.ui.preview.end(self.tr("Done") if self._done else self.tr("Once more, please"))
        if not failed:
            self._say_stopped() if self._stopping else self._say_outcome()
        if not self._stopping:
            sounds.good() if self.ui.strip.tone is Tone.OK else sounds.bad()
        self._stopping = False
        self._render()

    def _say_stopped(self) -> None:
        self.ui.preview.reset(self._placeholder())
        rest = self.tr("This try does not count. The terminal is idle.")
        self.ui.strip.say(self.tr("The capture was stopped."), rest)

    # Problems

    def _failed(self, error: BaseException) -> bool:
        if not isinstance(error, StationError) or isinstance(error, StoreError):
            self.ui.preview.reset(self._placeholder())
            self.ui.strip.say(self.tr("The capture was not completed."), "", Tone.BAD)
            return False
        self.ui.preview.reset(self._placeholder())
        self.ui.strip.say(self.tr("The capture was not completed."), self.tr("This try does not count."), Tone.BAD)
        self.ui.tell_problem(sentence_for(error, self.context.messages.names), self._choices(error))
        return True

    def _choices(self, error: StationError) -> list[Choice]:
        choices = []
        if isinstance(error, LockHeld):
            choices.append(Choice("take_over", self.tr("Take over"), lambda: self.capture(take_over=True)))
        if not isinstance(error, NotCapable):
            choices.append(Choice("again", self.tr("Try again"), self.capture))
        if self.ui.device.count() > 1:
            choices.append(Choice("other_device", self.tr("Other device"), self._other_device))
        return choices

    # Exceptions

    def _go_on_without(self, positions: tuple[Position, ...]) -> None:
        self.context.tasks.start(self._ask_exception(positions), owner=self)

    async def _ask_exception(self, positions: tuple[Position, ...]) -> None:
        mine = [each for each in self.standing.positions if each.position in positions]
        exhausted = bool(mine) and all(each.tries >= each.tries_allowed for each in mine)
        dialog = ExceptionDialog(self.window(), positions, lawful_reasons(exhausted=exhausted))
        if await dialog.ask():
            given = [self._exception(each, dialog.reason, dialog.note) for each in positions]
            answer = await may_leave_out(self.window(), self.context, given)
            if answer is not Answer.UNLOCKED:
                if answer is Answer.LATER:
                    self._say_asked()
                return
            for each in given:
                await self.context.journey.apply(each)
            told = self.tr("Going on without: {positions}.").format(positions=position_list(positions))
            self.ui.strip.say(told, self.tr("You can take this back beside the position."), Tone.INFO)

    def _say_asked(self) -> None:
        rest = self.tr("Leave it with Esc and go on with somebody else; open the draft again when it was decided.")
        self.ui.strip.say(self.tr("A supervisor was asked. The enrollment waits as a draft."), rest, Tone.INFO)

    def _exception(self, position: Position, reason: ExceptionReason, note: str) -> Except:
        failure = FailureToAcquire(position, reason, note=note, decided_at=self.context.station.now())
        return Except(self.step.key, failure)

    def _restore(self, position: Position) -> None:
        self.context.tasks.start(self.context.journey.apply(Restore(self.step.key, position)), owner=self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.ui.fit_texts(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.ui.fit_texts(self)
