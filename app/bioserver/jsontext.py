"""Strict JSON as text: values with exact numbers, members cut out of the raw text, spellings kept.

Signatures are over bytes, digests and echoes too: what the server wrote is never re-serialized from objects.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

DEEPEST = 40
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*")


class NotJson(ValueError):
    """The text is not one strict JSON value; never repeats the text."""


class _Repeated(ValueError):
    pass


def parse(text: str) -> Any:
    """The value, every number a Decimal (NaN where the server wrote one); NotJson for anything not strict."""
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError, InvalidOperation):
        raise NotJson from None


def same(left: object, right: object) -> bool:
    """Deep equality: same members in any order, numbers as decimals, true is not 1; too deep is not equal."""
    return _same(left, right, DEEPEST)


def _same(left: object, right: object, depth: int) -> bool:
    if depth == 0 or type(left) is not type(right):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[name], right[name], depth - 1) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(_same(a, b, depth - 1) for a, b in zip(left, right, strict=True))
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left == right or (left.is_nan() and right.is_nan())
    return left == right


@dataclass(frozen=True)
class Member:
    """Where a member stands in the text of an object: from its name to the end of its value."""

    name: str
    start: int
    value: int
    end: int


def members(text: str) -> tuple[Member, ...]:
    """The members of the object that the whole text is. NotJson when it is none."""
    try:
        return tuple(_members(text))
    except (ValueError, RecursionError, IndexError, InvalidOperation):
        raise NotJson from None


def elements(text: str) -> tuple[str, ...]:
    """The raw texts of a list's elements. NotJson when the text is no list."""
    try:
        return tuple(_elements(text))
    except (ValueError, RecursionError, IndexError, InvalidOperation):
        raise NotJson from None


def member_text(text: str, name: str) -> str:
    """The raw text of a member's value; empty when the object has none."""
    return next((text[one.value : one.end] for one in members(text) if one.name == name), "")


def without(text: str, name: str) -> str:
    """The object's text with one member and its comma cut out; all else byte for byte."""
    found = members(text)
    place = next((index for index, one in enumerate(found) if one.name == name), None)
    if place is None:
        return text
    if place + 1 < len(found):
        return text[: found[place].start] + text[found[place + 1].start :]
    begin = found[place - 1].end if place else found[place].start
    return text[:begin] + text[found[place].end :]


def redacted(text: str, names: frozenset[str]) -> str:
    """The text with these members removed from every object in it, spellings kept."""
    stripped = text.strip()
    if stripped.startswith("["):
        return "[" + ",".join(redacted(one, names) for one in elements(stripped)) + "]"
    if not stripped.startswith("{"):
        return stripped
    kept = (one for one in members(stripped) if one.name not in names)
    parts = (stripped[one.start : one.value] + redacted(stripped[one.value : one.end], names) for one in kept)
    return "{" + ",".join(parts) + "}"


def holds(value: object, names: frozenset[str]) -> bool:
    """Whether any object inside has one of these members."""
    if isinstance(value, dict):
        return bool(names & value.keys()) or any(holds(one, names) for one in value.values())
    return isinstance(value, list) and any(holds(one, names) for one in value)


def compact(text: str) -> str:
    """Without white space between tokens; numbers, slashes and escapes as they were."""
    return "".join(_TOKEN.findall(text))


def pretty(text: str, newline: str = "\n") -> str:
    """Two spaces per level, one member per line; numbers, slashes and escapes as they were."""
    out: list[str] = []
    depth, before = 0, ""
    for piece in _TOKEN.findall(text):
        if piece in "}]":
            depth -= 1
            out.append("" if before in "{[" and before else newline + "  " * depth)
        elif before and before in "{[,":
            out.append(newline + "  " * depth)
        out.append(": " if piece == ":" else piece)
        depth += piece in "{["
        before = piece
    return "".join(out)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Repeated
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=Decimal, parse_int=Decimal, parse_constant=lambda _word: Decimal("NaN")
)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, wanted: str) -> int:
    if text[at] != wanted:
        raise ValueError
    return _skip(text, at + 1)


def _members(text: str) -> Iterator[Member]:
    at = _expect(text, _skip(text, 0), "{")
    while text[at] != "}":
        start = at
        name, at = _DECODER.raw_decode(text, at)
        if not isinstance(name, str):
            raise ValueError
        value = _expect(text, _skip(text, at), ":")
        _, end = _DECODER.raw_decode(text, value)
        yield Member(name, start, value, end)
        at = _next(text, _skip(text, end), "}")
    _ended(text, at)


def _elements(text: str) -> Iterator[str]:
    at = _expect(text, _skip(text, 0), "[")
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield text[at:end]
        at = _next(text, _skip(text, end), "]")
    _ended(text, at)


def _next(text: str, at: int, closing: str) -> int:
    """After a value: its comma and something behind it, or the end."""
    if text[at] == closing:
        return at
    at = _expect(text, at, ",")
    if text[at] == closing:
        raise ValueError
    return at


def _ended(text: str, at: int) -> None:
    if _skip(text, at + 1) != len(text):
        raise ValueError
