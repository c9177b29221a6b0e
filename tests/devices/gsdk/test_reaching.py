"""Reaching a device: who dials, a master gateway's login, certificates by name, settings told wrong."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.config import SecretResolver, parse
from app.devices.gsdk.build import build
from app.devices.gsdk.driver import GsdkDevice
from app.devices.gsdk.options import Dial
from app.devices.gsdk.pb import Generation
from app.devices.gsdk.pb.common import connect_pb2
from app.domain.device import Finding, Health
from app.domain.errors import ConfigurationInvalid, InvalidInput, Unreachable, WrongCredential, WrongDevice
from app.domain.modality import Modality
from app.parts import devices_of
from app.simulators.faults import Fault, Kind
from app.simulators.gsdk import Certificate, Make, SimulatedGateway, devices
from tests.devices.gsdk.gateways import card, driver, enrollment, gateway, load, run, values
from tests.devices.watching import until


@pytest.fixture
def made(tmp_path: Path) -> Iterator[SimulatedGateway]:
    with gateway(tmp_path) as running:
        for device in running.world.devices.values():
            running.world.set_status(device, connect_pb2.DISCONNECTED)
        yield running


def findings(found: list[Finding]) -> dict[str, Finding]:
    return {finding.check: finding for finding in found}


async def test_the_gateway_dials_and_the_device_stays_connected_for_its_door(
    made: SimulatedGateway, tmp_path: Path
) -> None:
    async with driver(made, tmp_path) as device:
        assert device.info is not None
        assert made.device().connected
    assert made.device().connected
    assert made.world.reconnecting == {made.device().device_id}


async def test_a_device_that_dials_is_accepted_and_waited_for(made: SimulatedGateway, tmp_path: Path) -> None:
    device = driver(made, tmp_path, connection="device", address="", gateway_call_timeout_s=0.6)
    with pytest.raises(Unreachable) as told:
        await device.open()
    assert told.value.fact("reason") == "device-not-connected"
    assert list(made.world.filter.deviceIDs) == [made.device().device_id]
    made.plug_in(made.device().device_id)
    async with device:
        assert device.info is not None


async def test_a_device_that_waits_outside_is_shown_and_let_in(tmp_path: Path) -> None:
    desk, waiting = devices(2)
    with SimulatedGateway(Make(devices=(desk, replace(waiting, dials=True)), speed=100.0)) as made:
        (tmp_path / "ca.crt").write_bytes(made.ca_pem)
        async with driver(made, tmp_path) as device:
            shown = await run(device, "pending")
            assert shown.table is not None
            assert [row[0] for row in shown.table.rows] == [str(waiting.device_id)]
            await run(device, "accept", device=waiting.device_id)
            emptied = await run(device, "pending")
            assert emptied.table is not None
            assert not emptied.table.rows
            found = await load(device, "devices")
        row = next(row for row in found.rows if row[0] == str(waiting.device_id))
        assert {"connected", "device"} <= set(row)


async def test_another_device_at_the_address_is_let_go(tmp_path: Path) -> None:
    makes = tuple(replace(make, connected=False) for make in devices(2))
    with SimulatedGateway(Make(devices=makes, speed=100.0)) as made:
        (tmp_path / "ca.crt").write_bytes(made.ca_pem)
        device = driver(made, tmp_path, connection="direct", address=makes[1].address)
        with pytest.raises(WrongDevice):
            await device.open()
        assert not any(each.connected for each in made.world.devices.values())


async def test_what_a_device_captures_is_known_before_it_is_first_opened(tmp_path: Path) -> None:
    with gateway(tmp_path) as made:
        device = driver(made, tmp_path)
        assert Modality.FACE in device.modalities, "nothing is known yet"
        assert not await device.recover()
        assert device.modalities == {Modality.FINGER, Modality.CARD}
        made.stop()
        assert driver(made, tmp_path).modalities == {Modality.FINGER, Modality.CARD}
        stranger = build("desk-2", "Desk", values(made, tmp_path), tmp_path / "recovery")
        assert not await stranger.recover()


async def test_opening_waits_for_the_look_at_the_start(tmp_path: Path) -> None:
    with gateway(tmp_path) as made:
        made.faults.add(Fault(Kind.SLOW, "Admin/GetInfo", delay=0.3))
        device = driver(made, tmp_path)
        looking = asyncio.create_task(device.recover())
        await until(lambda: [seen for seen in made.requests if seen.operation == "Admin/GetInfo"])
        async with device:
            assert device.info is not None
        assert not await looking


async def test_a_device_others_connected_is_left_connected(made: SimulatedGateway, tmp_path: Path) -> None:
    made.plug_in(made.device().device_id)
    async with driver(made, tmp_path, connection="direct"):
        pass
    assert made.device().connected


async def test_a_device_lost_in_between_is_unreachable(made: SimulatedGateway, tmp_path: Path) -> None:
    async with driver(made, tmp_path) as device:
        await device.write_person(enrollment(card()))
        made.unplug(made.device().device_id)
        found = findings(await device.diagnose())
        assert (found["connection"].health, found["connection"].cure) == (Health.BAD, "check-cable")


async def test_a_gateway_that_forgot_its_devices_is_told_again(made: SimulatedGateway, tmp_path: Path) -> None:
    async with driver(made, tmp_path) as device:
        made.restart()
        made.world.set_status(made.device(), connect_pb2.DISCONNECTED)
        with pytest.raises(Unreachable):
            await device.list_people()
        assert await device.list_people() == []
        assert made.world.reconnecting == {made.device().device_id}


@pytest.mark.parametrize(
    ("certificate", "reason", "cure"),
    [
        (Certificate.CN_ONLY, "certificate-name-only-in-cn", "reissue-with-names"),
        (Certificate.WRONG_NAME, "certificate-wrong-name", "set-target-name"),
        (Certificate.WRONG_CA, "certificate-wrong-ca", "copy-ca-file"),
        (Certificate.EXPIRED, "certificate-expired", "renew-certificate"),
    ],
)
async def test_each_certificate_fault_is_named_with_its_cure(
    made: SimulatedGateway, tmp_path: Path, certificate: Certificate, reason: str, cure: str
) -> None:
    made.use_certificate(certificate)
    device = driver(made, tmp_path)
    with pytest.raises(WrongCredential) as told:
        await device.open()
    assert (told.value.fact("reason"), told.value.fact("cure")) == (reason, cure)
    found = findings(await device.diagnose())["certificate"]
    assert (found.health, found.detail, found.cure) == (Health.BAD, reason, cure)


@pytest.fixture
def master(tmp_path: Path) -> Iterator[SimulatedGateway]:
    with gateway(tmp_path, master=True) as running:
        pair = running.client_pair()
        (tmp_path / "client.crt").write_bytes(pair.certificate)
        (tmp_path / "client.key").write_bytes(pair.key)
        yield running


def below_master(made: SimulatedGateway, folder: Path, **more: str) -> GsdkDevice:
    client = str(folder / "client.crt")
    return driver(
        made,
        folder,
        gateway_kind="master",
        gateway_client_cert_file=client,
        gateway_client_key_file=str(folder / "client.key"),
        **({"gateway_tenant_cert_file": client} | more),
    )


async def test_a_master_gateway_is_signed_in_to_and_used_like_any_other(
    master: SimulatedGateway, tmp_path: Path
) -> None:
    device = below_master(master, tmp_path)
    async with device:
        await device.write_person(enrollment(card()))
        assert await device.list_people() == ["1000"]
        assert findings(await device.diagnose())["login"].health is Health.GOOD
    operations = [seen.operation for seen in master.requests]
    assert operations.index("Login/Login") < operations.index("ConnectMaster/GetDeviceList")
    assert operations[-1] == "Login/Logout"
    assert findings(await device.diagnose())["login"].health is Health.GOOD


async def test_a_refused_login_is_a_wrong_credential(master: SimulatedGateway, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.crt"
    stranger.write_bytes(SimulatedGateway().client_pair().certificate)
    device = below_master(master, tmp_path, gateway_tenant_cert_file=str(stranger))
    with pytest.raises(WrongCredential):
        await device.open()
    assert findings(await device.diagnose())["login"].health is Health.BAD


async def test_no_client_certificate_is_refused_by_a_master_gateway(master: SimulatedGateway, tmp_path: Path) -> None:
    device = driver(master, tmp_path, gateway_kind="master", gateway_tenant_cert_file=str(tmp_path / "client.crt"))
    with pytest.raises((WrongCredential, Unreachable)):
        await device.open()


def test_every_wrong_value_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid) as told:
        build(
            "desk-1", "Desk", {"device_number": 0, "connection": "smoke", "colour": 1, "access_groups": "a"}, tmp_path
        )
    wrong = {"device_number", "connection", "colour", "access_groups", "address", "gateway_address"}
    assert set(told.value.problems) == wrong


CONFIGURATION = """
[gateway]
enabled = true
address = "gw.example:4001"
ca_file = "{ca}"
target_name = "gateway"
generation = "B"
keepalive_s = 30.0

