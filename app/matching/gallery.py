"""The gallery that is searched: immutable snapshots, replaced whole when a person comes, changes or goes.

Most templates lie in sealed segments; the latest lie in a small open one, which is packed anew with
every change. A search keeps the snapshot it began with, so a change never waits for it, nor it for a change.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from app import logs
from app.matching.features import Features, rows_of_many
from app.matching.search.layout import pack_rows
from app.matching.search.sweep import Sweep
from app.matching.segment import Entry, Segment, finger_codes

Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

LOG = logging.getLogger(__name__)

SEGMENT: Final = 1024
"""Templates in a segment built at once: a search hands segments to its threads."""
OPEN: Final = 192
"""Templates in the open segment before it is sealed: packing them takes under two milliseconds."""

_ROWS: Final = 1 << 20
"""More than a segment has rows: segment and row in one whole number, which the garbage collector need not visit."""

_EMPTY: Final = Segment.of([])


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What one search sees. `generation` grows with every change."""

    segments: tuple[Segment, ...] = field(repr=False)
    people: int
    templates: int
    generation: int

    @cached_property
    def sweep(self) -> Sweep:
        """All templates in one row, those of segment after segment; made for the first search."""
        return Sweep([segment.blocks for segment in self.segments])

    def searched(self, finger: str) -> Flags:
        """Which templates of that row a probe of `finger` is compared with."""
        return np.concatenate([np.zeros(0, np.bool_), *(segment.searched(finger) for segment in self.segments)])

    def owners(self, templates: Integers) -> list[str]:
        """Whose these templates of that row are."""
        ends = np.cumsum([len(segment.owners) for segment in self.segments])
        held = np.searchsorted(ends, templates, side="right")
        first = ends - [len(segment.owners) for segment in self.segments]
        inside = (templates - first[held]).tolist()
        return [self.segments[at].owners[row] for at, row in zip(held.tolist(), inside, strict=True)]

    @property
    def nbytes(self) -> int:
        """Bytes of memory the templates take."""
        return sum(segment.blocks.nbytes for segment in self.segments)


class Gallery:
    """Who can be found. Any thread may read `snapshot`; changes are serialized by a lock and take under 5 ms."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._lock = threading.Lock()
        self._sealed: list[Segment] = []
        self._open: list[Entry] = []
        self._where: dict[str, tuple[int, ...]] = {}
        self._generation = 0
        self._filling_s = 0.0
        remaining = iter(entries)
        while part := list(islice(remaining, SEGMENT)):
            self._seal(Segment.of(part))
        self._snapshot = self._renewed()

    @classmethod
    def load(cls, rows: Iterable[tuple[str, str, bytes]]) -> Gallery:
        """A gallery of stored features: person, finger, and the bytes of one or more templates of it.

        100,000 rows take about a second. Raises RecordRefused when a row is not what
        `Features.to_bytes` writes: compute the features anew from the records then.
        """
        gallery = cls()
        gallery.fill(rows)
        gallery.finish()
        return gallery

    def fill(self, rows: Iterable[tuple[str, str, bytes]]) -> None:
        """`load` a piece of the rows, all or none of it; nobody sees it before `finish`."""
        started, remaining, segments = time.perf_counter(), iter(rows), []
        while part := list(islice(remaining, SEGMENT)):
            segments.append(_loaded(part))
        with self._lock:
            for segment in segments:
                self._seal(segment)
            self._filling_s += time.perf_counter() - started

    def finish(self) -> None:
        """Show what was filled in."""
        with self._lock:
            self._snapshot = self._renewed()
        spent = round(1000 * self._filling_s)
        logs.event(LOG, "gallery-ready", templates=self._snapshot.templates, ms=spent)

    @property
    def snapshot(self) -> Snapshot:
        """The latest state; it will not change."""
        return self._snapshot

    def __contains__(self, person_id: str) -> bool:
        with self._lock:
            return person_id in self._where or any(entry.person_id == person_id for entry in self._open)

    def of(self, person_id: str) -> tuple[Entry, ...]:
        """All templates of one person, for a comparison one to one; empty when there is no such person."""
        with self._lock:
            places = [divmod(at, _ROWS) for at in self._where.get(person_id, ())]
            sealed = [(self._sealed[number], row) for number, row in places]
            opened = [entry for entry in self._open if entry.person_id == person_id]
        return (*(segment.entry(row) for segment, row in sealed), *opened)

    def put(self, person_id: str, templates: Sequence[tuple[str, Features]]) -> Snapshot:
        """Add a person, or replace all templates of one: pairs of finger and features."""
        with self._lock:
            self._forget(person_id)
            self._open += [Entry(person_id, finger, features) for finger, features in templates]
            return self._publish()

    def remove(self, person_id: str) -> Snapshot:
        """Take a person out; nothing happens when there is none."""
        with self._lock:
            self._forget(person_id)
            return self._publish()

    def _publish(self) -> Snapshot:
        if len(self._open) >= OPEN:
            self._seal(Segment.of(self._open))
            self._open = []
        self._snapshot = self._renewed()
        return self._snapshot

    def _seal(self, segment: Segment) -> None:
        number = len(self._sealed)
        self._sealed.append(segment)
        where, first = self._where, number * _ROWS
        for at, owner in enumerate(segment.owners, first):
            where[owner] = (*where[owner], at) if owner in where else (at,)

    def _forget(self, person_id: str) -> None:
        self._open = [entry for entry in self._open if entry.person_id != person_id]
        for number, row in (divmod(at, _ROWS) for at in self._where.pop(person_id, ())):
            left = self._sealed[number].without([row])
            self._sealed[number] = left if left.alive.any() else _EMPTY

    def _renewed(self) -> Snapshot:
        self._generation += 1
        living = [segment for segment in self._sealed if len(segment.owners)]
        if self._open:
            living.append(Segment.of(self._open))
        templates = sum(int(segment.alive.sum()) for segment in living)
        people = len(self._where) + len({entry.person_id for entry in self._open})
        return Snapshot(tuple(living), people, templates, self._generation)


def _loaded(part: Sequence[tuple[str, str, bytes]]) -> Segment:
    words, counts, each = rows_of_many([stored for _, _, stored in part])
    owners = [person for (person, _, _), many in zip(part, each, strict=True) for _ in range(many)]
    fingers = np.repeat(finger_codes(finger for _, finger, _ in part), each)
    return Segment(pack_rows(words, counts), owners, fingers, np.ones(len(owners), np.bool_))
