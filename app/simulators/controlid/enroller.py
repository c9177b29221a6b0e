"""One enrollment at a time, in its own thread: waiting for somebody, three presses, a photo, a card; and its states.

NORMAL_STATE -> ENROLL_BIOMETRY_STATE (press 1, 2, 3 of 3) -> WAITING_BIOMETRY_*_REPLY -> NORMAL_STATE
NORMAL_STATE -> ENROLL_FACE_STATE | ENROLL_CARD_STATE | ENROLL_PIN_STATE -> NORMAL_STATE
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from app.simulators.controlid.faces import photo
from app.simulators.controlid.orders import Captured, EndedError, Job, Order
from app.simulators.controlid.presence import Presence
from app.simulators.controlid.prints import Touch, press, same_finger
from app.simulators.controlid.settings import Make, Mischief, Modality
from app.simulators.controlid.wire import Document, Refused

NORMAL: Final = "NORMAL_STATE"
NOT_ENROLLING: Final = "NOT_ENROLLING"
PRESSES: Final = ("ENROLL_FIRST_BIOMETRY_STATE", "ENROLL_SECOND_BIOMETRY_STATE", "ENROLL_THIRD_BIOMETRY_STATE")
THINKING: Final = ("WAITING_BIOMETRY_EXTRACT_REPLY", "WAITING_BIOMETRY_MATCH_REPLY", "WAITING_BIOMETRY_ENROLL_REPLY")
_BUSY: Final = {
    Modality.FACE: "ENROLL_FACE_STATE",
    Modality.CARD: "ENROLL_CARD_STATE",
    Modality.PIN: "ENROLL_PIN_STATE",
    Modality.PASSWORD: "ENROLL_PIN_STATE",
}
CANCELED: Final = "Enrollment canceled"
NOBODY: Final = "Enrollment timeout"
END_SECONDS: Final = 10.0
_REMEMBERED: Final = 1000


@dataclass(frozen=True)
class Status:
    """What enroller_state and enroller_biometry_state tell. `last_*` stay until the next job says otherwise."""

    enroller_state: str = NORMAL
    biometry_state: str = NOT_ENROLLING
    last_enroll: bool = False
    last_enroll_error: str = ""


class Keeper(Protocol):
    """What the terminal knows and does with a result."""

    def known_finger(self, touches: tuple[Touch, ...]) -> bool: ...
    def room_for_finger(self) -> bool: ...
    def owner_of_face(self, image: bytes, besides: int) -> int | None: ...
    def keep(self, found: Captured) -> None: ...
    def report(self, found: Captured, delay: float = 0.0) -> None: ...
    def reply(self, found: Captured) -> Document: ...
    def failed(self, order: Order, ended: EndedError) -> Document: ...
    def prompt(self, text: str) -> None: ...
    def reboot(self) -> None: ...


@dataclass
class Stage:
    """The place before the terminal, shared between threads; `changed` tells of a new presence."""

    presence: Presence | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)

    def stand(self, presence: Presence | None) -> None:
        with self.changed:
            self.presence = presence
            self.changed.notify_all()


class Enroller:
    """Runs jobs. `status` is replaced whole, so that any thread reads a consistent one; `shown` keeps the past ones."""

    def __init__(self, make: Make, stage: Stage, keeper: Keeper) -> None:
        self.status = Status()
        self.shown: deque[Status] = deque(maxlen=_REMEMBERED)
        self._make = make
        self._stage = stage
        self._keeper = keeper
        self._gate = threading.Lock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self._touch = 0

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, order: Order, *, replace_running: bool) -> Job:
        """Start a job; Refused while another runs, unless it is to be replaced."""
        with self._gate:
            if self.busy and self._job is not None:
                if not replace_running and not self._job.ending:
                    raise Refused("Enrollment in progress")
                self._end()
            self._job = job = Job(order)
            self._thread = threading.Thread(target=self._run, args=(job,), name="controlid-enroll", daemon=True)
            self._thread.start()
            return job

    def cancel(self) -> None:
        """End what runs, and return when the terminal is idle."""
        with self._gate:
            self._end()

    def drop(self) -> None:
        """Power is gone: what runs ends without an answer, and nothing is remembered."""
        with self._gate:
            if self._job is not None:
                self._job.dropped = True
            self._end()
            self.status = Status()

    def _end(self) -> None:
        if self._job is not None:
            self._job.canceled.set()
            with self._stage.changed:
                self._stage.changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(END_SECONDS)

    def _run(self, job: Job) -> None:
        self._keeper.prompt(job.order.message or f"Enrollment: {job.order.modality}")
        try:
            found = self._capture(job)
            self._keeper.keep(found)
        except EndedError as ended:
            self._finish_without(job, ended)
        except Refused as refused:
            self._finish_without(job, EndedError(str(refused)))
        else:
            job.reply = self._keeper.reply(found)
            job.ending = True
            self._show(enroller_state=NORMAL, biometry_state=NOT_ENROLLING, last_enroll=True, last_enroll_error="")
            self._keeper.report(found)
        finally:
            self._keeper.prompt("")
            job.done.set()

    def _finish_without(self, job: Job, ended: EndedError) -> None:
        job.ending = True
        self._show(
            enroller_state=NORMAL,
            biometry_state=NOT_ENROLLING,
            last_enroll=False,
            last_enroll_error=ended.last_error,
        )
        if job.dropped:
            return
        job.reply = self._keeper.failed(job.order, ended)
        presence = self._stage.presence
        if Mischief.LATE in job.order.strikes and job.canceled.is_set() and presence is not None:
            self._keeper.report(self._at_once(job.order, presence), delay=job.order.strikes[Mischief.LATE].delay)

    def _capture(self, job: Job) -> Captured:
        found = self._fingers(job) if job.order.modality is Modality.FINGER else self._other(job)
        wrong = job.order.strikes.get(Mischief.WRONG_USER)
        return found if wrong is None else replace(found, user_id=int(wrong.body or 0))

    # fingers

    def _fingers(self, job: Job) -> Captured:
        strikes = set(job.order.strikes)
        error = ""
        while True:
            touches = self._three_presses(job, strikes, error)
            for state in THINKING:
                self._show(enroller_state=state)
                self._pause(job, self._make.think_seconds / len(THINKING))
            error = self._objection(touches, strikes)
            if not error:
                return Captured(job.order, job.order.user_id, touches=touches)

    def _three_presses(self, job: Job, strikes: set[str], error: str) -> tuple[Touch, ...]:
        touches: list[Touch] = []
        for number, state in enumerate(PRESSES):
            last_error = error if number == 0 else ""
            self._show(enroller_state="ENROLL_BIOMETRY_STATE", biometry_state=state, last_enroll_error=last_error)
            presence = self._somebody(job)
            self._pause(job, self._make.press_seconds)
            touches.append(self._pressed(presence, number, strikes, job.order.message))
            if number == 0:
                self._mishap(job, strikes)
        return tuple(touches)

    def _pressed(self, presence: Presence, number: int, strikes: set[str], screen: str = "") -> Touch:
        finger = presence.finger_at(number, screen)
        if number == len(PRESSES) - 1 and Mischief.DIFFERENT_FINGERS in strikes:
            strikes.discard(Mischief.DIFFERENT_FINGERS)
            finger = finger % 10 + 1
        self._touch += 1
        return press(presence.who.number, finger, self._touch, self._make.finger_size, presence.look)

    def _objection(self, touches: tuple[Touch, ...], strikes: set[str]) -> str:
        first, *others = (touch.template for touch in touches)
        if not all(same_finger(first, other) for other in others):
            return "DIFFERENT_FINGERPRINTS"
        if Mischief.TEMPLATE_LIMIT in strikes or not self._keeper.room_for_finger():
            return "TEMPLATE_LIMIT_REACHED"
        if Mischief.TEMPLATE_EXISTS in strikes or self._keeper.known_finger(touches):
            strikes.discard(Mischief.TEMPLATE_EXISTS)
            return "TEMPLATE_EXISTS"
        return ""

    # faces, cards, secrets

    def _other(self, job: Job) -> Captured:
        self._pause(job, self._make.think_seconds / 4)
        self._show(enroller_state=_BUSY[job.order.modality], last_enroll_error="")
        self._somebody(job)
        self._mishap(job, set(job.order.strikes))
        self._pause(job, job.order.countdown if job.order.auto else self._make.face_seconds)
        found = self._shown(job.order, self._somebody(job))
        self._check_face(found)
        return found

    def _shown(self, order: Order, presence: Presence) -> Captured:
        found = Captured(order, order.user_id)
        match order.modality:
            case Modality.FACE:
                return replace(found, face=photo(presence.who, self._make.face_size, presence.pose))
            case Modality.CARD:
                return replace(found, number=presence.card_value)
            case _:
                return replace(found, secret=presence.who.pin)

    def _check_face(self, found: Captured) -> None:
        if found.order.modality is not Modality.FACE:
            return
        scripted = found.order.strikes.get(Mischief.FACE_EXISTS)
        owner = self._keeper.owner_of_face(found.face, found.user_id)
        if scripted is not None:
            owner = int(scripted.body or 1)
        if owner is not None:
            raise EndedError("FACE_EXISTS", "FACE_EXISTS", {"match_user_id": owner})

    def _at_once(self, order: Order, presence: Presence) -> Captured:
        if order.modality is not Modality.FINGER:
            return self._shown(order, presence)
        touches = tuple(self._pressed(presence, number, set()) for number in range(len(PRESSES)))
        return Captured(order, order.user_id, touches=touches)

    # time and people

    def _mishap(self, job: Job, strikes: set[str]) -> None:
        if Mischief.WALKS_AWAY in strikes:
            strikes.discard(Mischief.WALKS_AWAY)
            self._stage.stand(None)
        if Mischief.REBOOT_AMID in strikes:
            job.dropped = True
            self._keeper.reboot()
            raise EndedError("reboot")

    def _somebody(self, job: Job) -> Presence:
        patience = time.monotonic() + self._make.patience_seconds / self._make.speed
        with self._stage.changed:
            while (presence := self._stage.presence) is None or presence.waits:
                if job.canceled.is_set():
                    raise EndedError(CANCELED)
                if not self._stage.changed.wait(max(0.0, patience - time.monotonic())):
                    raise EndedError(NOBODY)
        return presence

    def _pause(self, job: Job, seconds: float) -> None:
        if job.canceled.wait(seconds / self._make.speed):
            raise EndedError(CANCELED)

    def _show(self, **changes: object) -> None:
        self.status = replace(self.status, **changes)  # type: ignore[arg-type]
        self.shown.append(self.status)
