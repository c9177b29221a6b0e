"""What an earlier enrollment leaves behind: its post that comes late, its end that never reached the terminal."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.callbacks.office import OpenJob
from app.devices.controlid.driver import ControlId
from app.devices.controlid.push import Job
from app.domain.capture import Captured, CaptureRequest, Outcome
from app.domain.modality import Position
from app.simulators.controlid import ControlIdTerminal, Make, Mischief, prints
from app.simulators.faults import Fault
from app.simulators.faults import Kind as FaultKind
from app.simulators.people import person
from tests.devices.controlid.desk import ASYNC, FACE, FINGER, captured, reporting
from tests.devices.watching import Watcher, until

LEFT = replace(FINGER, positions=(Position.LEFT_INDEX,), options=ASYNC)


@pytest.fixture
def slow() -> Iterator[ControlIdTerminal]:
    """A terminal before which people take their time."""
    for finger in (2, 7):
        prints.press(3, finger, 900, (260, 320))  # grown before the clock runs
    with ControlIdTerminal(Make(speed=4, patience_seconds=4000)) as terminal:
        yield terminal


async def given_up(terminal: ControlIdTerminal, device: ControlId, request: CaptureRequest, late: float) -> None:
    """An enrollment that is canceled while somebody stands there; its result is posted all the same, later."""
    terminal.present(person(3), finger=2, waits=True)
    terminal.faults.add(Fault(Mischief.LATE, "remote_enroll", delay=late))
    task = asyncio.create_task(device.capture(replace(request, options=ASYNC), Watcher()))
    await until(lambda: terminal.state.status.enroller_state != "NORMAL_STATE")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert terminal.state.status.enroller_state == "NORMAL_STATE"


def posted(terminal: ControlIdTerminal, topic: str) -> int:
    return sum(each.topic.endswith(topic) for each in terminal.deliveries if each.status)


def of_finger(outcome: Outcome, finger: int) -> bool:
    """Whether every template is of this finger of person 3."""
    assert isinstance(outcome, Captured), outcome
    wanted = prints.press(3, finger, 900, (260, 320)).template
    found = [template.data for sample in outcome.samples for template in sample.templates]
    return bool(found) and all(prints.same_finger(each, wanted) for each in found)


@pytest.mark.parametrize("late", [0.0, 0.3])
async def test_a_canceled_fingers_late_post_is_not_the_next_finger(
    slow: ControlIdTerminal, tmp_path: Path, late: float
) -> None:
    async with reporting(slow, tmp_path) as (device, _):
        await given_up(slow, device, FINGER, late)
        task = asyncio.create_task(device.capture(LEFT, Watcher()))  # nobody has touched yet
        await until(lambda: posted(slow, "template") == 1)
        slow.present(person(3), finger=7)
        assert of_finger(await task, 7)
    assert not list((tmp_path / "posts").iterdir())


async def test_a_post_that_comes_before_the_job_has_begun_is_not_its_own(
    slow: ControlIdTerminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow.present(person(3))
    async with reporting(slow, tmp_path) as (device, server):
        expect = server.office.expect

        async def late(job: Job) -> OpenJob:
            opened = await expect(job)
            body = {"user_id": job.user_id, "device_id": job.number, "user_image": "c3RhbGU="}
            async with httpx.AsyncClient(trust_env=False) as terminal:
                assert (await terminal.post(f"http://127.0.0.1:{server.port}/p/user_image", json=body)).is_success
            async with asyncio.timeout(10):
                while not opened.waiting:  # noqa: ASYNC110 - it is read on a callbacks thread
                    await asyncio.sleep(0.01)
            return opened

        monkeypatch.setattr(server.office, "expect", late)
        found = await captured(device, FACE)
    assert isinstance(found, Captured)
    assert found.samples[0].image != b"stale"
    assert not list((tmp_path / "posts").iterdir())


async def test_a_post_that_comes_before_the_state_shows_the_end_still_counts(
    slow: ControlIdTerminal, tmp_path: Path
) -> None:
    """A terminal that posts first and says that it is done afterwards."""
    async with reporting(slow, tmp_path) as (device, _):
        await given_up(slow, device, FACE, late=0.3)
        slow.faults.add(Fault(Mischief.LOST, "post user_image", after=1))
        task = asyncio.create_task(device.capture(replace(FACE, options=ASYNC), Watcher()))
        await until(lambda: posted(slow, "user_image") == 1)
        slow.present(person(3))
        assert isinstance(await task, Captured)


async def test_what_could_not_be_ended_is_ended_before_the_next(slow: ControlIdTerminal, tmp_path: Path) -> None:
    slow.present(person(3), waits=True)
    async with reporting(slow, tmp_path) as (device, _):
        slow.faults.add(Fault(FaultKind.REFUSE, "cancel_remote_enroll"))
        task = asyncio.create_task(captured(device, FINGER))
        await until(lambda: slow.state.status.enroller_state != "NORMAL_STATE")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert slow.state.status.enroller_state != "NORMAL_STATE"
        slow.present(person(3), finger=7)
        assert of_finger(await device.capture(LEFT, Watcher()), 7)


async def test_what_could_not_be_ended_is_ended_when_the_terminal_is_given_back(
    slow: ControlIdTerminal, tmp_path: Path
) -> None:
    slow.present(person(3), waits=True)
    async with reporting(slow, tmp_path) as (device, _):
        slow.faults.add(Fault(FaultKind.REFUSE, "cancel_remote_enroll"))
        task = asyncio.create_task(captured(device, FINGER))
        await until(lambda: slow.state.status.enroller_state != "NORMAL_STATE")
        task.cancel()
        await asyncio.wait([task])
    assert slow.state.status.enroller_state == "NORMAL_STATE"
