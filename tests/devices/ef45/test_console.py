"""The terminal's care: every section loads, every action says what it does and does it."""

import asyncio
import csv
import io
from pathlib import Path

import pytest

from app.devices.ef45.driver import Ef45
from app.domain.console import Action, ActionResult, Danger, FieldKind, Section, Step, Table
from app.domain.errors import DeviceBusy, InvalidInput, RemoteRefused
from app.simulators.ef45 import Ef45Terminal
from app.simulators.faults import Fault, Kind
from tests.devices.ef45.terminals import ADA, BRUNO, asked, driver
from tests.devices.watching import until

MANUAL = "launcher.network.server.manualcommand"
AREA = "umx.camera.enrol.MinimumUsableIrisArea"


def section(device: Ef45, name: str) -> Section:
    return next(found for found in device.console() if found.name == name)


def action(device: Ef45, name: str) -> Action:
    return next(found for part in device.console() for found in part.actions if found.name == name)


async def load(device: Ef45, name: str, page: int = 1, **values: str | int) -> Table:
    loader = section(device, name).load
    assert loader is not None
    return await loader(page, values)


async def run(device: Ef45, name: str, **values: str | int | float | bool) -> ActionResult:
    runner = action(device, name).run
    assert runner is not None
    return await runner(values)


async def test_every_section_loads_on_an_open_and_on_a_closed_terminal(
    terminal: Ef45Terminal, device: Ef45, recovery: Path
) -> None:
    terminal.store(ADA, "p-1")
    terminal.log_event("Recognition", "p-1", "Recog/BioOnly/IrisOk", "Allowed")
    for part in device.console():
        if part.load is not None:
            table = await part.load(1, {})
            assert table.columns
            assert all(len(row) == len(table.columns) for row in table.rows)
    await device.close()
    assert (await load(device, "subjects")).rows[0][0] == "p-1"
    assert device.info is None
    assert terminal.state.lock_uid is None


def test_dangers_are_said_and_guarded(device: Ef45) -> None:
    parts = device.console()
    assert len({part.name for part in parts}) == len(parts)
    for part in parts:
        for found in part.actions:
            assert (found.run is None) != (found.run_long is None)
            assert bool(found.consequence) is (found.danger is not Danger.NONE), found.name
    destroying = {found.name for part in parts for found in part.actions if found.danger is Danger.DESTROYS}
    assert {"switch-relay", "wipe-log", "upgrade", "force-firmware", "manual-command", "remove-person"} <= destroying
    guarded = {part.name for part in parts if part.supervisor}
    assert guarded == {"passback", "door", "control", "configuration", "firmware"}


