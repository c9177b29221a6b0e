"""Taking the terminal, losing it, and always giving it back as it was found."""

import asyncio
import json
from pathlib import Path

import pytest

from app.devices.ef45.driver import Ef45
from app.domain.capture import Captured
from app.domain.device import Health
from app.domain.errors import DeviceBusy, LockHeld, LockLost, ProtocolError, RemoteRefused, Unreachable, WrongDevice
from app.simulators.ef45 import Ef45Terminal, Mischief, Phase, Presence
from app.simulators.faults import Fault, Kind
from tests.devices.ef45.terminals import ADA, IRIS, asked, driver, notes, opened
from tests.devices.watching import Watcher, until


def is_free(terminal: Ef45Terminal) -> bool:
    state = terminal.state
    return (state.mode, state.lock_uid, state.phase, state.buffer) == ("Recog", None, None, ())


@pytest.mark.parametrize("answer", ["409", "423", "403", "missing", "empty", "zeros"])
async def test_a_held_terminal_is_never_taken_without_consent(
    terminal: Ef45Terminal, recovery: Path, answer: str
) -> None:
    terminal.vary(lock_held=answer)
    theirs = terminal.steal_lock()
    device = driver(terminal, recovery)
    with pytest.raises(LockHeld) as told:
        await device.open()
    assert told.value.fact("device") == device.device_id
    assert terminal.state.lock_uid == theirs
    assert not asked(terminal, "PUT", "/lock")
    assert not notes(recovery)
    await device.open(take_over=True)
    assert terminal.state.lock_uid not in (theirs, None)
    await device.close()
    assert is_free(terminal)


async def test_consent_is_not_used_on_a_free_terminal(terminal: Ef45Terminal, recovery: Path) -> None:
    device = driver(terminal, recovery)
    await device.open(take_over=True)
    assert not asked(terminal, "PUT", "/lock")
    await device.close()


