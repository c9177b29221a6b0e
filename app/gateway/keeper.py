"""Puts decisions and passages on disk in batches, on a thread and loop of its own: no door waits for the disk."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from app import logs
from app.domain.door import DoorDecision, Passage
from app.domain.records import JournalEntry

LOG = logging.getLogger(__name__)

ACTOR: Final = "gateway"
LINGER_S: Final = 0.2
BATCH: Final = 200
MOST_WAITING: Final = 20_000
CLOSE_S: Final = 10.0


class DoorRecords(Protocol):
    """What keeps them (store.doors)."""

    async def keep(self, changed: Sequence[Passage], entries: Sequence[JournalEntry]) -> None:
        """Put passages and entries on disk in one transaction."""


class Keeper:
    """Any thread hands over; nothing waits. While the disk fails, passages and up to 20,000 entries wait for it."""

    def __init__(self, records: DoorRecords, labels: Mapping[int, str]) -> None:
        self._records = records
        self._labels = dict(labels)
        self._door = threading.Condition()
        self._entries: list[JournalEntry] = []
        self._passages: dict[tuple[str, str], Passage] = {}
        self._ending = False
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="gateway-keeper", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def close(self) -> None:
        """Write what waits and end; bounded in time."""
        with self._door:
            self._ending = True
            self._door.notify()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)

    @property
    def unkept(self) -> int:
        """Decisions that wait because they could not be written, 0 while all is well."""
        return len(self._entries) if self._failing else 0

    def passages(self, changed: Sequence[Passage]) -> None:
        """Write these at once."""
        with self._door:
            self._passages |= {(one.zone, one.person_id): one for one in changed}
            self._door.notify()

    def decided(self, made: DoorDecision) -> None:
        """Write this with the next batch."""
        entry = entry_of(made, self._labels)
        with self._door:
            if len(self._entries) < MOST_WAITING:
                self._entries.append(entry)
            if len(self._entries) >= BATCH:
                self._door.notify()

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            while True:
                ending = self._wait()
                passages, entries = self._taken()
                kept = not (passages or entries) or runner.run(self._keep(passages, entries))
                if not kept and not ending:
                    self._put_back(passages, entries)
                    self._pause()
                elif ending and not self._entries:
                    return

    def _wait(self) -> bool:
        with self._door:
            if not (self._ending or self._passages or len(self._entries) >= BATCH):
                self._door.wait(LINGER_S)
            return self._ending

    def _pause(self) -> None:
        """The disk failed: look again after a while, or at the end."""
        with self._door:
            if not self._ending:
                self._door.wait(4 * LINGER_S)

    def _taken(self) -> tuple[list[Passage], list[JournalEntry]]:
        with self._door:
            passages, self._passages = list(self._passages.values()), {}
            entries, self._entries = self._entries[:BATCH], self._entries[BATCH:]
        return passages, entries

    def _put_back(self, passages: list[Passage], entries: list[JournalEntry]) -> None:
        with self._door:
            self._passages = {(one.zone, one.person_id): one for one in passages} | self._passages
            self._entries = entries + self._entries

    async def _keep(self, passages: list[Passage], entries: list[JournalEntry]) -> bool:
        try:
            await self._records.keep(passages, entries)
        except Exception as error:  # whatever it is, it is tried again and told: no decision is lost for it
            logs.event(LOG, "door-decisions-not-kept", logging.ERROR, error=error, count=len(entries))
            self._failing = True
            return False
        self._failing = False
        return True


def entry_of(made: DoorDecision, labels: Mapping[int, str]) -> JournalEntry:
    """A decision as the journal has it: never a card's number or a template."""
    facts = {"asked": made.asked.value, "why": made.why.value, "door": labels.get(made.device, str(made.device))}
    if made.score is not None and made.threshold is not None:
        facts |= {"score": f"{made.score:.1f}", "threshold": f"{made.threshold:.1f}"}
    if not made.delivered:
        facts["delivered"] = "no"
    device = labels.get(made.device, "")
    return JournalEntry(f"door-{made.outcome.value}", ACTOR, made.person_id, device, facts, made.at)
