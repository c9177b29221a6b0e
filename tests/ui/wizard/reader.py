"""A fake fingerprint reader: three presses a capture, of the finger that the test puts on it."""

import asyncio
from collections.abc import Callable

from app.domain.capture import Captured, CaptureRequest, CaptureWatcher, Outcome, Progress
from app.domain.modality import Modality, Position
from app.domain.sample import Sample
from app.simulators.fingers import GOOD, Look
from tests.fingers import press
from tests.ui.fakes import FakeDevice

Script = Outcome | BaseException | Callable[[CaptureRequest], Outcome]


def presses(finger: int, position: Position, look: Look = GOOD) -> tuple[Sample, ...]:
    """What three presses of synthetic finger number `finger` bring."""
    return tuple(press(finger, position, touch, look) for touch in range(3))


class FakeReader(FakeDevice):
    """`puts` says which synthetic finger lies on the sensor for a position; a position alone has a finger of its own.

    `script` is played one capture at a time before that. With `hold` every press waits for it.
    """

    def __init__(self, device_id: str = "reader", label: str = "Reader at the desk") -> None:
        super().__init__(device_id, label)
        self.can = frozenset({Modality.FINGER})
        self.puts: dict[Position, int] = {}
        self.look = GOOD
        self.script: list[Script] = []
        self.hold: asyncio.Event | None = None
        self.stages: tuple[Progress, ...] = tuple(Progress("press", number, 3) for number in (1, 2, 3))
        self.idle = True

    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        await self.step("capture", request)
        self.idle = False
        try:
            for stage in self.stages:
                watcher.progress(stage)
                if self.hold is not None:
                    await self.hold.wait()
            outcome = await asyncio.to_thread(self._next, request)
            await watcher.keep(outcome.samples)
            return outcome
        finally:
            self.idle = True

    def _next(self, request: CaptureRequest) -> Outcome:
        if self.script:
            told = self.script.pop(0)
            if isinstance(told, BaseException):
                raise told
            return told(request) if callable(told) else told
        position = request.positions[0]
        finger = self.puts.get(position, list(Position).index(position))
        return Captured(presses(finger, position, self.look))
