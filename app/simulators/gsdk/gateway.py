"""The simulated gateway as tests and the demo hold it: start it, put people before its devices, ask, break it."""

import os
import threading
from concurrent import futures
from dataclasses import replace
from typing import Any, Self

import grpc

from app.devices.gsdk.pb import served
from app.devices.gsdk.pb.common import connect_pb2
from app.simulators.faults import FaultScript
from app.simulators.gsdk.answers.configs import config_answers
from app.simulators.gsdk.answers.credentials import Cards, Faces, Fingers, Scanner
from app.simulators.gsdk.answers.events import Events
from app.simulators.gsdk.answers.gateway import Accounts, Connections, admin_answers
from app.simulators.gsdk.answers.parts import part_answers
from app.simulators.gsdk.answers.server import Matching
from app.simulators.gsdk.answers.upkeep import Upkeep, operator_answers, schedule_answers, time_answers, zone_answers
from app.simulators.gsdk.answers.users import Users
from app.simulators.gsdk.asking import Asking
from app.simulators.gsdk.certificates import Authority, Certificate, Pair
from app.simulators.gsdk.channel import Answer, Asked
from app.simulators.gsdk.device import Device
from app.simulators.gsdk.front import Front, Seen
from app.simulators.gsdk.settings import Make, Variants
from app.simulators.gsdk.stage import Presence
from app.simulators.gsdk.visits import Visits
from app.simulators.gsdk.world import World
from app.simulators.people import Person

_LAST_WORDS_S = 0.2
_LARGEST_MESSAGE = 75_497_472


