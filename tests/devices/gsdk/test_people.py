"""Bringing people to a gateway's device, in every generation: written, read back, compared, rolled back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.devices.gsdk.driver import GsdkDevice
from app.domain.capture import Captured, CaptureRequest, Retry, RetryReason
from app.domain.errors import DuplicateFound, InvalidInput, NotCapable, NotWritten, PartlyWritten, RemoteRefused
from app.domain.modality import Modality, Position
from app.domain.person import Person
from app.domain.sample import GSDK_FACE, Quality, Sample
from app.simulators.faults import Fault, Kind
from app.simulators.gsdk import Mischief, Model, SimulatedGateway
from app.simulators.people import person
from tests.devices.gsdk.gateways import CARD, SOURCE, VERSIONS, card, driver, enrollment, finger, gateway
from tests.devices.watching import Watcher

DISABLED = 0x80


@pytest.fixture(params=sorted(VERSIONS))
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SimulatedGateway]:
    with gateway(tmp_path, VERSIONS[request.param]) as running:
        yield running


@pytest.fixture
def device(made: SimulatedGateway, tmp_path: Path) -> GsdkDevice:
    return driver(made, tmp_path, access_groups="3,4")


async def test_a_person_is_written_whole_and_proven(made: SimulatedGateway, device: GsdkDevice) -> None:
    who = Person("1000", "Lovelace", "Ada", valid_until=datetime(2030, 1, 1, tzinfo=UTC))
    async with device:
        first = await device.write_person(enrollment(finger(duress=True), card(), who=who))
        again = await device.write_person(enrollment(finger(duress=True), card(), who=who))
        assert first.digest == again.digest == await device.digest_of("1000")
        assert await device.digest_of("1001") is None
        assert await device.list_people() == ["1000"]
    held = made.device().users["1000"]
    assert held.name == "Ada Lovelace"
    assert (held.hdr.numOfCard, held.hdr.numOfFinger, held.hdr.numOfFace) == (1, 1, 0)
    assert held.cards[0].data == bytes(25) + bytes.fromhex(CARD)
    assert [len(template) for template in held.fingers[0].templates] == [384, 384]
    assert (held.fingers[0].index, held.fingers[0].flag) == (2, 1)
    assert list(held.accessGroupIDs) == [3, 4]
    assert held.setting.endTime == int(datetime(2030, 1, 1, tzinfo=UTC).timestamp())
    assert {held.setting.biometricAuthMode, held.setting.cardAuthExtMode, held.setting.IDAuthMode} == {255}


async def test_another_content_is_a_duplicate_and_replacing_keeps_what_is_not_ours(
    made: SimulatedGateway, device: GsdkDevice
) -> None:
    async with device:
        await device.write_person(enrollment(card()))
        held = made.device().users["1000"]
        held.PIN, held.setting.cardAuthMode = bytes(range(32)), 4
        with pytest.raises(DuplicateFound):
            await device.write_person(enrollment(finger(), card()))
        await device.write_person(enrollment(finger(), card()), replace=True)
    now = made.device().users["1000"]
    assert len(now.fingers) == 1
    assert bytes(range(32)) == now.PIN
    assert now.setting.cardAuthMode == 4


async def test_a_person_is_removed_and_absence_is_fine(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment())
        await device.remove_person("1000")
        assert not made.device().users
        await device.remove_person("1000")


async def test_a_disabled_person_is_not_let_in(made: SimulatedGateway, device: GsdkDevice) -> None:
    async with device:
        await device.write_person(enrollment(card(), who=Person("7", disabled=True)))
    held = made.device().users["7"]
    flag = getattr(held.hdr, "userFlag", None)
    assert flag & DISABLED if flag is not None else held.setting.endTime == 2


@pytest.fixture
def latest(tmp_path: Path) -> Iterator[SimulatedGateway]:
    with gateway(tmp_path) as running:
        yield running


async def test_a_device_that_says_yes_and_does_nothing_is_found_out(latest: SimulatedGateway, tmp_path: Path) -> None:
    async with driver(latest, tmp_path) as device:
        latest.faults.add(Fault(Mischief.FORGETS, "User/Enroll"))
        with pytest.raises(NotWritten):
            await device.write_person(enrollment())
        assert await device.list_people() == []


async def test_a_refused_replacement_leaves_the_earlier_person(latest: SimulatedGateway, tmp_path: Path) -> None:
    async with driver(latest, tmp_path) as device:
        await device.write_person(enrollment(card()))
        before = latest.device().users["1000"].SerializeToString()
        latest.faults.add(Fault(Kind.REFUSE, "User/Update", status=13, body="internal"))
        with pytest.raises(RemoteRefused):
            await device.write_person(enrollment(finger(), card()), replace=True)
        assert latest.device().users["1000"].SerializeToString() == before
        latest.faults.add(Fault(Kind.REFUSE, "User/Update", times=None, status=13, body="internal"))
        with pytest.raises((PartlyWritten, RemoteRefused)):
            await device.write_person(enrollment(finger(), card()), replace=True)


async def test_a_lost_answer_is_looked_up(latest: SimulatedGateway, tmp_path: Path) -> None:
    async with driver(latest, tmp_path) as device:
        latest.faults.add(Fault(Kind.CUT, "User/Enroll"))
        assert (await device.write_person(enrollment())).digest


async def test_a_card_somebody_has_is_a_duplicate(latest: SimulatedGateway, tmp_path: Path) -> None:
    async with driver(latest, tmp_path) as device:
        await device.write_person(enrollment(card()))
        with pytest.raises(DuplicateFound):
            await device.write_person(enrollment(card(), who=Person("2000")))


async def test_what_the_device_cannot_take_is_said_before_sending(latest: SimulatedGateway, tmp_path: Path) -> None:
    async with driver(latest, tmp_path) as device:
        with pytest.raises(InvalidInput):
            await device.write_person(enrollment(card(), who=Person("ab-1")))
        latest.device().configs["system"].useAlphanumericID = True
        await device.write_person(enrollment(card(), who=Person("ab-1")))
        latest.device().configs["finger"].templateFormat = 0
        with pytest.raises(NotCapable) as told:
            await device.write_person(enrollment(finger(), who=Person("8")))
        assert told.value.fact("reason") == "template-format"
        with pytest.raises(NotCapable) as told:
            await device.write_person(enrollment(*(card(f"{number:08x}") for number in range(1, 10)), who=Person("9")))
        assert told.value.fact("reason") == "too-many-cards"
        assert "9" not in latest.device().users
    assert not [seen for seen in latest.requests if seen.status == "INVALID_ARGUMENT"]


async def test_two_different_fingers_are_a_retry(latest: SimulatedGateway, tmp_path: Path) -> None:
    latest.present(person(3), fingers=(2, 3))
    async with driver(latest, tmp_path) as device:
        request = CaptureRequest(Modality.FINGER, (Position.RIGHT_INDEX,), 20.0)
        outcome = await device.capture(request, Watcher())
    assert isinstance(outcome, Retry)
    assert outcome.reason is RetryReason.DIFFERENT_FINGERS


async def test_fingers_scanned_here_can_be_written_here(latest: SimulatedGateway, tmp_path: Path) -> None:
    latest.present(person(3))
    async with driver(latest, tmp_path) as device:
        request = CaptureRequest(Modality.FINGER, (Position.RIGHT_INDEX,), 20.0, duress=True)
        outcome = await device.capture(request, Watcher())
        assert isinstance(outcome, Captured)
        (sample,) = outcome.samples
        assert sample.image.startswith(b"BM")
        assert len(sample.templates) == 2
        assert sample.duress
        await device.write_person(enrollment(sample))
    first, second = latest.device().users["1000"].fingers[0].templates
    assert first != second
    assert first.startswith(sample.templates[0].data)


async def test_cards_are_read(latest: SimulatedGateway, tmp_path: Path) -> None:
    async with driver(latest, tmp_path) as device:
        latest.present(person(3), card=bytes(25) + bytes.fromhex(CARD))
        assert await device.read_card() == CARD
        latest.present(None)
        assert await device.read_card(0.2) is None


@pytest.mark.parametrize("version", [VERSIONS["A"], VERSIONS["C"]])
async def test_faces_are_scanned_and_come_back_in_every_numbering(tmp_path: Path, version: str) -> None:
    with gateway(tmp_path, version, Model.BIOSTATION_3) as made:
        made.present(person(3))
        async with driver(made, tmp_path) as device:
            assert device.modalities == {Modality.FACE, Modality.CARD}
            outcome = await device.capture(CaptureRequest(Modality.FACE, (Position.FACE,), 20.0), Watcher())
            assert isinstance(outcome, Captured)
            (sample,) = outcome.samples
            assert {each.format for each in sample.templates} == {GSDK_FACE}
            assert sample.media_type
            await device.write_person(enrollment(sample))
        assert driver(made, tmp_path).modalities == {Modality.FACE, Modality.CARD}
        (face,) = made.device().users["1000"].faces
        assert face.imageData == sample.image
        assert len(face.irTemplates) == 1


async def test_a_portrait_from_elsewhere_is_normalized_for_a_visual_device(tmp_path: Path) -> None:
    with gateway(tmp_path, model=Model.BIOSTATION_3) as made:
        portrait = jpeg_of_a_face()
        sample = Sample(Position.FACE, SOURCE, datetime.now(UTC), Quality(90.0), portrait, "image/jpeg")
        async with driver(made, tmp_path) as device:
            await device.write_person(enrollment(sample, card()))
            unusable = replace(sample, image=portrait[:40])
            await device.write_person(enrollment(unusable, card("AB CD"), who=Person("8")))
        assert len(made.device().users["1000"].faces[0].templates) == 1
        assert not made.device().users["8"].faces


def jpeg_of_a_face() -> bytes:
    import cv2
    import numpy as np

    drawn = np.full((480, 400, 3), 200, np.uint8)
    encoded, data = cv2.imencode(".jpg", drawn)
    assert encoded
    return bytes(data)
