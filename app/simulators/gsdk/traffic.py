"""Server-matching requests at a chosen rate, from many devices, and how they were answered."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from app.simulators.gsdk.channel import Asked

Ask = Callable[[], Asked]


@dataclass(frozen=True)
class Report:
    """What became of a run. Latencies in seconds, sorted; `late_s` is how far the sender fell behind its plan."""

    sent: int
    answered: int
    unanswered: int
    repeated: int
    dropped: int
    late_s: float
    latencies: tuple[float, ...] = field(repr=False)

    def percentile(self, share: float) -> float:
        """Such as 0.99; 0 when nothing was answered."""
        if not self.latencies:
            return 0.0
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def send(requests: Iterator[Ask], rate: float, count: int, stop: threading.Event | None = None) -> list[Asked]:
    """Send `count` requests, `rate` a second (0: all at once), evenly; blocks until the last is sent."""
    halt, begun, sent = stop or threading.Event(), time.monotonic(), []
    for number, ask in enumerate(islice(requests, count)):
        if rate and halt.wait(max(0.0, begun + number / rate - time.monotonic())):
            break
        sent.append(ask())
    return sent


def report(sent: Sequence[Asked], patience: float = 10.0, rate: float = 0.0) -> Report:
    """Wait for the answers, all together at most `patience` seconds, and sum up."""
    deadline = time.monotonic() + patience
    for asked in sent:
        if not asked.dropped:
            asked.wait(max(0.0, deadline - time.monotonic()))
    answers = [asked.answers for asked in sent]
    span = sent[-1].sent_at - sent[0].sent_at if sent else 0.0
    return Report(
        sent=len(sent),
        answered=sum(1 for given in answers if given),
        unanswered=sum(1 for given in answers if not given),
        repeated=sum(1 for given in answers if len(given) > 1),
        dropped=sum(asked.dropped for asked in sent),
        late_s=max(0.0, span - (len(sent) - 1) / rate) if rate and sent else 0.0,
        latencies=tuple(sorted(given[0].latency for given in answers if given)),
    )
