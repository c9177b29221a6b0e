"""`enrollment-station person …`: people as encrypted files, out of the store and into it."""

import asyncio
from pathlib import Path

from app.domain.errors import InvalidInput
from app.domain.records import JournalEntry
from app.paths import write_new
from app.store import KeySource, Store
from app.store.exports import open_person, seal_person, unpack_person

COMMAND_LINE = "command line"


def export_person(folder: Path, source: KeySource, person_id: str, file: Path, passphrase: str) -> str:
    """Write one person to a file; what to tell. InvalidInput when there is no such person."""

    async def load() -> bytes:
        async with await Store.open(folder, source) as store:
            record = await store.people.get(person_id)
            if record is None:
                raise InvalidInput(field="person", why="unknown")
            data = await asyncio.to_thread(seal_person, record.enrollment, passphrase)
            await store.journal.append(JournalEntry("person-exported", COMMAND_LINE, person_id))
            return data

    write_new(file, asyncio.run(load()))
    return f"Written, encrypted with this passphrase: {file}. Erasing the person does not erase this file."


def import_person(folder: Path, source: KeySource, file: Path, passphrase: str, targets: tuple[str, ...]) -> str:
    """Add the person of a file, to be delivered like a new one; nothing is replaced. What to tell."""
    enrollment = open_person(file.read_bytes(), passphrase)

    async def save() -> bool:
        async with await Store.open(folder, source) as store:
            if await store.people.get(enrollment.person.person_id) is not None:
                return False
            await store.people.save(enrollment, targets=targets, actor=COMMAND_LINE)
            return True

    if not asyncio.run(save()):
        raise InvalidInput(field="person", why="enrolled")
    return f"Added with {len(enrollment.samples)} samples; delivered at the next start of the station."


def unpack(file: Path, folder: Path, passphrase: str) -> str:
    """Write what is in a file into a folder, readable; what to tell."""
    count = unpack_person(file.read_bytes(), passphrase, folder)
    return f"{count} files in {folder}, readable by anybody who can read the folder."
