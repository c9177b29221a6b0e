"""The tamper kit: what somebody with the disk, and somebody with the disk and the store's key, may do to a journal."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from app.domain.records import JournalEntry
from app.store import MemoryVault, SystemKeyring
from app.store.codec import pack, unpack
from app.store.crypto import Cipher
from app.store.keys import KeyFile
from app.store.tables import journal

TRIGGERS = ("journal_keeps_rows", "journal_keeps_order")


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database of a closed store, without the triggers that protect the journal."""
    with contextlib.closing(sqlite3.connect(folder / "station.db")) as raw:
        for name in TRIGGERS:
            raw.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield raw
        raw.commit()


def edit(folder: Path, seq: int) -> None:
    """Flip one bit of an entry."""
    with opened(folder) as raw:
        (sealed,) = raw.execute("SELECT entry FROM journal WHERE seq = ?", (seq,)).fetchone()
        raw.execute("UPDATE journal SET entry = ? WHERE seq = ?", (sealed[:-1] + bytes([sealed[-1] ^ 1]), seq))


def edit_with_the_key(folder: Path, vault: MemoryVault, seq: int) -> None:
    """Replace an entry by another one that opens."""
    cipher = Cipher(KeyFile(folder / "station.keys", SystemKeyring(vault)).load())
    place = str(journal.c.entry)
    with opened(folder) as raw:
        (sealed,) = raw.execute("SELECT entry FROM journal WHERE seq = ?", (seq,)).fetchone()
        entry = unpack(JournalEntry, cipher.open(sealed, place, seq))
        forged = JournalEntry(entry.action, "somebody else", entry.person_id, at=entry.at)
        raw.execute("UPDATE journal SET entry = ? WHERE seq = ?", (cipher.seal(pack(forged), place, seq), seq))


def restamp(folder: Path, seq: int, by: timedelta) -> None:
    """Say that an act was at another time."""
    moved = by // timedelta(microseconds=1)
    with opened(folder) as raw:
        raw.execute("UPDATE journal SET at = at + ? WHERE seq = ?", (moved, seq))


def delete(folder: Path, first: int, last: int) -> None:
    """Take entries out."""
    with opened(folder) as raw:
        raw.execute("DELETE FROM journal WHERE seq BETWEEN ? AND ?", (first, last))


def edit_and_delete(folder: Path, seq: int, first: int, last: int) -> None:
    """Both at once."""
    edit(folder, seq)
    delete(folder, first, last)


def cut(folder: Path, after: int) -> None:
    """Take the end away, and let the database believe that it never was."""
    with opened(folder) as raw:
        raw.execute("DELETE FROM journal WHERE seq > ?", (after,))
        raw.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'journal'", (after,))


def append_forged(folder: Path) -> int:
    """Put a copy of the last row behind it; the number it got."""
    with opened(folder) as raw:
        raw.execute(
            "INSERT INTO journal (at, digest, entry, tie)"
            " SELECT at + 1, digest, entry, tie FROM journal ORDER BY seq DESC LIMIT 1"
        )
        return int(raw.execute("SELECT max(seq) FROM journal").fetchone()[0])


def swap(folder: Path, one: int, other: int) -> None:
    """Let two rows change places."""
    with opened(folder) as raw:
        for old, new in ((one, -1), (other, one), (-1, other)):
            raw.execute("UPDATE journal SET seq = ? WHERE seq = ?", (new, old))


def take_back(folder: Path, keep: int) -> None:
    """Cut the file of checkpoints to its first lines."""
    path = folder / "station.checkpoints"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:keep]))


def forge_checkpoint(folder: Path, count: int) -> None:
    """Let the last checkpoint vouch for another number of entries."""
    path = folder / "station.checkpoints"
    lines = path.read_text().splitlines()
    (now,) = [part for part in lines[-1].split(",") if part.startswith('"count"')]
    path.write_text("\n".join([*lines[:-1], lines[-1].replace(now, f'"count":{count}')]) + "\n")
