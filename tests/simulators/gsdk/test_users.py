"""Users and their credentials at a simulated gateway, in every wire generation."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from app.devices.gsdk.pb.c import user_pb2
from app.simulators.faults import Fault, Kind
from app.simulators.gsdk import EVERY_MODEL, Make, Mischief, Model, SimulatedGateway, finger_template
from app.simulators.people import person
from tests.simulators.gsdk.bench import Client, id_of

FINGERS = id_of(EVERY_MODEL, Model.BIOENTRY_W2)
DESK = id_of(EVERY_MODEL, Model.BIOSTATION_2)
FACES = id_of(EVERY_MODEL, Model.BIOSTATION_3)
CARDS = id_of(EVERY_MODEL, Model.XPASS)


@pytest.fixture(scope="module", params=["1.6.0", "1.7.1", "1.8.0"], ids=["A", "B", "C"])
def running(request: pytest.FixtureRequest) -> Iterator[SimulatedGateway]:
    with SimulatedGateway(Make(request.param, EVERY_MODEL, speed=200)) as gateway:
        yield gateway


def enroll(client: Client, *users: Any, overwrite: bool = False, device: int = DESK) -> None:
    client.call("user", "Enroll", deviceID=device, users=users, overwrite=overwrite)


def get(client: Client, number: str, device: int = DESK) -> Any:
    (user,) = client.call("user", "Get", deviceID=device, userIDs=[number]).users
    return user


def test_a_user_comes_back_as_enrolled_with_counts_and_undefined_modes(client: Client) -> None:
    enroll(client, client.user("1000", name="Ana Specimen", cards=[client.card(person(1))], accessGroupIDs=[1, 2]))

    user = get(client, "1000")
    (header,) = client.call("user", "GetList", deviceID=DESK).hdrs

    assert (user.name, list(user.accessGroupIDs)) == ("Ana Specimen", [1, 2])
    assert (header.ID, header.numOfCard, header.numOfFinger) == ("1000", 1, 0)
    assert user.setting.cardAuthMode == user.setting.cardAuthExtMode == 255
    assert user.setting.securityLevel == user_pb2.SECURITY_LEVEL_LOW


def test_an_existing_id_needs_overwriting(client: Client) -> None:
    enroll(client, client.user("1000", name="One"))
    assert "already exists" in client.refused("user", "Enroll", deviceID=DESK, users=[client.user("1000")])[1]
    enroll(client, client.user("1000", name="Two"), overwrite=True)
    assert get(client, "1000").name == "Two"


@pytest.mark.parametrize("number", ["", "0", "abc", "4294967295", "9" * 33])
def test_ids_no_device_takes_are_refused(client: Client, number: str) -> None:
    code, _text = client.refused("user", "Enroll", deviceID=DESK, users=[client.user(number)])
    assert code is grpc.StatusCode.INVALID_ARGUMENT


def test_letters_in_ids_need_the_systems_setting(client: Client) -> None:
    config = client.call("system", "GetConfig", deviceID=DESK).config
    config.useAlphanumericID = True
    client.call("system", "SetConfig", deviceID=DESK, config=config)
    enroll(client, client.user("ana-1"))
    assert get(client, "ana-1").hdr.ID == "ana-1"


def test_counts_that_lie_are_refused(client: Client) -> None:
    user = client.user("1000", cards=[client.card(person(1))])
    user.hdr.numOfCard = 0
    assert client.refused("user", "Enroll", deviceID=DESK, users=[user])[0] is grpc.StatusCode.INVALID_ARGUMENT


def test_a_card_belongs_to_one_user(client: Client) -> None:
    enroll(client, client.user("1000", cards=[client.card(person(1))]))
    other = client.user("1001", cards=[client.card(person(1))])
    assert "DUPLICATE_CARD" in client.refused("user", "Enroll", deviceID=DESK, users=[other])[1]


def test_an_update_keeps_what_its_mask_names(client: Client) -> None:
    enroll(client, client.user("1000", name="Ana", cards=[client.card(person(1))]))
    changed = client.user("1000", name="Bea")
    changed.hdr.updateMask = user_pb2.KEEP_USER_CARD
    client.call("user", "Update", deviceID=DESK, users=[changed])

    user = get(client, "1000")
    assert (user.name, len(user.cards), user.hdr.numOfCard) == ("Bea", 1, 1)


def test_fingers_are_two_templates_in_the_devices_format(client: Client) -> None:
    config = client.call("finger", "GetConfig", deviceID=FINGERS).config
    config.templateFormat = 1
    client.call("finger", "SetConfig", deviceID=FINGERS, config=config)
    records = [finger_template(person(1), 2, touch, 1) for touch in (1, 2)]
    good = client.at.finger.FingerData(templates=records)
    enroll(client, client.user("1000", fingers=[good]), device=FINGERS)
    assert get(client, "1000", FINGERS).fingers[0].templates == records

    for bad in ([records[0]], [b"\1" * 384] * 2, [records[0] + b"\0"] * 2):
        user = client.user("1001", fingers=[client.at.finger.FingerData(templates=bad)])
        client.refused("user", "Enroll", deviceID=FINGERS, users=[user])
    config.templateFormat = 2
    assert "delete every" in client.refused("finger", "SetConfig", deviceID=FINGERS, config=config)[1]


def test_parts_are_written_and_read_apart(client: Client) -> None:
    enroll(client, client.user("1000", name="Ana"))
    given = client.at.user.UserCard(userID="1000", cards=[client.card(person(1))])
    client.call("user", "SetCard", deviceID=DESK, userCards=[given])
    groups = client.at.user.UserAccessGroup(userID="1000", accessGroupIDs=[7])
    client.call("user", "SetAccessGroup", deviceID=DESK, userAccessGroups=[groups])

    (cards,) = client.call("user", "GetCard", deviceID=DESK, userIDs=["1000"]).userCards
    assert cards == given
    part = client.call("user", "GetPartial", deviceID=DESK, userIDs=["1000"], infoMask=user_pb2.USER_MASK_NAME)
    assert (part.users[0].name, len(part.users[0].cards)) == ("Ana", 0)
    assert list(get(client, "1000").accessGroupIDs) == [7]


def test_several_devices_fail_each_on_its_own(client: Client) -> None:
    enroll(client, client.user("1000"), device=CARDS)
    client.gateway.unplug(FACES)
    client.gateway.faults.add(Fault(Mischief.DEVICE, f"User/EnrollMulti@{FINGERS}", status=6, body="full"))
    numbers = [DESK, CARDS, FACES, FINGERS]

    failures = client.failures("user", "EnrollMulti", deviceIDs=numbers, users=[client.user("1000")])

    assert [number for number, _code, _text in failures] == [CARDS, FACES, FINGERS]
    assert failures[2] == (FINGERS, 6, "full")
    assert get(client, "1000").hdr.ID == "1000"


def test_a_pin_is_hashed_by_the_gateway(client: Client) -> None:
    hashed = client.call("user", "GetPINHash", PIN="1234").hashVal
    assert len(hashed) == 32
    enroll(client, client.user("1000", PIN=hashed))
    assert client.refused("user", "Enroll", deviceID=DESK, users=[client.user("1001", PIN=b"1234")])


def test_a_forgetful_device_says_yes_and_stores_nothing(client: Client) -> None:
    client.gateway.faults.add(Fault(Mischief.FORGETS, "User/Enroll"), Fault(Kind.REFUSE, "User/Delete", status=7))
    enroll(client, client.user("1000"))
    assert not client.call("user", "GetList", deviceID=DESK).hdrs
    assert client.refused("user", "Delete", deviceID=DESK, userIDs=["1"])[0] is grpc.StatusCode.PERMISSION_DENIED


def test_deleting_is_seen_in_the_log(client: Client) -> None:
    enroll(client, client.user("1000"))
    client.call("user", "Delete", deviceID=DESK, userIDs=["1000"])
    client.refused("user", "Delete", deviceID=DESK, userIDs=["1000"])
    events = client.call("event", "GetLog", deviceID=DESK).events
    assert [(event.eventCode, event.userID) for event in events] == [(0x2000, "1000"), (0x2400, "1000")]
    assert [event.ID for event in events] == sorted(event.ID for event in events)
