"""The preview thread: fetches, decodes and shrinks one picture after the other, and hands it to the watcher."""

import logging
import threading
import time

from app import logs
from app.devices.ef45 import wire
from app.devices.ef45.client import PREVIEW_CALL
from app.devices.ef45.frames import Preview, frame_of, known_message
from app.devices.ef45.options import Tuning
from app.devices.ef45.transport import BlockingTransport
from app.domain.capture import CaptureWatcher
from app.domain.errors import StationError

LOG = logging.getLogger(__name__)

PAUSE_AFTER_FAULT_S = 0.25


class PreviewLoop:
    """Runs on a worker thread from run() until `stop` is set; at most one request in flight, late ticks are skipped.

    A fault of the preview never ends a capture: the next look may succeed, and the result decides.
    """

    def __init__(self, base: str, label: str, lock_uid: str, watcher: CaptureWatcher, tuning: Tuning) -> None:
        self.stop = threading.Event()
        self.frames = 0
        self.person_seen = False
        self._base = base
        self._label = label
        self._lock_uid = lock_uid
        self._watcher = watcher
        self._interval = 1.0 / tuning.preview_per_second
        self._view = tuning.view_size
        self._unknown: set[int] = set()

    def run(self) -> None:
        """The thread's whole life; closes its connection at the end."""
        transport = BlockingTransport(self._base, self._label)
        try:
            due = time.monotonic()
            while not self.stop.is_set():
                self._look(transport)
                due = max(due + self._interval, time.monotonic())
                self.stop.wait(due - time.monotonic())
        finally:
            transport.close()

    def _look(self, transport: BlockingTransport) -> None:
        try:
            payload = transport.send(PREVIEW_CALL, self._lock_uid, self.stop)
            preview = Preview.read(wire.members(payload, "preview"))
        except StationError as error:
            logs.event(LOG, "preview-missed", logging.DEBUG, error=error)
            self.stop.wait(PAUSE_AFTER_FAULT_S)
            return
        if not preview.empty and not self.stop.is_set():
            self._show(preview)

    def _show(self, preview: Preview) -> None:
        self.frames += 1
        self.person_seen = self.person_seen or preview.distance is not None
        if not known_message(preview.message) and preview.message not in self._unknown:
            self._unknown.add(preview.message)
            logs.event(LOG, "unknown-preview-hint", number=preview.message)
        self._watcher.preview(frame_of(preview, self.frames, self._view))
