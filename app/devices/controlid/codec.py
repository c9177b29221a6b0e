"""Everything a terminal says and is told, as values: parsed at the border, trusted inside (facts, sections 3 and 4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.devices.controlid import wire
from app.devices.controlid.wire import Members
from app.domain.errors import ProtocolError
from app.domain.modality import Modality

MOST_PRINTS = 10


class Kind(StrEnum):
    """The values of `type` in remote_enroll that a station uses."""

    FINGER = "biometry"
    FACE = "face"
    CARD = "card"


KINDS = {Modality.FINGER: Kind.FINGER, Modality.FACE: Kind.FACE, Modality.CARD: Kind.CARD}


@dataclass(frozen=True)
class SystemInfo:
    """system_information. `device_id` is text in the document and a number in callbacks; 0 when it is not said."""

    serial: str
    version: str
    device_id: int
    name: str
    online: bool
    online_available: bool
    local_time: int
    """The terminal's wall clock, written as if it were UTC (facts, section 1); 0 when it is not said."""

    @classmethod
    def read(cls, source: Members) -> "SystemInfo":
        return cls(
            wire.text(source, "serial"),
            wire.text(source, "version"),
            wire.integer(source, "device_id"),
            wire.text(source, "device_name"),
            bool(wire.flag(source, "online")),
            wire.flag(source, "online_available") is not False,
            wire.integer(source, "time"),
        )


@dataclass(frozen=True)
class Order:
    """The parameters of remote_enroll; what is false, 0 or empty is left out, as the vendor's own SDK does."""

    kind: Kind
    user_id: int
    save: bool = False
    sync: bool = True
    panic_finger: bool = False
    registration: str = field(default="", repr=False)
    message: str = ""
    auto: bool = False
    countdown: int = 0
    prompt_as_msg: bool = False
    """The message twice: the document calls it `msg` in its table and `message` in its example."""

    def write(self) -> dict[str, object]:
        body: dict[str, object] = {
            "type": self.kind.value,
            "user_id": self.user_id,
            "save": self.save,
            "sync": self.sync,
            "panic_finger": int(self.panic_finger),
            "registration": self.registration,
            "message": self.message,
            "msg": self.message if self.prompt_as_msg else "",
            "auto": self.auto,
            "countdown": self.countdown if self.auto else 0,
        }
        return {name: value for name, value in body.items() if value or name in {"save", "sync"}}


@dataclass(frozen=True)
class Print:
    """One press as sent: a file or bare gray pixels, and the size that was said."""

    image: bytes = field(repr=False)
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class EnrollResult:
    """What an enrollment brought, by whichever way it came; everything may be missing.

    `error` is the terminal's word for why not, `match_user` the user it named as the owner of the face.
    """

    kind: Kind
    success: bool = True
    user_id: int | None = None
    device_id: int | None = None
    finger_type: int = 0
    prints: tuple[Print, ...] = field(default=(), repr=False)
    templates: tuple[bytes, ...] = field(default=(), repr=False)
    face: bytes = field(default=b"", repr=False)
    card: int | None = field(default=None, repr=False)
    error: str = field(default="", repr=False)
    match_user: int | None = None

    @property
    def empty(self) -> bool:
        """Nothing to make a sample of."""
        return not (self.prints or self.templates or self.face) and self.card is None


def read_result(payload: object, kind: Kind, step: str = "remote-enroll") -> EnrollResult:
    """A synchronous reply or a callback's JSON, in any of its shapes. ProtocolError for what cannot be understood."""
    source = wire.members(payload, step)
    error = _error_text(source)
    success = wire.flag(source, "success")
    info = wire.members(source.get("info"), step)
    result = EnrollResult(
        kind,
        success=not error if success is None else success,
        user_id=wire.optional_integer(source, "user_id"),
        device_id=wire.optional_integer(source, "device_id"),
        error=error,
        match_user=wire.optional_integer(info, "match_user_id"),
    )
    return _with_data(result, source, step)


def _with_data(result: EnrollResult, source: Members, step: str) -> EnrollResult:
    if result.kind is Kind.FINGER:
        return replace(
            result,
            finger_type=wire.integer(source, "finger_type"),
            prints=tuple(_prints(source, step)),
            templates=(template,) if (template := wire.blob(source, "template")) else (),
        )
    if result.kind is Kind.FACE:
        return replace(result, face=_face(source, step))
    return replace(result, card=wire.optional_integer(source, "card_value", "value"))


def _prints(source: Members, step: str) -> Iterator[Print]:
    found = source.get("fingerprints")
    listed = wire.rows([found] if isinstance(found, dict) else found, step)
    for row in listed[:MOST_PRINTS]:
        image = wire.blob(row, "image")
        if image:
            yield Print(image, wire.integer(row, "width"), wire.integer(row, "height"))


