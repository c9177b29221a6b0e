"""The practice world: every simulator, a configuration that points at them, and synthetic people in front."""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.assembly import Assembly
from app.config import Bioserver, Configuration, Ef45Settings, Gateway, Policy, SecretRef, SecretResolver
from app.config import Station as StationSettings
from app.config.devices import ControlIdSettings, DeviceSettings, GsdkSettings, ResultsBy
from app.config.policy import OperatorPolicy
from app.config.sections import AccessGroup, Callbacks, Phrase, Zone
from app.domain.audit import AuditReport, JournalHead
from app.domain.records import JournalEntry, JournalQuery, Recorded
from app.journeys.ports import Journal
from app.journeys.station import Station
from app.paths import Folders, write_private
from app.simulators.bioserver import DEFAULT_KEY, BioServer
from app.simulators.controlid import ControlIdTerminal
from app.simulators.controlid import Make as ControlIdMake
from app.simulators.ef45 import Ef45Terminal, Make
from app.simulators.gsdk import FIRST_DEVICE, DeviceMake, Model, Passers, SimulatedGateway
from app.simulators.gsdk import Make as GatewayMake
from app.simulators.people import Person, person
from app.store import Passphrase

PASSPHRASE = "practice: nothing here is real"  # noqa: S105 (protects synthetic people)
PASSCODE = "practice"
KEY_NAME = "PRACTICE_API_KEY"
FINGERS_NAME = "PRACTICE_CONTROLID"
FIRST_PERSON = 40
ISO = 1
"""`finger.TemplateFormat` of the records that every make reads."""
PRESSED = (2, 2, 7, 7, 1, 1, 6, 6)
"""Fingers people press, twice each, in the order in which the station asks for them."""
GATEWAY_THREADS = 24
DOORS = (
    DeviceMake(FIRST_DEVICE, Model.BIOSTATION_2, "192.0.2.11"),
    DeviceMake(FIRST_DEVICE + 1, Model.BIOSTATION_3, "192.0.2.12"),
)
"""A device for fingers and one for faces, both for cards too."""
PASSING_EVERY_S = 7.0
"""A quiet door: somebody comes every so many seconds."""
MOST_PASSING = 5
"""So many of the people enrolled last walk through the doors."""
LABELS = {Model.BIOSTATION_2: "BioStation 2 at the north door", Model.BIOSTATION_3: "BioStation 3 at the south door"}


@dataclass(frozen=True)
class Practice:
    """The running simulators."""

    terminal: Ef45Terminal
    bioserver: BioServer
    gateway: SimulatedGateway
    fingers: ControlIdTerminal
    callback_port: int
    met: list[Person] = field(default_factory=list)
    """Who stood in front of the terminals, oldest first."""

    def configuration(self, folders: Folders) -> Configuration:
        """A configuration for exactly these simulators; their certificates are put into `folders`."""
        devices: tuple[DeviceSettings, ...] = (
            Ef45Settings(
                id="front-desk", vendor="ef45", label="EF-45 at the front desk", address=self.terminal.base_url
            ),
            ControlIdSettings(
                id="finger-desk",
                vendor="controlid",
                label="Control iD at the front desk",
                address=self.fingers.base_url,
                password=SecretRef("env", FINGERS_NAME),
                results=ResultsBy.ONLINE,
            ),
            *(_behind_gateway(make) for make in DOORS),
        )
        station = StationSettings(name="Practice station")
        nobody_signs_in = Policy(operators=OperatorPolicy(sign_in=False))
        return Configuration(
            station=station,
            devices=devices,
            bioserver=self._bioserver(folders.config),
            gateway=self._gateway(folders.config),
            callbacks=Callbacks(host="127.0.0.1", port=self.callback_port),
            policy=nobody_signs_in,
        )

    def _gateway(self, folder: Path) -> Gateway:
        authority = folder / "practice-gateway-ca.pem"
        write_private(authority, self.gateway.ca_pem)
        return Gateway(
            enabled=True,
            address=self.gateway.target,
            ca_file=str(authority),
            server_matching=True,
            zones=(Zone(id="building", number=1, hard=False, entry=("door-1",), exit=("door-2",), reset_after_min=1),),
            phrases=(Phrase(text="Welcome, {first_name}"),),
            access_groups=(AccessGroup(number=1, name="Staff"), AccessGroup(number=2, name="Visitors")),
        )

    def _bioserver(self, folder: Path) -> Bioserver:
        authority, signer = folder / "practice-ca.pem", folder / "practice-signer.pem"
        write_private(authority, self.bioserver.ca_pem.encode())
        write_private(signer, self.bioserver.certificate_pem.encode())
        return Bioserver(
            enabled=True,
            address=self.bioserver.base_url,
            api_key=SecretRef("env", KEY_NAME),
            ca_file=str(authority),
            signature_key_files=(str(signer),),
        )

    def stand_in_front(self, who: Person) -> None:
        """This person is at every terminal from now on."""
        self.terminal.present(who)
        self.gateway.present(who, fingers=PRESSED)
        self.fingers.present(who, obeys=True)
        self.met.append(who)

    @contextlib.contextmanager
    def visited(self) -> Iterator[None]:
        """The first door asks the station, and people walk through both: those met last, and strangers."""
        first = self.gateway.device(DOORS[0].device_id)
        first.auth.useServerMatching = first.auth.useGlobalAPB = True
        first.configs["display"].useUserPhrase = first.configs["display"].queryUserPhrase = True
        numbers = [door.device_id for door in DOORS]
        passers = Passers(self.gateway, numbers, lambda: self.met[-MOST_PASSING:], PASSING_EVERY_S)
        passers.start()
        try:
            yield
        finally:
            passers.close()


