"""Enrolled once at the devices of a gateway, through the real window: known at every door from then on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from app.assembly import Assembly, Ready
from app.config import Bioserver, Configuration, Gateway, Policy
from app.config.devices import GsdkSettings
from app.config.policy import FingerPolicy, ModalityPolicy, OperatorPolicy
from app.domain.enrollment import DeliveryState, Enrollment
from app.domain.modality import Modality
from app.domain.sample import GSDK_FACE, ISO_FINGER
from app.journeys.flow_state import CaptureState
from app.paths import Profile, folders
from app.simulators.gsdk import FIRST_DEVICE, DeviceMake, Make, Model, SimulatedGateway, Visit, card_of
from app.simulators.people import person
from app.store import MemoryVault, SystemKeyring
from app.ui.hand import LOOK_EVERY_S, Hand, until
from app.ui.wizard.page import EnrollPage

WHO, STRANGER = 41, 77
FINGERS, FACES = FIRST_DEVICE, FIRST_DEVICE + 1
LABELS = {"desk": FINGERS, "lobby": FACES}
PRESSED = (2, 2, 7, 7)
WITHIN_S = 150.0
"""The first finger waits until the matching engine is compiled: a minute and more on a busy computer."""


@pytest.fixture
def gateway() -> Iterator[SimulatedGateway]:
    makes = (
        DeviceMake(FINGERS, Model.BIOSTATION_2, "192.0.2.11"),
        DeviceMake(FACES, Model.BIOSTATION_3, "192.0.2.12"),
    )
    with SimulatedGateway(Make(devices=makes, speed=50.0, scan_seconds=500.0)) as running:
        running.device(FINGERS).configs["finger"].templateFormat = 1
        running.device(FINGERS).configs["finger"].scanTimeout = 20
        for device in running.world.devices.values():
            device.auth.useServerMatching = True
        yield running


def configured(gateway: SimulatedGateway, folder: Path) -> Configuration:
    authority = folder / "ca.crt"
    authority.write_bytes(gateway.ca_pem)
    terminals = tuple(
        GsdkSettings(
            id=name, vendor="gsdk", label=name, device_number=number, address=gateway.device(number).make.address
        )
        for name, number in LABELS.items()
    )
    policy = Policy(
        operators=OperatorPolicy(sign_in=False),
        iris=ModalityPolicy(offered=False),
        finger=FingerPolicy(fingers=2),
    )
    reached = Gateway(enabled=True, address=gateway.target, ca_file=str(authority), server_matching=True)
    return Configuration(devices=terminals, gateway=reached, policy=policy, bioserver=Bioserver(enabled=False))


@asynccontextmanager
async def opened(gateway: SimulatedGateway, folder: Path) -> AsyncIterator[Ready]:
    """The station with its window."""
    places = folders(Profile.PRACTICE, folder).create()
    assembly = Assembly(lambda: configured(gateway, folder), places, key=SystemKeyring(MemoryVault()))
    async with assembly.running() as running:
        assert running is not None
        running.window.resize(1280, 800)
        running.window.show()
        await until(running.window.isVisible)
        yield running
        page = running.window.enroll
        assert isinstance(page, EnrollPage)
        await page.finish()
        running.window.close_for_real()


class Clerk:
    """Somebody at the window, who enrolls one person."""

    def __init__(self, ready: Ready, gateway: SimulatedGateway) -> None:
        page = ready.window.enroll
        assert isinstance(page, EnrollPage)
        self.page, self.hand, self.gateway, self.store = page, Hand(ready.window), gateway, ready.store

    async def enrolls(self) -> str:
        """From the start to what is safely stored; gives the person's identifier."""
        await self.hand.press("wizard.start.begin")
        await self.goes_on_from_consent()
        for name, text in (("last_name", "Lovelace"), ("first_name", "Ada"), ("document_number", "X1234567")):
            await self.hand.write(f"wizard.person.{name}", text)
        await self.goes_on("eyes-face")
        await self.captures("eyes-face", 1)
        await self.goes_on("fingers")
        await self.captures("fingers", 1)
        await self.captures("fingers", 2)
        await self.goes_on("card")
        await self.captures("card", 1)
        await self.goes_on("review")
        journey = self.page.journey
        assert journey is not None
        await self.goes_on("done")
        return journey.state.person.person_id

    async def goes_on_from_consent(self) -> None:
        await until(lambda: self.page.current_step == "consent")
        await self.goes_on("person")

    async def goes_on(self, step: str) -> None:
        await self.hand.press("wizard.primary")
        await until(lambda: self.page.current_step == step)

    async def captures(self, step: str, positions: int) -> None:
        await until(lambda: self.page.busy == "")
        if self.kept(step) < positions:
            await self.hand.press("wizard.primary")
        await until(lambda: self.page.busy == "" and self.kept(step) == positions)

    def kept(self, step: str) -> int:
        journey = self.page.journey
        found = journey.state.capture(step) if journey is not None else CaptureState()
        return len({kept.position for kept in found.kept})


async def known(ready: Ready) -> None:
    """The station has learned what its devices capture."""
    desk, lobby = (ready.station.devices[name] for name in LABELS)
    await until(lambda: desk.modalities == {Modality.FINGER, Modality.CARD})
    await until(lambda: lobby.modalities == {Modality.FACE, Modality.CARD})


async def delivered(ready: Ready, number: str) -> Enrollment:
    """Both devices have the person, written and read back; gives what the station holds."""
    while True:
        record = await ready.station.people.get(number)
        assert record is not None
        if [each.state for each in record.deliveries] == [DeliveryState.DONE] * len(LABELS):
            return record.enrollment
        await asyncio.sleep(LOOK_EVERY_S)


async def granted(visit: Callable[[], Visit], number: str) -> None:
    """The door opens for this person, at the latest when the fingers have been learned."""
    while (ended := await asyncio.to_thread(visit)).user_id != number:
        assert not ended.user_id
    assert ended.granted


async def enrolled(ready: Ready, gateway: SimulatedGateway) -> str:
    """One person, enrolled at both devices and written to both; gives the identifier."""
    gateway.present(person(WHO), fingers=PRESSED)
    await known(ready)
    number = await Clerk(ready, gateway).enrolls()
    enrollment = await delivered(ready, number)
    formats = {template.format for sample in enrollment.samples for template in sample.templates}
    assert {ISO_FINGER, GSDK_FACE} <= formats
    at_desk, in_lobby = gateway.device(FINGERS).users[number], gateway.device(FACES).users[number]
    assert [len(finger.templates) for finger in at_desk.fingers] == [2, 2]
    assert (len(at_desk.cards), len(in_lobby.cards), len(in_lobby.faces)) == (1, 1, 1)
    return number


async def test_enrolled_once_works_everywhere(gateway: SimulatedGateway, tmp_path: Path) -> None:
    visits, card, stranger = gateway.visits, card_of(person(WHO)), person(STRANGER)
    async with asyncio.timeout(WITHIN_S), opened(gateway, tmp_path) as ready:
        number = await enrolled(ready, gateway)
        for door in LABELS.values():
            await granted(partial(visits.tap, door, card), number)
            await granted(partial(visits.type_id, door, number), number)
        await granted(partial(visits.touch, FINGERS, person(WHO), PRESSED[-1]), number)
        for visit in (partial(visits.touch, FINGERS, stranger), partial(visits.tap, FACES, card_of(stranger))):
            assert not (await asyncio.to_thread(visit)).granted
