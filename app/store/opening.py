"""Opening a store so that whatever is wrong is named before anything is changed.

Order: the lock · a look without writing (is it ours, is it newer, which keys) · the keys · the schema · the rest.
"""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, select, update

from app.domain.enrollment import DeliveryState
from app.domain.errors import RestoreUnfinished, StoreDamaged, StoreKeyWrong, StoreNewer
from app.paths import make_private
from app.store import chain, checkpoints, migrations, tables
from app.store.crypto import Cipher, KeyRing
from app.store.database import Database, connect
from app.store.erasures import catch_up
from app.store.identity import ensure_identity
from app.store.keys import KeyFile
from app.store.lock import StoreLock
from app.store.sources import KeySource

DATABASE = "station.db"
KEYS = "station.keys"
LOCK = "station.lock"
BACKUP, RESTORE = ".enrollment-station-backup-", ".enrollment-station-restore-"
"""How the folders begin in which a backup is made, or taken apart."""
CHECK = b"enrollment station key check"
_PLACE = str(tables.keys.c.check_value)


@dataclass(frozen=True)
class _Found:
    """What is there already: the schema's revision (empty: nothing yet) and a check value per key."""

    revision: str = ""
    checks: dict[int, bytes] = field(default_factory=dict)


def open_database(folder: Path, source: KeySource) -> Database:
    """Open the store in a folder, or make a new one. Raises every leaf of StoreError; OSError and sqlite3.Error too."""
    make_private(folder)
    lock = StoreLock(folder / LOCK)
    lock.acquire()
    try:
        _refuse_half(folder)
        sweep(folder, BACKUP, RESTORE)
        return _open(folder / DATABASE, KeyFile(folder / KEYS, source), lock)
    except BaseException:
        lock.release()
        raise


def sweep(folder: Path, *beginnings: str) -> None:
    """Remove what a backup or restore that was killed left behind: a copy of the store that no erasure reaches."""
    for beginning in beginnings:
        for left in folder.glob(f"{beginning}*"):
            shutil.rmtree(left, ignore_errors=True)


def _refuse_half(folder: Path) -> None:
    """Keys without a database, beside a restored one that did not get to its place: no new store is made of that."""
    if not (folder / DATABASE).exists() and (folder / KEYS).exists() and any(folder.glob(f"{RESTORE}*/{DATABASE}")):
        raise RestoreUnfinished()


def _open(path: Path, key_file: KeyFile, lock: StoreLock) -> Database:
    found = _look(path)
    ring = key_file.load() if found.revision or key_file.exists() else key_file.create()
    _check_keys(Cipher(ring), found)
    if not found.revision:
        path.touch(mode=0o600)
    connection = connect(path)
    try:
        database = Database(connection, Cipher(ring), key_file, lock)
        _prepare(database, found)
    except BaseException:
        connection.close()
        connection.engine.dispose()
        raise
    return database


def _look(path: Path) -> _Found:
    """Through a connection that cannot write, so that what we do not understand stays as it is."""
    if not path.exists() or path.stat().st_size == 0:
        return _Found()
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw:
        names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not names:
            return _Found()
        if "alembic_version" not in names:
            raise StoreDamaged(reason="foreign")
        revision = _known_revision([version for (version,) in raw.execute("SELECT version_num FROM alembic_version")])
        return _Found(revision, dict(raw.execute("SELECT key_id, check_value FROM keys").fetchall()))


def _known_revision(versions: list[str]) -> str:
    if len(versions) != 1:
        raise StoreDamaged(reason="schema")
    if versions[0] not in migrations.KNOWN:
        raise StoreNewer(reason="schema")
    return versions[0]


def _check_keys(cipher: Cipher, found: _Found) -> None:
    """Each key the rows may be sealed with must be here and be the right one."""
    for key_id, check in found.checks.items():
        if key_id not in cipher.ring.keys:
            raise StoreKeyWrong(reason="other-store")
        try:
            cipher.open(check, _PLACE, key_id)
        except StoreDamaged:
            raise StoreKeyWrong(reason="other-store") from None


def _prepare(database: Database, found: _Found) -> None:
    with database.begin() as connection:
        if found.revision != migrations.HEAD:
            migrations.upgrade(connection)
            _complete(connection, database)
        _reset_deliveries(connection)
    drop_unused_keys(database)
    with database.begin() as connection:
        register_keys(connection, database.cipher)
    catch_up(database)
    checkpoints.write_due(database, "open")
    database.before_close.append(partial(checkpoints.write_due, database, "close"))


def _complete(connection: Connection, database: Database) -> None:
    """What a migration cannot do by itself, because it takes the keys."""
    if connection.scalar(select(tables.journal_head.c.id)) is None:
        chain.adopt(connection, database)
    ensure_identity(connection, database)


def _reset_deliveries(connection: Connection) -> None:
    """What was being written when the station ended is to be written again."""
    for table in (tables.jobs, tables.removals):
        interrupted = table.c.state == DeliveryState.WRITING.value
        connection.execute(update(table).where(interrupted).values(state=DeliveryState.WAITING.value))


def drop_unused_keys(database: Database) -> None:
    """A key that no row needs any more, but that a killed program still kept in its file, goes now."""
    with database.begin() as connection:
        known = set(connection.scalars(select(tables.keys.c.key_id)))
    ring = database.cipher.ring
    unused = {key_id for key_id in ring.retired if known and key_id < max(known) and key_id not in known}
    if unused:
        database.use(database.key_file.keep_only(ring, frozenset(set(ring.keys) - unused)))


def register_keys(connection: Connection, cipher: Cipher) -> None:
    """Write a check value for each key of the ring that has none."""
    known = set(connection.scalars(select(tables.keys.c.key_id)))
    for key_id in set(cipher.ring.keys) - known:
        alone = Cipher(KeyRing(key_id, {key_id: cipher.ring.keys[key_id]}))
        values = {"key_id": key_id, "check_value": alone.seal(CHECK, _PLACE, key_id)}
        connection.execute(tables.keys.insert().values(values))