@contextlib.contextmanager
def practice(*, speed: float = 1.0) -> Iterator[Practice]:
    """All simulators on sockets of their own; `speed` shortens the time people take."""
    terminal = Ef45Terminal(Make(serial_number="EF45PRACTICE", speed=speed))
    gateway = SimulatedGateway(GatewayMake(devices=DOORS, speed=speed, workers=GATEWAY_THREADS))
    for door in gateway.world.devices.values():
        door.configs["finger"].templateFormat = ISO  # as the doors of a site with several makes are set
    fingers = ControlIdTerminal(ControlIdMake(serial="0A0200/PRACTICE", name="Practice terminal", speed=speed))
    with terminal, gateway, fingers, BioServer(tls=True) as bioserver:
        yield Practice(terminal, bioserver, gateway, fingers, _free_port())


@contextlib.contextmanager
def practice_assembly(folders: Folders, *, speed: float = 1.0, visited: bool = True) -> Iterator[Assembly]:
    """The practice world with a station that works in it; each enrollment meets another synthetic person.

    `visited`: people come to the doors by themselves.
    """
    with practice(speed=speed) as world, world.visited() if visited else contextlib.nullcontext():
        yield assemble(world, folders)


def assemble(world: Practice, folders: Folders) -> Assembly:
    """A station for a running practice world, with practice data below `folders`."""

    def present(station: Station) -> Station:
        return replace(station, journal=_NextPerson(station.journal, world))

    return Assembly(
        lambda: world.configuration(folders),
        folders,
        key=Passphrase(PASSPHRASE),
        supervisor=_passcode,
        secrets=SecretResolver(environment={KEY_NAME: DEFAULT_KEY, FINGERS_NAME: ControlIdMake().password}),
        practice=True,
        present=present,
    )


def _behind_gateway(make: DeviceMake) -> GsdkSettings:
    return GsdkSettings(
        id=f"door-{make.device_id - FIRST_DEVICE + 1}",
        vendor="gsdk",
        label=LABELS[make.model],
        device_number=make.device_id,
        address=make.address,
        deliver=make.model.reads_fingers,  # the other one takes faces of its own kind only, and asks the station
    )


def _free_port() -> int:
    """Where the practice station can listen for its terminal, beside a real one that may run here too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _passcode() -> str | None:
    return PASSCODE


class _NextPerson:
    """A journal that brings another person to the terminals when an enrollment begins."""

    def __init__(self, journal: Journal, world: Practice) -> None:
        self._journal = journal
        self._world = world
        self._number = FIRST_PERSON

    async def append(self, entry: JournalEntry) -> None:
        await self._journal.append(entry)
        if entry.action in {"enrollment-begun", "enrollment-resumed"}:
            self._number += 1
            self._world.stand_in_front(person(self._number))

    async def entries(self, *, person_id: str = "", limit: int = 200) -> tuple[JournalEntry, ...]:
        return await self._journal.entries(person_id=person_id, limit=limit)

    async def find(self, query: JournalQuery) -> tuple[Recorded, ...]:
        return await self._journal.find(query)

    async def head(self) -> JournalHead:
        return await self._journal.head()

    async def verify(self, *, head: str = "") -> AuditReport:
        return await self._journal.verify(head=head)

    async def export(self) -> bytes:
        return await self._journal.export()
