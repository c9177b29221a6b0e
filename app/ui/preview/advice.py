"""Which one guidance sentence is shown: the first a person can act on, and steady enough to be read."""

import math
from collections.abc import Callable
from time import monotonic

from app.domain.preview import Guidance, PreviewFrame, Range

ORDER = (
    Guidance.NOBODY,
    Guidance.COME_CLOSER,
    Guidance.STEP_BACK,
    Guidance.MOVE_UP,
    Guidance.MOVE_DOWN,
    Guidance.TO_THE_MIDDLE,
    Guidance.MORE_LIGHT,
    Guidance.LESS_LIGHT,
    Guidance.HEAD_UPRIGHT,
    Guidance.BLURRED,
    Guidance.TAKE_GLASSES_OFF,
    Guidance.OPEN_EYES,
    Guidance.LOOK_AT_DEVICE,
    Guidance.HOLD_STILL,
)
"""A person cannot open the eyes for a camera that is too far away to see them: first things first."""

_BY_RANGE = {Range.NEAR: Guidance.STEP_BACK, Range.FAR: Guidance.COME_CLOSER}

SETTLE_S = 0.25
SHOWN_AT_LEAST_S = 0.7
LEAD = 0.2


def advise(frame: PreviewFrame) -> Guidance:
    """The first thing to do among what the device says and what the distance says."""
    told = [frame.guidance]
    if frame.distance is not None and (by_distance := _BY_RANGE.get(frame.distance.range)):
        told.append(by_distance)
    return min(told, key=ORDER.index)


class SteadyAdvice:
    """Smooths what `advise` says frame by frame, so that noise at a border does not make the sentence flicker.

    Each guidance has a weight that follows how often it was said lately; another one is shown when it clearly leads
    and the present one could be read.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget what was shown."""
        self._weights = dict.fromkeys(Guidance, 0.0)
        self._shown: Guidance | None = None
        self._since = self._last = self._clock()

    @property
    def shown(self) -> Guidance | None:
        """What is shown now; None before the first frame."""
        return self._shown

    def feed(self, said: Guidance) -> Guidance:
        """Weigh one frame's guidance and return what to show."""
        now = self._clock()
        self._weigh(said, now)
        if self._shown is None:
            self._show(said, now)
        leader = max(self._weights, key=self._weights.__getitem__)
        present = self._shown or said
        readable = now - self._since >= SHOWN_AT_LEAST_S
        if leader is not present and readable and self._weights[leader] - self._weights[present] > LEAD:
            self._show(leader, now)
        return self._shown or said

    def _weigh(self, said: Guidance, now: float) -> None:
        keep = math.exp(-(now - self._last) / SETTLE_S)
        self._last = now
        for guidance, weight in self._weights.items():
            self._weights[guidance] = weight * keep + (1 - keep if guidance is said else 0.0)

    def _show(self, guidance: Guidance, now: float) -> None:
        self._shown, self._since = guidance, now
