"""The station's fingerprints: examined off the UI thread, searchable as soon as they are saved, gone when removed."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import ParamSpec, TypeVar

from app import logs
from app.domain.comparison import Candidate, Decision, Score
from app.domain.enrollment import Enrollment
from app.domain.errors import StationError
from app.domain.finger import FingerExamination, Readiness
from app.domain.modality import Modality, Position
from app.domain.records import FeatureRow
from app.domain.sample import RECORDS, Sample
from app.matching import examiner
from app.matching.filling import Filling
from app.matching.index import FingerIndex
from app.matching.matcher import Matcher
from app.store import Store

LOG = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

SOON_S = 4.0
"""Loading compiled kernels takes less; compiling them takes more."""
PRESSES = 2
"""Presses of a finger that are searched: the best ones, as many as terminals keep."""
SAME_FINGER = 1e-5
"""How often two different fingers of a person may be taken for one."""
PATIENCE_S = 20.0
"""How long a clerk's search waits for its answer; a terminal's own is much shorter."""
PAGE = 500


class FingerService:
    """The Fingers port and the index behind it. Made on the main loop; `run` goes on beside the window."""

    def __init__(self, store: Store) -> None:
        self.index = FingerIndex()
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._matcher = Matcher(1)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="fingers")
        self._learning: set[asyncio.Task[None]] = set()
        store.people.watch(self)

    async def close(self) -> None:
        """Finish what is being learned and end the threads."""
        if self._learning:
            await asyncio.wait(self._learning)
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self.index.close()
        self._pool.shutdown()
        self._matcher.close()

    # The port

    @property
    def readiness(self) -> Readiness:
        """First-time when the kernels take longer than a cache does; nothing is announced while nobody needs them."""
        begun = self.index.examines_since
        if begun is None:
            return Readiness.READY
        return Readiness.FIRST_TIME if monotonic() - begun > SOON_S else Readiness.SOON

    async def examine(self, sample: Sample) -> FingerExamination:
        """Quality, ISO template, features and drawing of one press."""
        return await self._off(examiner.examine, sample)

    async def compare(self, one: Sequence[Sample], other: Sequence[Sample]) -> Score:
        """Whether the presses of two fingers are of one and the same."""
        return await self._off(examiner.compare, one, other, self._matcher, false_match_rate=SAME_FINGER)

    async def search(self, samples: Sequence[Sample]) -> tuple[Candidate, ...]:
        """People whose fingers match, by the best press of each finger; whichever finger it was said to be."""
        best = [_best(samples, position, 1)[0] for position in _positions(samples)]
        probe = await self._off(examiner.probes_of, best, any_finger=True)
        if not probe:
            return ()
        self.index.start()
        await asyncio.to_thread(self.index.wait_ready, PATIENCE_S)
        found = await self.index.search(probe, timeout=PATIENCE_S)
        return tuple(each for each in found if each.score.decision is Decision.MATCH)

    # Beside the window

    async def run(self, *, needed: bool) -> None:
        """Fill the index, and compute what is missing in the store; with `needed`, be ready before anybody asks."""
        try:
            await self._fill(needed=needed)
        except StationError as error:
            logs.event(LOG, "fingers-not-loaded", logging.ERROR, error=error)

    async def _fill(self, *, needed: bool) -> None:
        if needed:
            self.index.start()
        filling, known = Filling(), set()
        async with contextlib.aclosing(self._store.features.pieces()) as pieces:
            async for rows in pieces:
                if rows:
                    self.index.start()
                known |= {(row.person_id, row.position) for row in rows}
                await self._off(filling.take, rows)
        stale = await self._off(self.index.adopt, filling)
        known -= {(row.person_id, row.position) for row in stale}
        async for person_id in self._lacking(known):
            record = await self._store.people.get(person_id)
            if record is not None:
                await self._learn(record.enrollment)

    async def _lacking(self, known: set[tuple[str, Position]]) -> AsyncIterator[str]:
        """People with a finger that has no features, because the station was killed or has learned a better way."""
        offset, total = 0, 1
        while offset < total:
            page = await self._store.people.search("", limit=PAGE, offset=offset)
            for one in page.people:
                fingers = {(one.person_id, each) for each in one.positions if each.modality is Modality.FINGER}
                if fingers - known:
                    yield one.person_id
            offset, total = offset + PAGE, page.total

    # Told by the store, on its thread

    def saved(self, enrollment: Enrollment) -> None:
        """Learn the fingers of somebody who was saved this moment."""
        if enrollment.of(Modality.FINGER) or enrollment.person.person_id in self.index:
            with contextlib.suppress(RuntimeError):  # the loop has ended: the next start does it
                self._loop.call_soon_threadsafe(self._learn_soon, enrollment)

    def removed(self, person_id: str) -> None:
        """Forget somebody at once."""
        self.index.remove(person_id)

    def _learn_soon(self, enrollment: Enrollment) -> None:
        task = asyncio.create_task(self._learn(enrollment), name="learn-fingers")
        self._learning.add(task)
        task.add_done_callback(self._learning.discard)

    async def _learn(self, enrollment: Enrollment) -> None:
        """Features into the store first, then into the index; what fails is done at the next start."""
        person_id, store = enrollment.person.person_id, self._store.features
        try:
            await store.put(await self._off(rows_of, enrollment))
            await self._off(self.index.put, person_id, await store.of(person_id))
            if not await store.of(person_id):  # removed in the meantime
                self.index.remove(person_id)
        except StationError as error:
            logs.event(LOG, "fingers-not-learned", logging.WARNING, error=error)

    async def _off(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._pool.submit(work, *args, **kwargs))


def rows_of(enrollment: Enrollment) -> tuple[FeatureRow, ...]:
    """The features of every finger; empty bytes say that there is nothing to search for, and need no second look."""
    samples = enrollment.of(Modality.FINGER)
    person_id = enrollment.person.person_id
    return tuple(FeatureRow(person_id, each, _features(samples, each)) for each in _positions(samples))


def _features(samples: Iterable[Sample], position: Position) -> bytes:
    readable = [_with_record(sample) for sample in samples if sample.position is position]
    return examiner.features_of_samples(_best(readable, position, PRESSES))


def _with_record(sample: Sample) -> Sample:
    if not sample.image or any(template.format in RECORDS for template in sample.templates):
        return sample
    return examiner.examine(sample).applied_to(sample)


def _positions(samples: Iterable[Sample]) -> list[Position]:
    return list(dict.fromkeys(sample.position for sample in samples))


def _best(samples: Iterable[Sample], position: Position, most: int) -> list[Sample]:
    """The presses of one finger that have a record, best first; all of it when none has."""
    mine = sorted((each for each in samples if each.position is position), key=lambda each: -each.quality.score)
    with_record = [each for each in mine if any(template.format in RECORDS for template in each.templates)]
    return (with_record or mine)[:most]
