"""Checking a terminal from the outside in: name, port, sign-in, serial number, rights, clock, the way back to us."""

import calendar
from datetime import UTC, datetime, timedelta

from app.devices.controlid.codec import SystemInfo
from app.devices.controlid.push import Office
from app.devices.controlid.route import Route
from app.devices.controlid.session import Session
from app.domain.device import Finding, Health
from app.domain.errors import MissingRights, StationError, WrongCredential

CLOCK_OFF_S = 120
FIRST_BEATS = 2.5
"""So many heartbeats may be missing before the way back counts as blocked."""


async def inner_findings(session: Session, expected_serial: str) -> list[Finding]:
    """Sign-in and what follows from it; signed in for this moment when the terminal is not open."""
    try:
        if not session.access.signed_in:
            await session.access.sign_in()
        info = await session.client.system_information()
    except WrongCredential as error:
        return [Finding("login", Health.BAD, error.code, "check-credential")]
    except StationError as error:
        return [Finding("login", Health.BAD, error.code, "check-address")]
    return [
        Finding("login", Health.GOOD),
        serial_finding(info, expected_serial),
        await rights_finding(session),
        clock_finding(info, datetime.now().astimezone()),
    ]


def serial_finding(info: SystemInfo, expected: str) -> Finding:
    """Is it the terminal that was configured; without a configured number any is right."""
    if expected and info.serial.casefold() != expected.casefold():
        return Finding("serial", Health.BAD, info.serial, "check-serial")
    return Finding("serial", Health.GOOD, info.serial)


async def rights_finding(session: Session) -> Finding:
    """May the account read settings; a terminal on its factory password lets nobody change anything."""
    if session.access.factory_credentials:
        return Finding("rights", Health.WARNING, "factory-password", "change-password")
    try:
        await session.client.get_configuration({"monitor": ("hostname",)})
    except MissingRights as error:
        return Finding("rights", Health.BAD, error.code, "check-rights")
    except StationError as error:
        return Finding("rights", Health.WARNING, error.code, "restart-device")
    return Finding("rights", Health.GOOD)


def clock_finding(info: SystemInfo, now: datetime) -> Finding:
    """How far its wall clock is off ours; it writes local time as if it were UTC."""
    if not info.local_time:
        return Finding("clock", Health.GOOD, "unknown")
    seconds = info.local_time - calendar.timegm(now.timetuple())
    if abs(seconds) > CLOCK_OFF_S:
        return Finding("clock", Health.WARNING, f"{seconds:+d} s", "set-clock-there")
    return Finding("clock", Health.GOOD, f"{seconds:+d} s")


def callback_finding(office: Office | None, route: Route | None, number: int, opened: datetime) -> list[Finding]:
    """Can the terminal reach us: not asked without a server; proved by its signs of life while it is open."""
    if office is None:
        return []
    if office.place is None:
        return [Finding("callback", Health.BAD, "not-listening", "free-port")]
    if route is None:
        return []
    if route.problem:
        return [Finding("callback", Health.BAD, route.problem, "callback-address")]
    return [_heard_finding(office, route, number, datetime.now(UTC) - opened)]


def _heard_finding(office: Office, route: Route, number: int, waited: timedelta) -> Finding:
    place = office.place
    told = f"{route.own}:{place.port}" if place else ""
    if office.last_heard(number, route.terminal) is not None:
        return Finding("callback", Health.GOOD, told)
    if place is None or waited < timedelta(seconds=FIRST_BEATS * place.heartbeat_s):
        return Finding("callback", Health.GOOD, "no-sign-of-life-yet")
    return Finding("callback", Health.BAD, told, "open-firewall")
