"""What the document leaves open, row by row: every reading is accepted, exactly the documented one is sent."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.devices.ef45 import images, wire
from app.devices.ef45.calls import Modes
from app.devices.ef45.client import Dialect
from app.devices.ef45.codec import CameraState, Face, LogEntry, Page, Subject, UserInfo
from app.devices.ef45.enrollment import common_version
from app.devices.ef45.files import ENROLL_LOGO, PersonImage, person_image
from app.devices.ef45.freshness import DeviceClock, clock_from_lock
from app.devices.ef45.paging import MAX_PAGES, every
from app.domain.errors import (
    DeviceFull,
    InvalidInput,
    LockHeld,
    LockLost,
    OutcomeUnknown,
    ProtocolError,
    RemoteRefused,
    TemplateVersionMixed,
    Unreachable,
)
from app.domain.sample import Template
from tests.devices.ef45.conftest import Line
from tests.devices.ef45.samples import encoded, envelope, item, pattern
from tests.devices.ef45.scripted import LOCK, Asked, Cut, Told

SUBJECT = Subject("p-1", 8976, "Muster", "Ada", left_eye=b"left", right_eye=b"right")
INFO = UserInfo("p-1", card="65 D8 A1 BD")
FACE = Face("p-1", 0, b"feature", {"eye_width": 62, "score": 0.9, "led_state": 1})


async def test_row_01_bodies_are_json_objects(line: Line) -> None:
    for operation in ("POST /subjects", "POST /user-info", "POST /faces", "POST /user", "PUT /subjects/p-1"):
        line.peer.on(operation, Told(status=200))
    await line.client.add_subject(SUBJECT)
    await line.client.add_user(INFO)
    await line.client.add_face(FACE)
    await line.client.register(SUBJECT, INFO, (FACE,))
    await line.client.update_subject(SUBJECT)
    for asked in line.peer.asked:
        assert asked.headers["content-type"] == "application/json"
        assert isinstance(asked.json, dict)
    batch = line.peer.last("POST /user").json
    assert batch["last_name"] == "Muster"
    assert batch["card"] == "65 D8 A1 BD"
    assert batch["faces"][0]["sub_id"] == 0


async def test_row_02_items_of_any_shape(line: Line) -> None:
    strange = {"encounter_id": "a", "left_eye": None, "right_eye_quality_score": None, "brand_new_member": {"x": [1]}}
    line.peer.on("GET /biometric-data/ver1", envelope(item(), strange, None, {}))
    page = await line.client.results()
    assert len(page.items) == 2
    assert [len(found.eyes) for found in page.items] == [2, 0]
    assert page.items[1].empty


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", [b"", b"null", b"{}", b" \n"])
async def test_row_03_any_success_code_and_empty_body(line: Line, status: int, body: bytes) -> None:
    line.peer.on("POST /subjects", Told(b"" if status == 204 else body, status))
    await line.client.add_subject(SUBJECT)


@pytest.mark.parametrize("code", [None, 0, 200, "201", 299])
async def test_row_04_envelope_codes_that_mean_success(line: Line, code: Any) -> None:
    line.peer.on("GET /subjects", {"status_code": code, "items": [{"user_uuid": "1"}]})
    assert (await line.client.subjects()).items[0].user_uuid == "1"


async def test_row_04_an_envelope_may_fail_inside_a_success(line: Line) -> None:
    line.peer.on("GET /subjects", {"status_code": 500, "reason_phrase": "table damaged", "items": []})
    with pytest.raises(RemoteRefused) as told:
        await line.client.subjects()
    assert told.value.fact("detail") == "table damaged"


async def test_row_05_success_false_is_a_failure(line: Line) -> None:
    line.peer.on("POST /camera", {"success": False, "status": "Can not set mode"})
    with pytest.raises(RemoteRefused) as told:
        await line.client.set_camera(CameraState("s", "Slave"))
    assert told.value.fact("remote") == "Can not set mode"
    line.peer.on("POST /user", {"success": "false", "status": "DB is full"})
    with pytest.raises(DeviceFull):
        await line.client.register(SUBJECT, INFO, ())


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", ""),
        (b"plain words", "plain words"),
        ({"status_code": 500, "reason_phrase": "no disk"}, "no disk"),
        ("<html><style>p{}</style><body><h1>Internal\n Server Error</h1></body></html>", "Internal Server Error"),
        ("x" * 39 + " " + "word " * 100, None),
        ([1, 2], ""),
    ],
)
async def test_row_06_any_error_body(line: Line, body: Any, detail: str | None) -> None:
    line.peer.on("GET /config/door-status", Told(body, 500))
    with pytest.raises(RemoteRefused) as told:
        await line.client.door_status()
    assert told.value.facts["remote"] == 500
    assert told.value.facts["device"] == "Desk terminal"
    assert len(told.value.fact("detail")) <= 200
    assert detail is None or told.value.fact("detail") == detail


async def test_row_06_an_error_never_repeats_a_person(line: Line) -> None:
    def echo(asked: Asked) -> Told:
        return Told(f"cannot store {asked.body.decode()} {encoded(bytes(60))}", 500)

    line.peer.on("POST /user", echo)
    with pytest.raises(RemoteRefused) as told:
        await line.client.register(SUBJECT, INFO, (FACE,))
    said = str(told.value)
    for secret in ("Muster", "Ada", "65 D8 A1 BD", encoded(b"left"), encoded(b"feature"), encoded(bytes(60))[:20]):
        assert secret not in said


@pytest.mark.parametrize(
    "refusal",
    [
        Told(status=409),
        Told({"lock_uid": ""}),
        Told({}),
        Told({"lock_uid": None}),
        Told({"lock_uid": "00000000-0000-0000-0000-000000000000"}),
        Told("in use", 500),
        Told({"success": False}, 423),
    ],
)
async def test_row_07_a_lock_not_given_is_held(line: Line, refusal: Told) -> None:
    line.peer.on("POST /lock", refusal)
    with pytest.raises(LockHeld):
        await line.client.take_lock()
    assert not line.peer.all("PUT /lock")


@pytest.mark.parametrize("status", [401, 403, 404, 409, 410, 412, 423])
async def test_row_08_codes_of_a_lost_lock(line: Line, status: int) -> None:
    line.peer.on("GET /camera", Told("", status))
    with pytest.raises(LockLost):
        await line.client.camera()


@pytest.mark.parametrize("words", ["invalid lock_uid", "Device is locked by another", "LOCK expired"])
async def test_row_08_words_of_a_lost_lock(line: Line, words: str) -> None:
    line.peer.on("GET /camera", Told({"status_code": 500, "reason_phrase": words}, 500))
    with pytest.raises(LockLost):
        await line.client.camera()
    line.peer.on("GET /camera", Told("clock not set, unblock first", 500))
    with pytest.raises(RemoteRefused):
        await line.client.camera()


async def test_row_09_no_lock_nothing_sent(line: Line) -> None:
    line.client.lock_uid = ""
    with pytest.raises(LockLost):
        await line.client.camera()
    assert not line.peer.asked


async def test_row_09_the_lock_once_in_the_query_encoded(line: Line) -> None:
    line.client.lock_uid = "odd lock&uid=1/ä"
    line.peer.on("GET /camera", {"serial_number": "s", "camera_mode": "Recog"})
    await line.client.camera()
    assert line.peer.asked[0].target == "/1.0/camera?lock_uid=odd%20lock%26uid%3D1%2F%C3%A4"


async def test_row_10_a_buffer_is_not_trusted_to_be_ours() -> None:
    """Another terminal's result and an earlier one are told apart by what stands in them, never by the lock."""
    now = datetime.now(UTC)
    clock = DeviceClock(ahead=timedelta(0))
    assert clock.is_stale(now - timedelta(minutes=1), now)
    assert not clock.is_stale(now + timedelta(seconds=2), now)
    assert not clock.is_stale(None, now)


