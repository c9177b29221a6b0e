"""The terminal's own clock speaks through timestamps and through its uids alike."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from app.simulators.ef45.uids import new_uid
from app.simulators.people import person
from tests.simulators.ef45.bench import Bench

DAY = 86400.0
CLOSE = timedelta(seconds=20)


def made(uid: str) -> datetime:
    """When a uid of version 1 says that it was made."""
    assert uuid.UUID(uid).version == 1
    return datetime(1582, 10, 15, tzinfo=UTC) + timedelta(microseconds=uuid.UUID(uid).time // 10)


def test_uids_of_one_moment_differ_and_tell_that_moment() -> None:
    moment = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    uids = {new_uid(moment) for _ in range(5000)}
    assert len(uids) == 5000
    assert {made(uid) for uid in uids} == {moment}


@pytest.mark.parametrize("error", [0.0, 400 * DAY, -400 * DAY])
def test_locks_are_dated_by_the_terminals_clock(unlocked: Bench, error: float) -> None:
    unlocked.terminal.set_clock_error(error)
    assert abs(made(unlocked.lock()) - timedelta(seconds=error) - datetime.now(UTC)) < CLOSE


def test_a_stale_item_looks_as_old_as_it_is(bench: Bench) -> None:
    bench.terminal.set_clock_error(-DAY)
    encounter_id = bench.terminal.leave_stale(person(1), seconds_ago=3600)
    assert abs(datetime.now(UTC) - timedelta(days=1, hours=1) - made(encounter_id)) < CLOSE


def test_setting_the_time_sets_what_uids_say(bench: Bench) -> None:
    bench.ask("POST", "/camera/control/setDeviceTime/052014402018.30")
    bench.client.delete(f"/lock/{bench.lock_uid}")
    local = datetime(2018, 5, 20, 14, 40, 30).astimezone()
    assert abs(made(bench.lock()) - local) < CLOSE
