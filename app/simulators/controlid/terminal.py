"""The simulated Control iD terminal as tests and the demo hold it: start it, put people before it, break it."""

import threading
from dataclasses import replace
from typing import Any, Self

from app.simulators.controlid import prints
from app.simulators.controlid.device import Device
from app.simulators.controlid.enroller import Status
from app.simulators.controlid.faces import photo
from app.simulators.controlid.front import Front
from app.simulators.controlid.links import Delivery
from app.simulators.controlid.observed import Seen, TerminalState
from app.simulators.controlid.presence import Presence
from app.simulators.controlid.remote import control_routes
from app.simulators.controlid.settings import Make
from app.simulators.controlid.tables import TABLES
from app.simulators.faults import FaultScript
from app.simulators.people import Person
from app.simulators.serving import Serving

JOIN_SECONDS = 10.0


class ControlIdTerminal:
    """One simulated terminal on a real socket. All methods may be called from any thread.

    `faults` is the script of what goes wrong: see `app.simulators.faults.Kind` and `settings.Mischief`.
    """

    def __init__(self, make: Make | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.make = make or Make()
        self.faults = FaultScript()
        self._device = Device(self.make, self.faults, self.reboot)
        self._front = Front(self._device, self.faults, control_routes(self), self.reboot)
        self._serving = Serving(self._front, host=host, port=port, name=f"controlid-{self.make.serial}")
        self._power = threading.RLock()
        self._stopping = threading.Event()
        self._rebooting: threading.Thread | None = None

    # power

    @property
    def base_url(self) -> str:
        """Such as `http://127.0.0.1:8080`."""
        return self._serving.base_url

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
        self._device.monitor.start()
        self._device.online.start()
        return self.base_url

    def stop(self) -> None:
        """Power off, also in the middle of an enrollment or a reboot; bounded in time."""
        self._stopping.set()
        self.wait_until_back()
        self._device.power_cycle()
        self._device.monitor.stop()
        self._device.online.stop()
        self._serving.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def reboot(self) -> None:
        """Go down now and come back at the same address: sessions, enrollment and queued posts are then gone."""
        with self._power:
            if self._front.down:
                return
            self._front.down = True
            self._rebooting = threading.Thread(target=self._restart, name="controlid-reboot", daemon=True)
            self._rebooting.start()

    def wait_until_back(self) -> None:
        """Return when no reboot is under way."""
        if self._rebooting is not None:
            self._rebooting.join(JOIN_SECONDS)

    def _restart(self) -> None:
        self._device.power_cycle()
        self._device.monitor.stop()
        self._device.online.stop()
        self._serving.stop()
        staying_off = self._stopping.wait(self.make.reboot_seconds / self.make.speed)
        self._front.down = False
        if not staying_off:
            self._serving.start()
            self._device.monitor.start()
            self._device.online.start()

    # people

    def present(self, who: Person | None, **conditions: Any) -> None:
        """Somebody steps before the terminal, or leaves (None); `conditions` are the members of `Presence`."""
        self._device.stage.stand(None if who is None else Presence(who, **conditions))

    def store(self, who: Person, *, fingers: tuple[int, ...] = (), face: bool = False) -> int:
        """Somebody registered before, with these fingers and perhaps a face; gives the user id."""
        user_id = int(who.user_uuid)
        row = {"id": user_id, "name": f"{who.first_name} {who.last_name}", "registration": who.document_number}
        self._device.tables.create("users", [row])
        for finger in fingers:
            touches = [prints.press(who.number, finger, touch, self.make.finger_size) for touch in (901, 902, 903)]
            self._device.add_template(user_id, prints.joined([touch.template for touch in touches]), 0)
        if face:
            self._device.add_photo(user_id, photo(who, self.make.face_size), 1_700_000_000)
        return user_id

    def identify(self, who: Person, event: int = 7) -> None:
        """Somebody known uses the terminal: an online one asks the server by `new_user_identified.fcgi`."""
        user_id = int(who.user_uuid)
        self._device.tables.create("access_logs", [{"time": 1_700_000_000, "event": event, "user_id": user_id}])
        if self._device.mode.online:
            members = {"identifier_id": 1, "user_id": user_id, "event": event, "time": 1_700_000_000, "portal_id": 1}
            self._device.online.send(self._device.writer.form("new_user_identified.fcgi", members))

    # readings and troubles

    def vary(self, **changes: Any) -> None:
        """Switch other readings on: the members of `Variants`."""
        self._device.variants = replace(self._device.variants, **changes)
        self._device.kick()

    def configure(self, module: str, **values: str) -> None:
        """Change the configuration at the terminal itself."""
        self._device.configuration.write({module: values})
        self._device.kick()

    def expire_sessions(self) -> None:
        self._device.sessions.close_all()

    def cancel_at_terminal(self) -> None:
        """Somebody presses Cancel on the terminal's screen."""
        self._device.enroller.cancel()

    # what can be seen

    @property
    def state(self) -> TerminalState:
        device = self._device
        with device.gate:
            photos = {user: kept.image for user, kept in device.photos.items()}
        return TerminalState(
            status=device.enroller.status,
            mode=device.mode.name,
            contingency=device.online.contingency,
            sessions=len(device.sessions),
            screen=device.screen,
            configuration=device.configuration.all(),
            tables={name: device.tables.rows(name) for name in TABLES},
            photos=photos,
        )

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Every status an enrollment showed, oldest first, also those too short for any client to see."""
        return tuple(self._device.enroller.shown)

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every command it got, oldest first."""
        return self._front.requests.all()

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every post it made, tried or withheld, oldest first."""
        return self._device.deliveries.all()