async def test_row_11_device_time(line: Line) -> None:
    line.peer.on("POST /camera/control/setDeviceTime/052014402018.30", {"success": True, "status": ""})
    await line.client.set_device_time(datetime(2018, 5, 20, 14, 40, 30))  # noqa: DTZ001 - the document's own example
    assert wire.device_time(datetime(2026, 12, 1, 9, 5, 7)) == "120109052026.07"  # noqa: DTZ001


async def test_row_12_both_names_of_the_face_number(line: Line) -> None:
    line.peer.on("GET /faces/p-1", envelope())
    line.peer.on("PUT /faces/p-1", Told(status=204))
    line.peer.on("DELETE /faces/p-1", Told(status=204))
    await line.client.faces_of("p-1", 2)
    await line.client.update_face(Face("p-1", 2))
    await line.client.delete_face("p-1", 2)
    for asked in line.peer.asked:
        assert ("subId", "2") in asked.query
        assert ("sub_id", "2") in asked.query


@pytest.mark.parametrize("bare", [True, False])
async def test_row_13_one_face_bare_or_in_a_list(line: Line, bare: bool) -> None:
    face = {"user_uuid": "p-1", "sub_id": 2, "face_feature": encoded(b"feature")}
    line.peer.on("GET /faces/p-1", face if bare else envelope(face))
    assert [found.sub_id for found in await line.client.faces_of("p-1", 2)] == [2]


