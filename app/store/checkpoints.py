"""Signed checkpoints of the journal, one line each in a file beside the database that is only ever appended to.

    {"number": 3, "count": 1200, "head": "<hex>", "at": "...", "reason": "count", "key": "<hex>", "signature": "<hex>"}

One is due after 100 entries, after a day, when the store is opened after a crash, and when it is closed. It signs
what the sealed head says, never what the table holds: a table that was tampered with gets no signature.
"""

import json
import logging
import os
from dataclasses import asdict, replace
from pathlib import Path

from app import logs
from app.domain.audit import Checkpoint, SightedCheckpoint
from app.domain.errors import StationError
from app.store import chain, identity
from app.store.database import Database, from_time, to_time
from app.store.errors import FOREIGN

LOG = logging.getLogger(__name__)
NAME = "station.checkpoints"
EVERY = 100
UNWRITTEN: tuple[type[Exception], ...] = (StationError, *FOREIGN)
DAY_US = 24 * 3600 * 1_000_000


def due(head: chain.Head) -> str:
    """Why a checkpoint is due now, or nothing."""
    if head.count - head.signed >= EVERY:
        return "count"
    late = head.signed_at and head.at - head.signed_at > DAY_US
    return "daily" if late and head.count > head.signed else ""


def write_due(database: Database, reason: str = "") -> None:
    """Write a checkpoint when there are unsigned entries and it is due, or for the reason given.

    A disk that does not want to is logged: what was done is done and stored, and the next one vouches for it too.
    """
    try:
        with database.begin() as connection:
            head = chain.current(connection, database)
        why = reason if reason and head.count > head.signed else due(head)
        if why:
            write(database, why)
    except UNWRITTEN as error:
        logs.event(LOG, "checkpoint-not-written", logging.ERROR, error=error)


def write_daily(database: Database) -> None:
    """Write one when entries are unsigned and the last one is a day old."""
    with database.begin() as connection:
        head = chain.current(connection, database)
    if from_time(None) - max(head.signed_at, head.at if not head.signed_at else 0) > DAY_US:
        write_due(database, "daily")


def write(database: Database, reason: str) -> Checkpoint:
    """Sign the head and append it to the file, then note that in the head."""
    with database.begin() as connection:
        head = chain.current(connection, database)
    path = database.folder / NAME
    pem = identity.public_pem(database)
    now = from_time(None)
    number = max(head.checkpoints, _last_number(path)) + 1
    plain = Checkpoint(number, head.count, head.link.hex(), to_time(now).isoformat(), reason, identity.fingerprint(pem))
    signed = replace(plain, signature=identity.sign(database, plain.statement()).hex())
    append(path, signed)
    with database.begin() as connection:
        latest = chain.current(connection, database)
        noted = replace(latest, checkpoints=number, signed=head.count, signed_at=now)
        chain.put(connection, database, noted)
    return signed


def append(path: Path, checkpoint: Checkpoint) -> None:
    """Add a line, on disk when this returns; a line that a power cut left half is ended first."""
    half = path.exists() and path.read_bytes()[-1:] not in {b"", b"\n"}
    line = ("\n" if half else "") + json.dumps(asdict(checkpoint), separators=(",", ":")) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, pem: str) -> tuple[SightedCheckpoint, ...]:
    """Every line of the file; none when there is no file. A half line at the end counts as not written."""
    data = path.read_bytes() if path.exists() else b""
    lines = data.split(b"\n")
    return sight([line for line in lines[:-1] if line], pem)


def sight(lines: list[bytes], pem: str) -> tuple[SightedCheckpoint, ...]:
    """Checkpoints from their lines, each with whether this key signed it."""
    key = identity.read_pem(pem)
    found = [parse(line) for line in lines]
    return tuple(
        SightedCheckpoint(each, each is not None and identity.holds(key, each.signature, each.statement()))
        for each in found
    )


def parse(line: bytes) -> Checkpoint | None:
    """A checkpoint from its line, None when it makes no sense."""
    try:
        node = json.loads(line)
        head, at, reason, key, signature = (str(node[name]) for name in ("head", "at", "reason", "key", "signature"))
        return Checkpoint(int(node["number"]), int(node["count"]), head, at, reason, key, signature)
    except (ValueError, KeyError, TypeError):
        return None


def _last_number(path: Path) -> int:
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return max((each.number for each in map(parse, lines) if each is not None), default=0)
