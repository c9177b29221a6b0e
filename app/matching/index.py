"""Everybody's fingers, ready to be searched: filled once from what is stored, kept up as people come and go."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future

from app.domain.comparison import Score
from app.domain.errors import MatchingUnavailable
from app.domain.records import FeatureRow
from app.matching.features import Features
from app.matching.filling import Filling
from app.matching.gallery import Gallery, Snapshot
from app.matching.matcher import Matcher, Probe
from app.matching.worker import TIMEOUT, Candidates, SearchWorker

Change = tuple[FeatureRow, ...]


class FingerIndex:
    """The gallery of the whole station with its search threads; every method may be called from any thread.

        index = FingerIndex()
        index.start()                      # threads and kernels; cheap to leave out while nobody needs fingers
        stale = index.load(rows)           # once, on a worker thread: 100,000 people in about a second
        index.put(person_id, rows)         # after saving; index.remove(person_id) after removal
        index.submit(probe).result()       # 1:N; `await index.search(probe)` for coroutines
        index.verify(probe, person_id)     # 1:1, under a millisecond; None when nobody of that name is here
        index.close()

    Until `load` has finished, and until the kernels are compiled, searching raises MatchingUnavailable with `why`
    "loading" or "warming". A search goes on with the snapshot it began with.
    """

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._door = threading.Lock()
        self._gallery = Gallery()
        self._changes: dict[str, Change] = {}
        self._loaded = threading.Event()
        self._worker: SearchWorker | None = None
        self._matcher = Matcher(1)

    def start(self) -> None:
        """Begin the search threads and warm up in the background; twice is fine."""
        with self._door:
            if self._worker is None:
                self._worker = SearchWorker(self._gallery, threads=self._threads)

    def close(self) -> None:
        """End the threads; searches that wait are refused."""
        with self._door:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()
        self._matcher.close()

    def load(self, rows: Iterable[FeatureRow]) -> tuple[FeatureRow, ...]:
        """Fill the gallery from stored rows; what was put or removed meanwhile is newer and stays.

        Answers the rows that another version wrote: their features must be computed again and `put`. Takes about
        a second for 100,000 rows: not on the UI thread.
        """
        filling = Filling()
        filling.take(tuple(rows))
        return self.adopt(filling)

    def adopt(self, filling: Filling) -> tuple[FeatureRow, ...]:
        """`load` with rows that were taken in pieces."""
        gallery = filling.gallery
        gallery.finish()
        with self._door:
            for person_id, change in self._changes.items():
                gallery.put(person_id, _templates(change))
            self._changes.clear()
            self._gallery = gallery
            if self._worker is not None:
                self._worker.gallery = gallery
            self._loaded.set()
        return tuple(filling.stale)

    def put(self, person_id: str, rows: Sequence[FeatureRow]) -> None:
        """Add a person, or replace everything that is known of one. Raises RecordRefused for foreign bytes."""
        templates = _templates(rows)
        with self._door:
            if not self._loaded.is_set():
                self._changes[person_id] = tuple(rows)
            self._gallery.put(person_id, templates)

    def remove(self, person_id: str) -> None:
        """Take a person out; nobody there is fine."""
        with self._door:
            if not self._loaded.is_set():
                self._changes[person_id] = ()
            self._gallery.remove(person_id)

    @property
    def gallery(self) -> Gallery:
        """The gallery behind the index, for whoever searches with a worker of its own; replaced once, by `load`."""
        return self._gallery

    @property
    def snapshot(self) -> Snapshot:
        """The latest state: how many people and templates, and what a search would see."""
        return self._gallery.snapshot

    @property
    def loaded(self) -> bool:
        """Whether everybody stored is in."""
        return self._loaded.is_set()

    def __contains__(self, person_id: str) -> bool:
        return person_id in self._gallery

    @property
    def examines_since(self) -> float | None:
        """Since when (monotonic) the kernels that examine a print are being loaded or compiled; None when they need not
        be waited for."""
        worker = self._worker
        return None if worker is None or worker.examines else worker.begun

    @property
    def warming(self) -> bool:
        """Whether searches are refused because kernels are being loaded or compiled."""
        worker = self._worker
        return worker is not None and not worker.wait_ready(0)

    def wait_ready(self, seconds: float) -> bool:
        """Whether searches are accepted within so many seconds (of each of loading and warming up)."""
        worker = self._worker
        return worker is not None and self._loaded.wait(seconds) and worker.wait_ready(seconds)

    def submit(
        self, probe: Sequence[Probe], *, target_fpir: float = 0.01, limit: int = 10, timeout: float = TIMEOUT
    ) -> Future[Candidates]:
        """Begin a search, as SearchWorker.submit. Raises MatchingUnavailable (`why`), MatchingBusy."""
        worker = self._worker
        if worker is None:
            raise MatchingUnavailable(why="closed")
        if not self._loaded.is_set():
            raise MatchingUnavailable(why="loading")
        return worker.submit(probe, target_fpir=target_fpir, limit=limit, timeout=timeout)

    async def search(
        self,
        probe: Sequence[Probe],
        *,
        target_fpir: float = 0.01,
        limit: int = 10,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - the worker itself ends the search at this deadline
    ) -> Candidates:
        """`submit` for coroutines; cancelling the task cancels the search."""
        return await asyncio.wrap_future(self.submit(probe, target_fpir=target_fpir, limit=limit, timeout=timeout))

    def verify(self, probe: Sequence[Probe], person_id: str, *, false_match_rate: float = 1e-4) -> Score | None:
        """Compare a probe with one person; None when the index has nobody of that name."""
        references = self._gallery.of(person_id)
        if not references:
            return None
        known = [Probe(entry.features, entry.finger) for entry in references]
        return self._matcher.verify(probe, known, false_match_rate=false_match_rate)


def _templates(rows: Sequence[FeatureRow]) -> list[tuple[str, Features]]:
    return [(row.position.value, features) for row in rows for features in Features.from_bytes(row.features)]