async def test_a_lock_stolen_in_mid_capture_is_told_and_not_stolen_back(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    watcher = Watcher()
    task = asyncio.create_task(device.capture(IRIS, watcher))
    await until(lambda: terminal.state.phase is Phase.ALIGN)
    theirs = terminal.steal_lock()
    with pytest.raises(LockLost) as told:
        await task
    assert told.value.facts["regained"] is False
    assert terminal.state.lock_uid == theirs
    assert device.info is None
    assert not watcher.kept
    with pytest.raises(LockHeld):
        await device.open()
    await device.open(take_over=True)
    terminal.present(ADA)
    assert isinstance(await device.capture(IRIS, Watcher()), Captured)


async def test_a_lock_that_ran_out_in_mid_capture_is_asked_for_once(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    task = asyncio.create_task(device.capture(IRIS, Watcher()))
    await until(lambda: terminal.state.phase is Phase.ALIGN)
    terminal.forget_requests()
    terminal.expire_lock()
    with pytest.raises(LockLost) as told:
        await task
    assert told.value.facts["regained"] is True
    assert asked(terminal, "POST", "/lock") == ["/1.0/lock"]
    assert terminal.state.mode == "Recog"
    terminal.present(ADA)
    assert isinstance(await device.capture(IRIS, Watcher()), Captured)


async def test_a_lock_that_ran_out_between_actions_is_taken_again_quietly(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.expire_lock()
    assert isinstance(await device.capture(IRIS, Watcher()), Captured)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 410, 412, 423])
async def test_every_code_of_a_lost_lock(terminal: Ef45Terminal, device: Ef45, code: int) -> None:
    terminal.vary(lock_refusal=code)
    terminal.steal_lock()
    terminal.forget_requests()
    with pytest.raises(LockLost) as told:
        await device.list_people()
    assert told.value.facts["regained"] is False
    assert len(asked(terminal, "POST", "/lock")) == 1
    assert not asked(terminal, "PUT", "/lock")


async def test_a_suspicion_is_checked_before_it_is_believed(terminal: Ef45Terminal, device: Ef45) -> None:
    """A terminal may refuse a call with 403 for its own reasons: the lock is still ours."""
    terminal.faults.add(Fault(Kind.REFUSE, "GET /subjects", status=403, body="not in this license"))
    with pytest.raises(RemoteRefused):
        await device.list_people()
    assert await device.list_people() == []
    assert len(asked(terminal, "POST", "/lock")) == 1


async def test_a_menu_in_use_is_not_disturbed(terminal: Ef45Terminal, recovery: Path) -> None:
    terminal.enter_menu()
    device = driver(terminal, recovery)
    with pytest.raises(DeviceBusy) as told:
        await device.open()
    assert told.value.fact("reason") == "menu"
    assert terminal.state.mode == "Enrol"
    assert terminal.state.lock_uid is None
    assert not asked(terminal, "POST", "/camera")
    findings = {finding.check: finding for finding in await device.diagnose()}
    assert findings["lock"].cure == "leave-menu"
    terminal.leave_menu()


async def test_a_terminal_left_in_slave_by_somebody_is_put_right(terminal: Ef45Terminal, recovery: Path) -> None:
    terminal.vary(mode_case="upper")
    other = driver(terminal, recovery / "other")
    await other.open()
    terminal.present(Presence(ADA, hold=Phase.ALIGN))
    task = asyncio.create_task(other.capture(IRIS, Watcher()))
    await until(lambda: terminal.state.phase is Phase.ALIGN)
    ours = driver(terminal, recovery)
    await ours.open(take_over=True)
    with pytest.raises(LockLost):
        await task
    await other.close()
    await ours.close()
    assert is_free(terminal)


async def test_another_terminal_at_the_address(terminal: Ef45Terminal, recovery: Path) -> None:
    device = driver(terminal, recovery, serial="EF45-ELSEWHERE")
    with pytest.raises(WrongDevice):
        await device.open()
    assert is_free(terminal)
    findings = {finding.check: finding.health for finding in await device.diagnose()}
    assert findings["serial"] is Health.BAD
    assert is_free(terminal)


async def test_a_cancelled_opening_leaves_nothing(terminal: Ef45Terminal, recovery: Path) -> None:
    terminal.faults.add(Fault(Kind.SLOW, "GET /camera", delay=0.3))
    device = driver(terminal, recovery)
    task = asyncio.create_task(device.open())
    await until(lambda: terminal.state.lock_uid is not None)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_free(terminal)
    assert not notes(recovery)


@pytest.mark.parametrize("kind", [Kind.GARBAGE, Kind.HTML, Kind.WRONG_TYPE, Kind.DROP, Kind.EMPTY, Kind.CUT])
@pytest.mark.parametrize("operation", ["GET /version", "GET /camera"])
async def test_an_opening_that_fails_leaves_nothing(
    terminal: Ef45Terminal, recovery: Path, kind: Kind, operation: str
) -> None:
    terminal.faults.add(Fault(kind, operation, times=2 if kind is Kind.DROP else 1))
    device = driver(terminal, recovery)
    with pytest.raises((ProtocolError, RemoteRefused, Unreachable)):
        await device.open()
    await device.close()
    assert is_free(terminal)
    assert not notes(recovery)


async def test_the_note_lies_on_disk_while_the_terminal_is_ours(terminal: Ef45Terminal, recovery: Path) -> None:
    async with opened(terminal, recovery):
        [path] = notes(recovery)
        note = json.loads(path.read_text())
        assert note == {
            "base_url": terminal.base_url,
            "serial": terminal.make.serial_number,
            "lock_uid": terminal.state.lock_uid,
        }
    assert not notes(recovery)


async def test_an_unreachable_terminal_keeps_its_note(terminal: Ef45Terminal, recovery: Path) -> None:
    device = driver(terminal, recovery)
    await device.open()
    terminal.stop()
    await device.close()
    assert notes(recovery)
    with pytest.raises(Unreachable):
        await device.recover()
    terminal.start()
    assert await device.recover()
    assert is_free(terminal)
    assert not notes(recovery)


async def test_recovery_never_takes_from_another_program(terminal: Ef45Terminal, recovery: Path) -> None:
    abandoned = driver(terminal, recovery)
    await abandoned.open()
    theirs = terminal.steal_lock()
    terminal.forget_requests()
    device = driver(terminal, recovery)
    assert not await device.recover()
    assert terminal.state.lock_uid == theirs
    assert not asked(terminal, "PUT", "/lock")
    assert not notes(recovery)
    await abandoned.close()


async def test_a_restarted_terminal_needs_no_recovery_but_gets_it(terminal: Ef45Terminal, recovery: Path) -> None:
    abandoned = driver(terminal, recovery)
    await abandoned.open()
    terminal.reboot()
    await asyncio.to_thread(terminal.wait_until_back)
    device = driver(terminal, recovery)
    assert await device.recover()
    assert is_free(terminal)
    await abandoned.close()


async def test_opening_recovers_by_itself(terminal: Ef45Terminal, recovery: Path) -> None:
    abandoned = driver(terminal, recovery)
    await abandoned.open()
    findings = {finding.check: finding.cure for finding in await driver(terminal, recovery).diagnose()}
    assert findings["left-behind"] == "open-once"
    async with opened(terminal, recovery) as device:
        assert device.info is not None
    await abandoned.close()


def leave_note(recovery: Path, content: bytes) -> None:
    recovery.mkdir()
    (recovery / "ef45-iris-1.json").write_bytes(content)


@pytest.mark.parametrize("damage", [b"", b"not json", b"[]", b'{"base_url": 1}'])
async def test_a_damaged_note_is_thrown_away(terminal: Ef45Terminal, recovery: Path, damage: bytes) -> None:
    leave_note(recovery, damage)
    device = driver(terminal, recovery)
    assert not await device.recover()
    assert not notes(recovery)


async def test_a_steal_just_before_an_operation(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Mischief.STEAL_LOCK, "POST /camera/control/start"))
    with pytest.raises(LockLost):
        await device.capture(IRIS, Watcher())


@pytest.mark.parametrize(("wrong_s", "allowed", "left_s"), [(-7200, True, 0), (-7200, False, -7200), (30, True, 30)])
async def test_the_clock_is_set_only_when_allowed_and_off(
    terminal: Ef45Terminal, recovery: Path, wrong_s: int, allowed: bool, left_s: int
) -> None:
    terminal.set_clock_error(wrong_s)
    async with opened(terminal, recovery, set_clock=allowed):
        assert abs(terminal.state.clock_offset.total_seconds() - left_s) < 3


async def test_a_diagnosis_names_what_is_wrong_and_its_cure(terminal: Ef45Terminal, recovery: Path) -> None:
    device = driver(terminal, recovery)
    terminal.set_clock_error(-5000)
    cures = {finding.check: finding.cure for finding in await device.diagnose()}
    assert list(cures) == ["name", "reachable", "version", "lock", "serial", "mode", "clock"]
    assert cures["clock"] == "set-clock"
    theirs = terminal.steal_lock()
    findings = await device.diagnose()
    assert (findings[-1].check, findings[-1].cure) == ("lock", "take-over")
    assert terminal.state.lock_uid == theirs
    terminal.faults.add(Fault(Kind.HTML, "GET /version"))
    assert (await device.diagnose())[-1].check == "version"
    nowhere = driver(terminal, recovery, address="name.invalid")
    assert [finding.cure for finding in await nowhere.diagnose()] == ["check-address"]