async def test_row_13_the_older_path_only_when_the_documented_one_has_nothing(line: Line) -> None:
    line.peer.on("GET /faces/p-1", Told("", 405))
    line.peer.on("GET /faces/subId/p-1", {"user_uuid": "p-1", "sub_id": 2})
    assert [face.sub_id for face in await line.client.faces_of("p-1", 2)] == [2]
    assert [asked.path for asked in line.peer.asked] == ["/faces/p-1", "/faces/subId/p-1"]
    assert await line.client.faces_of("p-1") == ()


async def test_row_14_both_spellings_of_a_log_range(line: Line) -> None:
    line.peer.on("GET /logs/from/to", envelope())
    line.peer.on("DELETE /logs", Told(status=204))
    await line.client.logs_between(68, 74, page=1)
    await line.client.delete_logs(68, 74)
    for asked in line.peer.asked:
        values = dict(asked.query)
        assert (values["min"], values["from_id"]) == ("68", "68")
        assert (values["max"], values["to_id"]) == ("74", "74")
    with pytest.raises(InvalidInput):
        await line.client.delete_logs(74, 68)


@pytest.mark.parametrize("ids", [[1, 2, 3], [3, 2, 1], [2, 3, 1]])
async def test_row_15_logs_in_any_order(line: Line, ids: list[int]) -> None:
    line.peer.on("GET /logs", envelope(*({"id": number} for number in ids)))
    assert [entry.log_id for entry in (await line.client.logs(1)).items] == [3, 2, 1]
    query = dict(line.peer.asked[0].query)
    assert (query["order"], query["page"]) == ("desc", "1")


async def test_row_16_paging_ends_whatever_is_said(line: Line) -> None:
    def pages(asked: Asked) -> dict[str, Any]:
        page = int(dict(asked.query)["page"])
        number = min(page, 3)  # the third page is repeated for ever
        return {"items": [{"user_uuid": f"p-{number}"}], "page": page, "total": 0}

    line.peer.on("GET /subjects", pages)
    found = [subject.user_uuid async for subject in every(line.client.subjects, key=lambda one: one.user_uuid)]
    assert found == ["p-1", "p-2", "p-3"]
    assert len(line.peer.asked) == 4
    assert (await line.client.subjects(1)).total is None


