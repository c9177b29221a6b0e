"""Looking on at a device: captures and deliveries go on meanwhile, and what is watched comes back after a break."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from app.devices.gsdk.driver import GsdkDevice
from app.domain.console import Step
from app.domain.errors import Unreachable
from app.simulators.gsdk import SimulatedGateway
from app.simulators.people import person
from tests.devices.gsdk.gateways import action, card, driver, enrollment, gateway
from tests.devices.watching import until

LIMIT_S = 60.0


@pytest.fixture
def made(tmp_path: Path) -> Iterator[SimulatedGateway]:
    with gateway(tmp_path, count=2) as running:
        yield running


@pytest.fixture
def device(made: SimulatedGateway, tmp_path: Path) -> GsdkDevice:
    return driver(made, tmp_path)


@asynccontextmanager
async def watching(device: GsdkDevice, name: str) -> AsyncIterator[AsyncGenerator[Step, None]]:
    """The steps of a watch that has begun."""
    runner = action(device, name).run_long
    assert runner is not None
    async with aclosing(cast(AsyncGenerator[Step, None], runner({}))) as steps:
        assert (await told(steps)).note == "watching"
        yield steps


async def told(steps: AsyncGenerator[Step, None]) -> Step:
    async with asyncio.timeout(LIMIT_S):
        return await anext(steps)


async def told_that(steps: AsyncGenerator[Step, None], words: str) -> Step:
    """The next step that says so; breaks before it are passed over."""
    while words not in (step := await told(steps)).note:
        pass
    return step


async def happened(made: SimulatedGateway, steps: AsyncGenerator[Step, None], code: int, words: str) -> None:
    """An event at the device reaches the watch, once the stream stands."""
    first = made.device().device_id

    async def happen() -> None:
        while True:
            made.fill_log(first, 1, code)
            await asyncio.sleep(0.02)

    task = asyncio.create_task(happen())
    try:
        await told_that(steps, words)
    finally:
        task.cancel()
        await asyncio.wait([task])


async def changed(made: SimulatedGateway, steps: AsyncGenerator[Step, None], number: int) -> None:
    """A change of a connection reaches the watch, once the stream stands."""

    async def change() -> None:
        while True:
            made.unplug(number)
            await asyncio.sleep(0.02)

    task = asyncio.create_task(change())
    try:
        await told_that(steps, f"{number}: not connected")
    finally:
        task.cancel()
        await asyncio.wait([task])
        made.plug_in(number)


async def test_cards_are_read_and_people_written_while_somebody_watches(
    made: SimulatedGateway, device: GsdkDevice
) -> None:
    made.present(person(3))
    second = made.make.devices[1].device_id
    async with device, watching(device, "watch-events") as events, watching(device, "watch-devices") as devices:
        await happened(made, events, 0x1900, "access denied")
        assert await device.read_card() is not None
        await device.write_person(enrollment(card()))
        await told_that(events, "user enrolled (1000)")
        await changed(made, devices, second)


async def test_watching_goes_on_after_the_gateway_was_restarted(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with watching(device, "watch-events") as events, watching(device, "watch-devices") as devices:
        await happened(made, events, 0x1900, "access denied")
        made.restart()
        await told_that(events, "goes on when it is back")
        await happened(made, events, 0x1000, "verified")
        await told_that(devices, "goes on when it is back")
        await changed(made, devices, made.make.devices[1].device_id)


async def test_who_was_never_there_is_told_at_once(made: SimulatedGateway, device: GsdkDevice) -> None:
    made.stop()
    runner = action(device, "watch-events").run_long
    assert runner is not None
    with pytest.raises(Unreachable):
        await anext(cast(AsyncGenerator[Step, None], runner({})))


async def test_a_device_dialed_for_watching_is_let_go_by_whoever_is_last(tmp_path: Path) -> None:
    with gateway(tmp_path) as made:
        made.world.each("", [made.device().device_id], lambda one: made.unplug(one.device_id))
        made.device().unplugged = False
        device = driver(made, tmp_path, connection="direct")
        async with watching(device, "watch-events") as events:
            await happened(made, events, 0x1900, "access denied")
            async with device:
                assert made.device().connected
            assert made.device().connected, "the watch still looks on"
        await until(lambda: not made.device().connected)
        async with device:
            async with watching(device, "watch-events") as events:
                await happened(made, events, 0x1900, "access denied")
            assert made.device().connected, "the device is still open"
        assert not made.device().connected
        assert not await device.recover()


async def test_a_watch_that_is_left_leaves_no_thread(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with watching(device, "watch-events") as events:
        task = asyncio.create_task(told(events))
        await until(lambda: made.device().monitored)
        task.cancel()
        await asyncio.wait([task])
