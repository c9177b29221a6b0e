"""Operators, sealed whole, found by a keyed digest of the name; wrong passwords are counted before they are looked at.

A try is on disk before the password is checked, so a program killed in between forgets none.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.domain.errors import InvalidInput
from app.domain.operator import (
    LONGEST_DELAY_S,
    Operator,
    OperatorEntry,
    Right,
    SignIn,
    SignInResult,
    delay_after,
)
from app.domain.records import JournalEntry
from app.store import passwords
from app.store.codec import pack, unpack
from app.store.database import Database, from_time, next_id, to_time
from app.store.journal import write_entry
from app.store.passwords import USUAL, Hashed
from app.store.tables import operators
from app.store.thread import StoreThread

KIND = "operator"
CREATED, CHANGED, REMOVED, PASSWORD = (
    "operator-created",
    "operator-changed",
    "operator-removed",
    "operator-password-set",
)
REFUSED, LOCKED = "sign-in-refused", "operator-locked"


@dataclass(frozen=True)
class OperatorHead:
    """The sealed body."""

    operator: Operator
    created_at: datetime
    signed_in_at: datetime | None = None


@dataclass(frozen=True)
class Tries:
    """Wrong passwords since the last right one; `until` in microseconds since 1970."""

    wrong: int = 0
    until: int = 0


@dataclass(frozen=True)
class _Row:
    record: int
    head: OperatorHead
    tries: Tries
    password: Hashed = field(repr=False)


class OperatorRecords:
    """The OperatorStore protocol. `costs` are those of new passwords."""

    def __init__(self, thread: StoreThread, costs: Hashed = USUAL) -> None:
        self._thread = thread
        self.costs = costs

    async def all(self) -> tuple[OperatorEntry, ...]:
        """Everybody, by name."""
        return await self._thread.run(_all)

    async def create(self, operator: Operator, password: str, *, actor: str, first: bool = False) -> None:
        """Add one. InvalidInput: the name is taken; with `first`, somebody is there already."""
        kept = await asyncio.to_thread(passwords.hashed, password, self.costs)
        await self._thread.run(_create, operator, kept, actor, first)

    async def change(self, operator: Operator, *, actor: str) -> None:
        """Replace what is known of one of this name. InvalidInput: unknown, or the last administrator would be gone."""
        await self._thread.run(_change, operator, actor)

    async def set_password(self, name: str, password: str, *, actor: str, must_change: bool) -> None:
        """Another password; wrong tries are forgotten and a lock ends. InvalidInput: unknown."""
        kept = await asyncio.to_thread(passwords.hashed, password, self.costs)
        await self._thread.run(_set_password, name, kept, actor, must_change)

    async def remove(self, name: str, *, actor: str) -> None:
        """Remove one. InvalidInput: unknown, or the last administrator."""
        await self._thread.run(_remove, name, actor)

    async def check(self, name: str, password: str, *, now: datetime, tries_before_lock: int) -> SignIn:
        """Try a password. A wrong one makes the next wait longer; after too many the operator is locked."""
        begun = await self._thread.run(_begin_try, name, now, tries_before_lock)
        if isinstance(begun, SignIn):
            return begun
        kept = begun.password if begun else replace(self.costs, hash=USUAL.hash)
        right = await asyncio.to_thread(passwords.is_password, password, kept)
        if begun is None:
            return SignIn(SignInResult.WRONG, wait_s=delay_after(1))
        return await self._thread.run(_end_try, name, right, now)


def _rows(connection: Connection, database: Database) -> list[_Row]:
    return [_opened(database, row) for row in connection.execute(select(operators).order_by(operators.c.id))]


def _find(connection: Connection, database: Database, name: str) -> _Row | None:
    found = operators.c.digest.in_(database.cipher.digests(KIND, name.casefold()))
    row = connection.execute(select(operators).where(found)).one_or_none()
    return None if row is None else _opened(database, row)


def _existing(connection: Connection, database: Database, name: str) -> _Row:
    found = _find(connection, database, name)
    if found is None:
        raise InvalidInput(field="operator", why="unknown")
    return found


def _opened(database: Database, row: Any) -> _Row:
    return _Row(
        row.id,
        unpack(OperatorHead, database.unseal(operators.c.body, row.id, row.body)),
        unpack(Tries, database.unseal(operators.c.tries, row.id, row.tries)),
        unpack(Hashed, database.unseal(operators.c.password, row.id, row.password)),
    )


def _put(connection: Connection, database: Database, row: _Row) -> None:
    values = {
        "body": database.seal(operators.c.body, row.record, pack(row.head)),
        "tries": database.seal(operators.c.tries, row.record, pack(row.tries)),
        "password": database.seal(operators.c.password, row.record, pack(row.password)),
    }
    connection.execute(update(operators).where(operators.c.id == row.record).values(values))


def _all(database: Database) -> tuple[OperatorEntry, ...]:
    with database.begin() as connection:
        heads = [row.head for row in _rows(connection, database)]
    heads.sort(key=lambda head: head.operator.name.casefold())
    return tuple(OperatorEntry(head.operator, head.created_at, head.signed_in_at) for head in heads)


def _create(database: Database, operator: Operator, kept: Hashed, actor: str, first: bool) -> None:
    with database.begin() as connection:
        if first and _rows(connection, database):
            raise InvalidInput(field="operator", why="not-the-first")
        if _find(connection, database, operator.name) is not None:
            raise InvalidInput(field="name", why="taken")
        record = next_id(connection, operators)
        values = {
            "id": record,
            "digest": database.cipher.digest(KIND, operator.name.casefold()),
            "body": database.seal(operators.c.body, record, pack(OperatorHead(operator, to_time(from_time(None))))),
            "tries": database.seal(operators.c.tries, record, pack(Tries())),
            "password": database.seal(operators.c.password, record, pack(kept)),
        }
        connection.execute(insert(operators).values(values))
        _tell(connection, database, CREATED, actor, operator)


def _change(database: Database, operator: Operator, actor: str) -> None:
    with database.begin() as connection:
        row = _existing(connection, database, operator.name)
        if not (operator.may(Right.ADMINISTER) and not operator.locked):
            _keep_an_administrator(connection, database, row)
        tries = row.tries if operator.locked else Tries()
        kept = replace(operator, name=row.head.operator.name)
        _put(connection, database, replace(row, head=replace(row.head, operator=kept), tries=tries))
        _tell(connection, database, CHANGED, actor, kept)


def _set_password(database: Database, name: str, kept: Hashed, actor: str, must_change: bool) -> None:
    with database.begin() as connection:
        row = _existing(connection, database, name)
        operator = replace(row.head.operator, must_change=must_change, locked=False)
        changed = replace(row, password=kept, tries=Tries(), head=replace(row.head, operator=operator))
        _put(connection, database, changed)
        _tell(connection, database, PASSWORD, actor, operator)


def _remove(database: Database, name: str, actor: str) -> None:
    with database.begin() as connection:
        row = _existing(connection, database, name)
        _keep_an_administrator(connection, database, row)
        connection.execute(delete(operators).where(operators.c.id == row.record))
        _tell(connection, database, REMOVED, actor, row.head.operator)
    database.scrub()


def _keep_an_administrator(connection: Connection, database: Database, leaving: _Row) -> None:
    if _is_last_administrator(connection, database, leaving):
        raise InvalidInput(field="operator", why="last-administrator")


def _is_last_administrator(connection: Connection, database: Database, row: _Row) -> bool:
    rows = _rows(connection, database)
    able = {each.record for each in rows if each.head.operator.may(Right.ADMINISTER) and not each.head.operator.locked}
    return able == {row.record}


def _begin_try(database: Database, name: str, now: datetime, tries_before_lock: int) -> SignIn | _Row | None:
    with database.begin() as connection:
        row = _find(connection, database, name)
        if row is None:
            return None
        if row.head.operator.locked:
            return SignIn(SignInResult.LOCKED)
        # a clock that was set back must not make anybody wait longer than the longest delay
        wait = min((to_time(row.tries.until) - now).total_seconds(), LONGEST_DELAY_S)
        if wait > 0:
            return SignIn(SignInResult.WAIT, wait_s=wait)
        counted = _counted(row, now)
        if counted.tries.wrong >= tries_before_lock and not _is_last_administrator(connection, database, row):
            operator = replace(row.head.operator, locked=True)
            counted = replace(counted, head=replace(row.head, operator=operator))
        _put(connection, database, counted)
    return counted


def _counted(row: _Row, now: datetime) -> _Row:
    wrong = row.tries.wrong + 1
    return replace(row, tries=Tries(wrong, from_time(now + timedelta(seconds=delay_after(wrong)))))


def _end_try(database: Database, name: str, right: bool, now: datetime) -> SignIn:
    with database.begin() as connection:
        row = _existing(connection, database, name)
        operator = row.head.operator
        if right:
            operator = replace(operator, locked=False)
            head = replace(row.head, operator=operator, signed_in_at=now)
            _put(connection, database, replace(row, tries=Tries(), head=head))
            return SignIn(SignInResult.OK, operator)
        _tell(connection, database, LOCKED if operator.locked else REFUSED, operator.name, operator)
    result = SignInResult.LOCKED if operator.locked else SignInResult.WRONG
    return SignIn(result, wait_s=delay_after(row.tries.wrong))


def _tell(connection: Connection, database: Database, action: str, actor: str, operator: Operator) -> None:
    facts = {"operator": operator.name, "role": operator.role.value}
    if operator.locked:
        facts["locked"] = "yes"
    write_entry(connection, database, JournalEntry(action, actor, facts=facts))
