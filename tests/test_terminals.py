"""Terminals and the station's ear, wired as at a start: a posted result survives, a taken port keeps nobody out."""

import contextlib
import socket
from pathlib import Path

import pytest

from app import terminals
from app.config import Configuration, SecretRef, SecretResolver
from app.config.devices import ControlIdSettings, Ef45Settings
from app.config.sections import Callbacks
from app.devices.controlid.options import ControlIdOptions
from app.domain.capture import Captured, CaptureRequest
from app.domain.device import Device
from app.domain.modality import Modality, Position
from app.parts import devices_of
from app.simulators.controlid import ControlIdTerminal, Make
from app.simulators.people import person
from app.store import MemoryVault, Store, SystemKeyring
from tests.devices.watching import Watcher


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configuration(address: str, port: int) -> Configuration:
    device = ControlIdSettings(
        id="finger-1", vendor="controlid", address=address, password=SecretRef("env", "CONTROLID_PASSWORD")
    )
    return Configuration(devices=(device,), callbacks=Callbacks(host="127.0.0.1", port=port))


def devices(given: Configuration, folder: Path) -> list[Device]:
    return devices_of(given, folder / "recovery", SecretResolver(environment={"CONTROLID_PASSWORD": "admin"}))


@pytest.mark.parametrize("taken", [False, True])
async def test_a_terminal_of_the_configuration_reports_to_the_station(tmp_path: Path, taken: bool) -> None:
    port = free_port()
    with ControlIdTerminal(Make(speed=100)) as terminal, socket.socket() as other:
        if taken:
            other.bind(("127.0.0.1", port))
            other.listen()
        terminal.present(person(3))
        given = configuration(terminal.base_url, port)
        made = devices(given, tmp_path)
        opened = await Store.open(tmp_path / "store", SystemKeyring(MemoryVault()))
        async with opened as store, contextlib.AsyncExitStack() as stack:
            await terminals.listen(stack, given, store, made, tmp_path)
            async with made[0] as device:
                request = CaptureRequest(
                    Modality.FACE, (Position.FACE,), 20.0, options=ControlIdOptions(sync=taken), person_id="731204455"
                )
                assert isinstance(await device.capture(request, Watcher()), Captured)
        assert terminal.state.configuration["monitor"]["hostname"] == ""


async def test_without_such_a_terminal_nobody_listens(tmp_path: Path) -> None:
    given = Configuration(devices=(Ef45Settings(id="iris-1", vendor="ef45", address="http://192.0.2.7:9980"),))
    opened = await Store.open(tmp_path / "store", SystemKeyring(MemoryVault()))
    async with opened as store, contextlib.AsyncExitStack() as stack:
        await terminals.listen(stack, given, store, devices(given, tmp_path), tmp_path)
    assert not (tmp_path / "callbacks").exists()
