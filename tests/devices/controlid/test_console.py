"""The terminal's care: every section loads, every action does what it says and is read back."""

from datetime import datetime
from pathlib import Path

import pytest

from app.devices.controlid.driver import ControlId
from app.domain.console import Action, ActionResult, Danger, Table
from app.domain.errors import InvalidInput, NotWritten, RemoteRefused
from app.simulators.controlid import ControlIdTerminal
from app.simulators.controlid.faces import photo
from app.simulators.faults import Fault
from app.simulators.faults import Kind as FaultKind
from app.simulators.people import person
from tests.devices.controlid.desk import driver, reporting
from tests.devices.watching import until


def action(device: ControlId, name: str) -> Action:
    return next(found for part in device.console() for found in part.actions if found.name == name)


async def load(device: ControlId, name: str, page: int = 1, **values: str | int) -> Table:
    loader = next(part for part in device.console() if part.name == name).load
    assert loader is not None
    return await loader(page, values)


async def run(device: ControlId, name: str, **values: str | int) -> ActionResult:
    runner = action(device, name).run
    assert runner is not None
    return await runner(values)


def test_dangers_are_said(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    parts = driver(terminal, tmp_path).console()
    assert len({part.name for part in parts}) == len(parts)
    for part in parts:
        for each in part.actions:
            assert bool(each.consequence) == (each.danger is not Danger.NONE)


async def test_sections_load_on_a_closed_terminal_too(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    device = driver(terminal, tmp_path)
    for part in device.console():
        assert part.load is not None
        assert (await part.load(1, {})).rows or part.name == "users"
    assert device.info is None
    assert terminal.state.sessions == 0


async def status(device: ControlId) -> dict[str, str]:
    return {row[0]: row[1] for row in (await load(device, "status")).rows}


def last_life(device: ControlId) -> datetime | None:
    return device.life.last if device.life else None


async def test_the_status_tells_the_way_back_and_the_heartbeat(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    async with reporting(terminal, tmp_path) as (device, server):
        told = await status(device)
        assert told["Reports to"] == f"127.0.0.1:{server.port}/api/notifications"
        assert told["Last sign of life"] == ""
        assert device.life is not None
        assert last_life(device) is None
        terminal.configure("monitor", alive_interval="50")
        await until(lambda: last_life(device))
        assert (await status(device))["Last sign of life"]
        await run(device, "restore")
        assert terminal.state.configuration["monitor"]["hostname"] == ""
        assert (await status(device))["Reports to"] == "nobody of this station"
        assert (await run(device, "restore")).message == "Nothing had been changed."


async def test_a_message_is_shown_and_cleared(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    async with driver(terminal, tmp_path) as device:
        await run(device, "message", message="Please wait", seconds=5)
        assert terminal.state.screen == "Please wait"
        await run(device, "clear-message")
        assert terminal.state.screen == ""
        with pytest.raises(InvalidInput):
            await run(device, "message", message="x", seconds="soon")


async def test_settings_are_changed_with_read_back(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    async with driver(terminal, tmp_path) as device:
        result = await run(device, "change-setting", module="general", key="beep_enabled", value="0")
        assert result.table is not None
        assert result.table.rows == (("general", "beep_enabled", "0"),)
        assert (await load(device, "configuration", module="general", key="beep_enabled")).rows == result.table.rows
        assert ("monitor", "port", "") in (await load(device, "configuration")).rows
        with pytest.raises(RemoteRefused):
            await load(device, "configuration", module="unheard_of", key="x")
        terminal.faults.add(Fault(FaultKind.REFUSE, "set_configuration", status=200))
        with pytest.raises(NotWritten):
            await run(device, "change-setting", module="general", key="beep_enabled", value="1")


async def test_users_with_their_pictures(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    user, other = terminal.store(person(1), fingers=(2,), face=True), terminal.store(person(2))
    async with driver(terminal, tmp_path) as device:
        rows = (await load(device, "users")).rows
        assert [(row[0], *row[3:]) for row in rows] == [(str(user), "0", "1", "yes"), (str(other), "0", "0", "no")]
        assert (await load(device, "users", user=other)).rows == rows[1:]
        found = await run(device, "picture", user=user)
        assert found.file_data == terminal.state.photos[user]
        assert not (await run(device, "picture", user=other)).file_data
        file = tmp_path / "face.jpg"
        file.write_bytes(photo(person(2), (480, 640)))
        await run(device, "set-picture", user=other, file=str(file))
        assert terminal.state.photos[other] == file.read_bytes()
        with pytest.raises(InvalidInput):
            await run(device, "set-picture", user=user, file=str(file))
        file.write_bytes(b"no picture")
        with pytest.raises(RemoteRefused):
            await run(device, "set-picture", user=user, file=str(file))
        await run(device, "remove-picture", user=other)
        assert other not in terminal.state.photos
        await run(device, "remove-user", user=user)
        assert [row["id"] for row in terminal.state.tables["users"]] == [other]


async def test_long_lists_have_pages(
    terminal: ControlIdTerminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.devices.controlid.console_people.ROWS", 2)
    for who in (1, 2, 3):
        terminal.store(person(who))
    async with driver(terminal, tmp_path) as device:
        first, second = await load(device, "users", 1), await load(device, "users", 2)
    assert (len(first.rows), first.more, first.total) == (2, True, 3)
    assert (len(second.rows), second.more) == (1, False)
