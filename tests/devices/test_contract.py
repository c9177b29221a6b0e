"""What every vendor's device owes, run for each of them over its real simulator."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.capture import Captured, Retry
from app.domain.device import Device, Health, RecoversAfterCrash
from app.domain.errors import (
    DeviceBusy,
    DeviceError,
    ProtocolError,
    Unreachable,
    WrongCredential,
)
from tests.devices.adapters import ADAPTERS, VendorAdapter
from tests.devices.watching import Watcher, until


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.vendor)
def vendor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VendorAdapter]:
    adapter: VendorAdapter = request.param(tmp_path / "recovery")
    with adapter:
        yield adapter


def is_open(device: Device) -> bool:
    return device.info is not None


def capturing(device: Device, vendor: VendorAdapter, watcher: Watcher) -> "asyncio.Task[object]":
    return asyncio.create_task(device.capture(vendor.request(), watcher))


async def test_opening_twice_is_opening_once(vendor: VendorAdapter) -> None:
    device = vendor.device()
    first = await device.open()
    assert await device.open() == first
    assert first.vendor == device.vendor == vendor.vendor
    assert first.serial
    await device.close()
    assert not is_open(device)
    assert vendor.is_free()
    async with device:
        assert is_open(device)
    assert vendor.is_free()


async def test_closing_in_any_state_is_quiet(vendor: VendorAdapter) -> None:
    device = vendor.device()
    await device.close()
    await device.open()
    await device.close()
    await device.close()
    await device.open()
    vendor.unplug()
    await device.close()


async def test_a_capture_brings_kept_samples(vendor: VendorAdapter) -> None:
    vendor.person_comes()
    watcher = Watcher()
    async with vendor.device() as device:
        outcome = await device.capture(vendor.request(), watcher)
        assert isinstance(outcome, Captured)
        assert watcher.kept == list(outcome.samples)
        assert vendor.is_at_rest()
    assert {sample.source.vendor for sample in watcher.kept} == {vendor.vendor}
    assert {sample.position for sample in watcher.kept} >= set(vendor.request().positions)


async def test_a_poor_capture_is_a_retry_and_the_next_may_succeed(vendor: VendorAdapter) -> None:
    async with vendor.device() as device:
        vendor.poor_person_comes()
        assert isinstance(await device.capture(vendor.request(), Watcher()), Retry)
        vendor.person_comes()
        assert isinstance(await device.capture(vendor.request(), Watcher()), Captured)


async def test_a_deadline_is_a_retry(vendor: VendorAdapter) -> None:
    vendor.person_waits()
    async with vendor.device() as device:
        outcome = await device.capture(vendor.request(deadline_s=0.4), Watcher())
        assert isinstance(outcome, Retry)
        assert vendor.is_at_rest()


async def test_cancelling_leaves_the_device_idle_and_usable(vendor: VendorAdapter) -> None:
    vendor.person_waits()
    async with vendor.device() as device:
        task = capturing(device, vendor, Watcher())
        await until(vendor.is_capturing)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert vendor.is_at_rest()
        vendor.person_comes()
        assert isinstance(await device.capture(vendor.request(), Watcher()), Captured)


async def test_a_second_action_is_told_busy_at_once(vendor: VendorAdapter) -> None:
    vendor.person_waits()
    async with vendor.device() as device:
        task = capturing(device, vendor, Watcher())
        await until(vendor.is_capturing)
        async with asyncio.timeout(0.5):
            with pytest.raises(DeviceBusy):
                await device.capture(vendor.request(), Watcher())
        vendor.person_comes()
        assert isinstance(await task, Captured)


async def test_closing_ends_a_capture(vendor: VendorAdapter) -> None:
    vendor.person_waits()
    device = vendor.device()
    await device.open()
    task = capturing(device, vendor, Watcher())
    await until(vendor.is_capturing)
    await device.close()
    with pytest.raises(DeviceError):
        await task
    assert vendor.is_free()


async def test_unplugged_in_mid_capture(vendor: VendorAdapter) -> None:
    vendor.person_waits()
    watcher = Watcher()
    device = vendor.device()
    await device.open()
    task = capturing(device, vendor, watcher)
    await until(vendor.is_capturing)
    vendor.unplug()
    with pytest.raises(Unreachable):
        await task
    assert not watcher.kept
    await device.close()
    vendor.plug_in()
    vendor.person_comes()
    async with device:
        assert isinstance(await device.capture(vendor.request(), Watcher()), Captured)
    assert vendor.is_free()


async def test_nobody_at_the_address(vendor: VendorAdapter) -> None:
    vendor.unplug()
    device = vendor.device()
    with pytest.raises(Unreachable):
        await device.open()
    assert not is_open(device)
    assert Health.BAD in {finding.health for finding in await device.diagnose()}
    vendor.plug_in()
    async with device:
        assert is_open(device)


async def test_a_wrong_credential_is_told_as_such(vendor: VendorAdapter) -> None:
    """A vendor without credentials must open without any."""
    if vendor.wrong_credential is None:
        async with vendor.device() as device:
            assert is_open(device)
        return
    wrong = vendor.device(vendor.wrong_credential)
    with pytest.raises(WrongCredential):
        await wrong.open()
    await wrong.close()


async def test_slow_answers_are_waited_for(vendor: VendorAdapter) -> None:
    vendor.answer_slowly(0.08)
    vendor.person_comes()
    async with vendor.device() as device:
        assert isinstance(await device.capture(vendor.request(), Watcher()), Captured)


async def test_garbage_is_a_protocol_error_and_nothing_is_kept(vendor: VendorAdapter) -> None:
    vendor.person_waits()
    watcher = Watcher()
    async with vendor.device() as device:
        task = capturing(device, vendor, watcher)
        await until(vendor.is_capturing)
        vendor.answer_garbage()
        with pytest.raises(ProtocolError):
            await task
    assert not watcher.kept


async def test_a_diagnosis_of_a_good_device_changes_nothing(vendor: VendorAdapter) -> None:
    device = vendor.device()
    closed = await device.diagnose()
    assert vendor.is_free()
    async with device:
        opened = await device.diagnose()
    for findings in (closed, opened):
        assert findings
        assert {finding.health for finding in findings} == {Health.GOOD}
        assert all(finding.cure for finding in findings if finding.health is not Health.GOOD)


async def test_a_killed_station_gives_the_device_back_at_its_next_start(vendor: VendorAdapter) -> None:
    vendor.person_waits()
    request = vendor.request()
    positions = ",".join(position.value for position in request.positions)
    arguments = (vendor.vendor, json.dumps(vendor.values), str(vendor.recovery), request.modality.value, positions)
    station = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.devices.victim", *arguments)
    try:
        await until(vendor.is_capturing, 30.0)
    finally:
        station.kill()
        await station.wait()
    assert not vendor.is_free()
    device = vendor.device()
    if isinstance(device, RecoversAfterCrash):
        assert await device.recover()
        assert vendor.is_free()
        assert not await device.recover()
    vendor.person_comes()
    async with device:
        assert isinstance(await device.capture(vendor.request(), Watcher()), Captured)
    assert vendor.is_free()
