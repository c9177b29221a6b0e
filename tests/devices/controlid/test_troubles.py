"""Troubles in the middle of an enrollment: the power fails, the person leaves, a right is missing, another finger."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.devices.controlid.options import ControlIdOptions
from app.domain.capture import Captured, Outcome, Retry, RetryReason
from app.domain.errors import DeviceError, MissingRights
from app.simulators.controlid import ControlIdTerminal, Make, Mischief, prints
from app.simulators.faults import Fault
from app.simulators.people import person
from tests.devices.controlid.desk import ASYNC, FACE, FINGER, captured, reporting
from tests.devices.watching import Watcher

SYNC = ControlIdOptions(sync=True)
STYLES = pytest.mark.parametrize("options", [SYNC, ASYNC], ids=["sync", "async"])
NORMAL = "NORMAL_STATE"


@pytest.fixture
def slow() -> Iterator[ControlIdTerminal]:
    """A terminal before which people take their time, and that is back soon after the power failed."""
    for finger in (2, 3):
        prints.press(3, finger, 900, (260, 320))  # grown before the clock runs
    with ControlIdTerminal(Make(speed=6, patience_seconds=4000, reboot_seconds=2)) as terminal:
        terminal.present(person(3))
        yield terminal


async def ended(work: "asyncio.Task[Outcome]") -> Outcome | DeviceError:
    """How it ended; long before the person's time is up."""
    async with asyncio.timeout(15):
        try:
            return await work
        except DeviceError as error:
            return error


@STYLES
async def test_power_that_fails_meanwhile_is_told_and_the_next_try_works(
    slow: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions
) -> None:
    async with reporting(slow, tmp_path) as (device, _):
        slow.faults.add(Fault(Mischief.REBOOT_AMID, "remote_enroll"))
        found = await ended(asyncio.create_task(captured(device, replace(FINGER, deadline_s=60.0), options)))
        assert not isinstance(found, Captured), found
        await asyncio.to_thread(slow.wait_until_back)
        assert slow.state.status.enroller_state == NORMAL
        assert isinstance(await captured(device, FINGER, options), Captured)
    assert slow.state.configuration["monitor"]["hostname"] == ""  # given back all the same


@STYLES
async def test_who_walks_away_leaves_an_idle_terminal(
    slow: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions
) -> None:
    async with reporting(slow, tmp_path) as (device, _):
        for request in (FINGER, FACE):
            slow.present(person(3))
            slow.faults.add(Fault(Mischief.WALKS_AWAY, "remote_enroll"))
            found = await ended(asyncio.create_task(captured(device, replace(request, deadline_s=1.5), options)))
            assert isinstance(found, Retry)
            assert found.reason is RetryReason.TIMED_OUT
            assert slow.state.status.enroller_state == NORMAL


@STYLES
async def test_a_right_that_is_missing_is_told_without_signing_in_again(
    slow: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions
) -> None:
    async with reporting(slow, tmp_path) as (device, _):
        slow.faults.add(Fault(Mischief.RIGHTS, "remote_enroll"))
        with pytest.raises(MissingRights):
            await captured(device, FINGER, options)
        assert sum(seen.command == "login" for seen in slow.requests) == 1
        assert sum(seen.command == "remote_enroll" for seen in slow.requests) == 1
        assert isinstance(await captured(device, FINGER, options), Captured)


@STYLES
async def test_another_finger_in_between_begins_anew_and_is_said(
    slow: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions
) -> None:
    watcher = Watcher()
    async with reporting(slow, tmp_path) as (device, _):
        slow.faults.add(Fault(Mischief.DIFFERENT_FINGERS, "remote_enroll"))
        found = await device.capture(replace(FINGER, options=options), watcher)
    assert isinstance(found, Captured)
    assert "again" in watcher.stages


@STYLES
async def test_a_finger_the_terminal_objects_to_ends_the_try(
    slow: ControlIdTerminal, tmp_path: Path, options: ControlIdOptions
) -> None:
    async with reporting(slow, tmp_path) as (device, _):
        slow.faults.add(Fault(Mischief.TEMPLATE_EXISTS, "remote_enroll"))
        found = await captured(device, FINGER, options)
        assert isinstance(found, Retry)
        assert found.reason is RetryReason.ALREADY_ENROLLED
        assert slow.state.status.enroller_state == NORMAL
