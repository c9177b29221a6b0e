"""subjects, user-info, user and faces: registering, reading back, changing, removing, and what is refused."""

import base64
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from app.simulators.ef45 import Ef45Terminal, Make
from app.simulators.people import people, person
from tests.simulators.ef45.bench import Bench, Document

TEMPLATE = base64.b64encode(b"a template").decode()
SUBJECT: Document = {
    "user_uuid": "1", "record_version": 8976, "last_name": "Sample", "first_name": "Ada", "access_allowed": True,
    "match_until": "", "wiegand_facility": -1, "wiegand_site": -1, "wiegand_code": -1, "wiegand_custom": -1,
    "left_eye_template": TEMPLATE, "right_eye_template": TEMPLATE, "left_image_path": 0, "right_image_path": 0,
}  # fmt: skip
INFO: Document = {
    "user_uuid": "1", "card": "65 D8 A1 BD", "pin": "1234", "admin": 0, "group_index": 0, "by_pass_card": 0,
    "indivisual": 0, "three_out_status": 0, "three_out_status_access_allowed": 1, "job_code": 0,
    "time_schedule_code": 0, "apb_status": 0, "message": "",
}  # fmt: skip
FACE: Document = {
    "user_uuid": "1", "sub_id": 0, "face_eye_width": 120, "face_feature_size": 10, "face_frontal_score": 91.5,
    "face_left_eye_x": 300, "face_right_eye_x": 180, "face_roll": 0.5, "face_score": 92.0, "face_LED_state": 0,
    "face_feature": TEMPLATE,
}  # fmt: skip


def test_a_subject_comes_back_as_it_was_sent(bench: Bench) -> None:
    assert bench.ask("POST", "/subjects", SUBJECT).status_code == 201
    assert bench.get("/subjects/1") == SUBJECT
    assert bench.terminal.state.subjects["1"] == SUBJECT


def test_a_subject_is_changed_and_removed(bench: Bench) -> None:
    bench.ask("POST", "/subjects", SUBJECT)
    assert bench.ask("PUT", "/subjects/1", {"first_name": "Grace"}).status_code == 204
    assert bench.get("/subjects/1")["first_name"] == "Grace"
    assert bench.ask("DELETE", "/subjects/1").status_code == 204
    assert bench.ask("GET", "/subjects/1").status_code == 404
    assert bench.ask("PUT", "/subjects/1", SUBJECT).status_code == 404
    assert bench.ask("DELETE", "/subjects/1").status_code == 404


def test_a_user_uuid_is_registered_once(bench: Bench) -> None:
    bench.ask("POST", "/subjects", SUBJECT)
    assert bench.ask("POST", "/subjects", SUBJECT).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"last_name": ""}, {"last_name": None}, {"user_uuid": ""}, {"user_uuid": 1}, {"record_version": "8976"},
        {"record_version": 1}, {"access_allowed": 1}, {"access_allowed": "true"}, {"left_eye_template": "not base64!"},
        {"left_eye_template": "YWJj\n"}, {"right_eye_template": "YWI"}, {"lastname": "x"}, {"wiegand_code": True},
    ],
)  # fmt: skip
def test_a_sloppy_subject_is_refused_and_not_stored(bench: Bench, change: dict[str, Any]) -> None:
    assert bench.ask("POST", "/subjects", SUBJECT | change).status_code == 400
    assert bench.terminal.state.subjects == {}


