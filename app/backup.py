"""`enrollment-station backup` and `restore`, and the backups the station makes by itself."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.domain.records import JournalEntry
from app.paths import keep_or_make
from app.store import KeySource, Store
from app.store.backups import restore
from app.store.erased import NAME as LIST
from app.store.erased import merge
from app.store.erasures import CAUGHT_UP

ENDING = ".esbackup"
COMMAND_LINE, STATION = "command line", "station"
BACKED_UP = "backed-up"
"""Written before the backup, so that it stands in it; one that failed is tried again and written again."""
LATER = f"An erasure does not change it; restored with the newest {LIST}, it erases again who was erased since."
NO_LIST = (
    f"No {LIST} was found beside the backup: people who were erased after it was made are here again. If the former "
    "data folder or the backup folder still has that file, put it into this folder before the station is started: "
    "--erased names it, next time."
)


def back_up_now(folder: Path, source: KeySource, file: Path, passphrase: str) -> str:
    """Back the closed store up into a file; what to tell."""

    target = file.absolute()

    async def write() -> int:
        async with await Store.open(folder, source) as store:
            await store.journal.append(JournalEntry(BACKED_UP, COMMAND_LINE, facts={"opens": _opens(passphrase)}))
            return await store.back_up(target, passphrase)

    size = asyncio.run(write())
    opens = "this passphrase" if passphrase else "what opens the store: the same keyring entry or passphrase"
    return f"{file}: {size / 1e6:.1f} MB, encrypted. It opens with {opens}. {LATER}"


def restore_now(file: Path, folder: Path, source: KeySource, passphrase: str, lists: Sequence[Path] = ()) -> str:
    """Put a backup into an empty folder, then open it and look through everything; what to tell."""
    listed = any(path.is_file() for path in (file.parent / LIST, folder / LIST, *lists))
    restore(file, folder, source, passphrase, lists)
    people, again, sound = asyncio.run(_look_through(folder, source))
    state = "Every value opens." if sound else "Some values do NOT open: keep the backup and ask your support."
    told = f"Restored to {folder}: {people} people. {state}"
    if again:
        return f"{told} Erased again, because they were erased after this backup: {again}."
    return told if listed else f"{told} {NO_LIST}"


async def _look_through(folder: Path, source: KeySource) -> tuple[int, int, bool]:
    """How many people there are, how many of them had to be erased again, and whether every value opens."""
    async with await Store.open(folder, source) as store:
        (caught,) = await store.journal.entries(limit=1)
        again = int(caught.facts["again"]) if caught.action == CAUGHT_UP else 0
        await store.journal.append(JournalEntry("store-restored", COMMAND_LINE, facts={"again": str(again)}))
        inspection = await store.inspect()
        return inspection.rows.get("people", 0), again, inspection.sound


class Beside:
    """Keeps the list of who was erased beside the backups up to date; writes only when it is longer."""

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store, self._folder = store, folder
        self._written = 0

    async def update(self) -> None:
        """OSError when it cannot be written now."""
        lines = await self._store.erased()
        if self._folder is not None and len(lines) > self._written:
            await asyncio.to_thread(keep_or_make, self._folder)
            await asyncio.to_thread(merge, self._folder / LIST, lines)
            self._written = len(lines)


def _opens(passphrase: str) -> str:
    return "with a passphrase" if passphrase else "with this store's key"


async def back_up(store: Store, folder: Path, kept: int) -> Path:
    """One more scheduled backup; the oldest beyond `kept` go."""
    await store.journal.append(JournalEntry(BACKED_UP, STATION, facts={"opens": _opens("")}))
    target = folder / f"station-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{ENDING}"
    await store.back_up(target)
    await asyncio.to_thread(merge, folder / LIST, await store.erased())
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
