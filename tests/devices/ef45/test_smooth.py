"""The loop's thread is never held up: megabytes are decoded elsewhere."""

import asyncio
import threading
import time

from app.devices.ef45.driver import Ef45
from app.domain.capture import Captured, CaptureRequest
from app.domain.modality import IRISES, Modality, Position
from app.domain.preview import PreviewFrame
from tests.devices.watching import Watcher

LIMIT_S = 0.016
EVERYTHING = CaptureRequest(Modality.IRIS, (*IRISES, Position.FACE), 30.0)


class Turns:
    """The longest time the loop's thread worked in one turn; time it waited for a processor does not count."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self.turns = 0

    async def watch(self) -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            self.longest_s = max(self.longest_s, now - before)
            self.turns += 1
            before = now


async def test_a_whole_capture_in_short_turns(device: Ef45) -> None:
    await device.capture(EVERYTHING, Watcher())  # first-use costs of libraries are not the capture's
    turns = Turns()
    task = asyncio.create_task(turns.watch())
    outcome = await device.capture(EVERYTHING, Watcher())
    task.cancel()
    assert isinstance(outcome, Captured)
    assert sum(len(sample.image) for sample in outcome.samples) > 2_000_000
    assert turns.turns > 50
    assert turns.longest_s < LIMIT_S


async def test_previews_come_from_the_devices_own_thread(device: Ef45) -> None:
    threads: set[str] = set()

    class Curious(Watcher):
        def preview(self, frame: PreviewFrame) -> None:
            threads.add(threading.current_thread().name)

    await device.capture(EVERYTHING, Curious())
    assert threads
    assert all(name.startswith("ef45-iris-1") for name in threads)
