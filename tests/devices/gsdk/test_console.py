"""The care of a gateway device: every section loads, every action says what it does and does it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.devices.gsdk.driver import GsdkDevice
from app.devices.gsdk.pb.common import schedule_pb2
from app.domain.console import ActionResult, Danger
from app.domain.errors import InvalidInput, NotCapable, NotWritten
from app.domain.person import Person
from app.simulators.faults import Fault, Kind
from app.simulators.gsdk import Mischief, Model, SimulatedGateway
from app.simulators.people import person
from tests.devices.gsdk.gateways import (
    CARD,
    VERSIONS,
    action,
    card,
    driver,
    enrollment,
    finger,
    gateway,
    load,
    named,
    run,
)

NEWER_FIELD = bytes.fromhex("a00601")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[SimulatedGateway]:
    with gateway(tmp_path, count=3) as running:
        yield running


@pytest.fixture
def device(made: SimulatedGateway, tmp_path: Path) -> GsdkDevice:
    return driver(made, tmp_path)


def rows(result: ActionResult) -> dict[str, str]:
    """A result's table of names and values."""
    assert result.table is not None
    return named(result.table)


@pytest.mark.parametrize("version", sorted(VERSIONS.values()))
async def test_every_section_loads_in_every_generation_open_and_closed(tmp_path: Path, version: str) -> None:
    with gateway(tmp_path, version, Model.BIOSTATION_3) as made:
        device = driver(made, tmp_path)
        async with device:
            for part in device.console():
                if part.load is not None:
                    found = await part.load(1, {})
                    assert all(len(row) == len(found.columns) for row in found.rows)
        told = named(await load(device, "status"))
        assert told["Gateway version"] == version
        assert told["Generation"] == "certain"
        assert device.info is None


def test_dangers_are_said_and_names_are_unique(device: GsdkDevice) -> None:
    parts = device.console()
    actions = [action for part in parts for action in part.actions]
    assert len({part.name for part in parts}) == len(parts)
    assert len({action.name for action in actions}) == len(actions)
    assert all(bool(action.consequence) == (action.danger is not Danger.NONE) for action in actions)
    assert all((action.run is None) != (action.run_long is None) for action in actions)


async def test_an_overridden_generation_is_spoken_and_doubted(made: SimulatedGateway, tmp_path: Path) -> None:
    device = driver(made, tmp_path, gateway_generation="A")
    told = named(await load(device, "status"))
    assert told["Wire generation"] == "A"
    assert told["Generation"].startswith("a guess")
    versions = [finding for finding in await device.diagnose() if finding.check == "version"]
    assert versions[0].cure == "check-generation"


async def test_rights_of_a_person_are_set_and_read_back(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment())
        await run(device, "set-pin", user="1000", pin="4711")
        await run(device, "set-validity", user="1000", **{"from": "2026-01-01", "until": "2027-01-01 12:00"})
        await run(device, "set-groups", user="1000", groups="5, 6")
        await run(device, "set-modes", user="1000", modes="2")
        await run(device, "set-duress", user="1000", finger="right-index", alarm=True)
        await run(device, "add-card", user="1000", card="AB CD")
        shown = rows(await run(device, "show-user", user="1000"))
    held = made.device().users["1000"]
    assert len(held.PIN) == 32
    assert b"4711" not in held.SerializeToString()
    assert held.setting.cardAuthMode == 2
    assert held.setting.biometricAuthMode == 255
    assert held.fingers[0].flag == 1
    assert shown["Cards"] == f"{CARD}, AB CD"
    assert shown["Silent alarm"] == "right-index"
    assert shown["Until (UTC)"] == "2027-01-01 12:00:00"
    assert shown["Access groups"] == "5, 6"


async def test_groups_are_chosen_by_the_names_of_the_configuration(made: SimulatedGateway, tmp_path: Path) -> None:
    device = driver(made, tmp_path, access_groups="3", group_names="3=Staff\n7=Night shift")
    join = action(device, "join-group")
    assert join.fields[1].choices == ("3 Staff", "7 Night shift")
    async with device:
        await device.write_person(enrollment(card()))
        await run(device, "join-group", user="1000", group="7 Night shift")
        assert rows(await run(device, "show-user", user="1000"))["Access groups"] == "3 Staff, 7 Night shift"
        await run(device, "leave-group", user="1000", group="3 Staff")
        assert list(made.device().users["1000"].accessGroupIDs) == [7]
        with pytest.raises(InvalidInput):
            await run(device, "set-groups", user="1000", groups="7, 8")
        await run(device, "set-groups", user="1000", groups="3, 3, 7")
        assert list(made.device().users["1000"].accessGroupIDs) == [3, 7]


