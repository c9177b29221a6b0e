"""Backups of a whole store: one encrypted file with a consistent copy of the database, its keys and its checkpoints.

With a passphrase the file can be restored anywhere. Without one it opens with what opens the store itself (the same
keyring entry or passphrase), which lets the station make backups unattended.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from app.domain.errors import InvalidInput, StoreDamaged, StoreError
from app.paths import make_private, write_private
from app.store import checkpoints, container
from app.store.crypto import KEY_BYTES, KeyRing
from app.store.database import Database
from app.store.keys import KeyFile
from app.store.opening import DATABASE, KEYS
from app.store.sources import KeySource

OWN = "store"
PASSPHRASE = "passphrase"  # noqa: S105 (a method's name)


def write_backup(database: Database, target: Path, passphrase: str) -> int:
    """Write the backup in one step; the bytes written. Works on the store's thread, so nothing changes meanwhile."""
    make_private(target.parent)
    ring = database.cipher.ring
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder) / DATABASE
        _copy(database.folder / DATABASE, copy)
        key, head = container.key_head(passphrase) if passphrase else (_own_key(ring), _own_head(database.folder))
        temporary = Path(folder) / "backup"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            container.write(file, key, head, _content(database, ring, copy))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    return target.stat().st_size


def method_of(file: Path) -> str:
    """ "passphrase" or "store": what the backup opens with. StoreDamaged when it is none."""
    with file.open("rb") as opened:
        return str(container.read_head(opened)[0].get("method", ""))


def restore(file: Path, folder: Path, source: KeySource, passphrase: str) -> None:
    """Put the store of a backup into a folder that has none; nothing is there when this raises.

    StoreError (reason "store-exists"), StoreKeyWrong, StoreKeyMissing, StoreDamaged, StoreNewer.
    """
    make_private(folder)
    if (folder / DATABASE).exists() or (folder / KEYS).exists():
        raise StoreError(reason="store-exists")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as inner:
        work = Path(inner)
        with file.open("rb") as opened:
            head, encoded = container.read_head(opened)
            key = _restored_key(head, work, source, passphrase)
            _unpack(container.read_pieces(opened, key, head, encoded), work)
        _check(work / DATABASE)
        if head.get("method") == PASSPHRASE:
            KeyFile(work / KEYS, source).adopt(_ring(work / "ring"))
        for name in (checkpoints.NAME, KEYS, DATABASE):
            if (work / name).exists():
                (work / name).replace(folder / name)


def _copy(origin: Path, copy: Path) -> None:
    with closing(sqlite3.connect(origin)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.chmod(0o600)


def _content(database: Database, ring: KeyRing, copy: Path) -> Iterator[bytes]:
    """Members one after the other: a line of JSON with name and size, then the bytes."""
    yield _member("ring", data := json.dumps(_told(ring)).encode())
    yield data
    proofs = database.folder / checkpoints.NAME
    if proofs.exists():
        yield _member(checkpoints.NAME, data := proofs.read_bytes())
        yield from (data[at : at + container.PIECE] for at in range(0, len(data), container.PIECE))
    yield json.dumps([DATABASE, copy.stat().st_size]).encode() + b"\n"
    yield from container.in_pieces(copy)


def _member(name: str, data: bytes) -> bytes:
    return json.dumps([name, len(data)]).encode() + b"\n"


def _unpack(pieces: Iterator[bytes], folder: Path) -> None:
    """Each heading is a piece of its own."""
    for heading in pieces:
        try:
            name, left = json.loads(heading)
            wanted = {"ring", checkpoints.NAME, DATABASE}
            if name not in wanted or not isinstance(left, int):
                raise StoreDamaged(reason="container")
        except (ValueError, TypeError):
            raise StoreDamaged(reason="container") from None
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            while left > 0:
                piece = next(pieces, b"")
                if not piece:
                    raise StoreDamaged(reason="container")
                file.write(piece)
                left -= len(piece)
            file.flush()
            os.fsync(file.fileno())


def _restored_key(head: container.Head, work: Path, source: KeySource, passphrase: str) -> bytes:
    if head.get("method") == PASSPHRASE:
        if not passphrase:
            raise InvalidInput(field="passphrase")
        return container.key_of(head, passphrase)
    if head.get("method") != OWN or not isinstance(head.get("keys"), str):
        raise StoreDamaged(reason="container")
    write_private(work / KEYS, str(head["keys"]).encode())
    return _own_key(KeyFile(work / KEYS, source).load())


def _own_head(folder: Path) -> dict[str, Any]:
    return {"method": OWN, "keys": (folder / KEYS).read_text("utf-8")}


def _own_key(ring: KeyRing) -> bytes:
    return hmac.digest(ring.keys[ring.active], b"enrollment-station backup key", hashlib.sha256)[:KEY_BYTES]


def _told(ring: KeyRing) -> dict[str, Any]:
    keys = {str(one): base64.b64encode(key).decode() for one, key in ring.keys.items()}
    return {"active": ring.active, "keys": keys}


def _ring(path: Path) -> KeyRing:
    try:
        node = json.loads(path.read_bytes())
        keys = {int(one): base64.b64decode(text, validate=True) for one, text in node["keys"].items()}
        return KeyRing(int(node["active"]), keys)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise StoreDamaged(reason="container") from None


def _check(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as raw:
            sound = raw.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        sound = False
    if not sound:
        raise StoreDamaged(reason="container")