async def test_row_16_paging_from_one_until_has_more_is_false() -> None:
    asked: list[int] = []

    async def fetch(page: int, _size: int) -> Page[int]:
        asked.append(page)
        return Page((page,), more=page < 3)

    assert [number async for number in every(fetch, key=lambda number: number)] == [1, 2, 3]
    assert asked == [1, 2, 3]


async def test_row_16_paging_ends_after_a_thousand_pages() -> None:
    async def endless(page: int, _size: int) -> Page[int]:
        return Page((page,), more=True)

    assert len([number async for number in every(endless, key=lambda number: number)]) == MAX_PAGES


@pytest.mark.parametrize("refusal", [400, 415])
async def test_row_17_user_info_is_deleted_without_a_body_first(line: Line, refusal: int) -> None:
    line.peer.on("DELETE /user-info/uuid/p-1", lambda asked: Told(status=204 if asked.body else refusal))
    await line.client.delete_user("p-1")
    assert [asked.body for asked in line.peer.asked] == [b"", b"{}"]


async def test_row_18_deleting_what_is_gone(line: Line) -> None:
    for status in (404, 410):
        line.peer.on("DELETE /user/p-1", Told("no such user", status))
        await line.client.unregister("p-1")
    line.peer.on("DELETE /user/p-1", Told("lock not valid", 404))
    with pytest.raises(LockLost):
        await line.client.unregister("p-1")


async def test_row_19_misspellings_are_wire_names(line: Line) -> None:
    body = UserInfo("p-1", individual=3).write()
    assert body["indivisual"] == 3
    assert UserInfo.read({"individual": 4}).individual == 4
    assert "face_LED_state" in FACE.write()
    assert Face.read({"face_led_state": 1}).numbers == {"led_state": 1}
    line.peer.on("POST /update/continous", Told(status=200))
    await line.client.update_chunk(b"piece", forced=False)
    assert line.peer.asked[0].path == "/update/continous"
    line.peer.on("GET /biometric-data/ver1", envelope({"encounter_id": "a", "left_eye_enroll_template": encoded(b"t")}))
    assert (await line.client.results()).items[0].eyes[0].template == b"t"


async def test_row_20_and_21_all_modes_in_lower_case(line: Line) -> None:
    line.peer.on("POST /camera/control/start", {"success": True, "status": "Started"})
    await line.client.start(Modes(both_eyes=True))
    assert dict(line.peer.asked[0].query) == {
        "lock_uid": LOCK,
        "face_mode": "false",
        "glasses_mode": "false",
        "both_eye_mode": "true",
        "either_eye_mode": "false",
        "streaming_mode": "false",
        "recog_mode": "false",
    }


def test_row_21_no_mode_or_two_eye_modes_are_refused_here() -> None:
    with pytest.raises(InvalidInput):
        Modes()
    with pytest.raises(InvalidInput):
        Modes(both_eyes=True, either_eye=True)


@pytest.mark.parametrize("written", ["65D8A1BD", "65 d8 a1 bd", "65D8 A1BD", " 65:d8-a1 BD "])
async def test_row_22_cards_in_any_spacing(line: Line, written: str) -> None:
    line.peer.on("GET /user-info/card/65%20D8%20A1%20BD", {"user_uuid": "p-1", "card": "65D8A1BD"})
    found = await line.client.user_by_card(written)
    assert found is not None
    assert found.user_uuid == "p-1"
    assert line.peer.asked[0].target.startswith("/1.0/user-info/card/65%20D8%20A1%20BD?")


@pytest.mark.parametrize(
    "identifier", ["", " ", "..", ".", "a/b", "a\\b", "record-version", "is-exist", "template", "card", "UUID", "a\nb"]
)
async def test_row_23_identifiers_that_would_change_the_path(line: Line, identifier: str) -> None:
    with pytest.raises(InvalidInput):
        await line.client.subject(identifier)
    with pytest.raises(InvalidInput):
        await line.client.unregister(identifier)
    assert not line.peer.asked