async def test_groups_are_numbers_where_nobody_named_them(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment(card()))
        await run(device, "join-group", user="1000", group=5)
        with pytest.raises(InvalidInput):
            await run(device, "join-group", user="1000", group=0)
        await run(device, "set-groups", user="1000", groups=", ".join(map(str, range(1, 17))))
        with pytest.raises(InvalidInput):
            await run(device, "join-group", user="1000", group=17)


async def test_modes_of_ones_own_say_when_the_device_does_not_use_them(
    made: SimulatedGateway, device: GsdkDevice
) -> None:
    async with device:
        await device.write_person(enrollment(card()))
        assert "usePrivateAuth" in (await run(device, "set-modes", user="1000", modes="2")).message
        await run(device, "change-auth", setting="usePrivateAuth", value="yes")
        assert (await run(device, "set-modes", user="1000", modes="2")).message == "Done."


async def test_impossible_rights_are_refused_before_sending(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment())
        with pytest.raises(InvalidInput):
            await run(device, "set-pin", user="1000", pin="12")
        with pytest.raises(NotCapable):
            await run(device, "set-modes", user="1000", modes="21")
        with pytest.raises(InvalidInput):
            await run(device, "set-validity", user="1000", **{"from": "2027-01-01", "until": "2026-01-01"})
        with pytest.raises(InvalidInput):
            await run(device, "set-duress", user="1000", finger="left-thumb", alarm=True)
    assert not [seen for seen in made.requests if seen.status == "INVALID_ARGUMENT"]


async def test_several_devices_answer_for_themselves(made: SimulatedGateway, device: GsdkDevice) -> None:
    first, second, third = (make.device_id for make in made.make.devices)
    async with device:
        await device.write_person(enrollment(card()))
        made.faults.add(Fault(Mischief.DEVICE, f"User/EnrollMulti@{third}", status=6, body="dup"))
        result = await run(device, "copy-user", user="1000", devices=f"{second}, {third}")
        assert rows(result) == {str(second): "done and read back", str(third): "already exists"}
        result = await run(device, "remove-user-from", user="1000", devices=f"{first}, {second}")
        assert set(rows(result).values()) == {"done and read back"}
    assert not made.device(first).users
    assert not made.device(second).users


async def test_copies_that_a_device_forgot_or_changed_are_found_out(made: SimulatedGateway, device: GsdkDevice) -> None:
    second, third = (make.device_id for make in made.make.devices[1:])
    both = f"{second}, {third}"
    async with device:
        await device.write_person(enrollment(card()))
        made.faults.add(Fault(Mischief.FORGETS, "User/EnrollMulti"))
        result = await run(device, "copy-user", user="1000", devices=both)
        assert set(rows(result).values()) == {"not found there afterwards"}
        await run(device, "copy-user", user="1000", devices=both)
        made.faults.add(Fault(Mischief.FORGETS, "User/DeleteMulti"))
        result = await run(device, "remove-user-from", user="1000", devices=both)
        assert set(rows(result).values()) == {"still there"}
        await run(device, "change-display", setting="volume", value="80")
        result = await run(device, "copy-display", devices=both)
        assert (result.message, set(rows(result).values())) == ("Done.", {"done and read back"})
        await run(device, "change-display", setting="volume", value="90")
        made.faults.add(Fault(Mischief.FORGETS, "Display/SetConfigMulti"))
        assert set(rows(await run(device, "copy-display", devices=both)).values()) == {"reads back differently"}
        made.unplug(third)
        result = await run(device, "copy-display", devices=both)
        assert rows(result) == {str(second): "done and read back", str(third): "not found"}


async def test_a_finger_is_tried_now(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment(finger(who=3)))
        made.present(person(3), finger=2)
        assert "is this person's" in (await run(device, "verify-finger", user="1000")).message
        made.present(person(4), finger=2)
        assert "not this person's" in (await run(device, "verify-finger", user="1000")).message


