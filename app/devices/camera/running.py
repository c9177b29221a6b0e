"""A camera in use: its thread reads, shrinks and hands over pictures, and looks for a camera that was unplugged."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Event, Thread

import cv2
import numpy as np

from app import logs
from app.devices.camera.grabber import Grabber, Pixels
from app.devices.camera.guide import Guide
from app.domain.camera import CameraState, CameraWatcher
from app.domain.errors import Unreachable
from app.domain.preview import Guidance, Picture, PreviewFrame, View

LOG = logging.getLogger(__name__)

LONGEST_SIDE = 960
LOOK_AGAIN_S = 0.5
STILL_WITHIN_S = 3.0
END_WITHIN_S = 3.0
"""A driver may be stuck in a read; the thread then ends with the program."""
JPEG_QUALITY = 95
GUIDE_EVERY = 4
"""Pictures between two hints: a third of a thread's time would otherwise go into searching."""


class RunningCamera:
    """Runs from its making until `close`. Made and closed on the event loop."""

    def __init__(self, grabber: Grabber, guide: Guide, watcher: CameraWatcher) -> None:
        self._grabber, self._guide, self._watcher = grabber, guide, watcher
        self._loop = asyncio.get_running_loop()
        self._stop = Event()
        self._wanted: deque[asyncio.Future[bytes]] = deque()
        self._state = CameraState.OPENING
        self._hint = Guidance.NOBODY
        self._count = 0
        watcher.camera_state(CameraState.OPENING)
        self._thread = Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    async def still(self) -> bytes:
        """The next whole picture as JPEG."""
        wanted: asyncio.Future[bytes] = self._loop.create_future()
        self._wanted.append(wanted)
        try:
            async with asyncio.timeout(STILL_WITHIN_S):
                return await wanted
        except TimeoutError:
            raise Unreachable(step="still") from None
        finally:
            with contextlib.suppress(ValueError):
                self._wanted.remove(wanted)

    async def close(self) -> None:
        """Stop the thread and wait for it, bounded in time."""
        self._stop.set()
        await asyncio.to_thread(self._thread.join, END_WITHIN_S)

    # On the camera's thread

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                if self._grabber.open():
                    self._read_on()
                self._tell(CameraState.LOST)
                self._stop.wait(LOOK_AGAIN_S)
        except Exception as error:  # a thread's failure would be heard by nobody
            logs.event(LOG, "camera-failed", logging.ERROR, error=error)
            self._tell(CameraState.LOST)
        finally:
            self._grabber.release()

    def _read_on(self) -> None:
        while not self._stop.is_set():
            picture = self._grabber.read()
            if picture is None:
                break
            self._tell(CameraState.LIVE)
            self._hand_over(picture)
        self._grabber.release()

    def _hand_over(self, picture: Pixels) -> None:
        if self._count % GUIDE_EVERY == 0:
            self._hint = self._guide.advise(picture)
        self._count += 1
        if self._stop.is_set():
            return
        shown = {View.FACE: shrunk(picture)}
        self._watcher.preview(PreviewFrame(time.monotonic(), shown, self._hint, sequence=self._count))
        while self._wanted and not self._stop.is_set():
            self._answer(self._wanted.popleft(), picture)

    def _answer(self, wanted: "asyncio.Future[bytes]", picture: Pixels) -> None:
        good, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        if good:
            encoded = data.tobytes()
            self._on_loop(lambda: None if wanted.done() else wanted.set_result(encoded))

    def _tell(self, state: CameraState) -> None:
        if state is not self._state and not self._stop.is_set():
            self._state = state
            self._on_loop(lambda: None if self._stop.is_set() else self._watcher.camera_state(state))

    def _on_loop(self, call: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(call)


def shrunk(picture: Pixels) -> Picture:
    """The picture as BGRX with its longer side at most LONGEST_SIDE pixels."""
    high, wide = picture.shape[:2]
    scale = min(1.0, LONGEST_SIDE / max(high, wide))
    if scale < 1.0:
        size = (max(1, round(wide * scale)), max(1, round(high * scale)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    pixels = cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA)
    return Picture(pixels.shape[1], pixels.shape[0], pixels.shape[1] * 4, 4, pixels.tobytes(), scale)