def test_the_body_must_be_an_object_of_json(bench: Bench) -> None:
    assert bench.ask("POST", "/subjects", '{"user_uuid": "1", "last_name": "x"}').status_code == 400
    assert bench.ask("POST", "/subjects", [SUBJECT]).status_code == 400
    query = {"lock_uid": bench.lock_uid}
    assert bench.client.post("/subjects", params=query, json=SUBJECT).status_code == 201
    assert bench.client.post("/subjects", params=query, data={"user_uuid": "2"}).status_code == 415
    broken = bench.client.post("/subjects", params=query, content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 400


def test_queries_are_read_strictly(bench: Bench) -> None:
    assert bench.ask("GET", "/subjects", page="one").status_code == 400
    assert bench.ask("GET", "/subjects", page="0").status_code == 400
    assert bench.ask("GET", "/subjects", pagesize="10").status_code == 400
    twice = f"/subjects?lock_uid={bench.lock_uid}&lock_uid={bench.lock_uid}"
    assert bench.client.get(twice).status_code == 400


def test_lists_come_whole_or_by_page(bench: Bench) -> None:
    for who in people(7):
        bench.terminal.store(who)
    whole = bench.get("/subjects")
    assert (len(whole["items"]), whole["total"], whole["has_more"], whole["status_code"]) == (7, 7, False, 200)
    pages = [bench.get("/subjects", page=str(number), page_size="3") for number in (1, 2, 3, 4)]
    assert [len(page["items"]) for page in pages] == [3, 3, 1, 0]
    assert [page["has_more"] for page in pages] == [True, True, False, False]
    assert [page["page"] for page in pages] == [1, 2, 3, 4]
    assert bench.get("/user-info", page="1")["page_size"] == 50
    assert len(bench.get("/user-info")["items"]) == 7
    assert bench.get("/faces")["items"] == []


def test_user_info_by_uuid_and_by_card(bench: Bench) -> None:
    assert bench.ask("POST", "/user-info", INFO).status_code == 201
    assert bench.get("/user-info/uuid/1") == INFO
    assert bench.get("/user-info/card/65%20D8%20A1%20BD") == INFO
    assert bench.ask("GET", "/user-info/card/00%2000%2000%2000").status_code == 404
    assert bench.ask("GET", "/user-info/card/65D8A1BD").status_code == 400
    assert bench.ask("GET", "/user-info/card/65+D8+A1+BD").status_code == 400


def test_user_info_is_changed_and_removed(bench: Bench) -> None:
    bench.ask("POST", "/user-info", INFO)
    assert bench.ask("POST", "/user-info", INFO).status_code == 409
    assert bench.ask("PUT", "/user-info/uuid/1", {"admin": 1}).status_code == 204
    assert bench.get("/user-info/uuid/1")["admin"] == 1
    assert bench.ask("PUT", "/user-info/uuid/1", {"individual": 1}).status_code == 400
    assert bench.ask("DELETE", "/user-info/uuid/1").status_code == 200
    assert bench.ask("GET", "/user-info/uuid/1").status_code == 404


def test_a_declared_body_can_be_insisted_on(bench: Bench) -> None:
    bench.ask("POST", "/user-info", INFO)
    bench.terminal.vary(delete_needs_body=True)
    assert bench.ask("DELETE", "/user-info/uuid/1").status_code == 415
    assert bench.ask("DELETE", "/user-info/uuid/1", {}).status_code == 200


def batch(**changes: Any) -> Document:
    faces = [
        {name: value for name, value in FACE.items() if name != "user_uuid"} | {"sub_id": number} for number in (0, 1)
    ]
    return {**SUBJECT, **INFO, "faces": faces, **changes}


def test_a_batch_registers_the_whole_person(bench: Bench) -> None:
    assert bench.ask("POST", "/user", batch()).status_code == 200
    state = bench.terminal.state
    assert (set(state.subjects), set(state.user_info), set(state.faces)) == ({"1"}, {"1"}, {("1", 0), ("1", 1)})
    assert bench.get("/faces/1")["total"] == 2
    assert bench.ask("POST", "/user", batch()).status_code == 409
    assert bench.ask("DELETE", "/user/1").status_code == 204
    state = bench.terminal.state
    assert (state.subjects, state.user_info, state.faces) == ({}, {}, {})
    assert bench.ask("DELETE", "/user/1").status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"faces": {}}, {"faces": ["face"]}, {"faces": [FACE | {"sub_id": 9}]}, {"faces": [FACE, FACE]}, {"card": "65D8"},
     {"last_name": ""}, {"unknown": 1}, {"faces": [FACE | {"user_uuid": "2"}]}],
)  # fmt: skip
def test_a_batch_with_a_mistake_registers_nothing(bench: Bench, change: dict[str, Any]) -> None:
    assert bench.ask("POST", "/user", batch(**change)).status_code == 400
    state = bench.terminal.state
    assert (state.subjects, state.user_info, state.faces) == ({}, {}, {})