async def test_cards_are_read_blocked_and_written(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment())
        made.present(person(3), card=bytes(25) + bytes.fromhex(CARD))
        assert rows(await run(device, "scan-card"))["Card number"] == CARD
        await run(device, "block-card", card=CARD)
        assert (await load(device, "cards")).rows[0][0] == CARD
        await run(device, "unblock-card", card=CARD)
        assert not (await load(device, "cards")).rows
        assert rows(await run(device, "qr-card", text="HELLO"))["Card number"] == b"HELLO".hex(" ").upper()
        await run(device, "set-pin", user="1000", pin="2468")
        assert "was read back" in (await run(device, "write-card", user="1000")).message
        assert rows(await run(device, "scan-card"))["Card number"] == b"1000".hex(" ").upper()
        made.faults.add(Fault(Mischief.FORGETS, "Card/Erase"))
        with pytest.raises(NotWritten):
            await run(device, "erase-card")
        assert "is empty" in (await run(device, "erase-card")).message
        assert rows(await run(device, "scan-card"))["Card number"] == CARD
        made.faults.add(Fault(Mischief.FORGETS, "Card/Write"))
        with pytest.raises(NotWritten):
            await run(device, "write-card", user="1000")
        made.faults.add(Fault(Kind.REFUSE, "Card/Scan", body="scan timeout (BS_SDK_ERROR_TIMEOUT, -8)"))
        assert "taken away" in (await run(device, "write-card", user="1000")).message


async def test_a_setting_is_changed_in_place_and_the_original_comes_back(
    made: SimulatedGateway, device: GsdkDevice, tmp_path: Path
) -> None:
    config = made.device().configs["auth"]
    config.MergeFromString(NEWER_FIELD)
    config.operators.add(userID="1", level=1)
    before = config.SerializeToString(deterministic=True)
    await run(device, "change-auth", setting="matchTimeout", value="7")
    await run(device, "change-auth", setting="useServerMatching", value="yes")
    changed = made.device().configs["auth"]
    assert (changed.matchTimeout, changed.useServerMatching) == (7, True)
    assert NEWER_FIELD in changed.SerializeToString()
    assert len(changed.operators) == 1
    again = driver(made, tmp_path)  # a station that was started anew
    assert "as they were" in (await run(again, "restore-auth")).message
    assert made.device().configs["auth"].SerializeToString(deterministic=True) == before
    assert "Nothing to restore" in (await run(again, "restore-auth")).message


async def test_wrong_settings_are_refused_and_a_forgetful_device_is_found_out(
    made: SimulatedGateway, device: GsdkDevice
) -> None:
    async with device:
        for setting, value in (("matchTimeout", "21"), ("nonsense", "1"), ("useFullAccess", "perhaps")):
            with pytest.raises(InvalidInput):
                await run(device, "change-auth", setting=setting, value=value)
        with pytest.raises(InvalidInput):
            await run(device, "change-finger", setting="templateFormat", value="TEMPLATE_FORMAT_ANSI")
        made.faults.add(Fault(Mischief.FORGETS, "Auth/SetConfig"))
        with pytest.raises(NotWritten):
            await run(device, "change-auth", setting="matchTimeout", value="9")


