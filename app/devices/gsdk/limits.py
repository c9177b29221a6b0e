"""What a gateway accepts, checked before anything is sent (facts 7, 9, 10, 16)."""

import re
from collections.abc import Sized

from app.domain.errors import InvalidInput

USER_ID_BYTES = 32
LARGEST_NUMBER = 4_294_967_294
NAME_CHARACTERS, NAME_BYTES = 48, 192
CARDS, FINGERS, FACES, GROUPS = 8, 10, 5, 16
PHOTO_BYTES = 16 * 1024
PICTURE_BYTES = 10 * 1024 * 1024
HASH_BYTES = 32
LATEST = 0xFFFFFFFF


def user_id(written: str, *, alphanumeric: bool) -> str:
    """A user ID; numbers only unless the device allows letters (capability and SystemConfig.useAlphanumericID)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", written) or len(written) > USER_ID_BYTES or written == "0":
        raise InvalidInput(field="user", reason="not-a-user-id")
    if not alphanumeric and not (written.isdigit() and 1 <= int(written) <= LARGEST_NUMBER):
        raise InvalidInput(field="user", reason="numbers-only", cure="allow-letters")
    return written


def name(written: str) -> str:
    """A name cut to 48 characters and 192 bytes of UTF-8; a cut never splits a character."""
    cut = written[:NAME_CHARACTERS]
    while len(cut.encode()) > NAME_BYTES:
        cut = cut[:-1]
    return cut


def pin(written: str) -> str:
    """4 to 16 digits; the gateway turns them into the hash that is stored."""
    if not re.fullmatch(r"[0-9]{4,16}", written):
        raise InvalidInput(field="pin", reason="four-to-sixteen-digits")
    return written


def pin_hash(received: bytes) -> bytes:
    """32 bytes; InvalidInput otherwise."""
    if len(received) != HASH_BYTES:
        raise InvalidInput(field="pin", reason="hash-length")
    return received


def validity(start: int, end: int) -> tuple[int, int]:
    """Start and end in Unix seconds, 0 for no limit; the start must lie before the end."""
    if not (0 <= start <= LATEST and 0 <= end <= LATEST):
        raise InvalidInput(field="validity", reason="out-of-range")
    if end and start >= end:
        raise InvalidInput(field="validity", reason="start-before-end")
    return start, end


def at_most(limit: int, items: Sized, field: str) -> None:
    """InvalidInput when there are more than the device takes."""
    if len(items) > limit:
        raise InvalidInput(field=field, reason="too-many")


def whole(value: int, low: int, high: int, field: str) -> int:
    """The number, InvalidInput when out of range."""
    if not low <= value <= high:
        raise InvalidInput(field=field, reason="out-of-range")
    return value
