"""Tolerant readers for single values: whatever a firmware may write for a number, a flag or base64 is understood."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from app.domain.errors import InvalidInput, ProtocolError

Members = Mapping[str, object]

_URL_SAFE = str.maketrans("-_", "+/")
_NOT_BASE64 = re.compile(r"[\s\\]+")
_DATA_PREFIX = re.compile(r"\A\s*data:[^,]{0,100},")
_TIME_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%dT%H%M%S")
_TRUE = {"true", "1", "yes", "on"}


def members(value: object, step: str) -> Members:
    """A JSON object, or nothing (absent, null, empty); ProtocolError for any other value."""
    if value is None or value in ("", []):
        return {}
    if isinstance(value, dict):
        return value
    raise ProtocolError(step=step, expected="object", got=type(value).__name__)


def pick(source: Members, *names: str) -> object:
    """The first of the names that is present and not null; later names are known misspellings."""
    for name in names:
        if source.get(name) is not None:
            return source[name]
    return None


def integer(source: Members, *names: str, default: int = 0) -> int:
    """An int from an int, a float, a numeric string, a bool; `default` for null, absent or anything else."""
    return int(number(source, *names, default=default))


def number(source: Members, *names: str, default: float = 0.0) -> float:
    """A finite float from an int, a float, a numeric string, a bool; `default` otherwise."""
    value = pick(source, *names)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return default
    if isinstance(value, (int, float)) and abs(value) < 1e15:  # also false for NaN
        return value
    return default


def optional_integer(source: Members, *names: str) -> int | None:
    """Like integer(), None when absent or null."""
    return None if pick(source, *names) in (None, "") else integer(source, *names)


def text(source: Members, *names: str) -> str:
    """A text; numbers are written out, null and absent are empty."""
    value = pick(source, *names)
    if isinstance(value, (str, int, float)):
        return str(value).strip() if isinstance(value, str) else str(value)
    return ""


def flag(source: Members, *names: str) -> bool | None:
    """A bool from a bool, 0/1, "true"/"false"; None when absent, null or empty."""
    value = pick(source, *names)
    if isinstance(value, str):
        return value.strip().lower() in _TRUE if value.strip() else None
    return bool(value) if isinstance(value, (bool, int, float)) else None


def blob(source: Members, *names: str) -> bytes:
    """Decoded base64, empty when absent; ProtocolError naming the member when it is not base64 at all."""
    value = pick(source, *names)
    if value is None or value == "":
        return b""
    if not isinstance(value, str):
        raise ProtocolError(step="decode", member=names[0], expected="base64")
    try:
        return read_base64(value)
    except ValueError:
        raise ProtocolError(step="decode", member=names[0], expected="base64") from None


def read_base64(value: str) -> bytes:
    """Base64 with line breaks, stray backslashes, URL-safe letters, missing padding or a data-URI prefix.

    ValueError when it still is not base64.
    """
    try:
        return binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        bare = _NOT_BASE64.sub("", _DATA_PREFIX.sub("", value)).translate(_URL_SAFE).rstrip("=")
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def write_base64(data: bytes) -> str:
    """Standard alphabet, padded, no line breaks."""
    return base64.b64encode(data).decode("ascii")


def timestamp(source: Members, name: str) -> datetime | None:
    """Device time: ISO 8601, a few plain spellings, or epoch seconds or milliseconds; None when unreadable.

    Without a zone the result is naive: the document does not say what such a time would mean.
    """
    value = pick(source, name)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        return _epoch(float(value))
    if not isinstance(value, str) or not value.strip():
        return None
    written = value.strip()
    if re.fullmatch(r"\d{9,10}(\.\d+)?|\d{13}", written):
        return _epoch(float(written))
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return _plain_time(written)


def _epoch(value: float) -> datetime | None:
    seconds = value / 1000 if value > 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _plain_time(written: str) -> datetime | None:
    for pattern in _TIME_FORMATS:
        try:
            return datetime.strptime(written, pattern)  # noqa: DTZ007 - naive on purpose, see timestamp()
        except ValueError:
            continue
    return None


def device_time(when: datetime) -> str:
    """MMddHHmmyyyy.ss, 24 hours, 15 characters: 20 May 2018 14:40:30 is 052014402018.30 (section 5, row 11)."""
    return when.strftime("%m%d%H%M%Y.%S")


def card_number(written: str) -> str:
    """Upper case with a space per two hexadecimal digits; InvalidInput when it is not hexadecimal."""
    digits = re.sub(r"[\s:\-]+", "", written).upper()
    if not digits or re.fullmatch(r"[0-9A-F]+", digits) is None:
        raise InvalidInput(field="card", reason="not-hexadecimal")
    if len(digits) % 2:
        digits = "0" + digits
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def shown_card(written: str) -> str:
    """A card as the device writes it: normalized when hexadecimal, otherwise trimmed and in upper case."""
    try:
        return card_number(written)
    except InvalidInput:
        return written.strip().upper()
