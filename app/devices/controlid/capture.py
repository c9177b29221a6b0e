"""One enrollment at the terminal, synchronous or not: start, follow, take the result, keep it, leave nothing running.

A start whose answer is lost is never repeated: the terminal is asked how it stands instead (facts, section 4).
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from app import logs
from app.devices.base import GIVE_BACK_S, finish, to_end
from app.devices.controlid.codec import EnrollResult, Order
from app.devices.controlid.options import Tuning
from app.devices.controlid.push import Job, Parcel, Waiting
from app.devices.controlid.saved import Saved
from app.devices.controlid.session import Session
from app.devices.controlid.watch import CANCELED, DIFFERENT, FACE_KNOWN, FULL, KNOWN, Early, Ended, StateWatch
from app.domain.capture import CaptureWatcher, Progress, Retry, RetryReason
from app.domain.errors import DeviceFull, ForeignData, NotCapable, OutcomeUnknown, StationError

LOG = logging.getLogger(__name__)

PATIENCE_MORE_S = 30.0


@dataclass
class Got:
    """A result and, when it came by post, the parcel to settle once it is kept."""

    result: EnrollResult
    parcel: Parcel | None = None


class Enrollment:
    """Made for one position, run once. However run() ends, no enrollment runs at the terminal."""

    def __init__(self, session: Session, tuning: Tuning, order: Order, job: Job, watcher: CaptureWatcher) -> None:
        self._session = session
        self._client = session.client
        self._tuning = tuning
        self._order = order
        self._job = job
        self._watcher = watcher
        self._watch = StateWatch(session.client, tuning, watcher, order.kind)
        self._kept = Saved(session.client, order)
        self._waiting: Waiting | None = None

    async def run(self, deadline_s: float) -> Got | Retry:
        """Raises what Device.capture() raises."""
        if self._session.unended:  # an earlier one, whose end never reached the terminal
            await self._session.idle()
        if self._order.save:
            await self._kept.mark()
        ended_itself = False
        try:
            found = await self._sync(deadline_s) if self._order.sync else await self._by_post(deadline_s)
            ended_itself = isinstance(found, Got)
            return found
        finally:
            if not ended_itself:
                await finish("idle", self._session.idle(), GIVE_BACK_S)

    async def close(self, *, keep: bool = False) -> None:
        """Take no more post; with `keep` what came stays on disk for the next try."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            await to_end(waiting.close(keep=keep))

    # synchronous: the answer is held back until the person is done

    async def _sync(self, deadline_s: float) -> Got | Retry:
        call = asyncio.create_task(self._client.remote_enroll(self._order, deadline_s + PATIENCE_MORE_S))
        watch = asyncio.create_task(self._watch.until_over())
        try:
            return await self._race(call, watch, deadline_s)
        finally:
            await _drop(call, watch)

    async def _race(
        self, call: "asyncio.Task[EnrollResult | None]", watch: "asyncio.Task[Ended]", deadline_s: float
    ) -> Got | Retry:
        clock = asyncio.get_running_loop()
        deadline = clock.time() + deadline_s
        await asyncio.wait({call, watch}, timeout=deadline_s, return_when=asyncio.FIRST_COMPLETED)
        if not call.done() and watch.done() and watch.exception() is None:
            ended = watch.result()
            if ended.done or not ended.seen:
                await asyncio.wait({call}, timeout=self._tuning.grace_s)
        if call.done():
            return await self._answered(call, watch, deadline - clock.time())
        if watch.done():
            ended = watch.result()
            if ended.done:  # the answer did not follow: as good as lost
                return await self._after_loss(ended)
            await self._stop(call)
            told = call.result() if call.done() and call.exception() is None else None
            return self._retry(ended.error, told.match_user if told else None)
        return await self._too_late(call)

    async def _answered(
        self, call: "asyncio.Task[EnrollResult | None]", watch: "asyncio.Task[Ended]", left_s: float
    ) -> Got | Retry:
        try:
            result = call.result()
        except OutcomeUnknown:
            return await self._asked(watch, max(left_s, self._tuning.state_every_s * 4))
        return self._judged(result)

    async def _asked(self, watch: "asyncio.Task[Ended]", left_s: float) -> Got | Retry:
        """The answer was lost: the state says whether it still runs and how it ended."""
        await asyncio.wait({watch}, timeout=left_s)
        if not watch.done():
            return Retry(self._late_reason())
        return await self._after_loss(watch.result())

    async def _after_loss(self, ended: Ended) -> Got | Retry:
        if not ended.done:
            return self._retry(ended.error)
        saved = await self._saved()
        return saved or Retry(RetryReason.RESULT_LOST)

    async def _too_late(self, call: "asyncio.Task[EnrollResult | None]") -> Got | Retry:
        """The deadline passed; a result that came in that very moment still counts."""
        await self._stop(call)
        if call.done() and call.exception() is None:
            result = call.result()
            if result is not None and result.success and not result.empty:
                return self._judged(result)
        return Retry(self._late_reason())

    async def _stop(self, call: "asyncio.Task[EnrollResult | None]") -> None:
        await self._session.idle()
        await asyncio.wait({call}, timeout=self._tuning.end_s)

    def _judged(self, result: EnrollResult | None) -> Got | Retry:
        if result is None:
            return Retry(RetryReason.EMPTY_RESULT)
        if not result.success:
            return self._retry(result.error, result.match_user)
        if result.user_id not in {None, 0, self._order.user_id}:
            raise ForeignData(step="capture")
        return Got(result)

    # asynchronous: the result comes by post, or is looked up where the terminal keeps it

    async def _by_post(self, deadline_s: float) -> Got | Retry:
        office = self._session.office
        if office is None or not self._session.reports:
            raise NotCapable(step="capture", reason="no-way-back")
        self._waiting = waiting = await office.expect(self._job)
        while (before := await waiting.next(0)) is not None:
            if before.left:
                logs.event(LOG, "callback-taken-up")
                return Got(before.result, before)
            await _forget(before)  # this job has not even begun
        with suppress(OutcomeUnknown):  # whether it started is seen by its state
            refused = await self._client.remote_enroll(self._order)
            if refused is not None:
                return self._retry(refused.error, refused.match_user)
        return await self._follow(waiting, deadline_s)

    async def _follow(self, waiting: Waiting, deadline_s: float) -> Got | Retry:
        """A post names no job: one that comes while the terminal still asks for the finger or the face may be that of
        the job before, and counts only when no other comes once the terminal is done."""
        clock = asyncio.get_running_loop()
        deadline = clock.time() + deadline_s
        watch = asyncio.create_task(self._watch.until_over())
        early: Parcel | None = None
        post = asyncio.create_task(waiting.next(deadline_s))
        try:
            while True:
                left_s = max(0.0, deadline - clock.time())
                await asyncio.wait({post, watch}, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
                parcel = post.result() if post.done() else None
                came = await self._too_early(watch) if parcel is not None else Early.NO
                if came is not Early.NO:
                    await _forget(parcel if came is Early.SURELY else early)
                    early = parcel if came is Early.PERHAPS else early
                    post = asyncio.create_task(waiting.next(max(0.0, deadline - clock.time())))
                    continue
                if parcel is None and watch.done() and watch.exception() is None and watch.result().done:
                    return await self._after_end(post, early)
                await _forget(early)
                if parcel is not None:
                    return Got(parcel.result, parcel)
                return self._retry(watch.result().error) if watch.done() else Retry(self._late_reason())
        finally:
            await _drop(post, watch)

    async def _too_early(self, watch: "asyncio.Task[Ended]") -> Early:
        """Whether the terminal says that this very job cannot have a result yet."""
        return Early.NO if watch.done() else await self._watch.too_early()

    async def _after_end(self, post: "asyncio.Task[Parcel | None]", early: Parcel | None) -> Got | Retry:
        """The terminal is done: the post may still be under way, or lie in the terminal only, or be lost."""
        if self._order.save and (saved := await self._saved()) is not None:
            await _forget(early)
            return saved
        await asyncio.wait({post}, timeout=self._tuning.grace_s)
        parcel = post.result() if post.done() else None
        if parcel is not None:
            await _forget(early)
        parcel = parcel or early
        return Retry(RetryReason.RESULT_LOST) if parcel is None else Got(parcel.result, parcel)

    async def _saved(self) -> Got | None:
        if not self._order.save:
            return None
        result = await self._kept.result()
        return None if result is None else Got(result)

    # why not

    def _late_reason(self) -> RetryReason:
        return RetryReason.DIFFERENT_FINGERS if self._watch.objection == DIFFERENT else RetryReason.TIMED_OUT

    def _retry(self, error: str, owner: int | None = None) -> Retry:
        """What the terminal said instead of a result; its text is compared, never kept. `owner`: whose it is."""
        self._watcher.progress(Progress("finishing"))
        word = error.strip().upper()
        if word == FULL or "LIMIT REACHED" in word:
            raise DeviceFull(step="capture")
        if word in {KNOWN, FACE_KNOWN} or "EXISTS" in word:
            return Retry(RetryReason.ALREADY_ENROLLED, str(owner or ""))
        if word == DIFFERENT or "DIFFERENT" in word:
            return Retry(RetryReason.DIFFERENT_FINGERS)
        if word == CANCELED or "CANCEL" in word:
            return Retry(RetryReason.STOPPED_ON_DEVICE)
        if "TIMEOUT" in word or "TIMED OUT" in word:
            return Retry(RetryReason.NOBODY_SEEN)
        return Retry(RetryReason.REFUSED_BY_DEVICE)


async def _forget(parcel: Parcel | None) -> None:
    """Another job's, or nobody's."""
    if parcel is not None:
        logs.event(LOG, "callback-not-attached", reason="earlier-job")
        await parcel.settle()


async def _drop(*tasks: "asyncio.Task[object] | asyncio.Task[Ended]") -> None:
    """End tasks and hear their failures; who needed them has looked already."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled() and isinstance(error := task.exception(), StationError):
            logs.event(LOG, "capture-part-failed", error=error)
