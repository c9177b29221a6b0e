"""The terminal's records, read tolerantly and written strictly; its words end here (REST API 1.0.0, section 3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Generic, TypeVar

from app.devices.ef45 import wire
from app.devices.ef45.wire import Members
from app.domain.errors import ProtocolError

T = TypeVar("T")
Body = dict[str, object]

SLAVE, RECOG, ENROL = "Slave", "Recog", "Enrol"
NO_WIEGAND = -1


_ENVELOPE = frozenset({"status_code", "reason_phrase", "page", "page_size", "has_more", "total"})


@dataclass(frozen=True)
class Page(Generic[T]):
    """One list envelope. `more` is None when the device did not say whether a further page exists."""

    items: tuple[T, ...] = field(repr=False)
    page: int = 1
    page_size: int = 0
    total: int | None = None
    more: bool | None = None


def read_page(payload: object, step: str, read: Callable[[Members], T]) -> Page[T]:
    """An envelope, a bare list, or a bare object as a list of one; null items are left out."""
    if isinstance(payload, list):
        payload = {"items": payload}
    source = wire.members(payload, step)
    items = source.get("items", [source] if source and not _ENVELOPE.intersection(source) else [])
    if items is None:
        items = []
    if not isinstance(items, list):
        raise ProtocolError(step=step, expected="items", got=type(items).__name__)
    found = tuple(read(wire.members(item, step)) for item in items if item)
    return Page(
        found,
        wire.integer(source, "page", default=1),
        wire.integer(source, "page_size"),
        wire.optional_integer(source, "total") or None,  # total 0 beside rows is a known quirk (row 16)
        wire.flag(source, "has_more"),
    )


@dataclass(frozen=True)
class CommandReply:
    """A command's answer: `status` is a token such as "Started" or "Already started"."""

    success: bool
    status: str = ""


@dataclass(frozen=True)
class CameraState:
    """GET and POST /camera: who it is, which mode it is in, whether it speaks."""

    serial_number: str
    mode: str
    audio: bool = True

    @classmethod
    def read(cls, source: Members) -> "CameraState":
        return cls(
            wire.text(source, "serial_number"),
            wire.text(source, "camera_mode"),
            wire.flag(source, "audio_enabled") is not False,
        )

    def is_in(self, mode: str) -> bool:
        """Modes are compared without regard to case."""
        return self.mode.casefold() == mode.casefold()

    def write(self) -> Body:
        return {"serial_number": self.serial_number, "camera_mode": self.mode, "audio_enabled": self.audio}


@dataclass(frozen=True)
class Subject:
    """A person as the terminal's subject table holds it; templates are raw bytes."""

    user_uuid: str
    record_version: int = 0
    last_name: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    access_allowed: bool = True
    match_until: str = ""
    wiegand_facility: int = NO_WIEGAND
    wiegand_site: int = NO_WIEGAND
    wiegand_code: int = NO_WIEGAND
    wiegand_custom: int = NO_WIEGAND
    left_eye: bytes = field(default=b"", repr=False)
    right_eye: bytes = field(default=b"", repr=False)

    @classmethod
    def read(cls, source: Members) -> "Subject":
        return cls(
            wire.text(source, "user_uuid"),
            wire.integer(source, "record_version"),
            wire.text(source, "last_name"),
            wire.text(source, "first_name"),
            wire.flag(source, "access_allowed") is not False,
            wire.text(source, "match_until"),
            wire.integer(source, "wiegand_facility", default=NO_WIEGAND),
            wire.integer(source, "wiegand_site", default=NO_WIEGAND),
            wire.integer(source, "wiegand_code", default=NO_WIEGAND),
            wire.integer(source, "wiegand_custom", default=NO_WIEGAND),
            wire.blob(source, "left_eye_template"),
            wire.blob(source, "right_eye_template"),
        )

    def write(self) -> Body:
        """All documented members but the image paths; a template only when there is one."""
        body: Body = {
            "user_uuid": self.user_uuid,
            "record_version": self.record_version,
            "last_name": self.last_name,
            "first_name": self.first_name,
            "access_allowed": self.access_allowed,
            "match_until": self.match_until,
            "wiegand_facility": self.wiegand_facility,
            "wiegand_site": self.wiegand_site,
            "wiegand_code": self.wiegand_code,
            "wiegand_custom": self.wiegand_custom,
        }
        return body | self.templates()

    def templates(self) -> Body:
        """The members of the irises there are."""
        sides = (("left", self.left_eye), ("right", self.right_eye))
        return {f"{side}_eye_template": wire.write_base64(template) for side, template in sides if template}


