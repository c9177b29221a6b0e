"""From a request to its verdict, on the pool: exactly one answer for each, the safe one on every fault."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Final, Protocol

from app import logs
from app.domain.door import UNDECIDED, Asked, Why
from app.domain.errors import MatchingBusy, MatchingError, StationError
from app.gateway.directory import Directory
from app.gateway.docket import Docket, Pending
from app.gateway.figures import Figures
from app.gateway.identify import Searcher, probe_of, verdict_of, verdict_on
from app.gateway.keeper import Keeper
from app.gateway.link import Done
from app.gateway.passback import Ledger
from app.gateway.phrases import PhraseRule, phrase
from app.gateway.tending import Tended
from app.gateway.values import Code, Identify, Passback, Phrase, Request, Verdict, refusal
from app.gateway.verify import verify

LOG = logging.getLogger(__name__)

QUICK_THREADS: Final = 2
FINGER_THREADS: Final = 4
"""Twice the searches that go on at a time, so that the next probe is always ready."""
LAST_MOMENT_S: Final = 0.5
"""Kept of the time to answer for the way of the answer itself, at most a fifth of it."""
BUSY_PAUSE_S: Final = 0.02
LOOK_EVERY_S: Final = 1.0
CLOSE_S: Final = 1.0
"""So long may the last answers be on their way when the service ends."""


class Postman(Protocol):
    """What carries answers (Link)."""

    def answer(self, request: Request, verdict: Verdict, timeout_s: float, done: Done) -> None:
        """Hand over and return; `done` hears whether it was taken."""


@dataclass(frozen=True)
class Terms:
    """How answers are given: within how many seconds, how many may wait, what passback hears on a fault."""

    within_s: float = 2.0
    queue_limit: int = 2000
    allow_on_fault: bool = False
    phrases: tuple[PhraseRule, ...] = ()


class Answering:
    """The pool: two threads for what is looked up, four that wait for searches, one that watches the deadlines."""

    def __init__(
        self,
        terms: Terms,
        directory: Directory,
        ledger: Ledger,
        searcher: Searcher,
        postman: Postman,
        figures: Figures,
        keeper: Keeper,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.docket = Docket()
        self._terms, self._directory, self._ledger = terms, directory, ledger
        self._searcher, self._postman, self._now = searcher, postman, now
        self._figures, self._keeper = figures, keeper
        self._quick: queue.SimpleQueue[Pending | None] = queue.SimpleQueue()
        self._fingers: queue.SimpleQueue[Pending | None] = queue.SimpleQueue()
        self._way = threading.Condition()
        self._on_the_way = 0
        self._threads = [Tended("gateway-clock", self._watch, figures.fell)]
        for lane, many, name in ((self._quick, QUICK_THREADS, "quick"), (self._fingers, FINGER_THREADS, "finger")):
            self._threads += [
                Tended(f"gateway-{name}-{n}", partial(self._work, lane), figures.fell) for n in range(many)
            ]

    @property
    def decide_within_s(self) -> float:
        """Seconds after which the safe answer goes out."""
        return self._terms.within_s - min(LAST_MOMENT_S, 0.2 * self._terms.within_s)

    def start(self) -> None:
        """Begin to answer."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Give what waits its safe answer and end the threads."""
        self.docket.close()
        for _ in range(QUICK_THREADS):
            self._quick.put(None)
        for _ in range(FINGER_THREADS):
            self._fingers.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(self._terms.within_s)
        with self._way:
            self._way.wait_for(lambda: not self._on_the_way, CLOSE_S)

    def take(self, request: Request) -> None:
        """Take a request on and return at once; the same one again while it waits is left alone."""
        full = len(self.docket) >= self._terms.queue_limit
        pending = Pending(request, request.received + self.decide_within_s)
        if not self.docket.enter(pending):
            logs.event(LOG, "door-request-repeated", logging.WARNING, kind=request.asked)
        elif full:
            self._settle(pending, self._safe(request, Why.OVERLOADED))
        else:
            (self._fingers if request.asked is Asked.FINGER else self._quick).put(pending)

    def _work(self, lane: queue.SimpleQueue[Pending | None]) -> None:
        while (pending := lane.get()) is not None:
            if not self.docket.is_open(pending):
                continue
            try:
                self._decide(pending)
            except Exception as error:  # whatever it is, this door gets its safe answer and the next one its turn
                logs.event(LOG, "door-request-failed", logging.ERROR, error=error, kind=pending.request.asked)
                self._settle(pending, self._safe(pending.request, Why.FAULT))

    def _decide(self, pending: Pending) -> None:
        question = pending.request.question
        if isinstance(question, Passback):
            self._decide_passage(pending, question)
        elif isinstance(question, Identify):
            self._settle(pending, self._identified(pending, question))
        elif isinstance(question, Phrase):
            self._settle(pending, phrase(question, self._terms.phrases, self._directory, self._now()))
        elif not self._directory.loaded:
            self._settle(pending, self._safe(pending.request, Why.FAULT))
        else:
            self._settle(pending, verify(question, self._directory, self._now()))

    def _decide_passage(self, pending: Pending, question: Passback) -> None:
        request, told = pending.request, []

        def claim(verdict: Verdict) -> bool:
            if verdict.why in UNDECIDED or not self.docket.claim(pending):
                return False
            told.append(verdict)
            return True

        verdict, change = self._ledger.go(request.device, question.user_ids, self._now(), claim)
        if told:
            self._keeper.passages(change)
            self._send(pending, self._named(verdict))
        else:
            self._settle(pending, self._safe(request, verdict.why))

    def _identified(self, pending: Pending, question: Identify) -> Verdict:
        """Search with what is left of the time; a full search queue is tried again until then."""
        try:
            probe = probe_of(question)
            while (left := pending.deadline - monotonic()) > 0:
                try:
                    found = self._searcher.submit(probe, limit=1, timeout=left)
                except MatchingBusy:
                    threading.Event().wait(min(BUSY_PAUSE_S, left))
                    continue
                return verdict_of(found.result(timeout=left), self._directory, self._now())
        except TimeoutError:
            return self._safe(pending.request, Why.LATE)
        except MatchingError as error:
            return verdict_on(error)
        return self._safe(pending.request, Why.LATE)

    def _named(self, verdict: Verdict) -> Verdict:
        """With the person's name for the panel, which devices do not send."""
        holder = self._directory.person(verdict.person_id)
        if holder is None:
            return verdict
        return Verdict(verdict.code, verdict.why, verdict.person_id, holder.full_name, zone=verdict.zone)

    def _safe(self, request: Request, why: Why) -> Verdict:
        """What is answered when nothing can be decided: as configured for passback, else no."""
        if request.asked is not Asked.PASSBACK:
            return refusal(request.asked, why)
        code = Code.SUCCESS if self._terms.allow_on_fault else Code.HARD_APB_VIOLATION
        return Verdict(code, why, zone=self._ledger.zone_of(request.device))

    def _watch(self) -> None:
        while (late := self.docket.next_late(monotonic(), LOOK_EVERY_S)) is not None:
            if isinstance(late, float):
                self.docket.wait(late)
            else:
                self._settle(late, self._safe(late.request, Why.LATE))

    def _settle(self, pending: Pending, verdict: Verdict) -> None:
        """Answer, unless somebody has."""
        if self.docket.claim(pending):
            self._send(pending, verdict)

    def _send(self, pending: Pending, verdict: Verdict) -> None:
        request = pending.request
        left = max(LAST_MOMENT_S, request.received + self._terms.within_s - monotonic())

        def done(error: StationError | None) -> None:
            if error is not None:
                logs.event(LOG, "door-answer-not-taken", logging.WARNING, error=error, kind=request.asked)
            made = self._figures.decided(request, verdict, monotonic() - request.received, delivered=error is None)
            self._keeper.decided(made)
            with self._way:
                self._on_the_way -= 1
                self._way.notify_all()

        with self._way:
            self._on_the_way += 1
        try:
            self._postman.answer(request, verdict, left, done)
        except Exception as error:  # the channel was closed this very moment
            done(error if isinstance(error, StationError) else StationError(step="answer"))
