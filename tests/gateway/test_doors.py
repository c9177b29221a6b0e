"""The doors as they are wired: with the real store, a busy loop, as a service, and terminals switched and put back."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.config import Configuration
from app.config.devices import DeviceSettings, GsdkSettings
from app.config.sections import Gateway, Zone
from app.config.writing import save
from app.devices.gsdk.pb.common import card_pb2
from app.domain.enrollment import Enrollment
from app.domain.errors import RemoteRefused
from app.domain.person import Person
from app.doors import opened, wanted
from app.journeys.doors import Doors, FingerForm, Setup, Switch
from app.paths import BASE_VARIABLE, Profile, folders
from app.simulators.gsdk import FIRST_DEVICE, Make, SimulatedGateway, devices
from app.simulators.gsdk.settings import NEWER_FIELD
from app.store import MemoryVault, Passphrase, Store, SystemKeyring
from tests.gateway.answering import PATIENCE, NoSearch, until

DOOR, OTHER = FIRST_DEVICE, FIRST_DEVICE + 1
LOADED_S = 150.0
"""A program starts and ends in seconds; on a full computer it takes a minute."""
SECRET = "only synthetic people here"


@pytest.fixture
def gateway() -> Iterator[SimulatedGateway]:
    with SimulatedGateway(Make(devices=devices(2))) as running:
        yield running


def configured(gateway: SimulatedGateway, folder: Path) -> Configuration:
    authority = folder / "ca.crt"
    authority.write_bytes(gateway.ca_pem)
    terminals: tuple[DeviceSettings, ...] = tuple(
        GsdkSettings(id=name, vendor="gsdk", device_number=number, address="192.0.2.11")
        for name, number in (("north", DOOR), ("south", OTHER))
    )
    zone = Zone(id="hall", number=7, entry=("north",), exit=("south",))
    settings = Gateway(
        enabled=True, address=gateway.target, ca_file=str(authority), server_matching=True, zones=(zone,)
    )
    return Configuration(devices=terminals, gateway=settings)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "store", SystemKeyring(MemoryVault())) as store:
        yield store


@pytest_asyncio.fixture
async def doors(gateway: SimulatedGateway, store: Store, tmp_path: Path) -> AsyncIterator[Doors]:
    await store.people.save(Enrollment(Person("1000", "Specimen", "Ana"), None), targets=(), actor="clerk")
    async with opened(configured(gateway, tmp_path), store, NoSearch(), tmp_path / "recovery") as running:
        assert running is not None
        yield running


async def test_doors_are_answered_while_the_loop_stands_still(gateway: SimulatedGateway, doors: Doors) -> None:
    assert gateway.world.channel.wait_held(PATIENCE)  # this and all below blocks the event loop
    codes = []
    for _ in range(20):
        answer = gateway.asking.verify_id(DOOR, "1000").wait(PATIENCE)
        codes.append(answer and answer.code)
    passage = gateway.asking.global_apb(DOOR, ["1000"]).wait(PATIENCE)
    assert passage is not None
    assert [*codes, passage.code] == [0] * 21


async def test_saving_and_removing_people_reaches_the_doors_at_once(
    gateway: SimulatedGateway, doors: Doors, store: Store
) -> None:
    await asyncio.to_thread(gateway.world.channel.wait_held, PATIENCE)
    await store.people.save(Enrollment(Person("77", "New", fields={"card": "255"}), None), targets=(), actor="clerk")
    card = bytes(31) + b"\xff"
    there = await asyncio.to_thread(lambda: gateway.asking.verify_card(DOOR, card).wait(PATIENCE))
    await store.people.remove("77", actor="clerk")
    gone = await asyncio.to_thread(lambda: gateway.asking.verify_card(DOOR, card).wait(PATIENCE))
    assert there is not None
    assert gone is not None
    assert (there.code, there.user_id, gone.code) == (0, "77", -714)


async def test_a_card_is_the_same_at_a_terminal_that_writes_the_last_byte_first(
    gateway: SimulatedGateway, store: Store, tmp_path: Path
) -> None:
    gateway.device(OTHER).configs["card"].byteOrder = card_pb2.LSB
    person = Person("1000", "Specimen", "Ana", fields={"card": "04:1D:18:EA:D3:53:80"})
    await store.people.save(Enrollment(person, None), targets=(), actor="clerk")
    card = bytes(25) + bytes.fromhex("041D18EAD35380")

    def tapped(device: int) -> str:
        answer = gateway.asking.verify_card(device, gateway.device(device).as_read(card)).wait(PATIENCE)
        return answer.user_id if answer else ""

    async with opened(configured(gateway, tmp_path), store, NoSearch(), tmp_path / "recovery"):
        await asyncio.to_thread(gateway.world.channel.wait_held, PATIENCE)
        await asyncio.to_thread(until, lambda: tapped(OTHER) == "1000")  # once the terminal's order is known
        assert await asyncio.to_thread(tapped, DOOR) == "1000"


async def test_a_forgotten_person_may_go_in_again_and_the_journal_says_who_decided(
    gateway: SimulatedGateway, doors: Doors, store: Store
) -> None:
    await asyncio.to_thread(gateway.world.channel.wait_held, PATIENCE)

    def enter() -> int | None:
        answer = gateway.asking.global_apb(DOOR, ["1000"]).wait(PATIENCE)
        return answer.code if answer else None

    assert [await asyncio.to_thread(enter) for _ in range(2)] == [0, -1202]
    await doors.watch.forget("1000", actor="supervisor")
    assert await asyncio.to_thread(enter) == 0
    entries = await store.journal.entries(person_id="1000")
    assert ("passage-forgotten", "supervisor") in [(one.action, one.actor) for one in entries]


async def test_a_terminal_is_switched_and_put_back_and_keeps_everything_else(
    gateway: SimulatedGateway, doors: Doors
) -> None:
    setup: Setup = doors.setup
    device = gateway.device(DOOR)
    before = device.configs["auth"].SerializeToString()
    former = await setup.read("north")
    assert (former.on[Switch.MATCHING], former.original) == (False, None)
    changed = await setup.change("north", {Switch.MATCHING: True, Switch.PASSBACK: True, Switch.PHRASE: True})
    assert set(changed.on.values()) == {True}
    assert changed.original is not None
    assert NEWER_FIELD in device.configs["auth"].SerializeToString()
    again = await setup.change("north", {Switch.PASSBACK: False})
    assert (again.on[Switch.MATCHING], again.on[Switch.PASSBACK]) == (True, False)
    back = await setup.put_back("north")
    assert (back.on, back.original) == (former.on, None)
    assert device.configs["auth"].SerializeToString() == before
    assert (await setup.read("south")).on[Switch.MATCHING] is False


async def test_the_format_is_changed_only_while_no_finger_is_enrolled(gateway: SimulatedGateway, doors: Doors) -> None:
    former = await doors.setup.read("north")
    wished = FingerForm.ANSI if former.form is FingerForm.ISO else FingerForm.ISO
    assert (await doors.setup.change("north", {}, wished)).form is wished
    assert (await doors.setup.put_back("north")).form is former.form


async def test_an_unplugged_terminal_is_told_by_name(gateway: SimulatedGateway, doors: Doors) -> None:
    gateway.unplug(OTHER)
    with pytest.raises(Exception, match="south") as refused:
        await doors.setup.read("south")
    assert not isinstance(refused.value, RemoteRefused) or refused.value.fact("device") == "south"


def test_a_station_without_server_matching_has_no_doors(gateway: SimulatedGateway, tmp_path: Path) -> None:
    assert wanted(configured(gateway, tmp_path))
    assert not wanted(Configuration())


async def _with_somebody(folder: Path) -> None:
    async with await Store.open(folder, Passphrase(SECRET)) as store:
        await store.people.save(Enrollment(Person("1000", "Specimen", "Ana"), None), targets=(), actor="clerk")


def test_the_service_answers_without_a_window_and_ends_by_sigterm(gateway: SimulatedGateway, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(BASE_VARIABLE, str(tmp_path))
        places = folders(Profile.REAL).create()
    asyncio.run(_with_somebody(places.data))
    configuration = configured(gateway, tmp_path)
    save(configuration, places.config_file)
    command = [sys.executable, "-m", "app", "--data", str(tmp_path), "gateway"]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ})
    try:
        assert running.stdin is not None
        running.stdin.write(f"{SECRET}\n".encode())
        running.stdin.flush()
        assert gateway.world.channel.wait_held(LOADED_S)
        answer = gateway.asking.verify_id(DOOR, "1000").wait(PATIENCE)
        running.send_signal(signal.SIGTERM)
        assert running.wait(LOADED_S) == 0
    finally:
        running.kill()
        running.communicate()
    assert answer is not None
    assert answer.code == 0
    assert not gateway.world.channel.held
