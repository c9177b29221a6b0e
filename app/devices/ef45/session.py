"""A terminal that is ours: taking the lock, noticing its loss, switching modes, giving everything back."""

import logging
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime

from app import logs
from app.devices.base import GIVE_BACK_S, Worker, finish, to_end
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.codec import ENROL, RECOG, SLAVE, CameraState
from app.devices.ef45.freshness import DeviceClock, clock_from_lock
from app.devices.ef45.recovery import Note, NoteBook
from app.domain.errors import (
    DeviceBusy,
    ForeignData,
    LockHeld,
    LockLost,
    OutcomeUnknown,
    RemoteRefused,
    StationError,
    StoreError,
    Unreachable,
    WrongDevice,
)

LOG = logging.getLogger(__name__)

DRAIN_ROUNDS = 10


class Session:
    """One stay with one terminal. `client.lock_uid` is empty when the lock is not, or no longer, ours."""

    def __init__(self, client: Ef45Client, book: NoteBook, worker: Worker, device_id: str, base: str) -> None:
        self.client = client
        self.device_id = device_id
        self.base = base
        self.version = ""
        self.serial = ""
        self.record_version: int | None = None
        self.clock = DeviceClock()
        self._book = book
        self._worker = worker
        self._driven = False

    async def take(self, *, take_over: bool, expected_serial: str = "", set_clock: bool = False) -> None:
        """Lock, identify, and leave nothing behind when that fails. Raises what Device.open() may raise.

        With `set_clock` a clock that is off by more than a minute is set, once per lock.
        """
        self.version = await self.client.version()
        try:
            await to_end(self._lock(take_over=take_over))
            await self._identify(expected_serial)
            if set_clock and self.clock.is_off:
                await self.set_time(datetime.now().astimezone())
        except BaseException:
            await finish("give-back", self.give_back(), GIVE_BACK_S)
            raise

    async def ensure(self, step: str) -> CameraState:
        """The terminal's state before an action; a lock that ran out unnoticed is taken again, once.

        Raises LockLost when somebody else has it, WrongDevice, DeviceBusy while its own menu is open.
        """
        try:
            camera = await self.client.camera()
        except LockLost as error:
            await self._regain(step, error)
            camera = await self.client.camera()
        self._check(camera, self.serial)
        return camera

    async def settle(self, step: str, error: LockLost) -> StationError:
        """What a suspected loss of the lock really was; when it was lost it is asked for once more, never forced.

        LockLost carries `regained`: True when the terminal is ours again and idle, although the action failed.
        """
        if "regained" in error.facts:
            return error  # ensure() has asked already
        try:
            await self.client.camera()
        except LockLost:
            try:
                await self._regain(step, error)
            except StationError as lost:
                return lost
            await finish("idle", self.idle(), GIVE_BACK_S)
            return LockLost(**{**error.facts, "device": self.device_id, "step": step, "regained": True})
        except StationError as away:
            return away
        return RemoteRefused(**error.facts)

    async def enter_slave(self, camera: CameraState) -> None:
        """Let us drive the terminal; a refusal is answered by stopping what may run, then asking once more."""
        self._driven = True
        if camera.is_in(SLAVE):
            return
        wanted = replace(camera, mode=SLAVE)
        try:
            await self.client.set_camera(wanted)
        except RemoteRefused:
            await self.pass_over(self.client.stop())
            await self.client.set_camera(wanted)
        after = await self.client.camera()
        if not after.is_in(SLAVE):
            raise DeviceBusy(device=self.device_id, step="mode", reason="menu" if after.is_in(ENROL) else "mode-kept")

    async def set_time(self, now: datetime) -> None:
        """Set the terminal's clock to `now`, local time; what was known of it is forgotten."""
        await self.client.set_device_time(now)
        self.clock = DeviceClock()

    async def enter_recog(self) -> None:
        """Let the terminal recognize again."""
        camera = await self.client.camera()
        if not camera.is_in(RECOG):
            await self.client.set_camera(replace(camera, mode=RECOG))
        self._driven = False

    async def drain(self) -> frozenset[str]:
        """Empty the result buffer and say what was in it; ForeignData when it never gets empty."""
        seen: set[str] = set()
        for _ in range(DRAIN_ROUNDS):
            page = await self.client.results()
            if not page.items:
                return frozenset(seen)
            for item in page.items:
                self.clock = self.clock.seen(item.timestamp)
                seen.add(item.encounter_id)
                if item.encounter_id:
                    await self.client.delete_result(item.encounter_id)
        raise ForeignData(device=self.device_id, step="drain", count=len(seen))

    async def idle(self, *, drain: bool = True) -> None:
        """Stop, empty the buffer, back to Recog. A no on the way is passed over; a lost connection ends it.

        A terminal we never drove is left alone: somebody may stand in its menu.
        """
        if not self.client.lock_uid or not self._driven:
            return
        await self.pass_over(self.client.stop())
        if drain:
            await self.pass_over(self.drain())
        await self.pass_over(self.enter_recog())
        if not drain:
            self._driven = True  # the buffer still has to be emptied

    async def adopt(self, lock_uid: str) -> bool:
        """Go on with a lock an earlier run left behind, or take a free terminal; False when another client has it."""
        self.client.lock_uid = lock_uid
        self._driven = True
        try:
            camera = await self.client.camera()
        except LockLost:
            try:
                self.client.lock_uid = await self.client.take_lock()
            except LockHeld:
                self.client.lock_uid = ""
                return False
            camera = await self.client.camera()
        self._driven = not camera.is_in(ENROL)
        return True

    async def give_back(self) -> None:
        """Idle, unlock, forget the note. When the connection is lost the note stays for the next start."""
        if self.client.lock_uid:
            await self.idle()
            await self.pass_over(self.client.release_lock(self.client.lock_uid))
            self.client.lock_uid = ""
        await self._worker.run(self._book.tear_up)

    async def pass_over(self, work: Awaitable[object]) -> None:
        """A no is fine here (already stopped, lock gone); a lost connection is not: the rest would only wait for it."""
        try:
            await work
        except (Unreachable, OutcomeUnknown):
            raise
        except StationError as error:
            logs.event(LOG, "passed-over", logging.DEBUG, error=error)

    def was_driven(self) -> None:
        """Something was started without Slave mode: idle() has to undo it all the same."""
        self._driven = True

    async def _lock(self, *, take_over: bool) -> None:
        # Both notes are written before anything can go wrong between them: a kill here must leave a trace.
        await self._note("")
        try:
            lock_uid = await self.client.take_lock()
        except LockHeld:
            if not take_over:
                raise
            lock_uid = await self.client.force_lock()
        await self._hold(lock_uid)

    async def _hold(self, lock_uid: str) -> None:
        self.client.lock_uid = lock_uid
        self.clock = clock_from_lock(lock_uid, datetime.now(UTC))
        await self._note(lock_uid)

    async def _identify(self, expected_serial: str) -> None:
        camera = await self.client.camera()
        self._check(camera, expected_serial)
        self.serial = camera.serial_number
        self._driven = camera.is_in(SLAVE)  # left so by somebody who did not clean up
        await self._note(self.client.lock_uid)
        try:
            self.record_version = await self.client.record_version()
        except RemoteRefused as error:
            logs.event(LOG, "record-version-unknown", logging.WARNING, error=error)

    def _check(self, camera: CameraState, expected_serial: str) -> None:
        if expected_serial and camera.serial_number.casefold() != expected_serial.casefold():
            raise WrongDevice(device=self.device_id, expected=expected_serial, found=camera.serial_number)
        if camera.is_in(ENROL):
            raise DeviceBusy(device=self.device_id, step="mode", reason="menu")

    async def _regain(self, step: str, error: LockLost) -> None:
        try:
            lock_uid = await self.client.take_lock()
        except LockHeld:
            self.client.lock_uid = ""
            await self._worker.run(self._book.tear_up)
            raise LockLost(**{**error.facts, "device": self.device_id, "step": step, "regained": False}) from error
        logs.event(LOG, "lock-regained", logging.WARNING, step=step)
        await self._hold(lock_uid)

    async def _note(self, lock_uid: str) -> None:
        try:
            await self._worker.run(self._book.write, Note(self.base, self.serial, lock_uid))
        except OSError as error:
            raise StoreError(step="recovery-note", device=self.device_id) from error
