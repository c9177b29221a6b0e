"""The strict side of the wire: requests are read exactly as documented, or refused with the reason."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Document = dict[str, Any]

UUID_TEXT: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INTEGER: Final = re.compile(r"-?\d{1,9}")
_DEFAULT_PAGE_SIZE: Final = 50


class Refused(Exception):
    """The terminal refuses: an HTTP status and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Page:
    """Which rows of a list are wanted: page counts from 1, None means all."""

    number: int | None = None
    size: int = _DEFAULT_PAGE_SIZE


@dataclass(frozen=True)
class Listing:
    """A list envelope before the variants are applied; `items` None leaves the member out."""

    items: list[Document] | None
    page: int = 1
    page_size: int = _DEFAULT_PAGE_SIZE
    has_more: bool = False
    total: int = 0


@dataclass(frozen=True)
class Nothing:
    """Success without a body; `status` when it is not the operation's own."""

    status: int | None = None


Answer = Document | Listing | Nothing | bytes
"""What an operation gives back; bytes are JSON already written."""

NOTHING: Final = Nothing()


def outcome(success: bool, status: str) -> Document:
    """The `{success, status}` object of camera and control operations."""
    return {"success": success, "status": status}


def listing(rows: list[Document], page: Page | None = None) -> Listing:
    """One page of `rows`, or all of them when no page is asked for."""
    page = page or Page()
    if page.number is None:
        return Listing(rows, 1, max(len(rows), _DEFAULT_PAGE_SIZE), False, len(rows))
    start = (page.number - 1) * page.size
    shown = rows[start : start + page.size]
    return Listing(shown, page.number, page.size, start + len(shown) < len(rows), len(rows))


@dataclass(frozen=True)
class Call:
    """One request: query and path as text, body as it came, and the device faults that strike it."""

    query: Mapping[str, str]
    path: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""
    strikes: frozenset[str] = frozenset()

    def flag(self, name: str, default: bool | None = None) -> bool:
        """A boolean of the query: exactly `true` or `false`."""
        text = self.query.get(name)
        if text is None and default is not None:
            return default
        if text not in {"true", "false"}:
            raise Refused(400, f"{name} must be true or false")
        return text == "true"

    def integer(self, name: str) -> int | None:
        """An integer of the query, None when absent."""
        text = self.query.get(name)
        return None if text is None else _integer(name, text)

    def required_integer(self, name: str) -> int:
        value = self.integer(name)
        if value is None:
            raise Refused(400, f"{name} is required")
        return value

    def path_integer(self, name: str) -> int:
        return _integer(name, self.path[name])

    def path_uuid(self, name: str) -> str:
        """A path part of the form 8-4-4-4-12."""
        text = self.path[name]
        if not UUID_TEXT.fullmatch(text):
            raise Refused(400, f"{name} is not of the form 8-4-4-4-12")
        return text

    def page(self) -> Page:
        number, size = self.integer("page"), self.integer("page_size")
        if (number is not None and number < 1) or (size is not None and size < 1):
            raise Refused(400, "page and page_size count from 1")
        return Page(1 if number is None and size is not None else number, size or _DEFAULT_PAGE_SIZE)

    def json(self) -> Any:
        """The body as JSON, sent as application/json."""
        if self.content_type.partition(";")[0].strip().lower() != "application/json":
            raise Refused(415, "Content-Type must be application/json")
        try:
            return json.loads(self.body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Refused(400, "the body is not JSON") from None

    def document(self) -> Document:
        """The body as a JSON object; a JSON string that holds JSON is not one."""
        value = self.json()
        if not isinstance(value, dict):
            raise Refused(400, f"the body must be a JSON object, not {type(value).__name__}")
        return value


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _integer(name: str, text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise Refused(400, f"{name} must be an integer")
    return int(text)


def decode_base64(text: object, what: str) -> bytes:
    """Standard alphabet, padded, no line breaks: anything else is refused."""
    if not isinstance(text, str):
        raise Refused(400, f"{what} must be base64 text")
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Refused(400, f"{what} is not base64") from None


def encode_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def only_members(document: Document, known: Iterable[str]) -> None:
    """Refuse members nobody documented: they are a client's spelling mistake."""
    if unknown := sorted(set(document) - set(known)):
        raise Refused(400, f"unknown member {unknown[0]}")