[[devices]]
id = "door-1"
vendor = "gsdk"
device_number = 939504224
address = "192.0.2.11:51212"
finger_format = "ansi"
access_groups = [3, 4]
"""


def test_the_configuration_reaches_the_driver(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.crt"
    ca_file.write_text("a certificate", "ascii")
    configuration = parse(CONFIGURATION.format(ca=ca_file))
    (device,) = devices_of(configuration, tmp_path, SecretResolver())
    assert isinstance(device, GsdkDevice)
    target = device.target
    assert (target.access.host, target.access.port, target.access.expected_name) == ("gw.example", 4001, "gateway")
    assert (target.access.keepalive_s, target.access.ca_file) == (30.0, str(ca_file))
    assert (target.host, target.port, target.dial) == ("192.0.2.11", 51212, Dial.ASYNC)
    assert (target.generation, target.finger_format, target.access_groups) == (Generation.B, 2, (3, 4))


async def test_a_device_nobody_knows_the_address_of_is_said(made: SimulatedGateway, tmp_path: Path) -> None:
    given = values(made, tmp_path, connection="device", address="")
    device = build("desk-1", "Desk", given, tmp_path)
    device.target = replace(device.target, dial=Dial.ASYNC)
    with pytest.raises(InvalidInput):
        await device.open()
