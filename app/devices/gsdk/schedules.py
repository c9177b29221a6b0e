"""When a mode or a right holds, in words: a device's schedules (facts 6)."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from app.devices.gsdk.session import Session

NEVER, ALWAYS = 0, 1
DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
DAY_END = 24 * 60


async def read(session: Session) -> dict[int, tuple[str, str]]:
    """Name and times of every schedule by its number, with the two that every device has."""
    api = session.api.schedule
    request = api.GetListRequest(deviceID=session.number)
    found = (await session.line.ask("schedules", api.GetList, request)).schedules
    own = {each.ID: (each.name or f"schedule {each.ID}", times(each)) for each in found}
    return {NEVER: ("never", ""), ALWAYS: ("always", "")} | own


def times(schedule: Any) -> str:
    """Such as "Mon-Fri 08:00-18:00; Sat 09:00-12:00", days of one cycle by their number for a daily schedule."""
    days = [_periods(day.periods) for day in schedule.weekly.daySchedules or schedule.daily.daySchedules]
    names = DAYS if schedule.weekly.daySchedules else [f"day {number}" for number in range(1, len(days) + 1)]
    told = []
    for held, group in groupby(zip(names, days, strict=False), key=lambda pair: pair[1]):
        named = [name for name, _ in group]
        if held:
            told.append(f"{named[0]}-{named[-1]} {held}" if len(named) > 1 else f"{named[0]} {held}")
    holidays = " and holidays of their own" if schedule.holidays else ""
    return ("; ".join(told) or "never") + holidays


def _periods(periods: Iterable[Any]) -> str:
    return ", ".join(f"{_clock(each.startTime)}-{_clock(each.endTime)}" for each in periods)


def _clock(minutes: int) -> str:
    return f"{min(minutes, DAY_END) // 60:02}:{min(minutes, DAY_END) % 60:02}"
