"""The strict side of the wire: JSON and multipart are read exactly as documented, or refused with the reason."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final

from app.simulators.faults import Fault

Document = dict[str, Any]

IMAGE_TYPES: Final = frozenset({"ID_DOCUMENT", "SELFIE", "VIDEO_FRAME"})
_MULTIPART: Final = frozenset({"multipart/form-data", "multipart/mixed"})
_PART: Final = re.compile(rb"(?P<headers>(?:[^\r\n]+\r\n)*)\r\n(?P<body>.*)", re.DOTALL)
_MAXIMUM_PARTS: Final = 16


class Refused(Exception):
    """The server refuses: an HTTP status and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Part:
    """One part of a multipart body."""

    name: str
    filename: str | None
    content_type: str | None
    body: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    def text(self) -> str:
        """Refused: not UTF-8."""
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            raise Refused(400, f"part {self.name} is not text") from None


@dataclass(frozen=True)
class Call:
    """One request as an operation sees it; `strikes` are the faults of this request by their kind."""

    query: Mapping[str, str]
    path: Mapping[str, str]
    body: bytes = field(repr=False)
    content_type: str
    strikes: Mapping[str, Fault]

    def document(self, *, arrays: bool) -> Document:
        """The body as a JSON object; with `arrays` it must be an array of exactly one."""
        if media_type(self.content_type) != "application/json":
            raise Refused(400, "Content-Type must be application/json")
        return one_object(json_of(self.body, "the body"), "the body", arrays=arrays)

    def parts(self, known: Iterable[str]) -> dict[str, Part]:
        """The parts by name. Refused: not multipart, a part twice, or one nobody documented."""
        parts = multipart(self.content_type, self.body)
        named = {part.name: part for part in parts}
        if len(named) != len(parts):
            raise Refused(400, "a part is given twice")
        if unknown := sorted(set(named) - set(known)):
            raise Refused(400, f"unknown part {unknown[0]}")
        return named


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def is_multipart(content_type: str) -> bool:
    return media_type(content_type) in _MULTIPART


def json_of(data: bytes, what: str) -> Any:
    """Strict JSON: no NaN, no member twice."""
    try:
        return json.loads(data, parse_constant=_no_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused(400, f"{what} is not JSON") from None


def one_object(value: Any, what: str, *, arrays: bool) -> Document:
    if arrays:
        if not isinstance(value, list) or len(value) != 1:
            raise Refused(400, f"{what} must be an array of one object")
        value = value[0]
    if not isinstance(value, dict):
        raise Refused(400, f"{what} must be a JSON object")
    return value


def multipart(content_type: str, body: bytes) -> tuple[Part, ...]:
    """The parts in order (RFC 2046, section 5.1; names as RFC 7578)."""
    if not is_multipart(content_type):
        raise Refused(400, "Content-Type must be multipart/form-data or multipart/mixed")
    boundary = _parameter(content_type, "boundary")
    if not boundary:
        raise Refused(400, "the multipart boundary is missing")
    sections = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1"))
    if len(sections) < 2 or not sections[-1].startswith(b"--") or len(sections) > _MAXIMUM_PARTS + 2:
        raise Refused(400, "the multipart body does not end")
    return tuple(_part(section) for section in sections[1:-1])


def _part(section: bytes) -> Part:
    match = _PART.fullmatch(section.removeprefix(b"\r\n"))
    headers = Message()
    if match is not None:
        for line in match["headers"].decode("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            headers[name.strip()] = value.strip()
    name = headers.get_param("name", header="content-disposition")
    if match is None or not isinstance(name, str):
        raise Refused(400, "a part has no name")
    filename = headers.get_param("filename", header="content-disposition")
    return Part(name, filename if isinstance(filename, str) else None, headers.get("content-type"), match["body"])


def _parameter(content_type: str, name: str) -> str:
    message = Message()
    message["content-type"] = content_type
    value = message.get_param(name)
    return value if isinstance(value, str) else ""


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> Document:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a member is given twice")
    return document


def only_members(document: Document, known: Iterable[str]) -> None:
    """Refuse members nobody documented: they are a client's spelling mistake."""
    if unknown := sorted(set(document) - set(known)):
        raise Refused(400, f"unknown member {unknown[0]}")


def text_member(document: Document, name: str) -> str | None:
    value = document.get(name)
    if value is not None and not isinstance(value, str):
        raise Refused(400, f"{name} must be text")
    return value


def whole_number(document: Document, name: str, *, least: int, required: bool = False) -> int | None:
    value = document.get(name)
    if value is None and not required:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise Refused(400, f"{name} must be a whole number of at least {least}")
    return value


def truth(value: object, name: str) -> bool | None:
    """A boolean as JSON, as text, or none (row 17 of the ambiguities)."""
    if isinstance(value, str):
        value = {"true": True, "false": False, "": None}.get(value.strip().lower(), value)
    if value is not None and not isinstance(value, bool):
        raise Refused(400, f"{name} must be true or false")
    return value


def image_type(value: object, name: str = "imageType") -> str:
    if not isinstance(value, str) or value not in IMAGE_TYPES:
        raise Refused(400, f"{name} must be one of {', '.join(sorted(IMAGE_TYPES))}")
    return value