async def test_row_23_identifiers_are_percent_encoded(line: Line) -> None:
    line.peer.on("GET /subjects/a%20b%3Fc%25%C3%A4", {"user_uuid": "a b?c%ä"})
    assert await line.client.subject("a b?c%ä") is not None


async def test_row_24_only_integers_reach_a_log_address(line: Line) -> None:
    for slip in ("db", "from/to", "1", True, -1):
        with pytest.raises(InvalidInput):
            await line.client.delete_log(slip)  # type: ignore[arg-type]
    assert not line.peer.asked
    line.peer.on("GET /subjects/record-version", {"record_version": 8976})
    assert await line.client.record_version() == 8976


async def test_row_25_files_from_a_fixed_list(line: Line) -> None:
    line.peer.on("GET /biometric-data/load-file", {"file": encoded(b"png"), "size": 3})
    await line.client.load_file(ENROLL_LOGO)
    await line.speaking(Dialect(bare_file_names=True)).load_file(person_image("p-1", PersonImage.LEFT_EYE))
    names = [dict(asked.query)["filename"] for asked in line.peer.asked]
    assert names == ["/usr/local/share/CMITECH/Images/pc_enroll_logo.png", "p-1_lefteye.jpg"]
    with pytest.raises(InvalidInput):
        person_image("../etc/passwd", PersonImage.LEFT_EYE)
    with pytest.raises(InvalidInput):
        await line.client.save_iris_image("other.bmp", b"", 1, 1)


async def test_row_26_file_bodies(line: Line) -> None:
    line.peer.on("PUT /biometric-data/save-file", Told(status=200))
    await line.client.save_file(ENROLL_LOGO, b"picture")
    await line.speaking(Dialect(bare_file_bodies=True)).save_file(ENROLL_LOGO, b"picture")
    documented, bare = (asked.json for asked in line.peer.asked)
    assert documented == {"file": encoded(b"picture"), "size": 7}
    assert bare == encoded(b"picture")


DATA = bytes(range(256)) * 3 + b"!"


@pytest.mark.parametrize(
    "written",
    [
        encoded(DATA),
        encoded(DATA).rstrip("="),
        encoded(DATA).replace("+", "-").replace("/", "_"),
        "data:image/bmp;base64," + encoded(DATA),
        "\\\r\n".join(encoded(DATA)[at : at + 76] for at in range(0, 1100, 76)),
    ],
)
def test_row_27_base64_in_every_dress(written: str) -> None:
    assert wire.blob({"left_eye": written}, "left_eye") == DATA
    assert "\n" not in wire.write_base64(DATA)


def test_row_27_what_is_not_base64_is_named() -> None:
    with pytest.raises(ProtocolError) as told:
        wire.blob({"left_eye": "not base64 at all!"}, "left_eye")
    assert told.value.fact("member") == "left_eye"


@pytest.mark.parametrize("suffix", [".bmp", ".jpg", ".png", ".jp2"])
def test_row_28_images_are_told_by_their_bytes(suffix: str) -> None:
    media_type = {".jpg": "image/jpeg"}.get(suffix, f"image/{suffix[1:]}")
    found = images.identify(pattern(suffix))
    assert (found.media_type, found.width, found.height) == (media_type, 64, 48)
    shown = images.picture(pattern(suffix), (32, 32), color=False)
    assert (shown.width, shown.height, shown.scale) == (32, 24, 0.5)
    assert len(shown.data) == shown.height * shown.stride


def test_row_28_raw_pixels_are_an_iris() -> None:
    found = images.identify(bytes(307_200))
    assert (found.media_type, found.width, found.height) == ("image/bmp", 640, 480)
    assert images.picture(found.data, (640, 480), color=False).data == bytes(307_200)