@dataclass(frozen=True)
class UserInfo:
    """Access rights beside a subject; the numbers are the terminal's own codes, zero unless set there."""

    user_uuid: str
    card: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)
    admin: int = 0
    group_index: int = 0
    by_pass_card: int = 0
    individual: int = 0
    three_out_status: int = 0
    three_out_status_access_allowed: int = 1
    job_code: int = 0
    time_schedule_code: int = 0
    apb_status: int = 0
    message: str = field(default="", repr=False)

    @classmethod
    def read(cls, source: Members) -> "UserInfo":
        return cls(
            wire.text(source, "user_uuid"),
            wire.text(source, "card"),
            wire.text(source, "pin"),
            wire.integer(source, "admin"),
            wire.integer(source, "group_index"),
            wire.integer(source, "by_pass_card"),
            wire.integer(source, "indivisual", "individual"),
            wire.integer(source, "three_out_status"),
            wire.integer(source, "three_out_status_access_allowed"),
            wire.integer(source, "job_code"),
            wire.integer(source, "time_schedule_code"),
            wire.integer(source, "apb_status"),
            wire.text(source, "message"),
        )

    def write(self) -> Body:
        return {
            "user_uuid": self.user_uuid,
            "card": self.card,
            "pin": self.pin,
            "admin": self.admin,
            "group_index": self.group_index,
            "by_pass_card": self.by_pass_card,
            "indivisual": self.individual,
            "three_out_status": self.three_out_status,
            "three_out_status_access_allowed": self.three_out_status_access_allowed,
            "job_code": self.job_code,
            "time_schedule_code": self.time_schedule_code,
            "apb_status": self.apb_status,
            "message": self.message,
        }


class SubId(IntEnum):
    """Which face of a person: far is without glasses, near with; off is color, on is black and white."""

    COLOR = 0
    GRAY = 1
    COLOR_GLASSES = 2
    GRAY_GLASSES = 3
    COLOR_UPDATED = 4
    GRAY_UPDATED = 5


FACE_INTEGERS = ("eye_width", "feature_size", "left_eye_x", "right_eye_x", "led_state")
FACE_NUMBERS = ("frontal_score", "roll", "score")


@dataclass(frozen=True)
class Face:
    """One face reference of a person: the template and the numbers that belong to it, by their own names."""

    user_uuid: str
    sub_id: int
    feature: bytes = field(default=b"", repr=False)
    numbers: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Members) -> "Face":
        return cls(
            wire.text(source, "user_uuid"),
            wire.integer(source, "sub_id", "subId"),
            wire.blob(source, "face_feature"),
            face_numbers(source, "face"),
        )

    def write(self) -> Body:
        body: Body = {"user_uuid": self.user_uuid, "sub_id": self.sub_id}
        for name in FACE_INTEGERS:
            body[wire_name("face", name)] = int(self.numbers.get(name, 0))
        for name in FACE_NUMBERS:
            body[wire_name("face", name)] = float(self.numbers.get(name, 0))
        return body | {"face_feature": wire.write_base64(self.feature)}


def wire_name(prefix: str, name: str) -> str:
    """The member's name on the wire; the LED state has capitals inside it."""
    return f"{prefix}_LED_state" if name == "led_state" else f"{prefix}_{name}"


def face_numbers(source: Members, prefix: str) -> dict[str, float]:
    """The numbers of a face that stand in `source` under `prefix`, by their own names."""
    found: dict[str, float] = {}
    for name in (*FACE_INTEGERS, *FACE_NUMBERS):
        names = (wire_name(prefix, name), f"{prefix}_{name}")
        if wire.pick(source, *names) is not None:
            number = wire.number(source, *names)
            found[name] = int(number) if name in FACE_INTEGERS else float(number)
    return found


def batch(subject: Subject, info: UserInfo, faces: tuple[Face, ...]) -> Body:
    """The flat object of POST /user: subject and user-info members and the faces."""
    return subject.write() | info.write() | {"faces": [face.write() for face in faces]}


@dataclass(frozen=True)
class LogEntry:
    """One line of the terminal's own log, in device time (UTC)."""

    log_id: int
    event_type: str
    timestamp: datetime | None
    user_uuid: str
    info: str
    additional_data: str
    face_image: bytes = field(default=b"", repr=False)

    @classmethod
    def read(cls, source: Members) -> "LogEntry":
        return cls(
            wire.integer(source, "id", default=-1),
            wire.text(source, "event_type"),
            wire.timestamp(source, "timestamp"),
            wire.text(source, "user_uuid"),
            wire.text(source, "info"),
            wire.text(source, "additional_data"),
            wire.blob(source, "matched_faceimage_data"),
        )


@dataclass(frozen=True)
class DoorStatus:
    """The four door inputs and outputs; None where this firmware does not tell."""

    door_sensor: int | None
    relay: int | None
    tamper: int | None
    rte: int | None

    @classmethod
    def read(cls, source: Members) -> "DoorStatus":
        older = source.get("cur_door_status")
        if isinstance(older, dict):
            source = older
        return cls(
            wire.optional_integer(source, "door_sensor", "cur_door_status"),
            *(wire.optional_integer(source, name) for name in ("relay", "tamper", "rte")),
        )


ConfigScalar = bool | int | float | str
CONFIG_TYPES: dict[str, type[ConfigScalar]] = {"bool": bool, "float": float, "int": int, "string": str}


def read_config(source: Members, kind: str) -> ConfigScalar:
    """The member that belongs to the asked type."""
    if kind == "bool":
        return wire.flag(source, "bool") is True
    if kind == "int":
        return wire.integer(source, "int")
    return wire.number(source, "float") if kind == "float" else wire.text(source, "string")


@dataclass(frozen=True)
class StoredFile:
    """A file of the terminal; `size` as stated by it."""

    data: bytes = field(repr=False)
    size: int

    @classmethod
    def read(cls, source: Members) -> "StoredFile":
        return cls(wire.blob(source, "file"), wire.integer(source, "size"))
