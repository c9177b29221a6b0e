"""Every failure of SQLite, SQLAlchemy, Alembic and the file system as a leaf of StoreError, in one table."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.domain.errors import (
    StationError,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreInUse,
    StoreReadOnly,
)

# Primary result codes of SQLite (sqlite3.h). What is not a state of the disk is a fault of ours: plain StoreError.
SQLITE_CODES: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_ERROR: StoreError,
    sqlite3.SQLITE_INTERNAL: StoreError,
    sqlite3.SQLITE_PERM: StoreReadOnly,
    sqlite3.SQLITE_ABORT: StoreError,
    sqlite3.SQLITE_BUSY: StoreInUse,
    sqlite3.SQLITE_LOCKED: StoreInUse,
    sqlite3.SQLITE_NOMEM: StoreError,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_INTERRUPT: StoreError,
    sqlite3.SQLITE_IOERR: StoreDamaged,
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_NOTFOUND: StoreError,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnly,
    sqlite3.SQLITE_PROTOCOL: StoreInUse,
    sqlite3.SQLITE_EMPTY: StoreError,
    sqlite3.SQLITE_SCHEMA: StoreError,
    sqlite3.SQLITE_TOOBIG: StoreError,
    sqlite3.SQLITE_CONSTRAINT: StoreError,
    sqlite3.SQLITE_MISMATCH: StoreError,
    sqlite3.SQLITE_MISUSE: StoreError,
    sqlite3.SQLITE_NOLFS: StoreFull,
    sqlite3.SQLITE_AUTH: StoreReadOnly,
    sqlite3.SQLITE_FORMAT: StoreDamaged,
    sqlite3.SQLITE_RANGE: StoreError,
    sqlite3.SQLITE_NOTADB: StoreDamaged,
}

ERRNO: dict[int, type[StoreError]] = {
    errno.ENOSPC: StoreFull,
    errno.EDQUOT: StoreFull,
    errno.EFBIG: StoreFull,
    errno.EACCES: StoreReadOnly,
    errno.EPERM: StoreReadOnly,
    errno.EROFS: StoreReadOnly,
    errno.EIO: StoreDamaged,
}

FOREIGN: tuple[type[Exception], ...] = (SQLAlchemyError, CommandError, sqlite3.Error, sqlite3.Warning, OSError)
"""The roots of everything that the libraries and the system raise."""


def translate(error: Exception) -> StationError:
    """The StoreError for a failure; facts name the code, never a value or a statement (they may hold data)."""
    if isinstance(error, StationError):
        return error
    if isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
        return translate(error.orig)
    if isinstance(error, sqlite3.Error | sqlite3.Warning):
        return _from_sqlite(error)
    if isinstance(error, OSError):
        return _from_system(error)
    return StoreError(warning_type=type(error).__name__)


def _from_sqlite(error: Exception) -> StoreError:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return StoreError(warning_type=type(error).__name__)
    leaf = SQLITE_CODES.get(code & 0xFF, StoreError)
    return leaf(code=getattr(error, "sqlite_errorname", None))


def _from_system(error: OSError) -> StoreError:
    leaf = ERRNO.get(error.errno or 0, StoreReadOnly)  # a file that cannot be used at all
    return leaf(code=errno.errorcode.get(error.errno or 0))


@contextmanager
def translated() -> Iterator[None]:
    """Let StationErrors out, and faults of our own code as they are; a library's text may quote values, so it goes."""
    try:
        yield
    except FOREIGN as error:
        raise translate(error) from None
