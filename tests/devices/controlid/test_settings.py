"""The way results take to us: set, read back, proved by a heartbeat, and given back whatever happens."""

from pathlib import Path

import pytest

from app.devices.controlid.recovery import Note, NoteBook
from app.devices.controlid.route import Route, find_route, problem_of
from app.domain.device import Finding, Health
from app.domain.errors import MissingRights, NotCapable, NotWritten, Unreachable, WrongDevice
from app.simulators.controlid import ControlIdTerminal, Make
from app.simulators.faults import Fault
from app.simulators.faults import Kind as FaultKind
from tests.devices.controlid.desk import driver, make_server, reporting
from tests.devices.watching import until

BEFORE = {"hostname": "192.0.2.44", "port": "8000", "path": "somebody/else", "alive_interval": "60000"}


def monitor(terminal: ControlIdTerminal) -> dict[str, str]:
    return terminal.state.configuration["monitor"]


@pytest.mark.parametrize("results", ["monitor", "online"])
async def test_settings_are_ours_while_open_and_as_before_afterwards(
    terminal: ControlIdTerminal, tmp_path: Path, results: str
) -> None:
    terminal.configure("monitor", **BEFORE)
    before = terminal.state.configuration
    async with reporting(terminal, tmp_path, results=results) as (_, server):
        found = monitor(terminal)
        assert (found["hostname"], found["port"]) == ("127.0.0.1", str(server.port))
        assert (found["path"], found["alive_interval"]) == ("api/notifications", "5000")
        assert terminal.state.mode == ("enterprise" if results == "online" else "standalone")
        assert len(terminal.state.tables["devices"]) == (1 if results == "online" else 0)
    assert terminal.state.configuration == before
    assert not terminal.state.tables["devices"]
    assert terminal.state.sessions == 0
    assert not list((tmp_path / "recovery").iterdir())


async def test_what_somebody_changed_meanwhile_stays(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    async with reporting(terminal, tmp_path):
        terminal.configure("monitor", hostname="192.0.2.9")
    assert monitor(terminal)["hostname"] == "192.0.2.9"
    assert monitor(terminal)["port"] == ""


async def test_a_killed_stations_settings_are_restored(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.configure("monitor", **BEFORE)
    before = terminal.state.configuration
    server = make_server(tmp_path)
    server.start()
    killed = driver(terminal, tmp_path, results="online")
    killed.connect(server.office)
    await killed.open()
    note = (tmp_path / "recovery" / "controlid-desk-1.json").read_text()
    assert "admin" not in note
    saved = NoteBook(tmp_path / "recovery", "desk-1").read()
    await killed.close()
    assert saved is not None
    terminal.configure("monitor", **saved.ours["monitor"])
    terminal.configure("general", **saved.ours["general"])
    NoteBook(tmp_path / "recovery", "desk-1").write(saved)
    server.stop()
    later = driver(terminal, tmp_path)
    assert await later.recover()
    assert not await later.recover()
    assert terminal.state.configuration == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"base_url": 1}', '{"base_url":"x","before":{"m":1},"ours":{}}'])
def test_a_note_that_cannot_be_read_is_thrown_away(tmp_path: Path, text: str) -> None:
    (tmp_path / "controlid-desk-1.json").write_text(text)
    assert NoteBook(tmp_path, "desk-1").read() is None
    assert not list(tmp_path.iterdir())


def test_a_note_comes_back_as_written(tmp_path: Path) -> None:
    note = Note("http://h:80", {"monitor": {"port": "1"}}, {"monitor": {"port": "2"}}, 7)
    NoteBook(tmp_path, "desk 1").write(note)
    assert NoteBook(tmp_path, "desk 1").read() == note


async def test_the_heartbeat_proves_the_way_back(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    async with reporting(terminal, tmp_path) as (device, _):
        assert device.last_heard is None
        terminal.configure("monitor", alive_interval="50")
        await until(lambda: device.last_heard)
        assert await callback(device) == Health.GOOD
    assert device.last_heard is None


async def callback(device: object) -> Health:
    findings: list[Finding] = await device.diagnose()  # type: ignore[attr-defined]
    return next(finding.health for finding in findings if finding.check == "callback")


async def test_a_diagnosis_names_what_is_wrong(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.vary(factory_credentials=True)
    findings = await driver(terminal, tmp_path, serial="other").diagnose()
    wrong = {finding.check: finding.cure for finding in findings if finding.health is not Health.GOOD}
    assert wrong == {"serial": "check-serial", "rights": "change-password"}
    login = (await driver(terminal, tmp_path, password="wrong").diagnose())[-1]
    assert (login.check, login.health, login.cure) == ("login", Health.BAD, "check-credential")


async def test_a_server_that_does_not_listen_is_told(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    device = driver(terminal, tmp_path)
    device.connect(make_server(tmp_path).office)
    assert await callback(device) == Health.BAD


async def test_an_account_without_rights_cannot_open(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.vary(factory_credentials=True)
    with pytest.raises(MissingRights):
        async with reporting(terminal, tmp_path):
            pass
    assert terminal.state.sessions == 0


async def test_a_setting_that_does_not_stick_is_noticed(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    terminal.faults.add(Fault(FaultKind.REFUSE, "set_configuration", status=200))
    with pytest.raises(NotWritten):
        async with reporting(terminal, tmp_path):
            pass
    assert terminal.state.sessions == 0


async def test_online_needs_its_license(tmp_path: Path) -> None:
    with ControlIdTerminal(Make(speed=200, online_available=False)) as terminal:
        with pytest.raises(NotCapable):
            async with reporting(terminal, tmp_path, results="online"):
                pass
        assert monitor(terminal)["hostname"] == ""


async def test_another_terminal_at_the_address(terminal: ControlIdTerminal, tmp_path: Path) -> None:
    with pytest.raises(WrongDevice):
        await driver(terminal, tmp_path, serial="other").open()
    assert terminal.state.sessions == 0


@pytest.mark.parametrize(
    ("own", "terminal", "in_container", "problem"),
    [
        ("127.0.0.1", "192.0.2.7", False, "loopback"),
        ("::1", "2001:db8::7", False, "loopback"),
        ("0.0.0.0", "192.0.2.7", False, "unspecified"),
        ("172.17.0.2", "192.0.2.7", True, "container"),
        ("192.0.2.1", "192.0.2.7", False, ""),
        ("127.0.0.1", "127.0.0.1", True, ""),
        ("station.example", "192.0.2.7", False, ""),
    ],
)
def test_addresses_no_terminal_could_reach_are_refused(
    own: str, terminal: str, in_container: bool, problem: str
) -> None:
    assert problem_of(own, terminal, in_container=in_container) == problem


def test_the_route_leads_to_the_terminal() -> None:
    assert find_route("127.0.0.1", 80) == Route("127.0.0.1", "127.0.0.1")
    assert find_route("127.0.0.1", 80, "192.0.2.1").own == "192.0.2.1"
    with pytest.raises(Unreachable):
        find_route("no such name", 80)
