"""Looking at a store's files as anybody with the disk could."""

from pathlib import Path

BESIDE = ("station.lock", "station.db-shm", "station.db-wal")
"""The lock, and SQLite's scratch files, which every look at a database in WAL mode makes."""


def contents(folder: Path) -> dict[str, bytes]:
    """What a store consists of: each file with its bytes; an empty write-ahead log counts as none."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {name: data for name, data in files.items() if name not in BESIDE or (name.endswith("-wal") and data)}


def all_bytes(folder: Path) -> bytes:
    """Every byte of every file in a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
