"""The terminal's behavior without HTTP: what it knows, who may use it, what it does with a result."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.simulators.controlid import faces, prints
from app.simulators.controlid.configuration import Configuration
from app.simulators.controlid.enroller import Enroller, Stage
from app.simulators.controlid.links import DeliveryLog, Link, OnlineLink, Post, Target
from app.simulators.controlid.orders import Captured, EndedError, Order
from app.simulators.controlid.results import Mode, Writer, quoted
from app.simulators.controlid.sessions import Sessions
from app.simulators.controlid.settings import Make, Modality, Variants
from app.simulators.controlid.tables import Tables
from app.simulators.controlid.wire import Document, decoded, encoded
from app.simulators.faults import FaultScript


@dataclass(frozen=True)
class Photo:
    """A user's picture; `timestamp` in seconds as the client gave it, or the terminal's clock."""

    image: bytes = field(repr=False)
    timestamp: int


class Device:
    """One terminal's state and behavior; every method may be called from any thread."""

    def __init__(self, make: Make, faults: FaultScript, reboot: Callable[[], None]) -> None:
        self.make = make
        self.variants = Variants()
        self.configuration = Configuration()
        self.tables = Tables()
        self.sessions = Sessions(make.session_seconds)
        self.photos: dict[int, Photo] = {}
        self.login, self.password = make.login, make.password
        self.screen = ""
        self.deliveries = DeliveryLog()
        self.stage = Stage()
        self.enroller = Enroller(make, self.stage, self)
        self.started = time.monotonic()
        self.reboot = reboot
        self.gate = threading.RLock()
        self.monitor = Link("monitor", self._monitor_target, self._alive, faults, self.deliveries)
        self.online = OnlineLink(
            self._online_target,
            self.online_alive,
            faults,
            self.deliveries,
            limit=self._failure_limit,
            announce=self.announce_mode,
        )

    # the enrollment's results (enroller.Keeper)

    def known_finger(self, touches: tuple[prints.Touch, ...]) -> bool:
        known = [decoded(row["template"], "template") for row in self.tables.rows("templates")]
        return any(prints.is_template(old) and prints.same_finger(touches[0].template, old) for old in known)

    def room_for_finger(self) -> bool:
        return len(self.tables.rows("templates")) < self.make.max_templates

    def owner_of_face(self, image: bytes, besides: int) -> int | None:
        """The other user whose picture shows the same face."""
        judgment = faces.judge(image)
        with self.gate:
            stored = [(user, photo.image) for user, photo in self.photos.items() if user != besides]
        return next((user for user, other in stored if faces.alike(judgment, faces.judge(other))), None)

    def keep(self, found: Captured) -> None:
        """Store what the order asked to save."""
        if not found.order.save:
            return
        match found.order.modality:
            case Modality.FINGER:
                whole = prints.joined([touch.template for touch in found.touches])
                self.add_template(found.order.user_id, whole, found.order.panic_finger)
            case Modality.FACE:
                self.add_photo(found.order.user_id, found.face, int(time.time()))
            case Modality.CARD:
                self.tables.create("cards", [{"value": found.number, "user_id": found.order.user_id}])
            case Modality.PIN:
                self.tables.create("pins", [{"value": found.secret, "user_id": found.order.user_id}])
            case Modality.PASSWORD:
                self.tables.modify("users", {"password": found.secret}, {"users": {"id": found.order.user_id}})
        self.changed(found.order.modality, "inserted", [])

    def report(self, found: Captured, delay: float = 0.0) -> None:
        """Post an asynchronous result by every link that is set up for it."""
        if found.order.sync or (found.order.save and not self.variants.saved_reports):
            return
        mode, writer = self.mode, self.writer
        for post in writer.monitor(found, mode) if self._monitor_target() else ():
            self.monitor.send(post, delay)
        for post in writer.online(found, mode) if mode.online else ():
            self.online.send(post, delay)

    def reply(self, found: Captured) -> Document:
        return self.writer.reply(found, self.mode)

    def failed(self, order: Order, ended: EndedError) -> Document:
        if self.variants.failed_status != 200:
            return ended.document
        return {"success": False, "user_id": order.user_id, "device_id": self.make.device_id, **ended.document}

    def prompt(self, text: str) -> None:
        self.screen = text

    # what it stores

    def add_template(self, user_id: int, template: bytes, finger_type: int) -> int:
        row = {"user_id": user_id, "template": encoded(template), "finger_type": finger_type}
        return self.tables.create("templates", [row])[0]

    def add_photo(self, user_id: int, image: bytes, timestamp: int) -> None:
        """Keep a user's picture, unless general.keep_user_image forbids it."""
        if self.configuration.get("general", "keep_user_image") == "0":
            return
        with self.gate:
            self.photos[user_id] = Photo(image, timestamp)
        self.tables.modify("users", {"image_timestamp": timestamp}, {"users": {"id": user_id}})

    def drop_photos(self, users: set[int]) -> None:
        with self.gate:
            self.photos = {user: photo for user, photo in self.photos.items() if user not in users}

    def forget_strangers(self) -> None:
        """Pictures of users who are gone go with them."""
        known = {row["id"] for row in self.tables.rows("users")}
        with self.gate:
            self.drop_photos(set(self.photos) - known)

    # how it reports

    @property
    def mode(self) -> Mode:
        get = self.configuration.get
        return Mode(
            get("general", "online") == "1",
            get("general", "local_identification") == "1",
            get("online_client", "extract_template") == "1",
        )

    @property
    def writer(self) -> Writer:
        return Writer(self.make, self.variants)

    def announce_mode(self) -> None:
        """Monitor hears of a change of the operating mode."""
        name = "contingency" if self.online.contingency else self.mode.name
        body = {"mode_name": name, "exception_mode": "", "last_offline": int(time.time())}
        self._tell("operation_mode", {"operation_mode": body})

    def changed(self, kind: str, change: str, values: list[Document]) -> None:
        """Monitor hears of changed objects, with every value quoted, when the terminal does that."""
        if self.variants.announces_changes:
            entry = {"object": kind, "type": change, "values": quoted(values)}
            self._tell("dao", {"object_changes": [entry]})

    def online_alive(self) -> Post:
        """The heartbeat of an online terminal."""
        logs = {"access_logs": len(self.tables.rows("access_logs"))}
        if self.variants.alive_form:
            return self.writer.form("device_is_alive.fcgi", logs)
        return Post("device_is_alive.fcgi", json.dumps(logs).encode())

    def kick(self) -> None:
        """The configuration changed."""
        self.monitor.attempts = self.online.attempts = self.variants.attempts
        self.monitor.kick()
        self.online.kick()

    def power_cycle(self) -> None:
        """What a restart does: sessions, the running enrollment and what waits to be sent are gone; rows stay."""
        self.enroller.drop()
        self.sessions.close_all()
        self.screen = ""
        self.started = time.monotonic()
        self.online.contingency = False

    def _alive(self) -> Post:
        logs = len(self.tables.rows("access_logs"))
        return self.writer.json("device_is_alive", None, {"access_logs": logs, "time": int(time.time())})

    def _tell(self, topic: str, members: Document) -> None:
        if self._monitor_target():
            self.monitor.send(self.writer.json(topic, None, members))

    def _monitor_target(self) -> Target | None:
        get, number = self.configuration.get, self.configuration.number
        host, port = get("monitor", "hostname"), number("monitor", "port", 0)
        if not host or not port:
            return None
        timeout, beat = number("monitor", "request_timeout", 1000), number("monitor", "alive_interval", 30000)
        return Target(host, port, get("monitor", "path").strip("/"), timeout / 1000, beat / 1000)

    def _online_target(self) -> Target | None:
        server = self.configuration.number("online_client", "server_id", -1)
        rows = self.tables.rows("devices", id=server)
        if not self.mode.online or not rows:
            return None
        address, _, path = rows[0]["ip"].removeprefix("http://").partition("/")
        host, _, port = address.partition(":")
        number = self.configuration.number
        timeout = min(5000, number("online_client", "request_timeout", 5000))
        beat = number("online_client", "alive_interval", 60000)
        return Target(host, int(port) if port.isdigit() else 80, path.strip("/"), timeout / 1000, beat / 1000)

    def _failure_limit(self) -> int | None:
        if self.configuration.get("online_client", "contingency_enabled") != "1":
            return None
        return self.configuration.number("online_client", "max_request_attempts", 3)
