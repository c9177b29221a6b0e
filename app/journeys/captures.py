"""Tries at capture steps: occupy a device, let it capture, keep what came before anybody says so.

Main loop only. A capture may be cancelled at any moment; the device is left idle.
"""

import asyncio
import logging
import secrets
from contextlib import AsyncExitStack
from typing import Protocol

from app import logs
from app.domain.capture import Captured, CaptureRequest, Outcome, Progress
from app.domain.device import ComparesFingers, Device
from app.domain.errors import DeviceError, InvalidInput, NotCapable, StationError
from app.domain.modality import FINGERS, Position
from app.domain.preview import PreviewFrame
from app.domain.sample import Sample
from app.journeys import finger_samples, flow
from app.journeys.draft import OpenDraft
from app.journeys.flow_inputs import BeginTry, ChooseDevice, EndTry, Keep, NoteTwins
from app.journeys.flow_state import Kept
from app.journeys.ports import KeptSample
from app.journeys.station import Station

LOG = logging.getLogger(__name__)


class CaptureView(Protocol):
    """Who shows a running capture."""

    def preview(self, frame: PreviewFrame) -> None:
        """A new frame, from the device's worker thread."""

    def progress(self, progress: Progress) -> None:
        """A step was reached, on the main loop."""


class Captures:
    """The captures of one draft, with the device they occupy until `release`."""

    def __init__(self, station: Station, draft: OpenDraft) -> None:
        self._station = station
        self._draft = draft
        self._device: Device | None = None
        self._stack = AsyncExitStack()

    async def capture(
        self,
        key: str,
        device_id: str,
        view: CaptureView,
        *,
        positions: tuple[Position, ...] = (),
        glasses: bool = False,
        countdown_s: int | None = None,
        take_over: bool = False,
    ) -> Outcome:
        """As the journey's."""
        await self._draft.advance(ChooseDevice(key, device_id))
        device = await self._occupy(device_id, take_over=take_over)
        wanted = positions or flow.wanted(self._draft.state, self._station.policy, key)
        wanted = tuple(position for position in wanted if position.modality in device.modalities)
        if not wanted:
            raise NotCapable(device=device.device_id, step="capture")
        await self._draft.advance(BeginTry(key, wanted, self._station.now()))
        return await self._run(device, self._request(wanted, glasses, countdown_s), _Watcher(self, key, view), key)

    async def keep(self, key: str, samples: tuple[Sample, ...]) -> None:
        """Put samples of the running try on disk; prints are examined first."""
        number = self._draft.state.capture(key).attempts[-1].number
        samples = await finger_samples.examined(self._station.fingers, samples)
        stored = tuple(KeptSample(secrets.token_hex(8), key, number, sample) for sample in samples)
        twins = await finger_samples.twins(self._station.fingers, samples, self._best_fingers(key))
        kept = tuple(as_kept(one, twins.get(one.sample.position, ())) for one in stored)
        await self._draft.keep(Keep(key, kept), stored)

    async def release(self) -> None:
        """Give the capture device back."""
        stack, self._stack, self._device = self._stack, AsyncExitStack(), None
        await stack.aclose()

    async def _run(self, device: Device, request: CaptureRequest, watcher: "_Watcher", key: str) -> Outcome:
        try:
            async with self._station.leases.turn(device):
                outcome = await device.capture(request, watcher)
                if isinstance(device, ComparesFingers):
                    await self._ask_for_twins(device, key)
        except StationError:
            await self._draft.break_off(key)
            await self.release()
            raise
        except asyncio.CancelledError:
            await asyncio.shield(self._draft.break_off(key))
            raise
        await self._draft.advance(_ended(key, outcome))
        return outcome

    def _request(self, wanted: tuple[Position, ...], glasses: bool, countdown_s: int | None) -> CaptureRequest:
        policy, state = self._station.policy.of(wanted[0].modality), self._draft.state
        return CaptureRequest(
            wanted[0].modality,
            wanted,
            policy.deadline_s,
            glasses=glasses,
            duress=any(set(wanted) & set(capture.duress) for capture in state.captures.values()),
            countdown_s=countdown_s,
            person_id=state.person.person_id,
        )

    async def _occupy(self, device_id: str, *, take_over: bool) -> Device:
        device = self._station.devices.get(device_id)
        if device is None:
            raise InvalidInput(field="device", why="unknown")
        if self._device is device:
            return device
        await self.release()
        await self._stack.enter_async_context(self._station.leases.use(device, take_over=take_over))
        self._device = device
        return device

    async def _ask_for_twins(self, device: ComparesFingers, key: str) -> None:
        """The same finger under two names, where only the device can read what it made of them."""
        capture, samples = self._draft.state.capture(key), self._draft.samples
        new = [kept for kept in capture.kept if kept.attempt == capture.attempts[-1].number]
        for position in dict.fromkeys(kept.position for kept in new if kept.position in FINGERS):
            mine = tuple(samples[kept.sample_id] for kept in new if kept.position is position)
            for other, theirs in self._best_fingers(key).items():
                if other is not position and await _one_finger(device, mine, theirs):
                    ids = (tuple(each.sample_id for each in side) for side in (mine, theirs))
                    await self._draft.advance(NoteTwins(key, *ids))

    def _best_fingers(self, key: str) -> dict[Position, tuple[KeptSample, ...]]:
        """What counts so far of every finger of a step."""
        capture, samples = self._draft.state.capture(key), self._draft.samples
        positions = dict.fromkeys(kept.position for kept in capture.kept if kept.position in FINGERS)
        return {each: tuple(samples[kept.sample_id] for kept in capture.best(each)) for each in positions}


class _Watcher:
    """Between a device and the draft: keeps samples, passes the picture on."""

    def __init__(self, captures: Captures, key: str, view: CaptureView) -> None:
        self._captures = captures
        self._key = key
        self._view = view

    def preview(self, frame: PreviewFrame) -> None:
        self._view.preview(frame)

    def progress(self, progress: Progress) -> None:
        self._view.progress(progress)

    async def keep(self, samples: tuple[Sample, ...]) -> None:
        if any(sample.position in FINGERS for sample in samples):
            self._view.progress(Progress("checking"))
        await self._captures.keep(self._key, samples)


async def _one_finger(device: ComparesFingers, one: tuple[KeptSample, ...], other: tuple[KeptSample, ...]) -> bool:
    pair = finger_samples.only_for_devices(*(tuple(each.sample for each in side) for side in (one, other)))
    if pair is None:
        return False
    try:
        return await device.same_finger(*pair)
    except DeviceError as error:  # the capture itself went well
        logs.event(LOG, "twins-not-asked", logging.WARNING, error=error)
        return False


def as_kept(stored: KeptSample, same_as: tuple[str, ...] = ()) -> Kept:
    """What decisions need to know of a sample on disk."""
    sample = stored.sample
    return Kept(
        stored.sample_id,
        sample.position,
        stored.attempt,
        sample.quality.score,
        sample.quality.reason,
        sample.variant,
        same_as,
    )


def _ended(key: str, outcome: Outcome) -> EndTry:
    if isinstance(outcome, Captured):
        return EndTry(key, "captured", duplicate_of=outcome.duplicate_of)
    return EndTry(key, outcome.reason.value, detail=outcome.detail)
