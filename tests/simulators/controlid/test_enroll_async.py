"""remote_enroll without sync: live presses by the state commands, posts of both families, and what goes wrong."""

import base64
import json
from typing import Any

import pytest

from app.simulators.controlid import Mischief
from app.simulators.controlid.prints import is_template
from app.simulators.faults import Fault
from app.simulators.people import person
from tests.simulators.controlid.bench import Bench, Received, Receiver, wait_for

ID = 6613047045004349
FIRST, SECOND, THIRD = (f"ENROLL_{number}_BIOMETRY_STATE" for number in ("FIRST", "SECOND", "THIRD"))

THINKING = tuple(f"WAITING_BIOMETRY_{step}_REPLY" for step in ("EXTRACT", "MATCH", "ENROLL"))


def sent(receiver: Receiver, topic: str) -> Received:
    """The one post of this topic."""
    wait_for(lambda: receiver.of(topic))
    (post,) = receiver.of(topic)
    return post


def document(receiver: Receiver, topic: str) -> Any:
    return json.loads(sent(receiver, topic).body)


def reached(bench: Bench, **wanted: object) -> None:
    """The state command tells all of this."""
    wait_for(lambda: wanted.items() <= bench.told("enroller_biometry_state").items())


def test_three_presses_are_seen_live(bench: Bench) -> None:
    bench.terminal.present(person(1))
    bench.start(user_id=5)
    wait_for(lambda: bench.terminal.state.status.last_enroll)
    bench.terminal.present(None)
    bench.start(user_id=5)
    wait_for(lambda: bench.terminal.state.status.biometry_state == FIRST)
    state = bench.told("enroller_biometry_state")
    assert state["enroller_state"] != "NORMAL_STATE"
    assert state["last_enroll"] is True, "the previous job's value"
    assert set(bench.told("enroller_state")) == {"enroller_state", "last_enroll", "last_enroll_error"}
    bench.terminal.present(person(1))
    reached(bench, enroller_state="NORMAL_STATE", biometry_state="NOT_ENROLLING", last_enroll=True)
    presses = [status.biometry_state for status in bench.terminal.statuses[-7:]]
    assert presses == [FIRST, SECOND, THIRD, THIRD, THIRD, THIRD, "NOT_ENROLLING"]
    assert [status.enroller_state for status in bench.terminal.statuses[-4:]] == [*THINKING, "NORMAL_STATE"]


@pytest.mark.parametrize("kind", [Mischief.DIFFERENT_FINGERS, Mischief.TEMPLATE_EXISTS])
def test_an_objection_starts_again_at_the_first_press(bench: Bench, receiver: Receiver, kind: Mischief) -> None:
    bench.monitor(receiver)
    bench.terminal.faults.add(Fault(kind, "remote_enroll"))
    bench.terminal.present(person(1))
    bench.start(user_id=5)
    told = document(receiver, "template")
    seen = bench.terminal.statuses
    expected = {Mischief.DIFFERENT_FINGERS: "DIFFERENT_FINGERPRINTS", Mischief.TEMPLATE_EXISTS: "TEMPLATE_EXISTS"}
    assert (FIRST, expected[kind]) in {(status.biometry_state, status.last_enroll_error) for status in seen}
    assert [status.biometry_state for status in seen].count(FIRST) == 2
    assert seen[-1].last_enroll
    assert told["user_id"] == 5


@pytest.mark.parametrize(
    ("fingers", "stored", "error"),
    [((2, 2, 3), (), "DIFFERENT_FINGERPRINTS"), ((2, 2, 2), (2,), "TEMPLATE_EXISTS")],
)
def test_fingers_are_really_compared(
    bench: Bench, fingers: tuple[int, int, int], stored: tuple[int, ...], error: str
) -> None:
    bench.terminal.store(person(1), fingers=stored)
    bench.terminal.present(person(1), fingers=fingers)
    bench.start(user_id=5)
    reached(bench, biometry_state=FIRST, last_enroll_error=error)
    bench.terminal.present(person(1), finger=3)
    wait_for(lambda: bench.terminal.state.status.last_enroll)


