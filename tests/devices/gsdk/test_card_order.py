"""One card has one number everywhere, also at a device that writes the last byte first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.devices.gsdk.cards import Order, card_data, shown
from app.devices.gsdk.driver import GsdkDevice
from app.devices.gsdk.pb.common import card_pb2
from app.domain.device import Health
from app.domain.person import Person
from app.simulators.gsdk import SimulatedGateway
from app.simulators.people import person
from tests.devices.gsdk.gateways import CARD, card, driver, enrollment, gateway, load, named, run

TURNED = bytes(25) + bytes.fromhex(CARD)[::-1]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[SimulatedGateway]:
    with gateway(tmp_path, count=2) as running:
        running.device().configs["card"].byteOrder = card_pb2.LSB
        running.present(person(3), card=bytes(25) + bytes.fromhex(CARD))
        yield running


@pytest.fixture
def device(made: SimulatedGateway, tmp_path: Path) -> GsdkDevice:
    return driver(made, tmp_path)


async def test_a_card_read_at_a_turned_device_has_the_number_it_has_elsewhere(device: GsdkDevice) -> None:
    async with device:
        assert await device.read_card() == CARD
        assert "turns them round" in named(await load(device, "status"))["Card numbers"]


async def test_the_device_gets_and_shows_the_card_in_its_own_order(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment(card()))
        assert made.device().users["1000"].cards[0].data == TURNED
        assert made.visits.tap(made.device().device_id, bytes(25) + bytes.fromhex(CARD)).granted
        shown_there = await run(device, "show-user", user="1000")
        assert shown_there.table is not None
        assert named(shown_there.table)["Cards"] == CARD
        await run(device, "add-card", user="1000", card="01 02 03 04")
        await run(device, "block-card", card=CARD)
        assert made.device().blacklist[0].cardID == TURNED
        assert (await load(device, "cards")).rows[0][0] == CARD


async def test_a_copy_to_a_device_of_the_other_order_keeps_the_card(made: SimulatedGateway, device: GsdkDevice) -> None:
    second = made.make.devices[1].device_id
    async with device:
        await device.write_person(enrollment(card(), who=Person("1000", "Lovelace", "Ada")))
        await run(device, "copy-user", user="1000", devices=str(second))
    assert made.device(second).users["1000"].cards[0].data == TURNED.lstrip(b"\0")[::-1].rjust(32, b"\0")


async def test_a_wiegand_number_is_said_to_differ(made: SimulatedGateway, device: GsdkDevice) -> None:
    made.device().configs["card"].useWiegandFormat = True
    async with device:
        found = next(each for each in await device.diagnose() if each.check == "card-numbers")
    assert (found.health, found.cure) == (Health.WARNING, "same-card-format")


@pytest.mark.parametrize("number", ["04 1D 18 EA D3 53 00", "0A 0B 0C 00", "04 1D 18 EA D3 53 80", "00 01 02 03 04"])
def test_a_number_comes_back_from_the_other_order(number: str) -> None:
    order, data = Order(turned=True), card_data(number)
    assert order.here(order.there(data)) == data
    assert shown(order.there(data)) != shown(data)
