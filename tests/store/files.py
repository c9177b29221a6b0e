"""Looking at a store's files as anybody with the disk could."""

from pathlib import Path

from app.store.crypto import FORMAT, HEADER

BESIDE = ("station.lock", "station.db-shm", "station.db-wal")
"""The lock, and SQLite's scratch files, which every look at a database in WAL mode makes."""


def contents(folder: Path) -> dict[str, bytes]:
    """What a store consists of: each file with its bytes; an empty write-ahead log counts as none."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {name: data for name, data in files.items() if name not in BESIDE or (name.endswith("-wal") and data)}


def all_bytes(folder: Path) -> bytes:
    """Every byte of a store, except of SQLite's index into its log: page numbers, which Windows lets nobody read."""
    files = (path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.endswith("-shm"))
    return b"".join(path.read_bytes() for path in files)


def key_id_of(sealed: bytes) -> int:
    """The data key that a sealed value names in its header."""
    form, key_id = HEADER.unpack_from(sealed)
    assert form == FORMAT
    return int(key_id)