def test_no_room_for_another_template(bench: Bench) -> None:
    bench.terminal.faults.add(Fault(Mischief.TEMPLATE_LIMIT, "remote_enroll"))
    bench.terminal.present(person(1))
    bench.start(user_id=5)
    reached(bench, biometry_state=FIRST, last_enroll_error="TEMPLATE_LIMIT_REACHED")
    bench.told("cancel_remote_enroll")
    assert bench.terminal.state.status.last_enroll_error == "UNKNOWN"


@pytest.mark.parametrize(
    ("kind", "topic", "key"), [("biometry", "template", "template"), ("face", "user_image", "user_image"),
                               ("card", "card", "value"), ("pin", "pin", "pin_value"),
                               ("password", "password", "password_value")],
)  # fmt: skip
def test_monitor_topics(bench: Bench, receiver: Receiver, kind: str, topic: str, key: str) -> None:
    bench.monitor(receiver)
    bench.terminal.present(person(1), card=2**60 + 1)
    assert bench.start(kind, user_id=5) == {}
    post = sent(receiver, topic)
    assert post.path == f"/api/notifications/{topic}"
    assert post.headers["content-type"] == "application/json"
    told = json.loads(post.body)
    assert (told["user_id"], told["device_id"]) == (5, ID)
    expected = {"card": 2**60 + 1, "pin": person(1).pin, "password": person(1).pin}
    if kind in expected:
        assert told[key] == expected[kind]
    else:
        data = base64.b64decode(told[key], validate=True)
        assert is_template(data) if kind == "biometry" else data.startswith(b"\xff\xd8\xff")


def test_every_other_reading_of_the_posts(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver, path="/deep/prefix")
    bench.terminal.vary(
        numbers_as_text=True, callback_id="text", card_key="card_value", face_key="face", monitor_prints=True,
        query_ids=True, content_type="application/json; charset=utf-8", chunked=True, start_reports=True,
    )  # fmt: skip
    bench.terminal.present(person(1), card=12)
    assert bench.start("card", user_id=5) == {"success": True, "user_id": 5, "device_id": ID}
    card = sent(receiver, "card")
    assert card.path == "/deep/prefix/card"
    assert card.query == {"session": "", "device_id": str(ID)}
    assert card.headers["content-type"] == "application/json; charset=utf-8"
    assert card.headers["transfer-encoding"] == "chunked"
    assert json.loads(card.body) == {"user_id": "5", "device_id": str(ID), "card_value": "12"}
    bench.start("face", user_id=5)
    face = document(receiver, "user_image")["face"]
    assert (face["width"], face["height"]) == ("480", "640")
    bench.terminal.vary(callback_id="missing", content_type="", chunked=False)
    bench.start("biometry", user_id=5)
    prints = sent(receiver, "template")
    assert len(json.loads(prints.body)["fingerprints"]) == 3
    assert "content-type" not in prints.headers
    assert "device_id" not in json.loads(prints.body)


def test_online_as_pro_sends_a_template_in_octets(bench: Bench, receiver: Receiver) -> None:
    bench.go_online(receiver)
    assert bench.told("system_information")["online"] is True
    bench.terminal.present(person(1))
    bench.start(user_id=5, panic_finger=1)
    post = sent(receiver, "template_create.fcgi")
    assert post.path == "/station/template_create.fcgi"
    assert post.headers["content-type"] == "application/octet-stream"
    assert {name: post.query[name] for name in ("user_id", "device_id", "finger_type", "temp_num", "card_id")} == {
        "user_id": "5", "device_id": str(ID), "finger_type": "1", "temp_num": "1", "card_id": "",
    }  # fmt: skip
    assert int(post.query["size0"]) == len(post.body)
    assert is_template(post.body)


def test_a_template_may_come_in_three_parts(bench: Bench, receiver: Receiver) -> None:
    bench.go_online(receiver)
    bench.terminal.vary(template_sizes="three")
    bench.terminal.present(person(1))
    bench.start(user_id=5)
    post = sent(receiver, "template_create.fcgi")
    assert sum(int(post.query[f"size{index}"]) for index in range(3)) == len(post.body)
    assert post.query["temp_num"] == "3"


