"""Requests as the terminal reads them, and its refusals: real JSON types, no guessing."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.simulators.controlid.settings import Dress
from app.simulators.faults import Fault

Document = dict[str, Any]
_NAMES: Final = {int: "int", str: "string", bool: "bool", list: "array", dict: "object"}


class Refused(Exception):
    """An answer other than success."""

    def __init__(self, error: str, status: int = 400, code: int | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.document: Document = {"error": error} | ({} if code is None else {"code": code})


@dataclass(frozen=True)
class Call:
    """One request: the command, its query, its body, and the faults that strike it by kind."""

    command: str
    query: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    content_type: str = ""
    strikes: Mapping[str, Fault] = field(default_factory=dict)

    def document(self) -> Document:
        """The body as a JSON object; an empty body is an empty one."""
        if not self.body:
            return {}
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise Refused("Failed: Invalid JSON") from error
        return typed(found, dict, "body")  # type: ignore[no-any-return]

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number of the query."""
        text = self.query.get(name)
        if text is None and default is not None:
            return default
        if text is None or not text.isascii() or not text.isdigit():
            raise Refused(f"Failed: Invalid parameter '{name}' (int expected)", code=1)
        return int(text)

    def octets(self) -> bytes:
        """The body of a binary command."""
        if not self.content_type.startswith("application/octet-stream"):
            raise Refused("Failed: Invalid content type (application/octet-stream expected)")
        return self.body


def typed(value: Any, kind: type, name: str) -> Any:
    """The value, when it is exactly of this JSON type."""
    if type(value) is not kind:
        got = _NAMES.get(type(value), "null" if value is None else "number")
        raise Refused(f"Failed: Invalid member '{name}' ({_NAMES[kind]} expected, got {got})")
    return value


def member(document: Mapping[str, Any], name: str, kind: type, default: Any = None) -> Any:
    """A member of this JSON type; missing takes the default, and without one is refused."""
    if name in document:
        return typed(document[name], kind, name)
    if default is None:
        raise Refused(f"Failed: Missing member '{name}'")
    return default


def encoded(data: bytes, dress: Dress = Dress.PLAIN) -> str:
    """Base64 as this terminal writes it."""
    if dress is Dress.URLSAFE:
        return base64.urlsafe_b64encode(data).decode()
    if dress is Dress.LINES:
        return base64.encodebytes(data).decode()
    text = base64.b64encode(data).decode()
    if dress is Dress.UNPADDED:
        return text.rstrip("=")
    return f"data:application/octet-stream;base64,{text}" if dress is Dress.DATA_URI else text


def decoded(text: str, name: str) -> bytes:
    """Base64 a client sent: the standard alphabet, padded, no line breaks."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(f"Failed: Invalid member '{name}' (base64 expected)") from error
