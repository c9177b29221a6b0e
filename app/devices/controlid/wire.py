"""Tolerant readers for single values: numbers as numbers or text, never through a float; any dress of base64."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from decimal import Decimal

from app.domain.errors import ProtocolError

Members = Mapping[str, object]

_URL_SAFE = str.maketrans("-_", "+/")
_BLANKS = re.compile(r"[\s\\]+")
_DATA_PREFIX = re.compile(r"\A\s*data:[^,]{0,100},")
_WHOLE = re.compile(r"[+-]?[0-9]{1,25}")
_TRUE = {"true", "1", "yes", "on"}
_LARGEST = 1 << 64


def parse(body: bytes) -> object:
    """JSON with whole numbers kept whole, however large; ValueError for anything else."""
    try:
        return json.loads(body, parse_float=Decimal)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def members(value: object, step: str) -> Members:
    """A JSON object, or nothing (absent, null, empty); ProtocolError for any other value."""
    if value is None or value in ("", []):
        return {}
    if isinstance(value, dict):
        return value
    raise ProtocolError(step=step, expected="object", got=type(value).__name__)


def rows(value: object, step: str) -> list[Members]:
    """A JSON list of objects; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ProtocolError(step=step, expected="list", got=type(value).__name__)
    return [members(row, step) for row in value]


def pick(source: Members, *names: str) -> object:
    """The first of the names that is present and not null."""
    for name in names:
        if source.get(name) is not None:
            return source[name]
    return None


def optional_integer(source: Members, *names: str) -> int | None:
    """A whole number from a number or a text, up to 64 bits; None for everything else."""
    value = pick(source, *names)
    if isinstance(value, str):
        value = int(value) if _WHOLE.fullmatch(value.strip()) else None
    if isinstance(value, Decimal):
        value = int(value) if value.is_finite() and abs(value) < _LARGEST and value == value.to_integral() else None
    if isinstance(value, int) and abs(value) < _LARGEST:
        return int(value)
    return None


def integer(source: Members, *names: str, default: int = 0) -> int:
    """Like optional_integer(), `default` when there is none."""
    found = optional_integer(source, *names)
    return default if found is None else found


def text(source: Members, *names: str) -> str:
    """A text; numbers are written out, null and absent are empty."""
    value = pick(source, *names)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def flag(source: Members, *names: str) -> bool | None:
    """A bool from a bool, 0/1 or a word; None when absent, null or empty."""
    value = pick(source, *names)
    if isinstance(value, str):
        return value.strip().lower() in _TRUE if value.strip() else None
    return bool(value) if isinstance(value, bool | int | Decimal) else None


def blob(source: Members, *names: str) -> bytes:
    """Decoded base64, empty when absent; ProtocolError naming the member when it is not base64 at all."""
    value = pick(source, *names)
    if value is None or value == "":
        return b""
    try:
        return read_base64(value) if isinstance(value, str) else _no_base64()
    except ValueError:
        raise ProtocolError(step="decode", member=names[0].replace("_", "-"), expected="base-text") from None


def read_base64(value: str) -> bytes:
    """Base64 with line breaks, URL-safe letters, missing padding or a data-URI prefix; ValueError otherwise."""
    try:
        return binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        bare = _BLANKS.sub("", _DATA_PREFIX.sub("", value)).translate(_URL_SAFE).rstrip("=")
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def write_base64(data: bytes) -> str:
    """Standard alphabet, padded, no line breaks."""
    return base64.b64encode(data).decode("ascii")


def _no_base64() -> bytes:
    raise ValueError("not a text")
