"""`enrollment-station backup` and `restore`, and the backups the station makes by itself."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from app.store import KeySource, Store
from app.store.backups import restore

ENDING = ".esbackup"


def back_up_now(folder: Path, source: KeySource, file: Path, passphrase: str) -> str:
    """Back the closed store up into a file; what to tell."""

    target = file.absolute()

    async def write() -> int:
        async with await Store.open(folder, source) as store:
            return await store.back_up(target, passphrase)

    size = asyncio.run(write())
    opens = "this passphrase" if passphrase else "what opens the store: the same keyring entry or passphrase"
    return f"{file}: {size / 1e6:.1f} MB, encrypted. It opens with {opens}."


def restore_now(file: Path, folder: Path, source: KeySource, passphrase: str) -> str:
    """Put a backup into an empty folder, then open it and look through everything; what to tell."""
    restore(file, folder, source, passphrase)

    async def look() -> tuple[int, bool]:
        async with await Store.open(folder, source) as store:
            inspection = await store.inspect()
            return inspection.rows.get("people", 0), inspection.sound

    people, sound = asyncio.run(look())
    state = "Every value opens." if sound else "Some values do NOT open: keep the backup and ask your support."
    return f"Restored to {folder}: {people} people. {state}"


async def back_up(store: Store, folder: Path, kept: int) -> Path:
    """One more scheduled backup; the oldest beyond `kept` go."""
    target = folder / f"station-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{ENDING}"
    await store.back_up(target)
    await asyncio.to_thread(_thin_out, folder, kept)
    return target


def newest(folder: Path) -> datetime | None:
    """When the latest scheduled backup was made; None when there is none."""
    files = _scheduled(folder)
    return datetime.fromtimestamp(files[-1].stat().st_mtime, UTC) if files else None


def _scheduled(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"station-*{ENDING}")) if folder.is_dir() else []


def _thin_out(folder: Path, kept: int) -> None:
    for old in _scheduled(folder)[:-kept]:
        old.unlink()
