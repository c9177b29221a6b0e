"""The open database: one connection, sealed values, transactions that wait for the disk."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, event, select
from sqlalchemy.pool import StaticPool

from app.store.crypto import Cipher, KeyRing
from app.store.keys import KeyFile
from app.store.lock import StoreLock

THREAD_NAME = "store"
BUSY_MS = 5000
WAL_KEPT_BYTES = 64 * 1024 * 1024
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

PRAGMAS = (
    f"busy_timeout={BUSY_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    f"journal_size_limit={WAL_KEPT_BYTES}",
)

# SQLite's own table of the last id given out in each AUTOINCREMENT table
_sequence = Table("sqlite_sequence", MetaData(), Column("name", String), Column("seq", Integer))


def to_time(microseconds: int) -> datetime:
    """A stored time, in UTC."""
    return EPOCH + microseconds * MICROSECOND


def from_time(moment: datetime | None) -> int:
    """A time as it is stored; a time without zone counts as local; None is now."""
    moment = moment or datetime.now(UTC)
    return (moment.astimezone(UTC) - EPOCH) // MICROSECOND


class Database:
    """What the store's functions work on; only on the thread that opened it."""

    def __init__(self, connection: Connection, cipher: Cipher, key_file: KeyFile, lock: StoreLock) -> None:
        self.cipher = cipher
        self.key_file = key_file
        self._connection = connection
        self._lock = lock
        self._thread = threading.get_ident()
        self._afterwards: list[Callable[[], None]] = []
        self.before_close: list[Callable[[], None]] = []
        """Called in order when the database is closed; must not raise."""

    @property
    def folder(self) -> Path:
        """Where the store's files are."""
        return self.key_file.folder

    def afterwards(self, work: Callable[[], None]) -> None:
        """Call `work` when the running transaction is on disk, not when it is given up; must not raise."""
        self._afterwards.append(work)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: committed, and on disk, when the block ends; nothing of it remains when it raises."""
        assert threading.get_ident() == self._thread, "the database belongs to the store's thread"
        self._afterwards = []
        with self._connection.begin():
            yield self._connection
        waiting, self._afterwards = self._afterwards, []
        for work in waiting:
            work()

    def seal(self, column: Column[Any], record: int, data: bytes) -> bytes:
        """Encrypt a value for its column and record."""
        return self.cipher.seal(data, str(column), record)

    def unseal(self, column: Column[Any], record: int, sealed: bytes) -> bytes:
        """Decrypt a value; StoreDamaged when it is not the one that was put there."""
        return self.cipher.open(sealed, str(column), record)

    def use(self, ring: KeyRing) -> None:
        """Go on with another key ring."""
        self.cipher = Cipher(ring)

    def scrub(self) -> None:
        """Bring everything into the main file and cut the write-ahead log to nothing: no removed page remains."""
        with closing(self._connection.connection.cursor()) as cursor:  # in a transaction SQLite would refuse
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()

    def close(self) -> None:
        """Close the connection and give the lock back."""
        try:
            for work in self.before_close:
                work()
            engine = self._connection.engine
            self._connection.close()
            engine.dispose()
        finally:
            self._lock.release()


def next_id(connection: Connection, table: Table) -> int:
    """The id of the row to be inserted next; needed before, because sealed values are bound to it."""
    last = connection.scalar(select(_sequence.c.seq).where(_sequence.c.name == table.name))
    return int(last or 0) + 1


def connect(path: Path) -> Connection:
    """The one connection, with every transaction begun as a writing one."""
    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    return engine.connect()


def _connect(path: Path) -> sqlite3.Connection:
    # isolation_level None: SQLite's own transactions, also around schema changes, instead of the module's guesses
    raw = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
    try:
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}").fetchall()
    except sqlite3.Error:
        raw.close()
        raise
    return raw


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