async def test_modes_have_names_and_schedules(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await run(device, "add-mode", mode=2, schedule=1)
        assert ("2", "card", "always", "", "1") in (await load(device, "modes")).rows
        with pytest.raises(InvalidInput):
            await run(device, "add-mode", mode=21, schedule=1)
        with pytest.raises(InvalidInput):
            await run(device, "add-mode", mode=2, schedule=77)


async def test_schedules_are_told_in_days_and_hours(made: SimulatedGateway, device: GsdkDevice) -> None:
    work = schedule_pb2.DaySchedule(periods=[schedule_pb2.TimePeriod(startTime=480, endTime=1080)])
    short = schedule_pb2.DaySchedule(periods=[schedule_pb2.TimePeriod(startTime=540, endTime=720)])
    free = schedule_pb2.DaySchedule()
    week = schedule_pb2.WeeklySchedule(daySchedules=[free, work, work, work, work, work, short])
    shifts = schedule_pb2.DailySchedule(daySchedules=[work, free])
    holiday = schedule_pb2.HolidaySchedule(groupID=1, daySchedule=free)
    made.device().schedules = {
        2: schedule_pb2.ScheduleInfo(ID=2, name="Office", weekly=week, holidays=[holiday]),
        3: schedule_pb2.ScheduleInfo(ID=3, daily=shifts),
    }
    async with device:
        await run(device, "add-mode", mode=2, schedule=2)
        await run(device, "add-mode", mode=4, schedule=3)
        rows = (await load(device, "modes")).rows
    hours = "Mon-Fri 08:00-18:00; Sat 09:00-12:00 and holidays of their own"
    assert ("2", "card", "Office", hours, "2") in rows
    assert ("4", "card + PIN", "schedule 3", "day 1 08:00-18:00", "3") in rows


async def test_changing_the_format_removes_fingers_and_keeps_people(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment(finger(), card()))
        await device.write_person(enrollment(card("AB"), who=Person("2000")))
        result = await run(device, "change-format", format="ANSI")
        assert result.table is not None
        assert result.table.rows == (("1",),)
        findings = {finding.check: finding for finding in await device.diagnose()}
    assert made.device().configs["finger"].templateFormat == 2
    assert not made.device().users["1000"].fingers
    assert len(made.device().users["1000"].cards) == 1
    assert findings["template-format"].cure == "change-format"


async def test_events_are_downloaded_by_range_and_filtered_here(made: SimulatedGateway, device: GsdkDevice) -> None:
    number = made.device().device_id
    made.fill_log(number, 120)
    made.device().log(0x1900, 3, "77")
    async with device:
        first = await load(device, "events")
        assert (len(first.rows), first.more) == (50, True)
        assert first.rows[0][2:4] == ("access denied: expired", "77")
        assert len((await load(device, "events", 3)).rows) == 21
        assert len((await load(device, "events", user="77")).rows) == 1
        assert len((await load(device, "events", code="0x1000")).rows) == 50
        result = await run(device, "download-events", first=11, last=20)
        read = list(csv.reader(io.StringIO(result.file_data.decode())))
        assert [row[0] for row in read[1:]] == [str(at) for at in range(11, 21)]
        assert read[1][2] == "verified: card"
    assert "Event/GetLogWithFilter" not in {seen.operation for seen in made.requests}


async def test_pictures_above_four_megabytes_are_downloaded(made: SimulatedGateway, device: GsdkDevice) -> None:
    made.fill_image_log(made.device().device_id, 40, 200_000)
    result = await run(device, "download-pictures")
    with zipfile.ZipFile(io.BytesIO(result.file_data)) as archive:
        assert len(archive.namelist()) == 40
        assert archive.read(archive.namelist()[0]).startswith(b"\xff\xd8\xff")


async def test_devices_are_found_connected_and_set_up(made: SimulatedGateway, device: GsdkDevice) -> None:
    first, second, _ = (make.device_id for make in made.make.devices)
    async with device:
        assert len((await load(device, "devices")).rows) == 3
        found = await run(device, "search")
        assert found.table is not None
        assert len(found.table.rows) == 3
        await run(device, "device-tls", devices=f"{second}", tls=True)
        assert made.device(second).use_ssl
        await run(device, "who-dials", devices=f"{second}", dials="device")
        assert made.device(second).mode == 1
        await run(device, "set-slaves", device=first, slaves="5, 6")
        assert (await load(device, "slaves")).rows == ((str(first), "5, 6"),)
        await run(device, "accept", device=4711)
        assert list(made.world.filter.deviceIDs) == [4711]


@pytest.mark.parametrize(
    ("operation", "name", "given"),
    [
        ("Connect/SetAcceptFilter", "accept", {"device": 4711}),
        ("Connect/SetSlaveDevice", "set-slaves", {"device": 4711, "slaves": "5"}),
        ("Time/Set", "set-clock", {}),
    ],
)
async def test_a_gateway_that_says_yes_and_does_nothing_is_found_out(
    made: SimulatedGateway, device: GsdkDevice, operation: str, name: str, given: dict[str, str | int]
) -> None:
    made.device().clock_error = 5_000
    async with device:
        made.faults.add(Fault(Mischief.FORGETS, operation))
        with pytest.raises(NotWritten):
            await run(device, name, **given)
        await run(device, name, **given)


async def test_the_clock_is_set(made: SimulatedGateway, device: GsdkDevice) -> None:
    made.device().clock_error = 500
    async with device:
        await run(device, "set-clock")
        told = named(await load(device, "status"))
    assert abs(int(told["Clock ahead, seconds"])) <= 2