def test_online_as_enterprise_sends_pictures_and_no_template(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver)
    bench.go_online(receiver, local="0", extract="0")
    bench.terminal.present(person(1))
    bench.start(user_id=5)
    told = document(receiver, "fingerprint_create.fcgi")
    assert (told["user_id"], told["finger_type"], told["device_id"]) == (5, 0, ID)
    sizes = [(entry["width"], entry["height"], len(base64.b64decode(entry["image"]))) for entry in told["fingerprints"]]
    assert sizes == [(260, 320, 83200)] * 3
    assert not receiver.of("template")


@pytest.mark.parametrize("as_array", [False, True])
def test_online_faces_and_cards_come_by_both_families(bench: Bench, receiver: Receiver, as_array: bool) -> None:
    bench.monitor(receiver)
    bench.go_online(receiver)
    bench.terminal.vary(face_as_array=as_array)
    bench.terminal.present(person(1), card=77)
    bench.start("face", user_id=5)
    told = document(receiver, "face_create.fcgi")["face"]
    face = told[0] if as_array else told
    assert face["image"] == document(receiver, "user_image")["user_image"]
    assert (face["width"], face["height"]) == (480, 640)
    bench.start("card", user_id=5)
    assert document(receiver, "card_create.fcgi") == {"user_id": 5, "device_id": ID, "card_value": 77}
    bench.start("pin", user_id=5)
    assert document(receiver, "pin_create.fcgi")["pin_value"] == person(1).pin


def test_saving_sends_nothing_unless_it_does(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver)
    user = bench.add_user(person(1))
    bench.terminal.present(person(1), card=1)
    bench.start("card", user_id=user, save=True)
    wait_for(lambda: bench.terminal.state.tables["cards"])
    bench.terminal.vary(saved_reports=True)
    bench.terminal.present(person(1), card=2)
    bench.idle()
    bench.start("card", user_id=user, save=True)
    assert document(receiver, "card")["value"] == 2


def test_who_walks_away_leaves_no_trace_but_the_state(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver)
    bench.terminal.faults.add(Fault(Mischief.WALKS_AWAY, "remote_enroll"))
    bench.terminal.present(person(1))
    bench.start(user_id=5)
    wait_for(lambda: bench.terminal.state.status.biometry_state == SECOND)
    bench.terminal.cancel_at_terminal()
    assert bench.told("enroller_biometry_state")["last_enroll_error"] == "UNKNOWN"
    assert receiver.received == []
    assert bench.terminal.deliveries == ()


def test_lost_duplicate_and_delayed_posts(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver)
    bench.terminal.faults.add(
        Fault(Mischief.LOST, "post card"),
        Fault(Mischief.DUPLICATE, "post card", after=1),
        Fault(Mischief.DELAYED, "post card", after=2, delay=0.2),
    )
    for number in (1, 2, 3):
        bench.terminal.present(person(1), card=number)
        bench.start("card", user_id=5)
        wait_for(lambda number=number: len(bench.terminal.deliveries) >= min(3, 2 * number - 1))  # type: ignore[misc]
    wait_for(lambda: len(receiver.of("card")) == 3)
    assert [json.loads(post.body)["value"] for post in receiver.of("card")] == [2, 2, 3]
    wait_for(lambda: len(bench.terminal.deliveries) == 4)
    assert [delivery.withheld for delivery in bench.terminal.deliveries] == ["lost", "", "", ""]


@pytest.mark.parametrize("kind", ["card", "biometry"])
def test_a_result_may_come_after_the_cancel_was_answered(bench: Bench, receiver: Receiver, kind: str) -> None:
    bench.monitor(receiver)
    bench.terminal.faults.add(Fault(Mischief.LATE, "remote_enroll", delay=0.05))
    bench.terminal.present(person(1), card=9, waits=True)
    bench.start(kind, user_id=5)
    wait_for(lambda: bench.terminal.state.status.enroller_state != "NORMAL_STATE")
    bench.told("cancel_remote_enroll")
    assert bench.terminal.state.status.enroller_state == "NORMAL_STATE"
    assert document(receiver, "template" if kind == "biometry" else "card")["user_id"] == 5
    assert bench.terminal.state.status.last_enroll is False


def test_another_users_result(bench: Bench, receiver: Receiver) -> None:
    bench.monitor(receiver)
    bench.terminal.faults.add(Fault(Mischief.WRONG_USER, "remote_enroll", body="404"))
    bench.terminal.present(person(1))
    bench.start("card", user_id=5)
    assert document(receiver, "card")["user_id"] == 404
