"""Searches off the UI thread: a short queue, two threads, a deadline for each search.

A search of a large gallery is spread over both threads when it is alone; when others wait, each thread takes one of
its own, which answers more of them in the same time.

A search that cannot be answered in time is refused at once (too busy) or ended at its deadline, because a
terminal that waits is worse than one that is told. Callers are the gateway's thread (`submit`) and
the event loop (`search`); both may cancel.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Final

from app import logs
from app.domain.comparison import Candidate
from app.domain.errors import MatchingBusy, MatchingLate, MatchingUnavailable
from app.matching.gallery import Gallery, Snapshot
from app.matching.manners import step_back
from app.matching.matcher import Matcher, Probe
from app.matching.warmup import warm

LOG = logging.getLogger(__name__)

WAITING: Final = 16
"""Searches that may wait: at 40 a second the last of them is answered in half a second."""
SPREAD: Final = 20_000
"""Templates beyond which one search alone takes both threads. Below, it ends within some 40 ms on one, and the live
preview and the answers to cards have the other processor meanwhile."""
TIMEOUT: Final = 2.0

Candidates = tuple[Candidate, ...]


@dataclass(frozen=True, eq=False)
class _Job:
    snapshot: Snapshot
    probe: tuple[Probe, ...] = field(repr=False)
    target_fpir: float
    limit: int
    deadline: float
    answer: Future[Candidates]

    def check(self) -> None:
        """End the search when nobody waits for it any more."""
        if self.answer.cancelled():
            raise CancelledError
        if time.monotonic() >= self.deadline:
            raise MatchingLate


class SearchWorker:
    """Owns the search threads. `close` (or `with`) ends them; waiting searches are then refused."""

    def __init__(self, gallery: Gallery, *, threads: int = 2, waiting: int = WAITING) -> None:
        self.gallery = gallery
        self._matcher = Matcher(threads, self._is_alone)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._places = threading.Semaphore(waiting)
        self._door = threading.Lock()
        self._closed = threading.Event()
        self._ready = threading.Event()
        self._examines = threading.Event()
        self.begun = time.monotonic()
        self._asked = 0
        self._threads = [
            threading.Thread(target=self._run, name=f"matching-search-{number}", daemon=True)
            for number in range(threads)
        ]
        self._warming = threading.Thread(target=self._warm, name="matching-warm-up", daemon=True)
        for thread in (self._warming, *self._threads):
            thread.start()

    def __enter__(self) -> SearchWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(
        self, probe: Sequence[Probe], *, target_fpir: float = 0.01, limit: int = 10, timeout: float = TIMEOUT
    ) -> Future[Candidates]:
        """Begin a search of the gallery as it is now; any thread, returns at once.

        The future ends with the candidates, with MatchingLate when `timeout` seconds have passed, or is
        cancelled. Raises MatchingBusy when the queue is full, and MatchingUnavailable (`why`) while the
        kernels are compiled for the first time on this machine, and after `close`.
        """
        answer: Future[Candidates] = Future()
        deadline = time.monotonic() + timeout
        with self._door:
            if self._closed.is_set():
                raise MatchingUnavailable(why="closed")
            if not self._ready.is_set():
                raise MatchingUnavailable(why="warming")
            if not self._places.acquire(blocking=False):
                raise MatchingBusy(pending=self._jobs.qsize())
            self._asked += 1
            self._jobs.put(_Job(self.gallery.snapshot, tuple(probe), target_fpir, limit, deadline, answer))
        return answer

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

    @property
    def examines(self) -> bool:
        """Whether the kernels that examine a print are ready: they come first."""
        return self._examines.is_set()

    def wait_ready(self, seconds: float) -> bool:
        """Whether searches are accepted within `seconds`; at once unless kernels must be compiled."""
        return self._ready.wait(seconds)

    def close(self) -> None:
        """Finish the search at hand, refuse the waiting ones, end the threads."""
        with self._door:
            if not self._closed.is_set():
                self._closed.set()
                for _ in self._threads:
                    self._jobs.put(None)
        for thread in (self._warming, *self._threads):
            thread.join()
        self._matcher.close()

    def _is_alone(self) -> bool:
        """Whether the search at hand is the only one, and long enough to take the other processor for it."""
        return self._asked <= 1 and self.gallery.snapshot.templates > SPREAD

    def _warm(self) -> None:
        step_back()
        warm(self._closed.is_set, self._examines.set)
        self._examines.set()
        self._ready.set()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._places.release()
            if self._closed.is_set():
                _settle(job.answer, MatchingUnavailable(why="closed"))
            else:
                self._answer(job)
            with self._door:
                self._asked -= 1

    def _answer(self, job: _Job) -> None:
        try:
            job.check()
            found = self._matcher.search(
                job.snapshot, job.probe, target_fpir=job.target_fpir, limit=job.limit, progress=job.check
            )
        except CancelledError:
            job.answer.set_running_or_notify_cancel()
        except Exception as error:  # whatever it is, the caller hears it and the next search runs
            logs.event(LOG, "search-failed", logging.WARNING, error=error)
            _settle(job.answer, error)
        else:
            _settle(job.answer, found)


def _settle(answer: Future[Candidates], outcome: Candidates | Exception) -> None:
    """Give the answer to whoever waits; a caller who cancelled this very moment gets none."""
    if not answer.set_running_or_notify_cancel():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
