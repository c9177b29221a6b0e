"""The terminal's behavior, without any HTTP: who holds it, what its camera does, what it recognizes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from app.simulators.ef45.capture import Moment, Phase, Plan, Presence, duration, moment
from app.simulators.ef45.encounter import FACES, Encounter, enrollment_item, match_item
from app.simulators.ef45.memory import DEDUPLICATION, Memory, factory_config
from app.simulators.ef45.settings import Make, Variants
from app.simulators.ef45.templates import same_iris
from app.simulators.ef45.uids import new_uid
from app.simulators.ef45.wire import Document, decode_base64, encode_base64
from app.simulators.people import Eye


class Mode(StrEnum):
    """camera_mode: `Recog` is the terminal at work, `Slave` obeys the PC, `Enrol` is a person in its own menus."""

    RECOG = "Recog"
    SLAVE = "Slave"
    ENROL = "Enrol"


@dataclass(frozen=True)
class Matching:
    """A template match under way: the sequence it answers to and the iris templates to compare with."""

    seq_uid: str
    references: tuple[bytes, ...]


@dataclass(frozen=True)
class Capture:
    """A running camera; `started` in seconds of the steady clock."""

    plan: Plan
    started: float
    serial: int
    matching: Matching | None = None


class Device:
    """One terminal's state and behavior. Every method may be called from any thread; `gate` makes them atomic."""

    def __init__(self, make: Make, clock: Callable[[], float] = time.monotonic) -> None:
        self.make = make
        self.gate = threading.RLock()
        self.variants = Variants()
        self.memory = Memory(factory_config(make.serial_number))
        self.version = make.version
        self.mode = Mode.RECOG
        self.audio_enabled = True
        self.lock_uid: str | None = None
        self.clock_offset = timedelta()
        self.capture: Capture | None = None
        self.presence: Presence | None = None
        self.door_log: list[tuple[str, int]] = []
        self.last_iris: tuple[bytes, ...] = ()
        self._clock = clock
        self._arrived = 0.0
        self._lock_used = 0.0
        self._relay_until = 0.0
        self._captures = 0

    # time

    def timestamp(self, ago: float = 0.0) -> str:
        """The terminal's clock as ISO 8601 with Z, `ago` real seconds back."""
        return self.now(ago).strftime("%Y-%m-%dT%H:%M:%SZ")

    def now(self, ago: float = 0.0) -> datetime:
        """The terminal's clock, `ago` real seconds back; timestamps and uids are made from it."""
        return datetime.now(UTC) + self.clock_offset - timedelta(seconds=ago)

    def set_local_time(self, local: datetime) -> None:
        """Set the clock; `local` is naive, in the terminal's own time zone."""
        minutes = self.make.utc_offset_minutes
        zoned = local.astimezone() if minutes is None else local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
        self.clock_offset = zoned - datetime.now(UTC)

    def seconds(self, since: float) -> float:
        """Seconds of the terminal's own pace since a moment of the steady clock."""
        return (self._clock() - since) * self.make.speed

    # the lock

    def take_lock(self) -> str:
        """A new holder; whoever held it before has lost it."""
        with self.gate:
            self.lock_uid = new_uid(self.now())
            self._lock_used = self._clock()
            return self.lock_uid

    def holds(self, lock_uid: str) -> bool:
        """Whether this uid holds the lock; asking counts as use."""
        with self.gate:
            if lock_uid != self.current_lock():
                return False
            self._lock_used = self._clock()
            return True

    def current_lock(self) -> str | None:
        """The holder's uid, unless it was left unused for too long."""
        with self.gate:
            lifetime = self.variants.lock_lifetime
            if lifetime is not None and self._clock() - self._lock_used > lifetime:
                self.lock_uid = None
            return self.lock_uid

    # the camera

    def stand(self, presence: Presence | None) -> None:
        """Somebody steps before the terminal, or leaves (None); a running capture begins anew with them."""
        with self.gate:
            self.advance()
            self.presence = presence
            self._arrived = self._clock()

    def start_capture(self, plan: Plan, matching: Matching | None = None) -> None:
        with self.gate:
            self._captures += 1
            self.capture = Capture(plan, self._clock(), self._captures, matching)

    def moment(self) -> Moment | None:
        """The running capture now, None when no camera runs."""
        with self.gate:
            capture = self.capture
            if capture is None:
                return None
            return moment(capture.plan, self.presence, self.capture_seconds())

    def capture_seconds(self) -> float:
        """Seconds at the terminal's pace since camera and person came together."""
        assert self.capture is not None
        return self.seconds(max(self.capture.started, self._arrived))

    def advance(self) -> None:
        """Let happen what the passing of time has brought: a capture that is done leaves its item and stops."""
        with self.gate:
            now = self.moment()
            if now is not None and now.phase is Phase.DONE:
                self._finish()

    def _finish(self) -> None:
        capture, presence = self.capture, self.presence
        assert capture is not None
        assert presence is not None
        late = (self.capture_seconds() - duration(capture.plan, presence)) / self.make.speed
        self.capture = None
        encounter = self.encounter(presence, capture.plan, late)
        if capture.matching is None:
            self._keep(enrollment_item(encounter))
        else:
            self._compare(encounter, capture.matching)

    def encounter(self, presence: Presence, plan: Plan, ago: float = 0.0) -> Encounter:
        """The frame of a capture's record, `ago` seconds back."""
        with self.gate:
            self._captures += 1
            make, uid, stamp = self.make, new_uid(self.now(ago)), self.timestamp(ago)
            return Encounter(uid, stamp, make.serial_number, make.record_version, plan, presence, self._captures)

    def _keep(self, item: Document) -> None:
        if self.memory.config[DEDUPLICATION]:
            self._name_duplicates(item)
        self.last_iris = tuple(decode_base64(item[f"{eye}_eye_enrol_template"], "template") for eye in Eye)
        self.memory.buffer.append(item)

    def _name_duplicates(self, item: Document) -> None:
        for eye in Eye:
            item[f"{eye}_eye_duplicate_uuid"] = self.memory.owner_of_iris(item[f"{eye}_eye_enrol_template"], eye)
        for face in FACES:
            item[f"{face}_duplicate_uuid"] = self.memory.owner_of_face(item[f"{face}_feature"])

    # recognition

    def recognize(self, presence: Presence) -> str:
        """Somebody is recognized at the terminal's own screen: a log entry and match data. Gives user_uuid or ""."""
        with self.gate:
            encounter = self.encounter(presence, Plan(both_eyes=True))
            item = match_item(encounter, "", 0)
            owner = next(
                filter(None, (self.memory.owner_of_iris(item[f"{eye}_eye_iris_template"], eye) for eye in Eye)), ""
            )
            self._record_match(item, owner, self._verdict(owner))
            return owner

    def _verdict(self, owner: str) -> str:
        if not owner:
            return "Unknown"
        return "Allowed" if self.memory.subjects[owner]["access_allowed"] else "Denied"

    def _compare(self, encounter: Encounter, matching: Matching) -> None:
        item = match_item(replace(encounter, encounter_id=matching.seq_uid), "", 0)
        probes = [decode_base64(item[f"{eye}_eye_iris_template"], "template") for eye in Eye]
        same = any(same_iris(probe, reference) for probe in probes for reference in matching.references)
        owner = next(
            filter(
                None,
                (self.memory.owner_of_iris(encode_base64(probe), eye) for probe, eye in zip(probes, Eye, strict=True)),
            ),
            "",
        )
        self._record_match(item, owner or matching.seq_uid if same else "", "Allowed" if same else "Unknown")

    def _record_match(self, item: Document, owner: str, verdict: str) -> None:
        info = "Recog/BioOnly/IrisOk" if owner else "Recog/BioOnly/IrisFail"
        item["uuid"] = owner
        item["log_id"] = self.memory.log(self.timestamp(), "Recognition", owner, info, verdict, item["iris_off_face"])
        self.memory.matches.append(item)

    # door and power

    def open_relay(self, seconds: int, *, forced: bool) -> None:
        with self.gate:
            self._relay_until = self._clock() + seconds / self.make.speed
            self.door_log.append(("forced" if forced else "normal", seconds))

    @property
    def relay(self) -> int:
        return int(self._clock() < self._relay_until)

    def power_cycle(self) -> None:
        """What a reboot does to the state: lock, mode, camera and buffers are gone, the tables stay."""
        with self.gate:
            self.lock_uid = None
            self.mode = Mode.RECOG
            self.capture = None
            self.last_iris = ()
            self._relay_until = 0.0
            self.memory.forget_session()