def test_a_batch_may_replace(bench: Bench) -> None:
    bench.terminal.vary(batch_replaces=True)
    bench.ask("POST", "/user", batch())
    assert bench.ask("POST", "/user", batch(first_name="Grace", faces=[])).status_code == 200
    assert bench.get("/subjects/1")["first_name"] == "Grace"
    assert bench.get("/faces/1")["items"] == []


def test_faces_by_sub_id_under_their_several_names(bench: Bench) -> None:
    assert bench.ask("POST", "/faces", FACE).status_code == 201
    assert bench.ask("POST", "/faces", FACE).status_code == 409
    assert bench.ask("POST", "/faces", FACE | {"sub_id": 1, "face_LED_state": 1}).status_code == 201
    assert bench.get("/faces/1", subId="1")["items"][0]["face_LED_state"] == 1
    assert bench.get("/faces/1", subId="0", sub_id="0")["items"] == [FACE]
    assert bench.ask("GET", "/faces/1", subId="0", sub_id="1").status_code == 400


def test_changing_wants_sub_id_and_removing_wants_subid(bench: Bench) -> None:
    bench.ask("POST", "/faces", FACE)
    assert bench.ask("PUT", "/faces/1", FACE, subId="0").status_code == 400
    assert bench.ask("PUT", "/faces/1", {"face_roll": 2}, sub_id="0").status_code == 204
    assert bench.get("/faces/1")["items"][0]["face_roll"] == 2
    assert bench.ask("DELETE", "/faces/1", sub_id="0").status_code == 400
    assert bench.ask("DELETE", "/faces/1", subId="0", sub_id="0").status_code == 204
    assert bench.ask("DELETE", "/faces/1", subId="0").status_code == 404
    assert bench.ask("PUT", "/faces/1", FACE, sub_id="0").status_code == 404


def test_a_full_database_takes_no_more_subjects() -> None:
    with Ef45Terminal(Make(capacity=1)) as terminal, httpx.Client(base_url=terminal.base_url, verify=False) as client:
        bench = Bench(terminal, client)
        bench.lock()
        assert bench.ask("POST", "/subjects", SUBJECT).status_code == 201
        assert bench.ask("POST", "/subjects", SUBJECT | {"user_uuid": "2"}).status_code == 507
        bench.set_mode("Slave")
        assert bench.start() == {"success": False, "status": "DB is full"}


def test_the_algorithm_has_a_fixed_number(bench: Bench) -> None:
    assert bench.get("/subjects/record-version") == {"record_version": 8976}


def test_a_duplicate_check_needs_a_template(bench: Bench) -> None:
    assert bench.ask("PUT", "/subjects/is-exist/template", {"user_uuid": "x"}).status_code == 400


def test_stored_people_have_names_and_cards(bench: Bench) -> None:
    who = person(3)
    bench.terminal.store(who)
    assert bench.get(f"/subjects/{who.user_uuid}")["last_name"] == who.last_name
    assert bench.get(f"/user-info/card/{quote(who.card_number)}")["user_uuid"] == who.user_uuid


def test_registering_and_removing_is_logged(bench: Bench) -> None:
    bench.ask("POST", "/user", batch())
    bench.ask("DELETE", "/user/1")
    entries = [(row["event_type"], row["info"], row["user_uuid"]) for row in bench.get("/logs")["items"]]
    assert entries == [("UserData", "AddUsers", "1"), ("UserData", "DeleteUsers", "1")]
