"""Sealing values with AES-256-GCM, and finding rows by a keyed digest instead of an identifier.

A sealed value: format (1 byte, 0x01) · key id (4 bytes, big endian) · nonce (12 random bytes) · ciphertext · tag
(16 bytes). The associated data is "table.column:record", so a value moved to another row, column or table does
not open. A data key is good for 2^32 values (NIST SP 800-38D with random nonces); rotate long before that.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.errors import StoreDamaged

FORMAT = 1
HEADER = struct.Struct(">BI")
NONCE_BYTES = 12
KEY_BYTES = 32
DIGEST_BYTES = 16
_BODY = HEADER.size + NONCE_BYTES


@dataclass(frozen=True)
class KeyRing:
    """Data keys (32 bytes each) by key id; values are sealed with the active one, opened with any."""

    active: int
    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def retired(self) -> tuple[int, ...]:
        """Keys that values are still being moved away from."""
        return tuple(sorted(set(self.keys) - {self.active}))


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


class Cipher:
    """Seals and opens values, and makes the digests that rows are found by."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._ciphers = {HEADER.pack(FORMAT, key_id): AESGCM(key) for key_id, key in ring.keys.items()}
        self._head = HEADER.pack(FORMAT, ring.active)
        self._digest_keys = {key_id: _digest_key(key) for key_id, key in ring.keys.items()}

    def seal(self, data: bytes, place: str, record: int) -> bytes:
        """Encrypt for one place ("table.column") and one record id."""
        nonce = os.urandom(NONCE_BYTES)
        return self._head + nonce + self._ciphers[self._head].encrypt(nonce, data, _bound(place, record))

    def open(self, sealed: bytes, place: str, record: int) -> bytes:
        """Decrypt; StoreDamaged when the value was altered, moved, or sealed with a key that is not here."""
        cipher = self._ciphers.get(sealed[: HEADER.size])
        if cipher is None:
            raise StoreDamaged(reason="unknown-key", table=place, number=record)
        try:
            return cipher.decrypt(sealed[HEADER.size : _BODY], sealed[_BODY:], _bound(place, record))
        except (InvalidTag, ValueError):  # ValueError: too short for a nonce
            raise StoreDamaged(reason="altered", table=place, number=record) from None

    def open_each(self, sealed: Iterable[tuple[int, bytes]], place: str) -> Iterator[bytes]:
        """`open` for many record ids and values of one place; flat, because it runs a hundred thousand times."""
        ciphers, head, body, size = self._ciphers, f"{place}:".encode(), _BODY, HEADER.size
        for record, value in sealed:
            cipher = ciphers.get(value[:size])
            if cipher is None:
                raise StoreDamaged(reason="unknown-key", table=place, number=record)
            try:
                yield cipher.decrypt(value[size:body], memoryview(value)[body:], b"%b%d" % (head, record))
            except (InvalidTag, ValueError):
                raise StoreDamaged(reason="altered", table=place, number=record) from None

    def digest(self, kind: str, text: str) -> bytes:
        """What new rows are found by: HMAC-SHA256 of an identifier, cut to 16 bytes, with the active key."""
        return _digest(self._digest_keys[self.ring.active], kind, text)

    def digests(self, kind: str, text: str) -> tuple[bytes, ...]:
        """What rows may be found by while a key change is under way: one digest per key."""
        return tuple(_digest(key, kind, text) for key in self._digest_keys.values())


def _bound(place: str, record: int) -> bytes:
    return f"{place}:{record}".encode()


def _digest_key(key: bytes) -> bytes:
    return hmac.digest(key, b"enrollment-station digest key", hashlib.sha256)


def _digest(key: bytes, kind: str, text: str) -> bytes:
    return hmac.digest(key, f"{kind}\0{text}".encode(), "sha256")[:DIGEST_BYTES]
