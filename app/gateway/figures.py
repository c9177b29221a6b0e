"""How answering goes, counted from many threads and looked at from the window without waiting."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from time import monotonic

from app.domain.door import Channel, DoorDecision, DoorDevice, DoorFigures, Outcome
from app.gateway.values import Request, Verdict

KEPT = 1000
"""Decisions that can be asked about in the panel; the journal has all of them."""
LATENCIES = 6000
WINDOW_S = 60.0


@dataclass
class _Counts:
    label: str
    asked: int = 0
    refused: int = 0
    undelivered: int = 0
    safe: "deque[float]" = field(default_factory=lambda: deque(maxlen=500))
    last: datetime | None = None


class Figures:
    """Counts of the service; every method may be called from any thread and takes microseconds."""

    def __init__(self, labels: Mapping[int, str], clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._door = threading.Lock()
        self._numbers = count(1)
        self._devices = {number: _Counts(label) for number, label in labels.items()}
        self._latencies: deque[tuple[float, float]] = deque(maxlen=LATENCIES)
        self._recent: deque[DoorDecision] = deque(maxlen=KEPT)
        self._state = DoorFigures()
        self._begun = clock()

    def channel(self, channel: Channel, fault: str = "") -> None:
        """The connection's state changed."""
        with self._door:
            breaks = self._state.breaks + (channel in {Channel.BROKEN, Channel.HELD})
            since = datetime.now(UTC) if channel is Channel.LISTENING else self._state.since
            self._state = replace(self._state, channel=channel, fault=fault, breaks=breaks, since=since)

    def spoken(self, version: str, generation: str, *, doubtful: bool) -> None:
        """Which gateway answers, how it is spoken to, and whether that is a guess."""
        with self._door:
            self._state = replace(self._state, version=version, generation=generation, doubtful=doubtful)

    def malformed(self) -> None:
        """A request was not as it should be."""
        with self._door:
            self._state = replace(self._state, malformed=self._state.malformed + 1)

    def fell(self) -> None:
        """A thread of the answering failed and is begun again."""
        with self._door:
            self._state = replace(self._state, restarts=self._state.restarts + 1)

    def decided(self, request: Request, verdict: Verdict, took_s: float, *, delivered: bool) -> DoorDecision:
        """One answer was taken by the gateway, or was not."""
        now = self._clock()
        made = DoorDecision(
            next(self._numbers),
            datetime.now(UTC),
            request.device,
            request.asked,
            verdict.outcome,
            verdict.why,
            round(1000 * took_s, 2),
            verdict.person_id,
            verdict.person_name,
            verdict.score,
            verdict.threshold,
            delivered,
        )
        with self._door:
            self._latencies.append((now, made.took_ms))
            self._recent.append(made)
            self._count(made, now)
        return made

    def _count(self, made: DoorDecision, now: float) -> None:
        counts = self._devices.setdefault(made.device, _Counts(str(made.device)))
        counts.asked += 1
        counts.last = made.at
        counts.refused += made.outcome is Outcome.REFUSED
        counts.undelivered += not made.delivered
        safe = made.outcome is Outcome.UNDECIDED
        if safe:
            counts.safe.append(now)
        self._state = replace(
            self._state,
            answered=self._state.answered + made.delivered,
            unanswered=self._state.unanswered + (not made.delivered),
            safe_answers=self._state.safe_answers + safe,
        )

    def now(self, waiting: int, people: int) -> DoorFigures:
        """Everything as it is now."""
        edge = self._clock() - WINDOW_S
        with self._door:
            state, begun = self._state, self._begun
            spent = [took for at, took in self._latencies if at >= edge]
            devices = tuple(_device(number, counts, edge) for number, counts in sorted(self._devices.items()))
        spent.sort()
        window = max(1.0, min(WINDOW_S, self._clock() - begun))
        return replace(
            state,
            per_second=round(len(spent) / window, 1),
            p50_ms=share(spent, 0.50),
            p95_ms=share(spent, 0.95),
            p99_ms=share(spent, 0.99),
            max_ms=spent[-1] if spent else 0.0,
            waiting=waiting,
            people=people,
            devices=devices,
        )

    def recent(self, after: int) -> tuple[DoorDecision, ...]:
        """Decisions with a higher number, oldest first."""
        with self._door:
            found = []
            for made in reversed(self._recent):
                if made.number <= after:
                    break
                found.append(made)
        return tuple(reversed(found))


def share(ordered: list[float], part: float) -> float:
    """The value that this part of the ordered values does not pass; 0 when there are none."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def _device(number: int, counts: _Counts, edge: float) -> DoorDevice:
    safe = sum(1 for at in counts.safe if at >= edge)
    return DoorDevice(number, counts.label, counts.asked, counts.refused, safe, counts.undelivered, counts.last)