def test_row_28_pixels_are_counted_before_decoding() -> None:
    bomb = bytearray(pattern(".png"))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    for broken in (bytes(bomb), b"", b"BM", b"\xff\xd8\xff", b"plain text", pattern(".jpg")[:30]):
        with pytest.raises(ProtocolError):
            images.identify(broken)


@pytest.mark.parametrize("value", [62, 62.0, "62", " 62 ", "62.0"])
def test_row_29_numbers_in_every_type(value: Any) -> None:
    assert wire.integer({"n": value}, "n") == 62
    assert isinstance(wire.integer({"n": value}, "n"), int)
    assert wire.integer({"n": None}, "n", default=-1) == -1
    assert wire.integer({"n": "many"}, "n") == 0
    assert wire.number({"n": float("nan")}, "n") == 0
    assert json.dumps(SUBJECT.write()["wiegand_code"]) == "-1"


@pytest.mark.parametrize("source", [{}, {"match_until": ""}, {"match_until": None}])
def test_row_30_no_end_date(source: dict[str, Any]) -> None:
    assert Subject.read(source).match_until == ""
    assert SUBJECT.write()["match_until"] == ""


async def test_row_31_nobody_known(line: Line) -> None:
    for nobody in (Told({}), Told({"duplicate_uuid": None}), Told({"duplicate_uuid": ""}), Told("", 404)):
        line.peer.on("PUT /subjects/is-exist/template", nobody)
        assert await line.client.find_duplicate(SUBJECT) == ""
    line.peer.on("PUT /subjects/is-exist/template", {"duplicate_uuid": "p-9"})
    assert await line.client.find_duplicate(SUBJECT) == "p-9"


def test_row_32_versions_never_mix() -> None:
    old, new = Template("cmitech-iris", b"a", 8975), Template("cmitech-iris", b"b", 8976)
    assert common_version([new], 8976, "Desk") == 8976
    assert common_version([old], None, "Desk") == 8975
    for templates, version in (([old, new], None), ([old], 8976)):
        with pytest.raises(TemplateVersionMixed):
            common_version(templates, version, "Desk")


@pytest.mark.parametrize("status", [404, 405])
async def test_row_33_the_older_result_path_is_remembered(line: Line, status: int) -> None:
    line.peer.on("GET /biometric-data/ver1", Told("", status))
    line.peer.on("GET /biometric-data", envelope())
    await line.client.results()
    await line.client.results()
    assert [asked.path for asked in line.peer.asked] == ["/biometric-data/ver1", "/biometric-data", "/biometric-data"]


@pytest.mark.parametrize(
    ("version", "path"),
    [
        ("1.2.33", "/biometric-data"),
        ("1.2.34", "/biometric-data/ver1"),
        ("1.2.100", "/biometric-data/ver1"),
        ("v1.3", "/biometric-data/ver1"),
        ("unknown", "/biometric-data/ver1"),
    ],
)
async def test_row_33_the_version_chooses_the_result_path(line: Line, version: str, path: str) -> None:
    line.peer.on("GET /version", {"version": version})
    line.peer.on(f"GET {path}", envelope())
    await line.client.version()
    await line.client.results()
    assert line.peer.asked[-1].path == path


@pytest.mark.parametrize("answer", [Told(status=204), Told({}), Told(b""), Told({"left_eye": "", "message": 0})])
async def test_row_34_an_empty_preview_is_normal(line: Line, answer: Told) -> None:
    line.peer.on("GET /preview", answer)
    assert (await line.client.preview()).empty


async def test_row_35_and_36_no_invented_calls(line: Line) -> None:
    """Setting the mode is one call: there is no "delete preview" and no polling operation to send."""
    line.peer.on("POST /camera", {"success": True, "status": "Success set mode"})
    await line.client.set_camera(CameraState("EF45-0001", "Slave", audio=False))
    assert [f"{asked.method} {asked.path}" for asked in line.peer.asked] == ["POST /camera"]
    assert line.peer.asked[0].json == {"serial_number": "EF45-0001", "camera_mode": "Slave", "audio_enabled": False}