def _face(source: Members, step: str) -> bytes:
    """`user_image`, `image`, or `face` as an object or an array of one."""
    direct = wire.blob(source, "user_image", "image")
    if direct:
        return direct
    nested = source.get("face")
    if isinstance(nested, list):
        nested = nested[0] if nested else None
    return wire.blob(wire.members(nested, step), "image", "user_image")


def _error_text(source: Members) -> str:
    error = source.get("error")
    return wire.text(error, "message") if isinstance(error, dict) else wire.text(source, "error")


class Press(StrEnum):
    """The words of `biometry_state`."""

    FIRST = "ENROLL_FIRST_BIOMETRY_STATE"
    SECOND = "ENROLL_SECOND_BIOMETRY_STATE"
    THIRD = "ENROLL_THIRD_BIOMETRY_STATE"


PRESSES = (Press.FIRST, Press.SECOND, Press.THIRD)
IDLE = "NORMAL_STATE"


@dataclass(frozen=True)
class EnrollerState:
    """enroller_state and enroller_biometry_state; `press` is 1 to 3 while a finger is asked for, else 0."""

    state: str
    press: int = 0
    last_enroll: bool = False
    last_error: str = ""

    @property
    def idle(self) -> bool:
        return self.state == IDLE

    @property
    def thinking(self) -> bool:
        return self.state.startswith("WAITING_")

    @classmethod
    def read(cls, source: Members) -> "EnrollerState":
        state = wire.text(source, "enroller_state")
        if not state:
            raise ProtocolError(step="enroller-state", member="enroller-state", reason="missing")
        word = wire.text(source, "biometry_state")
        press = next((number for number, each in enumerate(PRESSES, 1) if each == word), 0)
        last = bool(wire.flag(source, "last_enroll"))
        return cls(state, press, last, wire.text(source, "last_enroll_error"))


@dataclass(frozen=True)
class User:
    """A row of `users`."""

    user_id: int
    registration: str = field(default="", repr=False)
    name: str = field(default="", repr=False)

    @classmethod
    def read(cls, source: Members) -> "User":
        number = wire.optional_integer(source, "id")
        if number is None:
            raise ProtocolError(step="load-objects", member="id", reason="missing")
        return cls(number, wire.text(source, "registration"), wire.text(source, "name"))

    def write(self) -> dict[str, object]:
        return {"id": self.user_id, "registration": self.registration, "name": self.name}


@dataclass(frozen=True)
class CardRow:
    """A row of `cards`."""

    user_id: int
    value: int = field(repr=False)
    row_id: int = 0

    @classmethod
    def read(cls, source: Members) -> "CardRow":
        return cls(wire.integer(source, "user_id"), wire.integer(source, "value"), wire.integer(source, "id"))

    def write(self) -> dict[str, object]:
        return {"user_id": self.user_id, "value": self.value}


@dataclass(frozen=True)
class TemplateRow:
    """A row of `templates`; `finger_type` 1 is a panic finger."""

    user_id: int
    template: bytes = field(repr=False)
    finger_type: int = 0
    row_id: int = 0

    @classmethod
    def read(cls, source: Members) -> "TemplateRow":
        return cls(
            wire.integer(source, "user_id"),
            wire.blob(source, "template"),
            wire.integer(source, "finger_type"),
            wire.integer(source, "id"),
        )

    def write(self) -> dict[str, object]:
        return {
            "user_id": self.user_id,
            "template": wire.write_base64(self.template),
            "finger_type": self.finger_type,
        }


FACE_EXISTS = 3


@dataclass(frozen=True)
class PhotoVerdict:
    """What the terminal thinks of a photo: error codes of facts section 7, and whose face it is already."""

    success: bool
    codes: tuple[int, ...] = ()
    match_user: int | None = None
    scores: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Members) -> "PhotoVerdict":
        errors = wire.rows(source.get("errors"), "photo")
        infos = [wire.members(error.get("info"), "photo") for error in errors]
        owners = [wire.optional_integer(info, "match_user_id") for info in infos]
        scores = wire.members(source.get("scores"), "photo")
        return cls(
            bool(wire.flag(source, "success")) and not errors,
            tuple(wire.integer(error, "code") for error in errors),
            next((owner for owner in owners if owner is not None), None),
            {name: wire.integer(scores, name) for name in scores},
        )


@dataclass(frozen=True)
class Extracted:
    """template_extract: quality 0 to 100, and the template."""

    quality: int
    template: bytes = field(repr=False)
