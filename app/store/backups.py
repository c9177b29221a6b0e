"""Backups of a whole store: one encrypted file with a consistent copy of the database, its keys and its checkpoints.

With a passphrase the file can be restored anywhere. Without one it opens with what opens the store itself (the same
keyring entry or passphrase), which lets the station make backups unattended. The data keys are never on disk outside
the encrypted file, and what a killed backup or restore leaves behind goes at the next one or the next start.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from app.domain.errors import InvalidInput, StoreDamaged, StoreError
from app.paths import keep_or_make, make_private, write_private
from app.store import checkpoints, container, erased
from app.store.crypto import KEY_BYTES, KeyRing
from app.store.database import Database
from app.store.keys import KeyFile
from app.store.lock import StoreLock
from app.store.opening import BACKUP, DATABASE, KEYS, LOCK, RESTORE, sweep
from app.store.sources import KeySource

OWN = "store"
RING = "ring"
PASSPHRASE = "passphrase"  # noqa: S105 (a method's name)


def write_backup(database: Database, target: Path, passphrase: str) -> int:
    """Write the backup in one step; the bytes written. Works on the store's thread, so nothing changes meanwhile."""
    keep_or_make(target.parent)
    sweep(target.parent, BACKUP)
    ring = database.cipher.ring
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=BACKUP) as folder:
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


def restore(file: Path, folder: Path, source: KeySource, passphrase: str, lists: Sequence[Path] = ()) -> None:
    """Put the store of a backup into a folder that has none; no store is there when this raises. The lists of who was
    erased (beside the backup, in the folder, and `lists`) come first: the store catches up with them when it is opened.

    StoreError (reason "store-exists"), StoreKeyWrong, StoreKeyMissing, StoreDamaged, StoreNewer.
    """
    make_private(folder)
    lock = StoreLock(folder / LOCK)
    lock.acquire()
    try:
        _clear_half(folder)
        if (folder / DATABASE).exists() or (folder / KEYS).exists():
            raise StoreError(reason="store-exists")
        with tempfile.TemporaryDirectory(dir=folder, prefix=RESTORE) as inner:
            _restore(file, Path(inner), source, passphrase)
            for place in (file.parent / erased.NAME, *lists):
                erased.merge(folder / erased.NAME, erased.read(place))
            for left in ("-wal", "-shm"):  # of a database that is gone: SQLite would put it into this one
                (folder / f"{DATABASE}{left}").unlink(missing_ok=True)
            for name in (checkpoints.NAME, KEYS, DATABASE):  # without the last one there is no store
                if (Path(inner) / name).exists():
                    (Path(inner) / name).replace(folder / name)
    finally:
        lock.release()


def _clear_half(folder: Path) -> None:
    """A restore that was killed while its files took their places has keys, and its database still lies apart."""
    if not (folder / DATABASE).exists() and any(folder.glob(f"{RESTORE}*/{DATABASE}")):
        (folder / KEYS).unlink(missing_ok=True)
        (folder / checkpoints.NAME).unlink(missing_ok=True)
    sweep(folder, RESTORE)


def _restore(file: Path, work: Path, source: KeySource, passphrase: str) -> None:
    with file.open("rb") as opened:
        head, encoded = container.read_head(opened)
        key = _restored_key(head, work, source, passphrase)
        told = _unpack(container.read_pieces(opened, key, head, encoded), work)
    _check(work / DATABASE)
    if head.get("method") == PASSPHRASE:
        KeyFile(work / KEYS, source).adopt(_ring(told))


def _copy(origin: Path, copy: Path) -> None:
    with closing(sqlite3.connect(origin)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.chmod(0o600)


def _content(database: Database, ring: KeyRing, copy: Path) -> Iterator[bytes]:
    """Members one after the other: a line of JSON with name and size, then the bytes."""
    yield _member(RING, data := json.dumps(_told(ring)).encode())
    yield data
    proofs = database.folder / checkpoints.NAME
    if proofs.exists():
        yield _member(checkpoints.NAME, data := proofs.read_bytes())
        yield from (data[at : at + container.PIECE] for at in range(0, len(data), container.PIECE))
    yield json.dumps([DATABASE, copy.stat().st_size]).encode() + b"\n"
    yield from container.in_pieces(copy)


def _member(name: str, data: bytes) -> bytes:
    return json.dumps([name, len(data)]).encode() + b"\n"


def _unpack(pieces: Iterator[bytes], folder: Path) -> bytes:
    """Write database and checkpoints; what is told of the keys stays in memory. Each heading is a piece of its own."""
    told = b""
    for heading in pieces:
        name, size = _heading(heading)
        if name == RING:
            told = b"".join(_taken(pieces, size))
            continue
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for piece in _taken(pieces, size):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    return told


def _heading(heading: bytes) -> tuple[str, int]:
    try:
        name, size = json.loads(heading)
    except (ValueError, TypeError):
        raise StoreDamaged(reason="container") from None
    if name not in {RING, checkpoints.NAME, DATABASE} or not isinstance(size, int):
        raise StoreDamaged(reason="container")
    return name, size


def _taken(pieces: Iterator[bytes], left: int) -> Iterator[bytes]:
    while left > 0:
        piece = next(pieces, b"")
        if not piece:
            raise StoreDamaged(reason="container")
        yield piece
        left -= len(piece)


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


def _ring(told: bytes) -> KeyRing:
    try:
        node = json.loads(told)
        keys = {int(one): base64.b64decode(text, validate=True) for one, text in node["keys"].items()}
        return KeyRing(int(node["active"]), keys)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StoreDamaged(reason="container") from None


def _check(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as raw:
            sound = raw.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        sound = False
    if not sound:
        raise StoreDamaged(reason="container")
