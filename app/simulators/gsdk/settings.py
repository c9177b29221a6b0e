"""What a simulated gateway and its devices are, and which of the lawful readings of the facts they follow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.devices.gsdk.pb.common import device_type_pb2 as types
from app.simulators.gsdk.certificates import Certificate

FIRST_DEVICE: Final = 939504224
DEFAULT_PORT: Final = 4000


class Model(StrEnum):
    """The kinds of devices that differ in what they can: a card reader, a finger reader, two face terminals."""

    XPASS = "xpass"
    BIOENTRY_W2 = "bioentry_w2"
    BIOSTATION_3 = "biostation_3"
    FACESTATION_2 = "facestation_2"
    BIOSTATION_2 = "biostation_2"

    @property
    def number(self) -> types.Type.ValueType:
        """gsdk.device.Type."""
        return _NUMBERS[self]

    @property
    def reads_fingers(self) -> bool:
        return self in {Model.BIOENTRY_W2, Model.BIOSTATION_2}

    @property
    def reads_faces(self) -> bool:
        return self in {Model.BIOSTATION_3, Model.FACESTATION_2}

    @property
    def visual(self) -> bool:
        """Faces by an ordinary camera, and so the extended authentication modes."""
        return self is Model.BIOSTATION_3

    @property
    def has_display(self) -> bool:
        return self not in {Model.XPASS, Model.BIOENTRY_W2}


_NUMBERS: Final = {
    Model.XPASS: types.XPASS,
    Model.BIOENTRY_W2: types.BIOENTRY_W2,
    Model.BIOSTATION_3: types.BIOSTATION_3,
    Model.FACESTATION_2: types.FACESTATION_2,
    Model.BIOSTATION_2: types.BIOSTATION_2,
}


@dataclass(frozen=True)
class DeviceMake:
    """One device. `connected`: the gateway manages it from the start; otherwise it is only found by a search.

    `dials`: it dials the gateway itself, and waits until the accept filter lets it in.
    """

    device_id: int = FIRST_DEVICE
    model: Model = Model.BIOSTATION_2
    address: str = "192.0.2.11"
    firmware: str = "1.9.0"
    connected: bool = True
    dials: bool = False


def devices(count: int, model: Model = Model.BIOSTATION_2) -> tuple[DeviceMake, ...]:
    """So many devices of one model, at addresses of their own."""
    return tuple(DeviceMake(FIRST_DEVICE + at, model, f"192.0.2.{11 + at % 200}") for at in range(count))


EVERY_MODEL: Final = tuple(DeviceMake(FIRST_DEVICE + at, model, f"192.0.2.{11 + at}") for at, model in enumerate(Model))


@dataclass(frozen=True)
class Make:
    """One gateway. Its version decides its wire generation.

    `master`: a master gateway, which wants a client certificate and a login, and does no server matching.
    `speed` is how much faster than life people act; `scan_seconds` are at life's pace. `token_seconds`: how long a
    login lasts, 0 for ever and without a word about it.
    """

    version: str = "1.8.0"
    devices: tuple[DeviceMake, ...] = (DeviceMake(),)
    certificate: Certificate = Certificate.GOOD
    master: bool = False
    gateway_id: str = "simulated-gateway"
    speed: float = 1.0
    touch_seconds: float = 1.0
    scan_seconds: float = 10.0
    workers: int = 64
    token_seconds: float = 0.0


@dataclass(frozen=True)
class Variants:
    """Readings where the facts are silent; the defaults are the most careful ones.

    second_subscriber     a second Subscribe: refuse, or take over (the first stream then ends)
    frees_dead_channel    a broken stream frees the channel by itself; otherwise only Unsubscribe does
    unknown_answer        an answer to nothing that was asked: accept or refuse
    cancel_ends_scan      a scan ends when its call is cancelled; otherwise the device goes on until its time is over
    set_adds              SetCard, SetFinger and SetFace add instead of replacing
    remembers_monitoring  EnableMonitoring survives a restart
    """

    second_subscriber: str = "refuse"
    frees_dead_channel: bool = False
    unknown_answer: str = "accept"
    cancel_ends_scan: bool = True
    set_adds: bool = False
    remembers_monitoring: bool = False


class Mischief(StrEnum):
    """Faults of a gateway beside `faults.Kind`, whose REFUSE, DROP, CUT and SLOW it knows too.

    NEVER      the call is not answered until its caller gives up
    FORGETS    says yes and does nothing
    DEVICE     one device of a Multi call fails: the operation is `User/EnrollMulti@939504224`
    """

    NEVER = "never"
    FORGETS = "forgets"
    DEVICE = "device"


NEWER_FIELD: Final[bytes] = bytes.fromhex("a00601")
"""Field 100 in every configuration, as a newer gateway may add one; it must survive read, change and write."""