async def test_row_37_door_status_old_and_new(line: Line) -> None:
    for answer in ({"door_sensor": 1, "relay": 0}, {"cur_door_status": 1}, {"cur_door_status": {"door_sensor": "1"}}):
        line.peer.on("GET /config/door-status", answer)
        assert (await line.client.door_status()).door_sensor == 1


@pytest.mark.parametrize("absent", [Told("", 404), Told(b""), Told({}), Told({"user_uuid": ""})])
async def test_row_38_whether_a_person_exists_is_asked_first(line: Line, absent: Told) -> None:
    line.peer.on("GET /subjects/p-1", absent)
    assert await line.client.subject("p-1") is None
    line.peer.on("GET /subjects/p-1", SUBJECT.write())
    assert await line.client.subject("p-1") == SUBJECT


@pytest.mark.parametrize("status", ["DB is full", "db full"])
async def test_row_39_a_full_database_has_its_own_error(line: Line, status: str) -> None:
    line.peer.on("POST /camera/control/start", {"success": False, "status": status})
    with pytest.raises(DeviceFull):
        await line.client.start(Modes(face=True))


def test_row_40_a_wrong_clock_is_compared_in_its_own_time() -> None:
    now = datetime.now(UTC)
    late = DeviceClock(ahead=timedelta(hours=-9))
    assert not late.is_stale(now - timedelta(hours=9), now)
    assert late.is_stale(now - timedelta(hours=9, minutes=1), now)
    unknown = DeviceClock()
    assert not unknown.is_stale(now - timedelta(days=4000), now)
    assert unknown.seen(now - timedelta(hours=1)).is_stale(now - timedelta(hours=2), now)
    assert not unknown.seen(now - timedelta(hours=2)).is_stale(now - timedelta(hours=1), now)


def test_row_40_a_time_without_zone_may_be_utc_or_local() -> None:
    now = datetime.now(UTC)
    clock = DeviceClock(ahead=timedelta(0))
    assert not clock.is_stale(now.replace(tzinfo=None), now)
    assert not clock.is_stale(datetime.now(), now)  # noqa: DTZ005 - a terminal's local time


def test_row_40_a_lock_tells_the_clock() -> None:
    made = datetime(2018, 5, 28, 14, 26, tzinfo=UTC)
    ahead = clock_from_lock(LOCK, made).ahead
    assert ahead is not None
    assert abs(ahead) < timedelta(hours=6)
    assert clock_from_lock("0f0e0d0c-0b0a-4908-8706-050403020100", made).ahead is None
    assert clock_from_lock("any text", made).ahead is None


async def test_row_41_a_connection_that_ends_is_unreachable(line: Line) -> None:
    """The driver tests show the rest: nothing is kept and nothing is registered again."""
    line.peer.on("GET /biometric-data/ver1", Cut(envelope(item())))
    with pytest.raises(Unreachable):
        await line.client.results()
    line.peer.on("POST /user", Cut({"success": True}))
    with pytest.raises(OutcomeUnknown):
        await line.client.register(SUBJECT, INFO, ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2018-05-28T14:26:26Z", datetime(2018, 5, 28, 14, 26, 26, tzinfo=UTC)),
        ("2018-05-28 14:26:26", datetime(2018, 5, 28, 14, 26, 26)),  # noqa: DTZ001
        ("20180528142626", datetime(2018, 5, 28, 14, 26, 26)),  # noqa: DTZ001
        (1527517586, datetime(2018, 5, 28, 14, 26, 26, tzinfo=UTC)),
        ("1527517586000", datetime(2018, 5, 28, 14, 26, 26, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_times_in_every_spelling(written: Any, expected: datetime | None) -> None:
    assert LogEntry.read({"id": 1, "timestamp": written}).timestamp == expected
