"""Checking a terminal from the outside in: name, port, version, lock, serial number, mode, clock."""

from app.devices.base import GIVE_BACK_S, finish
from app.devices.ef45.client import Ef45Client
from app.devices.ef45.codec import ENROL, SLAVE, CameraState
from app.devices.ef45.freshness import DeviceClock
from app.devices.ef45.session import Session
from app.domain.device import Finding, Health
from app.domain.errors import LockHeld, StationError


async def version_finding(client: Ef45Client) -> Finding:
    """Is it a terminal of this kind at all."""
    try:
        return Finding("version", Health.GOOD, await client.version())
    except StationError as error:
        return Finding("version", Health.BAD, error.code, "check-address")


async def lock_findings(session: Session, *, ours: bool, expected_serial: str) -> list[Finding]:
    """The lock, and what only its holder may read. A free terminal is locked for this moment and given back.

    A terminal held by another program is left to it.
    """
    if ours:
        return [Finding("lock", Health.GOOD, "ours"), *await _state_findings(session, expected_serial)]
    try:
        await session.take(take_over=False)
    except LockHeld:
        return [Finding("lock", Health.WARNING, "held", "take-over")]
    except StationError as error:
        return [Finding("lock", Health.WARNING, error.code, _cure(error))]
    try:
        return [Finding("lock", Health.GOOD, "free"), *await _state_findings(session, expected_serial)]
    finally:
        await finish("diagnose", session.give_back(), GIVE_BACK_S)


async def _state_findings(session: Session, expected_serial: str) -> list[Finding]:
    try:
        camera = await session.client.camera()
    except StationError as error:
        return [Finding("mode", Health.BAD, error.code, "restart-device")]
    return [serial_finding(camera, expected_serial), mode_finding(camera), clock_finding(session.clock)]


def serial_finding(camera: CameraState, expected: str) -> Finding:
    """Is it the terminal that was configured; without a configured number any is right."""
    if expected and camera.serial_number.casefold() != expected.casefold():
        return Finding("serial", Health.BAD, camera.serial_number, "check-serial")
    return Finding("serial", Health.GOOD, camera.serial_number)


def mode_finding(camera: CameraState) -> Finding:
    """Recog is how it should stand there; Enrol means somebody is in its menu, Slave that somebody left it so."""
    if camera.is_in(ENROL):
        return Finding("mode", Health.WARNING, camera.mode, "leave-menu")
    if camera.is_in(SLAVE):
        return Finding("mode", Health.WARNING, camera.mode, "open-once")
    return Finding("mode", Health.GOOD, camera.mode)


def clock_finding(clock: DeviceClock) -> Finding:
    """How far its clock is off, when it can be told at all."""
    if clock.ahead is None:
        return Finding("clock", Health.GOOD, "unknown")
    seconds = round(clock.ahead.total_seconds())
    if clock.is_off:
        return Finding("clock", Health.WARNING, f"{seconds:+d} s", "set-clock")
    return Finding("clock", Health.GOOD, f"{seconds:+d} s")


def _cure(error: StationError) -> str:
    return "leave-menu" if error.fact("reason") == "menu" else "restart-device"