async def test_people_cards_and_faces(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.store(ADA, "p-1")
    terminal.store(BRUNO, "p-2")
    assert {row[0] for row in (await load(device, "subjects")).rows} == {"p-1", "p-2"}
    assert [row[0] for row in (await load(device, "users", card=BRUNO.card_number)).rows] == ["p-2"]
    assert (await load(device, "users", card="FF FF")).rows == ()
    assert (await load(device, "faces", user="p-1")).rows == ()
    await run(device, "remove-person", user="p-1")
    assert set(terminal.state.subjects) == {"p-2"}
    with pytest.raises(InvalidInput):
        await run(device, "remove-person", user="  ")
    await run(device, "clear-passback", user="p-2")
    await run(device, "clear-all-passback")


async def test_the_log_paged_filtered_exported_and_deleted(terminal: Ef45Terminal, device: Ef45) -> None:
    ids = [terminal.log_event("General", "p-1", "=1+1", "Allowed") for _ in range(70)]
    first = await load(device, "logs")
    assert (len(first.rows), first.more, first.rows[0][0]) == (50, True, str(max(ids)))
    assert len((await load(device, "logs", 2)).rows) == 20
    some = await load(device, "logs", first=ids[3], last=ids[5])
    assert [row[0] for row in some.rows] == [str(number) for number in ids[3:6]]
    exported = await run(device, "export-log", first=ids[0], last=ids[-1])
    rows = list(csv.reader(io.StringIO(exported.file_data.decode("utf-8-sig"))))
    assert exported.file_name == "terminal-log.csv"
    assert len(rows) == 71
    assert rows[1][4] == "'=1+1"
    await run(device, "remove-entry", number=ids[0])
    await run(device, "remove-range", first=ids[1], last=ids[60])
    assert [entry["id"] for entry in terminal.state.logs] == ids[61:]
    with pytest.raises(InvalidInput):
        await run(device, "remove-range", first="", last=5)
    with pytest.raises(InvalidInput):
        await run(device, "remove-entry", number="db")
    await run(device, "wipe-log")
    assert not [entry for entry in terminal.state.logs if entry["id"] in ids]


async def test_matches(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.store(ADA, "p-1")
    terminal.recognize(ADA)
    [row] = (await load(device, "matches")).rows
    assert row[2] == "p-1"
    await run(device, "remove-match", encounter=row[0])
    assert terminal.state.matches == ()


async def test_the_door(terminal: Ef45Terminal, device: Ef45) -> None:
    assert len((await load(device, "door")).rows) == 4
    await run(device, "switch-relay", seconds=3, forced=True)
    assert len(terminal.state.door_log) == 1
    with pytest.raises(InvalidInput):
        await run(device, "switch-relay", seconds=-1, forced=False)


async def test_settings(terminal: Ef45Terminal, device: Ef45) -> None:
    assert AREA in {row[0] for row in (await load(device, "configuration")).rows}
    assert (await load(device, "configuration", title=AREA, type="int")).rows == ((AREA, "int", "2"),)
    changed = await run(device, "change-setting", title=AREA, type="int", value="4")
    assert changed.table is not None
    assert changed.table.rows == ((AREA, "int", "4"),)
    assert terminal.state.config[AREA] == 4
    for title, kind, value in ((AREA, "int", "many"), (AREA, "date", "1"), ("../x", "int", "1")):
        with pytest.raises(InvalidInput):
            await run(device, "change-setting", title=title, type=kind, value=value)


async def test_clock_voice_and_commands(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.set_clock_error(900)
    await run(device, "set-time")
    assert abs(terminal.state.clock_offset.total_seconds()) < 3
    await run(device, "set-audio", audio=False)
    assert not terminal.state.audio_enabled
    with pytest.raises(RemoteRefused):
        await run(device, "manual-command", command="door", on=True)
    terminal.configure(MANUAL, True)
    await run(device, "manual-command", command="door", on=True)
    assert len(asked(terminal, "POST", "/1.0/control")) == 2


def firmware(folder: Path, version: str, megabytes: int = 3) -> str:
    path = folder / "firmware.bin"
    path.write_bytes(f"EF45FW {version}\n".encode() + bytes(megabytes * 1024 * 1024))
    return str(path)


@pytest.mark.parametrize(
    ("name", "method", "version"), [("upgrade", "POST", "1.2.41"), ("force-firmware", "PUT", "1.2.39")]
)
async def test_firmware_goes_in_pieces_with_progress(
    terminal: Ef45Terminal, device: Ef45, tmp_path: Path, name: str, method: str, version: str
) -> None:
    file = firmware(tmp_path, version)
    made: list[Step] = []
    runner = action(device, name).run_long
    assert runner is not None
    async for step in runner({"file": file}):
        made.append(step)
    assert [step.done for step in made] == sorted(step.done for step in made)
    assert (made[-1].done, made[-1].note) == (made[-1].total, "done")
    pieces = [seen for seen in terminal.requests if seen.path.endswith("/update/continous")]
    assert len(pieces) == 4
    assert {seen.method for seen in pieces} == {method}
    assert all(1024 * 1024 <= seen.body_size < 1024 * 1024 + 200 for seen in pieces)
    await asyncio.to_thread(terminal.wait_until_back)
    await until(lambda: terminal.state.version == version)


async def test_firmware_is_aborted_by_cancelling(terminal: Ef45Terminal, device: Ef45, tmp_path: Path) -> None:
    file = firmware(tmp_path, "1.2.41", 8)
    terminal.faults.add(Fault(Kind.SLOW, "POST /update/continous", times=None, delay=0.05))

    async def uploading() -> None:
        runner = action(device, "upgrade").run_long
        assert runner is not None
        async for _ in runner({"file": file}):
            pass

    task = asyncio.create_task(uploading())
    await until(lambda: len(asked(terminal, "POST", "/update/continous")) > 2)
    with pytest.raises(DeviceBusy):
        await device.list_people()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not asked(terminal, "POST", "/update/done")
    assert await device.list_people() == []


async def test_firmware_that_cannot_be_read(terminal: Ef45Terminal, device: Ef45, tmp_path: Path) -> None:
    runner = action(device, "upgrade").run_long
    assert runner is not None
    for file in ("", str(tmp_path / "absent.bin"), str(tmp_path)):
        with pytest.raises(InvalidInput):
            async for _ in runner({"file": file}):
                pass
    assert not asked(terminal, "POST", "/update")
    assert action(device, "upgrade").fields[0].kind is FieldKind.FILE


async def test_a_busy_terminal_is_told_as_such(terminal: Ef45Terminal, device: Ef45) -> None:
    terminal.faults.add(Fault(Kind.SLOW, "GET /subjects", delay=0.2))
    terminal.forget_requests()
    first = asyncio.create_task(load(device, "subjects"))
    await until(lambda: asked(terminal, "GET", "/subjects"))
    with pytest.raises(DeviceBusy):
        await load(device, "logs")
    await first


async def test_a_console_on_a_held_terminal(terminal: Ef45Terminal, recovery: Path) -> None:
    terminal.steal_lock()
    with pytest.raises(DeviceBusy):
        await load(driver(terminal, recovery / "other"), "subjects")
