"""The simulated EF-45 as tests and the demonstration hold it: start it, put people before it, break it."""

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self

import numpy as np

from app.simulators.ef45.capture import Plan, Presence
from app.simulators.ef45.device import Device, Mode
from app.simulators.ef45.encounter import enrollment_item
from app.simulators.ef45.front import BASE_PATH, Front
from app.simulators.ef45.observed import Seen, TerminalState
from app.simulators.ef45.operations import Machine
from app.simulators.ef45.preview import PreviewPainter, draw_ahead
from app.simulators.ef45.remote import control_routes
from app.simulators.ef45.settings import Make
from app.simulators.ef45.shapes import SUBJECT, USER_INFO, completed
from app.simulators.ef45.templates import iris_template
from app.simulators.ef45.wire import encode_base64
from app.simulators.faults import FaultScript
from app.simulators.people import Eye, Person
from app.simulators.serving import Serving

JOIN_SECONDS = 10.0
LIFELIKE_SPEED = 5.0
"""Up to here somebody may be watching: people are then drawn before their first frame is due."""


class Ef45Terminal:
    """One simulated terminal on a real socket. All methods may be called from any thread.

    `faults` is the script of what goes wrong: see `app.simulators.faults.Kind` and `operations.Mischief`.
    `clock` is the steady clock in seconds; a test may give its own.
    """

    def __init__(
        self,
        make: Make | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.make = make or Make()
        self.faults = FaultScript()
        self._device = Device(self.make, clock)
        machine = Machine(self._device, PreviewPainter(self._device), self.reboot)
        self._front = Front(machine, self.faults, control_routes(self))
        self._serving = Serving(self._front, host=host, port=port, name=f"ef45-{self.make.serial_number}")
        self._stopping = threading.Event()
        self._rebooting: threading.Thread | None = None
        self._drawing: threading.Thread | None = None

    # power

    @property
    def base_url(self) -> str:
        """Such as `http://127.0.0.1:9980/1.0`."""
        return self._serving.base_url + BASE_PATH

    @property
    def control_url(self) -> str:
        """Where the terminal is steered from another process."""
        return self._serving.base_url + "/_simulator"

    @property
    def host(self) -> str:
        return self._serving.host

    @property
    def port(self) -> int:
        return self._serving.port

    def start(self) -> str:
        """Listen; gives the base URL."""
        self._stopping.clear()
        self._serving.start()
        return self.base_url

    def stop(self) -> None:
        """Power off, also in the middle of a reboot; bounded in time."""
        self._stopping.set()
        self.wait_until_back()
        self._serving.stop()
        if self._drawing is not None:
            self._drawing.join(JOIN_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def reboot(self) -> None:
        """Go down now and come back at the same address: lock, mode, camera and buffers are then gone."""
        with self._device.gate:
            if self._front.down:
                return
            self._front.down = True
            self._rebooting = threading.Thread(target=self._reboot, name="ef45-reboot", daemon=True)
            self._rebooting.start()

    def wait_until_back(self) -> None:
        """Return when no reboot is under way."""
        thread = self._rebooting
        if thread is not None and thread is not threading.current_thread():
            thread.join(JOIN_SECONDS)

    def _reboot(self) -> None:
        self._serving.stop()
        self._device.power_cycle()
        self._stopping.wait(self.make.reboot_seconds / self.make.speed)
        self._front.down = False
        if not self._stopping.is_set():
            self._serving.start()

    # people

    def present(self, who: Person | Presence | None, **conditions: Any) -> None:
        """Somebody steps before the terminal, with conditions of `Presence`; None: they leave."""
        presence = None if who is None else _presence(who, conditions)
        self._device.stand(presence)
        if presence is not None and self.make.speed <= LIFELIKE_SPEED:
            self._drawing = threading.Thread(target=draw_ahead, args=(presence,), name="ef45-draw", daemon=True)
            self._drawing.start()

    def recognize(self, who: Person | Presence, **conditions: Any) -> str:
        """Somebody is recognized at the terminal's own screen; gives the user_uuid, or "" for a stranger."""
        return self._device.recognize(_presence(who, conditions))

    def tap_card(self, card: str) -> bool:
        """Somebody holds a card (`65 D8 A1 BD`) to the reader; whether the reader was waiting for one."""
        with self._device.gate:
            memory = self._device.memory
            if memory.card_standby:
                memory.card = card
            return memory.card_standby

    def enter_menu(self) -> None:
        """Somebody opens the terminal's own settings: its mode is now Enrol."""
        with self._device.gate:
            self._device.mode = Mode.ENROL

    def leave_menu(self) -> None:
        with self._device.gate:
            self._device.mode = Mode.RECOG

    # what was there before

    def store(self, who: Person, user_uuid: str | None = None) -> str:
        """Register a person as if done earlier: subject with templates, and user-info. Gives the user_uuid."""
        uuid = user_uuid or who.user_uuid
        rng = np.random.default_rng([who.number, 9])
        version = self.make.record_version
        templates = {f"{eye}_eye_template": encode_base64(iris_template(who, eye, rng, 0.05, version)) for eye in Eye}
        names = {"user_uuid": uuid, "record_version": version, "first_name": who.first_name, "last_name": who.last_name}
        with self._device.gate:
            self._device.memory.subjects[uuid] = completed(names | templates, SUBJECT)
            self._device.memory.user_info[uuid] = completed({"user_uuid": uuid, "card": who.card_number}, USER_INFO)
        return uuid

    def leave_stale(self, who: Person | Presence, seconds_ago: float = 3600.0) -> str:
        """Leave another person's capture in the buffer; gives its encounter id."""
        plan = Plan(face=True, both_eyes=True)
        item = enrollment_item(self._device.encounter(_presence(who, {}), plan, seconds_ago))
        with self._device.gate:
            self._device.memory.buffer.append(item)
        return str(item["encounter_id"])

    def log_event(self, event_type: str, user_uuid: str, info: str, additional: str = "") -> int:
        """Write an entry into the terminal's log; gives its id."""
        with self._device.gate:
            return self._device.memory.log(self._device.timestamp(), event_type, user_uuid, info, additional)

    # what goes wrong

    def steal_lock(self) -> str:
        """Another client takes the lock, by force if need be; gives its lock_uid."""
        return self._device.take_lock()

    def expire_lock(self) -> None:
        with self._device.gate:
            self._device.lock_uid = None

    def set_clock_error(self, seconds: float) -> None:
        """Put the terminal's clock ahead (or behind, below zero)."""
        with self._device.gate:
            self._device.clock_offset = timedelta(seconds=seconds)

    def configure(self, title: str, value: bool | int | float | str) -> None:
        """Set a configuration title as a person would in the terminal's own menu."""
        with self._device.gate:
            self._device.memory.config[title] = value

    def vary(self, **changes: Any) -> None:
        """Choose other readings of the document: members of `settings.Variants`."""
        with self._device.gate:
            self._device.variants = replace(self._device.variants, **changes)

    # what can be seen

    @property
    def state(self) -> TerminalState:
        """The terminal as it is now, copied."""
        device = self._device
        with device.gate:
            device.advance()
            memory, now = device.memory, device.moment()
            return TerminalState(
                mode=device.mode.value,
                lock_uid=device.current_lock(),
                version=device.version,
                phase=None if now is None else now.phase,
                buffer=tuple(str(item["encounter_id"]) for item in memory.buffer),
                matches=tuple(str(item["encounter_id"]) for item in memory.matches),
                subjects=copy.deepcopy(memory.subjects),
                user_info=copy.deepcopy(memory.user_info),
                faces=copy.deepcopy(memory.faces),
                config=dict(memory.config),
                files=dict(memory.files),
                logs=tuple(copy.deepcopy(memory.logs)),
                door_log=tuple(device.door_log),
                card_standby=memory.card_standby,
                audio_enabled=device.audio_enabled,
                clock_offset=device.clock_offset,
            )

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every request so far, in the order of arrival."""
        return self._front.requests.all()

    def forget_requests(self) -> None:
        self._front.requests.clear()


def _presence(who: Person | Presence, conditions: dict[str, Any]) -> Presence:
    return replace(who if isinstance(who, Presence) else Presence(who), **conditions)
