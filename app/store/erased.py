"""Who was erased, under names that only this station can make: so that no restored backup brings anybody back.

    {"order": "<hex>", "at": <microseconds since 1970>, "name": "<hex>"}

A name is an HMAC-SHA256 of the identifier, cut to 128 bits, under a key derived from the station's signing key, which
no change of the data keys touches. The list stands in the database and, one line per order, in `station.erased` beside
it and beside the scheduled backups. A line that the database does not know is caught up with at the opening.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from app import logs
from app.domain.errors import StationError
from app.domain.evidence import Evidence
from app.paths import write_private
from app.store import identity
from app.store.codec import unpack
from app.store.database import Database
from app.store.errors import FOREIGN
from app.store.index import PersonHead
from app.store.tables import drafts, erased, evidence, people

LOG = logging.getLogger(__name__)
NAME = "station.erased"
PURPOSE = b"enrollment-station erased people"
NAME_BYTES = 16
UNWRITTEN: tuple[type[Exception], ...] = (StationError, *FOREIGN)
LONGEST_FILE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Line:
    """One order: when (microseconds since 1970) and under which name."""

    order: str
    at: int
    name: bytes

    @property
    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps({"order": self.order, "at": self.at, "name": self.name.hex()}) + "\n"


def name_of(connection: Connection, database: Database, person_id: str) -> bytes:
    """What an erased person is called in the list."""
    return _name(identity.derived(connection, database, PURPOSE), person_id)


def put(connection: Connection, line: Line) -> None:
    """Add a line to the database's own list."""
    connection.execute(insert(erased).values(order_id=line.order, at=line.at, name=line.name))


def read(path: Path) -> tuple[Line, ...]:
    """The lines of a file; none when there is no such file, and none of what makes no sense."""
    if not path.is_file() or path.stat().st_size > LONGEST_FILE:
        return ()
    return tuple(line for text in path.read_bytes().splitlines() if (line := _parsed(text)) is not None)


def merge(path: Path, lines: Iterable[Line]) -> None:
    """Add what a file does not have yet, in one step. OSError when it cannot be written."""
    there = read(path)
    known = {line.order for line in there}
    new = {line.order: line for line in lines if line.order not in known}
    if new:
        write_private(path, "".join(line.text for line in (*there, *new.values())).encode())


def write_down(database: Database) -> None:
    """Bring the file beside the database up to date; a disk that does not want to is logged, the next opening tries."""
    try:
        merge(database.folder / NAME, listed(database))
    except UNWRITTEN as error:
        logs.event(LOG, "erased-not-listed", logging.ERROR, error=error)


def listed(database: Database) -> tuple[Line, ...]:
    """The database's own list."""
    with database.begin() as connection:
        return _listed(connection)


def unknown(database: Database) -> tuple[Line, ...]:
    """Lines of the file that the database does not know: it is older than they are."""
    known = {line.order for line in listed(database)}
    return tuple(line for line in read(database.folder / NAME) if line.order not in known)


def among(connection: Connection, database: Database, person_ids: Iterable[str]) -> list[str]:
    """Which of these identifiers were erased once; whoever was enrolled again is among them too."""
    names = set(connection.scalars(select(erased.c.name)))
    key = identity.derived(connection, database, PURPOSE) if names else b""
    return [one for one in person_ids if names and _name(key, one) in names]


def returned(connection: Connection, database: Database, lines: Sequence[Line]) -> dict[str, int | None]:
    """Who of the erased is there again as they were before their erasure: identifier, and row if it is a person."""
    key = identity.derived(connection, database, PURPOSE)
    until = {line.name: line.at for line in sorted(lines, key=lambda line: line.at)}
    found: dict[str, int | None] = {}
    for person_id, at, record in _everybody(connection, database):
        if at <= until.get(_name(key, person_id), -1):
            found[person_id] = record or found.get(person_id)
    return found


def _everybody(connection: Connection, database: Database) -> Iterator[tuple[str, int, int | None]]:
    """Whoever is named anywhere: identifier, when it was put there, the person's row."""
    for row in connection.execute(select(people.c.id, people.c.saved_at, people.c.summary)).all():
        head = unpack(PersonHead, database.unseal(people.c.summary, row.id, row.summary))
        yield head.person_id, row.saved_at, row.id
    for row in connection.execute(select(drafts.c.id, drafts.c.updated_at, drafts.c.state)).all():
        for text in _texts(database.unseal(drafts.c.state, row.id, row.state)):
            yield text, row.updated_at, None
    for row in connection.execute(select(evidence.c.id, evidence.c.decided_at, evidence.c.record)).all():
        proof = unpack(Evidence, database.unseal(evidence.c.record, row.id, row.record))
        yield proof.person_id, row.decided_at, None


def _texts(state: bytes) -> Iterator[str]:
    """Every text in a draft's state; which of them are identifiers is the flow's own business."""
    try:
        waiting: list[Any] = [json.loads(state)]
    except (ValueError, RecursionError):
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict | list):
            waiting += node.values() if isinstance(node, dict) else node


def _listed(connection: Connection) -> tuple[Line, ...]:
    rows = connection.execute(select(erased.c.order_id, erased.c.at, erased.c.name).order_by(erased.c.id))
    return tuple(Line(row.order_id, row.at, row.name) for row in rows)


def _parsed(text: bytes) -> Line | None:
    try:
        node = json.loads(text)
        line = Line(str(node["order"]), int(node["at"]), bytes.fromhex(node["name"]))
    except (ValueError, KeyError, TypeError):
        return None
    return line if len(line.name) == NAME_BYTES else None


def _name(key: bytes, person_id: str) -> bytes:
    return hmac.digest(key, person_id.encode(), hashlib.sha256)[:NAME_BYTES]
