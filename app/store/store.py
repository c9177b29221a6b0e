"""The store as the station sees it: open it, use its parts, close it."""

import asyncio
import hmac
import logging
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from app import logs
from app.domain.errors import StationError
from app.store import checking, checkpoints, erased, rotation
from app.store.backups import write_backup
from app.store.checking import Inspection
from app.store.database import Database
from app.store.doors import Doors
from app.store.drafts import Drafts
from app.store.erasures import Erasures
from app.store.errors import translated
from app.store.evidence import EvidenceRecords
from app.store.features import Features
from app.store.identity import Identity
from app.store.journal import JournalStore
from app.store.keys import key_method
from app.store.opening import KEYS, open_database
from app.store.operators import OperatorRecords
from app.store.outbox import OutboxStore
from app.store.people import People
from app.store.questions import Questions
from app.store.rotation import Sweep
from app.store.sources import KeySource
from app.store.thread import StoreThread

LOG = logging.getLogger(__name__)
LOOK_EVERY_S = 3600.0


class Store:
    """Everything the station remembers, encrypted, in one folder.

        store = await Store.open(folder, SystemKeyring())
        ...
        await store.close()

    All work is done on one thread named "store"; the coroutines may be awaited on any event loop.
    """

    def __init__(self, thread: StoreThread) -> None:
        self.drafts = Drafts(thread)
        self.people = People(thread)
        self.erasures = Erasures(thread, self.people.forgotten)
        self.outbox = OutboxStore(thread)
        self.journal = JournalStore(thread)
        self.features = Features(thread)
        self.evidence = EvidenceRecords(thread)
        self.identity = Identity(thread)
        self.questions = Questions(thread)
        self.doors = Doors(thread)
        self.operators = OperatorRecords(thread)
        self._thread = thread
        self._sweep = Sweep()
        self._resumed: asyncio.Task[None] | None = None
        self._daily: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, folder: Path, source: KeySource) -> Self:
        """Open the store of a folder, or make one. Nothing that is there is changed when this raises:

        StoreKeyMissing (no key file, no such keyring entry, another kind of source is needed: fact `method`),
        StoreKeyWrong, StoreNewer, StoreDamaged, StoreFull, StoreReadOnly, StoreInUse (fact `pid`), InvalidInput
        (passphrase of a new store too short). A key change that was interrupted goes on in the background.
        """
        thread = StoreThread(partial(open_database, folder, source))
        await thread.open()
        store = cls(thread)
        store._resumed = asyncio.create_task(store._resume(), name="store-key-change")
        store._daily = asyncio.create_task(store._sign_daily(), name="store-checkpoints")
        return store

    async def close(self) -> None:
        """Finish what was asked for and close; bounded in time, never raises, twice is fine."""
        for task in (self._resumed, self._daily):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        await self._thread.close()

    async def purge_drafts(self, older_than: datetime) -> int:
        """Remove drafts not changed since, overwriting them; returns how many."""
        return await self.drafts.purge(older_than)

    async def rotate_key(self) -> None:
        """Give everything a new data key and destroy the old one; others work on meanwhile.

        May be cancelled or killed at any point: the next call, or the next open, goes on.
        """
        await self._thread.run(rotation.begin, self._sweep)
        while not await self._thread.run(rotation.step, self._sweep):
            pass

    async def change_source(self, source: KeySource) -> None:
        """Protect the keys differently from now on: another passphrase, or the keyring instead of one."""
        await self._thread.run(_change_source, source)

    async def side_key(self, purpose: str) -> bytes:
        """32 bytes for what is encrypted beside the store, the same for a purpose as long as the data key is."""
        return await self._thread.run(_side_key, purpose)

    async def back_up(self, target: Path, passphrase: str = "") -> int:
        """Write an encrypted backup, replacing a file of this name in one step; the bytes written.

        Without a passphrase it opens with what opens this store. InvalidInput when the passphrase is too short.
        """
        return await self._thread.run(write_backup, target, passphrase)

    async def erased(self) -> tuple[erased.Line, ...]:
        """The list of who was erased, to be kept beside backups too (`erased.merge`)."""
        return await self._thread.run(erased.listed)

    async def inspect(self) -> Inspection:
        """Look through the whole store: every page, every sealed value. Reads everything, in pieces."""
        inspection = Inspection()
        await self._thread.run(checking.check_pages, inspection)
        going = checking.walk()
        while not await self._thread.run(checking.check_rows, inspection, going):
            pass
        return inspection

    async def _sign_daily(self) -> None:
        """What was done is signed within a day also when nothing is done afterwards."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self._thread.run(checkpoints.write_daily)
            except StationError as error:
                logs.event(LOG, "checkpoint-not-written", logging.ERROR, error=error)

    async def _resume(self) -> None:
        try:
            if await self._thread.run(rotation.pending):
                await self.rotate_key()
        except StationError as error:
            logs.event(LOG, "store-key-change-interrupted", logging.WARNING, error=error)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def key_method_of(folder: Path) -> str | None:
    """How the store of a folder is protected ("keyring" or "passphrase"), to know what to ask; None for a new one.

    Reads one small file. StoreDamaged or StoreNewer when it is not understood, StoreReadOnly when it may not be read.
    """
    with translated():
        return key_method(folder / KEYS)


def _side_key(database: Database, purpose: str) -> bytes:
    ring = database.cipher.ring
    return hmac.digest(ring.keys[ring.active], b"enrollment-station side key\0" + purpose.encode(), "sha256")


def _change_source(database: Database, source: KeySource) -> None:
    database.use(database.key_file.rewrap(database.cipher.ring, source))
