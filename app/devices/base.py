"""What every driver needs beside its protocol: one action at a time, endings that end, threads that stop."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from app import logs
from app.domain.errors import DeviceBusy, StationError, Unreachable

LOG = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

GIVE_BACK_S = 10.0
"""So long may an ending take that gives a device back."""


class OneAction:
    """Runs one action of a device at a time; the second is told DeviceBusy with the name of the first.

    Each action is a task of its own, so that close() can end it without cancelling whoever awaits it:
    that one gets Unreachable(reason="closed"). `name` is the device's identifier; every error gets it.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._task: asyncio.Task[Any] | None = None
        self.step = ""

    async def run(self, step: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run `work` unless another action runs; cancelling the caller cancels the work and waits for its end."""
        if self._task is not None:
            raise DeviceBusy(device=self._name, step=step, busy_with=self.step)
        task = asyncio.create_task(work(), name=f"{self._name}:{step}")
        self._task, self.step = task, step
        try:
            return await task
        except StationError as error:
            error.facts.setdefault("device", self._name)
            raise
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
            raise Unreachable(device=self._name, step=step, reason="closed") from None
        finally:
            self._task, self.step = None, ""

    async def after(self, step: str) -> None:
        """Wait while this step is what runs; how it ends is its caller's concern."""
        while self._task is not None and self.step == step:
            await asyncio.wait([self._task])
            await asyncio.sleep(0)  # its caller takes the end first

    async def stop(self) -> None:
        """Cancel the running action, if any, and wait until it has put everything back."""
        task = self._task
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait([task])


async def to_end(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end even when the caller is cancelled meanwhile; the cancellation is delivered afterwards."""
    task = asyncio.create_task(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        _ = task.cancelled() or task.exception()  # heard, though the cancellation goes first
        raise asyncio.CancelledError
    return task.result()


async def finish(step: str, work: Coroutine[Any, Any, object], limit_s: float) -> None:
    """Run an ending to its end, bounded, even when the caller is cancelled; faults are logged, never raised."""
    await to_end(_bounded(step, work, limit_s))


async def _bounded(step: str, work: Coroutine[Any, Any, object], limit_s: float) -> None:
    try:
        async with asyncio.timeout(limit_s):
            await work
    except TimeoutError:
        logs.event(LOG, "ending-too-slow", logging.WARNING, step=step, timeout_s=limit_s)
    except StationError as error:
        logs.event(LOG, "ending-failed", logging.WARNING, error=error, step=step)


class Worker:
    """A device's own named threads: started when first needed, gone after stop()."""

    def __init__(self, name: str, threads: int = 2) -> None:
        self._name = name
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._jobs: set[Future[Any]] = set()

    def start(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `function` on one of the threads; call from the loop's thread."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)
        job = self._pool.submit(function, *args, **kwargs)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        return job

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` on one of the threads and await its result."""
        return await asyncio.wrap_future(self.start(function, *args, **kwargs))

    async def stop(self, limit_s: float = 5.0) -> None:
        """Wait, bounded, for what still runs and end the threads."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        jobs = [asyncio.wrap_future(job) for job in tuple(self._jobs) if not job.done()]
        if jobs:
            done, _ = await asyncio.wait(jobs, timeout=limit_s)
            for job in done:
                _ = job.cancelled() or job.exception()  # who started it is gone
        pool.shutdown(wait=not self._jobs, cancel_futures=True)
