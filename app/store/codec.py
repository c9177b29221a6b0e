"""Domain dataclasses to bytes and back: a JSON head for the values, followed by their binary members.

Layout: length of the head (4 bytes, big endian) · head (JSON, UTF-8) · binary members one after the other; in the
head a binary member is [offset, length]. Reading ignores members it does not know and takes the default for those
that are missing, so that records written before a member existed stay readable.
"""

import dataclasses
import json
import struct
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from app.domain.errors import StoreDamaged

_LENGTH = struct.Struct(">I")
T = TypeVar("T")
Reader = Callable[[Any, bytes], Any]


def pack(value: object) -> bytes:
    """A frozen dataclass of plain values, enums, times, bytes, tuples and mappings, as bytes."""
    blobs = bytearray()
    head = json.dumps(_tree(value, blobs), ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTH.pack(len(head)) + head + blobs


def unpack(kind: type[T], data: bytes) -> T:
    """The dataclass that was packed; StoreDamaged when the bytes do not hold one."""
    try:
        (length,) = _LENGTH.unpack_from(data)
        start = _LENGTH.size + length
        hint: Any = kind
        value: T = _reader(hint)(json.loads(data[_LENGTH.size : start].decode()), data[start:])
    except (struct.error, ValueError, KeyError, TypeError, AttributeError):
        raise StoreDamaged(reason="unreadable", what=kind.__name__) from None
    return value


def _tree(value: object, blobs: bytearray) -> object:  # noqa: PLR0911 (one line per kind of value)
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, bytes):
        blobs += value
        return [len(blobs) - len(value), len(value)]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _tree(member, blobs) for name, member in value.items()}
    if isinstance(value, tuple | list):
        return [_tree(member, blobs) for member in value]
    if dataclasses.is_dataclass(value):
        return {member.name: _tree(getattr(value, member.name), blobs) for member in dataclasses.fields(value)}
    raise TypeError(type(value).__name__)


@dataclass(frozen=True)
class _Member:
    name: str
    required: bool
    read: Reader


@cache
def _reader(hint: Hashable) -> Reader:
    """How a node of the head becomes a value of the annotated type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(arguments)
    if origin is tuple:
        return _sequence(_reader(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_reader(arguments[1]))
    if dataclasses.is_dataclass(hint):
        return _record(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _enum(hint)
    return _LEAVES.get(hint, _as_it_is)


def _as_it_is(node: Any, _blobs: bytes) -> Any:
    return node


_LEAVES: dict[Any, Reader] = {
    bytes: lambda node, blobs: _cut(blobs, *node),
    datetime: lambda node, _blobs: datetime.fromisoformat(node),
    float: lambda node, _blobs: float(node),
}


def _cut(blobs: bytes, offset: int, length: int) -> bytes:
    part = blobs[offset : offset + length]
    if len(part) != length:
        raise ValueError("binary member cut short")
    return part


def _optional(arguments: tuple[Any, ...]) -> Reader:
    """`X | None` reads X; a union of plain values (numbers and texts) is what JSON says it is."""
    inner = [argument for argument in arguments if argument is not type(None)]
    if len(inner) > 1:
        return _as_it_is
    read = _reader(inner[0])
    return lambda node, blobs: None if node is None else read(node, blobs)


def _sequence(read: Reader) -> Reader:
    return lambda node, blobs: tuple(read(member, blobs) for member in node)


def _mapping(read: Reader) -> Reader:
    if read is _as_it_is:
        return lambda node, _blobs: dict(node)
    return lambda node, blobs: {name: read(member, blobs) for name, member in node.items()}


def _enum(kind: type[StrEnum]) -> Reader:
    """An unknown word becomes the enum's own UNKNOWN where it has one."""
    words = {member.value: member for member in kind}
    fallback = words.get("unknown")

    def read(node: Any, _blobs: bytes) -> StrEnum:
        member = words.get(node, fallback)
        if member is None:
            raise ValueError("unknown word")
        return member

    return read


def _record(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    members = tuple(_Member(one.name, _required(one), _reader(hints[one.name])) for one in dataclasses.fields(kind))

    def read(node: Any, blobs: bytes) -> Any:
        known = {one.name: one.read(node[one.name], blobs) for one in members if one.required or one.name in node}
        return kind(**known)

    return read


def _required(member: dataclasses.Field[Any]) -> bool:
    return member.default is dataclasses.MISSING and member.default_factory is dataclasses.MISSING
