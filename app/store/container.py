"""An encrypted file: a readable head that says how the key is found, then the content in sealed pieces.

Layout: magic (6 bytes) · length of the head (4 bytes, big endian) · head (JSON) · pieces. A piece: length (4 bytes) ·
AES-256-GCM ciphertext and tag. Its nonce is 8 random bytes of the head and the piece's number; the head, the number
and whether it is the last are authenticated, so that nothing can be left out, moved or cut off unnoticed.
"""

import base64
import json
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.errors import InvalidInput, StoreDamaged, StoreKeyWrong, StoreNewer

MAGIC = b"ESBOX1"
FORMAT = 1
PIECE = 1024 * 1024
MOST_HEAD = 1024 * 1024
MOST_PIECE = PIECE + 16
SALT_BYTES = 16
MEMORY_KIB = 65_536
PASSES = 3
LANES = 4
SHORTEST = 8
_LENGTH = struct.Struct(">I")
Head = Mapping[str, Any]


def key_head(passphrase: str) -> tuple[bytes, dict[str, Any]]:
    """A key from a passphrase (Argon2id, 64 MiB, 3 passes, 4 lanes) and the part of the head that finds it again.

    InvalidInput when the passphrase is shorter than 8 characters.
    """
    if len(passphrase) < SHORTEST:
        raise InvalidInput(field="passphrase", minimum=SHORTEST)
    salt = os.urandom(SALT_BYTES)
    return _derive(passphrase, salt), {"method": "passphrase", "salt": base64.b64encode(salt).decode()}


def key_of(head: Head, passphrase: str) -> bytes:
    """The key of a file made with a passphrase."""
    try:
        salt = base64.b64decode(str(head["salt"]), validate=True)
    except (KeyError, ValueError):
        raise StoreDamaged(reason="container") from None
    return _derive(passphrase, salt)


def write(file: BinaryIO, key: bytes, head: Head, content: Iterable[bytes]) -> None:
    """Write a whole file; `content` in pieces of any size up to 1 MB."""
    start = os.urandom(8)
    told = {**head, "format": FORMAT, "start": start.hex()}
    encoded = json.dumps(told, separators=(",", ":")).encode()
    file.write(MAGIC + _LENGTH.pack(len(encoded)) + encoded)
    cipher = AESGCM(key)
    number = 0
    for piece in content:
        _put(file, cipher.encrypt(_nonce(start, number), piece, _bound(encoded, number, last=False)))
        number += 1
    _put(file, cipher.encrypt(_nonce(start, number), b"", _bound(encoded, number, last=True)))


def read_head(file: BinaryIO) -> tuple[Head, bytes]:
    """The head, and its very bytes. StoreDamaged when this is no such file, StoreNewer when it is of a newer one."""
    if file.read(len(MAGIC)) != MAGIC:
        raise StoreDamaged(reason="container")
    encoded = _take(file, MOST_HEAD)
    try:
        head = json.loads(encoded)
        if int(head["format"]) > FORMAT:
            raise StoreNewer(reason="container")
        bytes.fromhex(head["start"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StoreDamaged(reason="container") from None
    return head, encoded


def read_pieces(file: BinaryIO, key: bytes, head: Head, encoded: bytes) -> Iterator[bytes]:
    """The content. StoreKeyWrong when the first piece does not open, StoreDamaged when a later one does not."""
    cipher, start = AESGCM(key), bytes.fromhex(head["start"])
    number = 0
    while True:
        sealed = _take(file, MOST_PIECE)
        piece = _open(cipher, _nonce(start, number), sealed, _bound(encoded, number, last=False))
        if piece is None:
            break
        yield piece
        number += 1
    last = _open(cipher, _nonce(start, number), sealed, _bound(encoded, number, last=True))
    if last is None:
        raise StoreKeyWrong(reason="container") if number == 0 else StoreDamaged(reason="container")


def in_pieces(path: Path) -> Iterator[bytes]:
    """A file's bytes in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _derive(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(salt=salt, length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive(passphrase.encode())


def _open(cipher: AESGCM, nonce: bytes, sealed: bytes, bound: bytes) -> bytes | None:
    try:
        return cipher.decrypt(nonce, sealed, bound)
    except (InvalidTag, ValueError):
        return None


def _nonce(start: bytes, number: int) -> bytes:
    return start + _LENGTH.pack(number)


def _bound(encoded: bytes, number: int, *, last: bool) -> bytes:
    return encoded + _LENGTH.pack(number) + bytes([last])


def _put(file: BinaryIO, sealed: bytes) -> None:
    file.write(_LENGTH.pack(len(sealed)) + sealed)


def _take(file: BinaryIO, most: int) -> bytes:
    head = file.read(_LENGTH.size)
    if len(head) != _LENGTH.size or (length := _LENGTH.unpack(head)[0]) > most:
        raise StoreDamaged(reason="container")
    data = file.read(length)
    if len(data) != length:
        raise StoreDamaged(reason="container")
    return data
