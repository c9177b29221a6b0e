"""One action at a time, endings that end, threads that stop."""

import asyncio
import threading

import pytest

from app.devices.base import OneAction, Worker, finish, to_end
from app.domain.errors import DeviceBusy, NotCapable, Unreachable


async def test_a_second_action_is_refused_by_name() -> None:
    actions = OneAction("Desk")
    gate = asyncio.Event()
    first = asyncio.create_task(actions.run("capture", gate.wait))
    await asyncio.sleep(0)
    with pytest.raises(DeviceBusy) as told:
        await actions.run("card", gate.wait)
    assert (told.value.fact("step"), told.value.fact("busy_with")) == ("card", "capture")
    gate.set()
    assert await first is True
    assert await actions.run("card", gate.wait) is True


async def test_stopping_cancels_the_work_and_not_who_awaits_it() -> None:
    actions = OneAction("Desk")
    waiting = asyncio.create_task(actions.run("capture", asyncio.Event().wait))
    await asyncio.sleep(0)
    await actions.stop()
    with pytest.raises(Unreachable) as told:
        await waiting
    assert told.value.fact("reason") == "closed"


async def test_every_error_gets_the_device() -> None:
    async def work() -> None:
        raise NotCapable(step="capture")

    with pytest.raises(NotCapable) as told:
        await OneAction("Desk").run("capture", work)
    assert told.value.fact("device") == "Desk"


async def test_an_ending_ends_however_often_it_is_cancelled() -> None:
    ended: list[int] = []
    gate = asyncio.Event()

    async def ending() -> None:
        await gate.wait()
        ended.append(1)

    task = asyncio.create_task(finish("close", ending(), 5.0))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [1]


async def test_an_ending_is_bounded_and_quiet() -> None:
    async def refused() -> None:
        raise NotCapable(step="close")

    await finish("close", asyncio.Event().wait(), 0.01)
    await finish("close", refused(), 1.0)


async def test_work_to_the_end_gives_its_result_or_its_fault() -> None:
    async def fault() -> None:
        raise NotCapable(step="x")

    assert await to_end(asyncio.sleep(0, "done")) == "done"
    with pytest.raises(NotCapable):
        await to_end(fault())


async def test_threads_are_named_and_gone_after_stop() -> None:
    worker = Worker("ef45-desk")
    name = await worker.run(lambda: threading.current_thread().name)
    assert name.startswith("ef45-desk")
    await worker.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ef45-desk")]
    assert await worker.run(lambda: 7) == 7
    await worker.stop()
    await worker.stop()
