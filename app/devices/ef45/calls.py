"""What goes into a URL, checked before it gets there: one slip in a path could wipe a log (facts rows 9 to 25)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from app.devices.ef45 import wire
from app.devices.ef45.codec import CONFIG_TYPES, ConfigScalar, LogEntry, Page
from app.domain.errors import InvalidInput

Query = tuple[tuple[str, str], ...]

ABSENT = frozenset({404, 410})
CONFLICT = frozenset({404, 409})
RESERVED = frozenset({"record-version", "is-exist", "template", "card", "uuid"})
IRIS_FILES = ("lefteye.bmp", "righteye.bmp")
FACE_FILES = ("irisoff.bmp", "faroff.bmp", "faron.bmp", "nearoff.bmp", "nearon.bmp")
LONGEST_RELAY_S = 3600
FIRST_VER1 = (1, 2, 34)


@dataclass(frozen=True)
class Modes:
    """What POST /camera/control/start captures; all four modes are always sent.

    InvalidInput when none is chosen, or both eye modes at once.
    """

    face: bool = False
    glasses: bool = False
    both_eyes: bool = False
    either_eye: bool = False
    streaming: bool = False
    recognition_settings: bool = False

    def __post_init__(self) -> None:
        if not (self.face or self.glasses or self.both_eyes or self.either_eye):
            raise InvalidInput(field="modes", reason="none-chosen")
        if self.both_eyes and self.either_eye:
            raise InvalidInput(field="modes", reason="two-eye-modes")

    def query(self) -> Query:
        """In the document's order; every boolean as true or false."""
        values = {
            "face_mode": self.face,
            "glasses_mode": self.glasses,
            "both_eye_mode": self.both_eyes,
            "either_eye_mode": self.either_eye,
            "streaming_mode": self.streaming,
            "recog_mode": self.recognition_settings,
        }
        return tuple((name, boolean(value)) for name, value in values.items())


def boolean(value: bool) -> str:
    """true or false: Python's True is not understood."""
    return "true" if value else "false"


def segment(value: str, field: str) -> str:
    """One percent-encoded path segment; InvalidInput when empty, or when it would change the path."""
    if not value.strip() or value in {".", ".."} or "/" in value or "\\" in value or not value.isprintable():
        raise InvalidInput(field=field, reason="not-a-name")
    return quote(value, safe="")


def person(user_uuid: str) -> str:
    """A person's identifier as a path segment; the words that name other operations are refused."""
    if user_uuid.casefold() in RESERVED:
        raise InvalidInput(field="user_uuid", reason="reserved")
    return segment(user_uuid, "user_uuid")


def card(written: str) -> str:
    """A card number as a path segment: 65%20D8%20A1%20BD."""
    return quote(wire.card_number(written), safe="")


def log_id(value: int) -> str:
    """A log's id; anything but a positive integer could name the whole log."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidInput(field="log_id", reason="not-an-integer")
    return str(value)


def log_range(first: int, last: int) -> Query:
    """Both spellings of a range with the same values; InvalidInput when it is upside down."""
    lowest, highest = log_id(first), log_id(last)
    if first > last:
        raise InvalidInput(field="log_id", reason="upside-down")
    return (("min", lowest), ("max", highest), ("from_id", lowest), ("to_id", highest))


def sub_id(value: int) -> Query:
    """Both spellings of a face's number with the same value."""
    if value not in range(6):
        raise InvalidInput(field="sub_id", reason="out-of-range")
    return (("subId", str(int(value))), ("sub_id", str(int(value))))


def paging(page: int | None, page_size: int | None) -> Query:
    """Pages count from 1; nothing at all asks for the whole list."""
    return tuple(_given(page=page, page_size=page_size))


def _given(**numbers: int | None) -> Iterator[tuple[str, str]]:
    for name, value in numbers.items():
        if value is not None:
            if value < 1:
                raise InvalidInput(field=name, reason="less-than-one")
            yield name, str(value)


def config_path(title: str, kind: str) -> str:
    """/config/{title}/{type}; InvalidInput for a type that does not exist."""
    if kind not in CONFIG_TYPES:
        raise InvalidInput(field="type", reason="unknown")
    return f"/config/{segment(title.strip(), 'title')}/{kind}"


def config_value(kind: str, value: ConfigScalar) -> ConfigScalar:
    """The value as the type says; InvalidInput when it does not fit."""
    if kind == "bool" and isinstance(value, str):
        if value.strip().lower() not in {"true", "false", "1", "0"}:
            raise InvalidInput(field="value", reason="not-a-bool")
        return value.strip().lower() in {"true", "1"}
    try:
        return CONFIG_TYPES[kind](value)
    except ValueError:
        raise InvalidInput(field="value", reason=f"not-a-{kind}") from None


def seconds(duration: int) -> int:
    """How long the relay may stay switched."""
    if not 0 <= duration <= LONGEST_RELAY_S:
        raise InvalidInput(field="duration", reason="out-of-range")
    return duration


def iris_file(name: str) -> str:
    """One of the documented names for save-8bmp."""
    return _listed(name, IRIS_FILES)


def face_file(name: str) -> str:
    """One of the documented names for save-24bmp."""
    return _listed(name, FACE_FILES)


def _listed(name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise InvalidInput(field="filename", reason="unknown")
    return name


def sorted_logs(page: Page[LogEntry], *, newest: bool) -> Page[LogEntry]:
    """The same page in order of id, whichever order the terminal chose."""
    items = tuple(sorted(page.items, key=lambda entry: entry.log_id, reverse=newest))
    return Page(items, page.page, page.page_size, page.total, page.more)


def is_plain_name(value: str) -> bool:
    """True for letters, digits, dash and underscore only: safe inside a file name."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value) is not None


def is_before_ver1(version: str) -> bool:
    """True when a version can be read and is lower than 1.2.34, compared number by number."""
    parts = [int(part) for part in version.strip().lstrip("vV").split("-")[0].split(".") if part.isdigit()]
    return bool(parts) and tuple(parts) < FIRST_VER1
