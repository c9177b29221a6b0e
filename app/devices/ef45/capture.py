"""One capture from Slave to Recog: drain, start, watch, check, keep, forget (facts section 4)."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from app import logs
from app.devices.base import GIVE_BACK_S, Worker, finish
from app.devices.ef45.calls import Modes
from app.devices.ef45.codec import SLAVE, CameraState
from app.devices.ef45.options import Tuning, enough, modes_for, wanted_positions
from app.devices.ef45.preview import PreviewLoop
from app.devices.ef45.replies import Call, refuse, safe_detail
from app.devices.ef45.results import Encounter
from app.devices.ef45.session import Session
from app.devices.ef45.transport import PREVIEW_S
from app.domain.capture import Captured, CaptureRequest, CaptureWatcher, Outcome, Progress, Retry, RetryReason
from app.domain.errors import ForeignData, RemoteRefused
from app.domain.modality import FaceVariant, Modality
from app.domain.sample import QualityReason, Sample, Source

LOG = logging.getLogger(__name__)

ENOUGH_FRAMES = 3
"""So many pictures without anybody, and none with somebody, mean that nobody was there."""


class Capture:
    """Made for one request, run once. However run() ends, the terminal is idle, empty and back in Recog."""

    def __init__(
        self, session: Session, worker: Worker, tuning: Tuning, source: Source, request: CaptureRequest
    ) -> None:
        self._session = session
        self._client = session.client
        self._worker = worker
        self._tuning = tuning
        self._source = source
        self._request = request
        self._drained: frozenset[str] = frozenset()
        self._spare_buffer = False
        self._started = datetime.now(UTC)
        self._preview: PreviewLoop | None = None

    async def run(self, camera: CameraState, watcher: CaptureWatcher) -> Outcome:
        """Raises what Device.capture() raises, and LockLost for the driver to settle."""
        modes = modes_for(self._request)
        try:
            watcher.progress(Progress("preparing"))
            await self._session.enter_slave(camera)
            self._drained = await self._session.drain()
            self._drained |= await start(self._session, modes)
            watcher.progress(Progress("capturing"))
            return await self._watch(watcher)
        finally:
            await finish("idle", self._session.idle(drain=not self._spare_buffer), GIVE_BACK_S)

    async def _watch(self, watcher: CaptureWatcher) -> Outcome:
        """Preview on its thread, the result here; the preview ends before anything is kept."""
        self._started = datetime.now(UTC)
        loop = PreviewLoop(self._session.base, self._session.device_id, self._client.lock_uid, watcher, self._tuning)
        self._preview = loop
        job = asyncio.wrap_future(self._worker.start(loop.run))
        try:
            found = await self._poll()
        finally:
            loop.stop.set()
            await finish("preview", asyncio.wait({job}, timeout=PREVIEW_S + 1), PREVIEW_S + 2)
            _hear(job)
        return await self._nothing() if found is None else await self._accept(found, watcher)

    async def _poll(self) -> tuple[Encounter, ...] | None:
        """The first result that holds anything; None when the deadline passed. One request at a time."""
        clock = asyncio.get_running_loop()
        deadline = clock.time() + self._request.deadline_s
        while (left := deadline - clock.time()) > 0:
            await asyncio.sleep(min(self._tuning.result_every_s, left))
            page = await self._client.results()
            found = tuple(item for item in page.items if not item.empty)
            if found:
                return found
            await self._forget(page.items)
        return None

    async def _nothing(self) -> Retry:
        """The deadline passed: was it stopped at the terminal, was nobody there, or was it just too slow?"""
        camera = await self._client.camera()
        if not camera.is_in(SLAVE):
            return Retry(RetryReason.STOPPED_ON_DEVICE)
        loop = self._preview
        unseen = loop is not None and loop.frames >= ENOUGH_FRAMES and not loop.person_seen
        return Retry(RetryReason.NOBODY_SEEN if unseen else RetryReason.TIMED_OUT)

    async def _accept(self, found: tuple[Encounter, ...], watcher: CaptureWatcher) -> Outcome:
        if any(self._is_foreign(item) for item in found):
            await self._forget(found)
            raise ForeignData(device=self._session.device_id, step="capture", count=len(found))
        encounter = next((item for item in found if not item.error_message), found[0])
        if encounter.error_message:
            await self._forget(found)
            return refusal(encounter.error_message)
        samples = self._samples(encounter)
        if samples:
            await self._keep(samples, watcher)
        await self._forget(found)
        return self._verdict(encounter, samples)

    def _is_foreign(self, item: Encounter) -> bool:
        """Another terminal's, one that was there before the start, or one stamped before it."""
        serial = item.serial_number.casefold()
        if serial and serial != self._session.serial.casefold():
            return True
        if item.encounter_id in self._drained:
            return True
        return self._session.clock.is_stale(item.timestamp, self._started, item.encounter_id)

    def _samples(self, encounter: Encounter) -> tuple[Sample, ...]:
        """What was asked for; the overview face comes with the irises."""
        wanted = wanted_positions(self._request)
        irises = self._request.modality is Modality.IRIS
        made = encounter.samples(self._source_of(encounter), self._session.record_version or 0, datetime.now(UTC))
        return tuple(
            sample
            for sample in made
            if (irises if sample.variant is FaceVariant.OVERVIEW else sample.position in wanted)
        )

    def _source_of(self, encounter: Encounter) -> Source:
        source = self._source
        return Source(source.device_id, source.vendor, self._session.serial, encounter.encounter_id)

    async def _keep(self, samples: tuple[Sample, ...], watcher: CaptureWatcher) -> None:
        """A sample that could not be kept stays in the terminal until the next capture; cancelling forgets it."""
        watcher.progress(Progress("keeping"))
        try:
            await watcher.keep(samples)
        except Exception:
            self._spare_buffer = True
            raise

    async def _forget(self, items: Iterable[Encounter]) -> None:
        """Delete at the terminal; what cannot be deleted now is drained at the end."""
        for item in items:
            try:
                if item.encounter_id:
                    await self._client.delete_result(item.encounter_id)
            except RemoteRefused as error:
                logs.event(LOG, "result-not-deleted", logging.WARNING, error=error)

    def _verdict(self, encounter: Encounter, samples: tuple[Sample, ...]) -> Outcome:
        proper = [sample for sample in samples if sample.variant is not FaceVariant.OVERVIEW]
        if not enough(self._request, frozenset(sample.position for sample in proper)):
            return Retry(RetryReason.EMPTY_RESULT, samples=samples)
        if poor := [sample for sample in proper if sample.quality.reason is not QualityReason.OK]:
            return Retry(RetryReason.POOR_QUALITY, poor[0].quality.reason.value, samples)
        return Captured(samples, encounter.duplicate_uuid)


