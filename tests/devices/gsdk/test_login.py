"""A master gateway's login over time: renewed before it ends, once after it was forgotten, for streams too."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.devices.gsdk.driver import GsdkDevice
from app.domain.errors import WrongCredential
from app.simulators.gsdk import SimulatedGateway
from tests.devices.gsdk.gateways import card, driver, enrollment, gateway, load, named, run
from tests.devices.gsdk.test_watching import LIMIT_S, changed, happened, told_that, watching

LIFE_S = 0.4


@contextmanager
def master(folder: Path, life_s: float = 0.0) -> Iterator[tuple[SimulatedGateway, GsdkDevice]]:
    """A running master gateway whose logins last so long, and a closed device below it."""
    with gateway(folder, master=True, count=2) as made:
        made.world.make = replace(made.world.make, token_seconds=life_s)
        pair = made.client_pair()
        (folder / "client.crt").write_bytes(pair.certificate)
        (folder / "client.key").write_bytes(pair.key)
        certificate, key = str(folder / "client.crt"), str(folder / "client.key")
        yield (
            made,
            driver(
                made,
                folder,
                gateway_kind="master",
                gateway_client_cert_file=certificate,
                gateway_client_key_file=key,
                gateway_tenant_cert_file=certificate,
            ),
        )


def answered(made: SimulatedGateway, status: str) -> int:
    return sum(seen.status == status for seen in made.requests)


def logins(made: SimulatedGateway) -> int:
    return sum(seen.operation == "Login/Login" for seen in made.requests)


async def test_a_login_is_renewed_before_it_ends(tmp_path: Path) -> None:
    with master(tmp_path, LIFE_S) as (made, device):
        async with device:
            await device.list_people()

            async with asyncio.timeout(LIMIT_S):
                while logins(made) < 3:
                    await device.list_people()
            await device.write_person(enrollment(card()))
        assert answered(made, "UNAUTHENTICATED") == 0, "no call was ever refused for its token"


async def test_a_login_the_gateway_forgot_is_made_again_once(tmp_path: Path) -> None:
    with master(tmp_path) as (made, device):
        async with device:
            before = logins(made)
            made.accounts.expire()
            await device.write_person(enrollment(card()))
            assert await device.list_people() == ["1000"]
            assert logins(made) == before + 1
            assert answered(made, "UNAUTHENTICATED") == 1


async def test_a_login_that_is_refused_meanwhile_is_told(tmp_path: Path) -> None:
    with master(tmp_path) as (made, device):
        async with device:
            stranger = SimulatedGateway().authority
            made.accounts.trust(stranger)
            made.accounts.expire()
            with pytest.raises(WrongCredential):
                await device.list_people()
            made.accounts.trust(made.authority)
            assert await device.list_people() == []


async def test_streams_come_back_after_the_login_ended(tmp_path: Path) -> None:
    with master(tmp_path) as (made, device):
        second = made.make.devices[1].device_id
        async with watching(device, "watch-events") as events, watching(device, "watch-devices") as devices:
            await happened(made, events, 0x1900, "access denied")
            made.accounts.expire()
            await told_that(events, "goes on when it is back")
            await happened(made, events, 0x1000, "verified")
            await changed(made, devices, second)


async def test_devices_below_a_master_gateway_are_set_up_too(tmp_path: Path) -> None:
    with master(tmp_path) as (made, device):
        second = made.make.devices[1].device_id
        async with device:
            result = await run(device, "device-tls", devices=f"{second}, 4711", tls=True)
            assert result.table is not None
            assert named(result.table) == {str(second): "done and read back", "4711": "not found"}
            result = await run(device, "who-dials", devices=str(second), dials="device")
            assert result.table is not None
            assert named(result.table) == {str(second): "done and read back"}
            assert len((await load(device, "devices")).rows) == 2
            assert (await run(device, "search")).table is not None
            await run(device, "set-slaves", device=second, slaves="5")
            assert (await load(device, "slaves")).rows == ((str(second), "5"),)
