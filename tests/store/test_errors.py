"""Every exception of SQLite, SQLAlchemy, Alembic and the system has its leaf."""

import errno
import inspect
import sqlite3

import pytest
import sqlalchemy.exc
from alembic.util import CommandError

from app.domain import errors as e
from app.store.errors import FOREIGN, SQLITE_CODES, translate, translated

NOT_ERRORS = {"SQLITE_OK", "SQLITE_NOTICE", "SQLITE_WARNING", "SQLITE_ROW", "SQLITE_DONE"}
NEVER_RAISED = {"EmulatedDBAPIException"}  # a base for drivers that are not SQLite's


def primary_codes() -> set[int]:
    """The primary result codes this Python knows: 1 to 26 among the module's constants that Python calls errors."""
    found = set()
    for code in range(1, 27):
        names = [name for name, value in vars(sqlite3).items() if name.startswith("SQLITE_") and value == code]
        found |= {code} if set(names) - NOT_ERRORS else set()
    return found


def library_exceptions() -> list[type[Exception]]:
    """All exception classes of the libraries."""
    found: set[type[Exception]] = {CommandError}
    for module in (sqlite3, sqlalchemy.exc):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Exception) and name not in NEVER_RAISED and not issubclass(kind, Warning):
                found.add(kind)
    return sorted(found, key=lambda kind: kind.__name__)


def test_every_result_code_of_sqlite_is_in_the_table() -> None:
    assert primary_codes() == set(SQLITE_CODES)


def test_every_exception_of_the_libraries_is_caught_and_becomes_a_store_error() -> None:
    kinds = library_exceptions()
    assert len(kinds) > 40
    assert [kind for kind in kinds if not issubclass(kind, FOREIGN)] == []
    for kind in kinds:
        with pytest.raises(e.StoreError) as told, translated():
            raise kind.__new__(kind)
        assert told.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "leaf"),
    [
        ("SQLITE_FULL", e.StoreFull),
        ("SQLITE_READONLY_DBMOVED", e.StoreReadOnly),
        ("SQLITE_CANTOPEN_ISDIR", e.StoreReadOnly),
        ("SQLITE_BUSY_SNAPSHOT", e.StoreInUse),
        ("SQLITE_IOERR_FSYNC", e.StoreDamaged),
        ("SQLITE_CORRUPT_INDEX", e.StoreDamaged),
        ("SQLITE_NOTADB", e.StoreDamaged),
        ("SQLITE_CONSTRAINT_UNIQUE", e.StoreError),
    ],
)
def test_codes_with_details_go_with_their_primary_code(name: str, leaf: type[e.StoreError]) -> None:
    raw = sqlite3.OperationalError("text with a value")
    raw.sqlite_errorcode = getattr(sqlite3, name)
    raw.sqlite_errorname = name
    wrapped = sqlalchemy.exc.OperationalError("INSERT secret", {"value": "secret"}, raw)
    for error in (raw, wrapped):
        told = translate(error)
        assert type(told) is leaf
        assert told.facts == {"code": name}


@pytest.mark.parametrize(
    ("number", "leaf"),
    [
        (errno.ENOSPC, e.StoreFull),
        (errno.EROFS, e.StoreReadOnly),
        (errno.EACCES, e.StoreReadOnly),
        (errno.EIO, e.StoreDamaged),
        (errno.ENOTDIR, e.StoreReadOnly),
    ],
)
def test_the_systems_errors_have_their_leaves(number: int, leaf: type[e.StoreError]) -> None:
    told = translate(OSError(number, "text", "a path"))
    assert type(told) is leaf
    assert told.facts == {"code": errno.errorcode[number]}


def test_our_own_errors_and_faults_pass_as_they_are() -> None:
    with pytest.raises(e.StoreNewer), translated():
        raise e.StoreNewer
    with pytest.raises(KeyError), translated():
        raise KeyError("a fault of ours")
