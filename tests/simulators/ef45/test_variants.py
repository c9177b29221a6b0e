"""Lawful surprises: each reading of the document a client must bear can be switched on."""

import base64
from typing import Any

import pytest

from app.simulators.people import person
from tests.simulators.ef45.bench import Bench, plain

SUBJECT = {"user_uuid": "1", "last_name": "Sample"}


@pytest.mark.parametrize(
    ("variant", "status", "body"),
    [
        ("409", 409, None), ("423", 423, None), ("403", 403, None), ("missing", 200, {}),
        ("empty", 200, {"lock_uid": ""}),
        ("zeros", 200, {"lock_uid": "00000000-0000-0000-0000-000000000000"}),
    ],
)  # fmt: skip
def test_a_held_lock(bench: Bench, variant: str, status: int, body: Any) -> None:
    bench.terminal.vary(lock_held=variant)
    answer = bench.client.post("/lock")
    assert answer.status_code == status
    assert body is None or answer.json() == body
    assert bench.ask("GET", "/camera").status_code == 200


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 412, 423])
def test_a_lost_lock(bench: Bench, status: int) -> None:
    bench.terminal.vary(lock_refusal=status)
    bench.terminal.expire_lock()
    assert bench.ask("GET", "/camera").status_code == status


@pytest.mark.parametrize(("variant", "start"), [("json", '{"status_code":404'), ("text", "no such"), ("empty", "")])
def test_error_bodies(bench: Bench, variant: str, start: str) -> None:
    bench.terminal.vary(error_body=variant)
    answer = bench.ask("GET", "/subjects/none")
    assert answer.status_code == 404
    assert answer.text.startswith(start)
    assert bool(answer.text) is bool(start)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", ["", "null", "{}"])
def test_answers_without_a_body(bench: Bench, status: int, body: str) -> None:
    bench.terminal.vary(bodyless_status=status, bodyless_body=body)
    answer = bench.ask("POST", "/subjects", SUBJECT)
    assert (answer.status_code, answer.text) == (status, "" if status == 204 else body)


@pytest.mark.parametrize(("variant", "member"), [(0, 0), (200, 200), ("missing", None)])
def test_the_envelopes_own_status(bench: Bench, variant: Any, member: int | None) -> None:
    bench.terminal.vary(envelope_status=variant)
    assert bench.get("/subjects").get("status_code") == member


@pytest.mark.parametrize(("variant", "expected"), [("list", {"items": []}), ("null", {"items": None}), ("missing", {})])
def test_empty_lists(bench: Bench, variant: str, expected: Any) -> None:
    bench.terminal.vary(empty_items=variant)
    envelope = bench.get("/subjects")
    assert {name: value for name, value in envelope.items() if name == "items"} == expected


def test_has_more_may_be_missing(bench: Bench) -> None:
    bench.terminal.vary(has_more="missing")
    assert "has_more" not in bench.get("/subjects")


def repaired(text: str) -> bytes:
    bare = text.rpartition(",")[2].replace("\r\n", "").replace("-", "+").replace("_", "/")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


@pytest.mark.parametrize(
    ("variant", "mark"), [("line_breaks", "\r\n"), ("url_safe", "-"), ("unpadded", None), ("data_uri", "base64,")]
)
def test_base64_in_other_clothes(bench: Bench, variant: str, mark: str | None) -> None:
    who = person(1)
    uuid = bench.terminal.store(who)
    honest = plain(bench.get(f"/subjects/{uuid}")["left_eye_template"])
    bench.terminal.vary(base64=variant)
    written = bench.get(f"/subjects/{uuid}")["left_eye_template"]
    assert repaired(written) == honest
    assert mark in written if mark else not written.endswith("=")
    with pytest.raises(ValueError, match=r"padding|only base64|alphabet|data"):
        plain(written)


def test_numbers_as_text(bench: Bench) -> None:
    uuid = bench.terminal.store(person(1))
    bench.terminal.vary(numbers="text")
    subject = bench.get(f"/subjects/{uuid}")
    assert (subject["record_version"], subject["wiegand_code"], subject["access_allowed"]) == ("8976", "-1", True)
    assert bench.get("/subjects")["total"] == "1"


def test_individual_spelled_right(bench: Bench) -> None:
    uuid = bench.terminal.store(person(1))
    bench.terminal.vary(individual="individual")
    info = bench.get(f"/user-info/uuid/{uuid}")
    assert "individual" in info
    assert "indivisual" not in info


FACE = {"user_uuid": "1", "sub_id": 2, "face_feature": "YWJj"}


def test_one_face_may_come_bare(bench: Bench) -> None:
    bench.ask("POST", "/faces", FACE)
    bench.terminal.vary(faces="bare")
    assert bench.get("/faces/1", subId="2")["sub_id"] == 2
    assert "items" in bench.get("/faces/1")


def test_faces_under_their_older_path(bench: Bench) -> None:
    bench.ask("POST", "/faces", FACE)
    assert bench.ask("GET", "/faces/subId/1", subId="2").status_code == 404
    bench.terminal.vary(old_faces_path=True)
    assert bench.ask("GET", "/faces/1", subId="2").status_code == 404
    assert bench.get("/faces/subId/1", subId="2")["items"][0]["sub_id"] == 2


@pytest.mark.parametrize(("variant", "spelled"), [("documented", "Recog"), ("lower", "recog"), ("upper", "RECOG")])
def test_the_mode_in_other_cases(bench: Bench, variant: str, spelled: str) -> None:
    bench.terminal.vary(mode_case=variant)
    assert bench.get("/camera")["camera_mode"] == spelled


def test_idle_previews(bench: Bench) -> None:
    bench.terminal.vary(preview_idle="empty")
    answer = bench.ask("GET", "/preview")
    assert (answer.status_code, answer.content) == (200, b"")
    bench.terminal.vary(preview_idle="object")
    frame = bench.get("/preview")
    assert (len(frame), frame["avg_distance"], frame["face_image"]) == (20, -1, "")


def test_the_old_buffer_may_still_answer(bench: Bench) -> None:
    bench.terminal.vary(old_biometric_path=True)
    assert bench.get("/biometric-data")["items"] == []


def test_members_nobody_documented(bench: Bench) -> None:
    bench.terminal.vary(extra_members=True)
    assert "vendor_reserved" in bench.get("/camera")


def test_an_unknown_variant_is_a_mistake_of_the_test(bench: Bench) -> None:
    with pytest.raises(TypeError):
        bench.terminal.vary(no_such=1)
