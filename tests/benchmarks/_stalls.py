"""Measures how long the UI thread is kept from its event loop, and what it was doing then."""

import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 1
LIMIT_S = 0.016
WATCH_EVERY_S = 0.002


@dataclass(frozen=True)
class Stalls:
    """Gaps between two turns of the event loop, in milliseconds beyond the tick."""

    ticks: int
    seconds: float
    p99_ms: float
    max_ms: float
    over_limit: int
    own_max_ms: float
    """The most processor time the UI thread itself used between two turns: what is left of the longest gap when
    waiting for the interpreter and for other programs is taken away."""
    own_over_limit: int
    worst: str
    """Where the UI thread was in the longest one that was caught, innermost call last."""

    def line(self) -> str:
        """One line for the terminal."""
        rate = self.over_limit / self.seconds if self.seconds else 0.0
        return (
            f"p99 {self.p99_ms:5.1f} ms   max {self.max_ms:5.1f} ms   over 16 ms: {self.over_limit}"
            f" in {self.seconds:.1f} s ({rate:.2f}/s);"
            f" own work max {self.own_max_ms:.1f} ms, over 16 ms: {self.own_over_limit}"
        )


class Tally:
    """Durations counted in steps of 0.1 ms, so that watching for minutes takes no memory of its own."""

    STEP_S = 0.0001

    def __init__(self) -> None:
        self.count = 0
        self.longest = 0.0
        self.over_limit = 0
        self._steps: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one."""
        self.count += 1
        self.longest = max(self.longest, seconds)
        self.over_limit += seconds > LIMIT_S
        self._steps[int(seconds / self.STEP_S)] += 1

    def percentile(self, percent: float) -> float:
        """The duration that so many percent do not exceed, to 0.1 ms."""
        left = self.count * percent / 100
        for step in sorted(self._steps):
            left -= self._steps[step]
            if left <= 0:
                return (step + 1) * self.STEP_S
        return 0.0


class StallWatch:
    """Use as a context manager on the UI thread; `result()` while or after it.

    A precise 1 ms timer in the loop stamps every turn. A thread of its own looks at the stamps and, when one is late,
    notes where the UI thread is: that is how a stall gets a name.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        self._timer = QTimer(parent)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._gaps = Tally()
        self._work = Tally()
        self._used = time.thread_time()
        self._started = False
        self._last = self._begun = time.perf_counter()
        self._main = threading.get_ident()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stall-watch", daemon=True)
        self._worst = (0.0, "")

    def __enter__(self) -> Self:
        self._last = self._begun = time.perf_counter()
        self._timer.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.stop()
        self._stop.set()
        self._thread.join()

    def result(self) -> Stalls:
        """What was measured so far."""
        return Stalls(
            ticks=self._gaps.count,
            seconds=self._last - self._begun,
            p99_ms=self._gaps.percentile(99) * 1000,
            max_ms=self._gaps.longest * 1000,
            over_limit=self._gaps.over_limit,
            own_max_ms=self._work.longest * 1000,
            own_over_limit=self._work.over_limit,
            worst=self._worst[1],
        )

    def _tick(self) -> None:
        now = time.perf_counter()
        used = time.thread_time()
        if self._started:  # the first tick only tells when to begin
            self._gaps.add(max(0.0, now - self._last - TICK_MS / 1000))
            self._work.add(used - self._used)
        self._started = True
        self._last, self._used = now, used

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_EVERY_S):
            late = time.perf_counter() - self._last
            if late > LIMIT_S and late > self._worst[0]:
                self._worst = (late, _where(self._main))


def _where(thread: int) -> str:
    """The calls a thread is in. The frame is let go at once: it would keep the painter in it alive past its event."""
    frame = sys._current_frames().get(thread)
    try:
        return "".join(traceback.format_stack(frame, limit=8)) if frame else ""
    finally:
        del frame


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