class SimulatedGateway:
    """One gateway over TLS on a real socket. All methods may be called from any thread.

    `faults` is the script of what goes wrong: operations are `User/Enroll`, for one device of a Multi call
    `User/EnrollMulti@939504224`; kinds are REFUSE (with a gRPC code as `status`), DROP, CUT, SLOW of `faults.Kind`,
    and `settings.Mischief`.
    """

    def __init__(self, make: Make | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.make = make or Make()
        self.faults = FaultScript()
        self.host, self.port = host, port
        self.authority = Authority()
        self.certificate = self.make.certificate
        self.world = World(self.make, self.faults)
        self.asking = Asking(self.world)
        self.visits = Visits(self.world, self.asking)
        self.accounts = Accounts(self.world, self.authority)
        self.upkeep = Upkeep(self.world)
        self._front = Front(self.world, self.accounts.admit if self.make.master else _anybody)
        self._power = threading.RLock()
        self._server: grpc.Server | None = None
        self._pool: futures.ThreadPoolExecutor | None = None

    # power

    @property
    def target(self) -> str:
        """Such as `127.0.0.1:4000`."""
        return f"{self.host}:{self.port}"

    @property
    def ca_pem(self) -> bytes:
        """The gateway's `ca.crt`."""
        return self.authority.pem

    def client_pair(self) -> Pair:
        """What a master gateway's client shows; its certificate is also a tenant's for Login."""
        return self.authority.client("tenant1")

    def start(self) -> str:
        """Listen; gives the target. Raises OSError when the port is taken."""
        with self._power:
            if self._server is None:
                self._launch()
            return self.target

    def stop(self) -> None:
        """End at once, streams too; what clients had set up on this gateway is forgotten."""
        with self._power:
            server, pool, self._server, self._pool = self._server, self._pool, None, None
            if server is None or pool is None:
                return
            self._front.down.set()
            self.world.channel.cut()
            stopped = server.stop(_LAST_WORDS_S)
            self.world.status.end()
            self.world.live.end()
            for device in self.world.devices.values():
                device.stage.wake()
            stopped.wait()
            pool.shutdown(wait=True, cancel_futures=True)
            self._forget()

    def restart(self) -> None:
        """Down and up again at the same address."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def use_certificate(self, kind: Certificate) -> None:
        """Come back with another certificate, good or bad."""
        self.certificate = kind
        self.restart()

    def _launch(self) -> None:
        self._front.down.clear()
        self._pool = _pool(self.make.workers)
        options = [
            ("grpc.so_reuseport", 0),
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", -1),
        ]
        server = grpc.server(self._pool, self._handlers(), options=options)
        try:
            self.port = server.add_secure_port(f"{self.host}:{self.port}", self._credentials())
        except RuntimeError as error:
            self._pool.shutdown()
            raise OSError("the port is taken") from error
        server.start()
        self._server = server

    def _credentials(self) -> grpc.ServerCredentials:
        pair = self.authority.server(self.certificate)
        root = self.authority.pem if self.make.master else None
        chain = [(pair.key, pair.certificate)]
        return grpc.ssl_server_credentials(chain, root, require_client_auth=self.make.master)

    def _handlers(self) -> list[grpc.GenericRpcHandler]:
        front, world, at = self._front, self.world, self.world.at
        scanner, connections = Scanner(world), Connections(world)
        handlers = [
            front.serve(at.admin, admin_answers(world)),
            front.serve(at.device, self.upkeep.answers()),
            front.serve(at.user, Users(world).answers() | part_answers(world)),
            front.serve(at.card, Cards(world, scanner).answers() | config_answers(world, at.card, "card")),
            front.serve(at.finger, Fingers(world, scanner).answers() | config_answers(world, at.finger, "finger")),
            front.serve(at.face, Faces(world, scanner).answers() | config_answers(world, at.face, "face")),
            front.serve(at.auth, config_answers(world, at.auth, "auth")),
            front.serve(at.display, config_answers(world, at.display, "display")),
            front.serve(at.system, config_answers(world, at.system, "system")),
            front.serve(at.time, time_answers(world) | config_answers(world, at.time, "time")),
            front.serve(at.event, Events(world).answers()),
            front.serve(at.operator, operator_answers(world)),
            front.serve(at.schedule, schedule_answers(world)),
            front.serve(at.apb_zone, zone_answers(world)),
        ]
        if self.make.master:
            return [*handlers, *self._master_handlers(connections)]
        return [*handlers, front.serve(at.connect, connections.answers(at.connect)), self._matching()]

    def _master_handlers(self, connections: Connections) -> list[grpc.GenericRpcHandler]:
        front, at = self._front, self.world.at
        return [
            front.serve(at.connect_master, connections.answers(at.connect_master)),
            front.serve(at.login, self.accounts.login_answers()),
            front.serve(at.tenant, self.accounts.tenant_answers()),
            front.serve(at.gateway, self.accounts.gateway_answers()),
        ]

    def _matching(self) -> grpc.GenericRpcHandler:
        at, matching = self.world.at.server, Matching(self.world)
        kept = {name: self._front.method(at, name, answer) for name, answer in matching.answers().items()}
        return served(at, kept | {"Subscribe": self._front.raw_stream(at, "Subscribe", matching.subscribe)})

    def _forget(self) -> None:
        world = self.world
        world.channel.release()
        world.reconnecting.clear()
        world.slaves = []
        world.filter = connect_pb2.AcceptFilter()
        for device in world.devices.values():
            device.status = connect_pb2.DISCONNECTED if device.make.dials else device.status
            device.monitored = device.monitored and world.variants.remembers_monitoring

    # people and devices

    def device(self, device_id: int | None = None) -> Device:
        """One device's state; without a number the first one's."""
        return self.world.devices[device_id or self.make.devices[0].device_id]

    def present(self, who: Person | None, device_id: int | None = None, **conditions: Any) -> None:
        """Somebody steps before a device (all when none is named), or leaves; members of `Presence`."""
        presence = None if who is None else Presence(who, **conditions)
        for number, device in self.world.devices.items():
            if device_id in (None, number):
                device.stage.stand(presence)

    def unplug(self, device_id: int) -> None:
        """A device is gone from the network."""
        device = self.world.devices[device_id]
        device.unplugged = True
        device.stage.wake()
        self.world.set_status(device, connect_pb2.DISCONNECTED)

    def plug_in(self, device_id: int) -> None:
        """A device is back, and connected again."""
        device = self.world.devices[device_id]
        device.unplugged = False
        self.world.set_status(device, connect_pb2.TLS_CONNECTED)

    def reset(self) -> None:
        """As new, without a restart: devices empty and connected as at first, no faults, streams ended."""
        self.faults.clear()
        self.cut_streams()
        self._front.requests.clear()
        self.world.channel.clear()
        self.world.variants = Variants()
        self._forget()
        for device in self.world.devices.values():
            device.stage.stand(None)
            device.unplugged, device.clock_error, device.hash_key, device.use_ssl = False, 0, None, False
            device.status = device.first_status
            device.clear()
            device.set_defaults()

    # readings and troubles

    def vary(self, **changes: Any) -> None:
        """Switch other readings on: the members of `Variants`."""
        self.world.variants = replace(self.world.variants, **changes)

    def cut_streams(self) -> None:
        """The server-matching stream breaks in the middle; status and log streams end."""
        self.world.channel.cut()
        self.world.status.end()
        self.world.live.end()

    def occupy(self) -> None:
        """Another program holds the server-matching channel."""
        self.world.channel.hold(16, take_over=True)

    def fill_log(self, device_id: int, count: int, code: int = 0x1000) -> None:
        """So many events happened."""
        for _ in range(count):
            self.world.log(self.world.devices[device_id], code, 6, "1000")

    def fill_image_log(self, device_id: int, count: int, size: int) -> None:
        """So many events with pictures of this many bytes."""
        device = self.world.devices[device_id]
        for _ in range(count):
            entry = device.log(0x1000, 6, "1000", hasImage=True)
            image = b"\xff\xd8\xff" + os.urandom(size - 3)
            device.images.append(_image(self.world, entry, image))

    # what can be seen

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every call it got, oldest first."""
        return self._front.requests.all()

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every server-matching request it sent, with its answers."""
        return self.world.channel.asked

    @property
    def strays(self) -> tuple[Answer, ...]:
        """Answers to nothing that was asked."""
        return self.world.channel.strays


def _pool(workers: int) -> futures.ThreadPoolExecutor:
    """All threads at once: a call never waits for one to begin, and none appears later."""
    pool = futures.ThreadPoolExecutor(workers, thread_name_prefix="gsdk-gateway")
    together = threading.Barrier(workers)
    futures.wait([pool.submit(together.wait) for _ in range(workers)])
    return pool


def _anybody(_operation: str, _context: grpc.ServicerContext) -> None:
    """A device gateway asks nobody who they are."""


def _image(world: World, entry: Any, image: bytes) -> Any:
    made = world.at.event.ImageLog(ID=entry.ID, timestamp=entry.timestamp, deviceID=entry.deviceID)
    made.userID, made.eventCode, made.subCode, made.JPGImage = entry.userID, entry.eventCode, entry.subCode, image
    return made
