"""The preview threads: one fetches the next picture while the other decodes the last, shrinks it and hands it over."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

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

    def __init__(self, base: str, device_id: str, lock_uid: str, watcher: CaptureWatcher, tuning: Tuning) -> None:
        self.stop = threading.Event()
        self.frames = 0
        self.person_seen = False
        self._base = base
        self._device_id = device_id
        self._lock_uid = lock_uid
        self._watcher = watcher
        self._interval = 1.0 / tuning.preview_per_second
        self._view = tuning.view_size
        self._unknown: set[int] = set()
        self._gate = threading.Lock()
        self._latest: Preview | None = None
        self._decoding = False

    def run(self) -> None:
        """The fetching thread's whole life; its connection and the decoding thread end with it."""
        transport = BlockingTransport(self._base, self._device_id)
        try:
            with ThreadPoolExecutor(1, thread_name_prefix=f"{threading.current_thread().name}-decode") as decoder:
                self._fetch(transport, decoder)
        finally:
            transport.close()

    def _fetch(self, transport: BlockingTransport, decoder: ThreadPoolExecutor) -> None:
        due = time.monotonic()
        while not self.stop.is_set():
            self._look(transport, decoder)
            due = max(due + self._interval, time.monotonic())
            self.stop.wait(due - time.monotonic())

    def _look(self, transport: BlockingTransport, decoder: ThreadPoolExecutor) -> None:
        try:
            payload = transport.send(PREVIEW_CALL, self._lock_uid, self.stop)
            preview = Preview.read(wire.members(payload, "preview"))
        except StationError as error:
            logs.event(LOG, "preview-missed", logging.DEBUG, error=error)
            self.stop.wait(PAUSE_AFTER_FAULT_S)
            return
        if not preview.empty:
            self._pass_on(preview, decoder)

    def _pass_on(self, preview: Preview, decoder: ThreadPoolExecutor) -> None:
        """Latest only: a picture that waits for the decoder is replaced by a newer one."""
        with self._gate:
            self._latest = preview
            if self._decoding:
                return
            self._decoding = True
        decoder.submit(self._decode)

    def _decode(self) -> None:
        while True:
            with self._gate:
                preview, self._latest = self._latest, None
                self._decoding = preview is not None
            if preview is None:
                return
            if not self.stop.is_set():
                self._show(preview)

    def _show(self, preview: Preview) -> None:
        self.frames += 1
        self.person_seen = self.person_seen or preview.distance is not None
        if not known_message(preview.message) and preview.message not in self._unknown:
            self._unknown.add(preview.message)
            logs.event(LOG, "unknown-preview-hint", number=preview.message)
        self._watcher.preview(frame_of(preview, self.frames, self._view))