async def start(session: Session, modes: Modes) -> frozenset[str]:
    """Start the camera; one that runs already is stopped, what it brought thrown away, and started once more.

    Gives the encounters thrown away. Raises DeviceFull when the terminal's database is full.
    """
    if not await _runs_already(session, modes):
        return frozenset()
    await session.client.stop()
    strange = await session.drain()
    if await _runs_already(session, modes):
        raise RemoteRefused(device=session.device_id, step="camera.start", remote="Already started")
    return strange


async def _runs_already(session: Session, modes: Modes) -> bool:
    try:
        status = (await session.client.start(modes)).status
    except RemoteRefused as error:
        status = error.fact("remote")
        if "already" not in status.casefold():
            raise
    if "full" in status.casefold():
        refuse(Call("camera.start", "POST", ""), status, status)
    return "already" in status.casefold()


def refusal(message: str) -> Retry:
    """What the terminal reports instead of a sample."""
    detail = safe_detail(message.encode())
    reason = RetryReason.CONTACT_LENS if "lens" in message.casefold() else RetryReason.REFUSED_BY_DEVICE
    return Retry(reason, detail)


def _hear(job: "asyncio.Future[None]") -> None:
    """A fault of the watcher's own preview code must not be lost, and must not end a capture."""
    if job.done() and not job.cancelled() and (error := job.exception()) is not None:
        logs.event(LOG, "preview-failed", logging.ERROR, error=error)
    elif not job.done():
        job.add_done_callback(lambda late: late.cancelled() or late.exception())
