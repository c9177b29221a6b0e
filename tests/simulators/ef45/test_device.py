"""Files, configuration, door, logs, firmware and control of the terminal."""

import base64
from collections.abc import Callable

import cv2
import httpx
import numpy as np
import pytest

from app.simulators.ef45 import Ef45Terminal, Make
from app.simulators.people import person
from tests.simulators.ef45.bench import Bench, plain, wait_for

FOLDER = "/usr/local/share/CMITECH/Images/"


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def bitmap(*shape: int) -> bytes:
    return cv2.imencode(".bmp", np.zeros(shape, np.uint8))[1].tobytes()


# biometric-data files


def test_an_iris_bitmap_is_kept(bench: Bench) -> None:
    body = {"filename": "lefteye.bmp", "image": text(bitmap(480, 640)), "width": 640, "height": 480}
    answer = bench.ask("PUT", "/biometric-data/save-8bmp", body)
    assert answer.status_code == 200
    assert "items" not in answer.json()
    assert bench.terminal.state.files["lefteye.bmp"] == bitmap(480, 640)


def test_bare_pixels_of_the_right_number_are_kept_too(bench: Bench) -> None:
    body = {"filename": "faroff.bmp", "image": text(bytes(4 * 6 * 3)), "width": 4, "height": 6}
    assert bench.ask("PUT", "/biometric-data/save-24bmp", body).status_code == 200


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("save-8bmp", {"filename": "lefteye.bmp", "image": text(bitmap(4, 6, 3)), "width": 6, "height": 4}),
        ("save-8bmp", {"filename": "lefteye.bmp", "image": text(bitmap(4, 6)), "width": 4, "height": 6}),
        ("save-8bmp", {"filename": "faron.bmp", "image": text(bitmap(4, 6)), "width": 6, "height": 4}),
        ("save-24bmp", {"filename": "faron.bmp", "image": text(bitmap(4, 6)), "width": 6, "height": 4}),
        ("save-24bmp", {"filename": "faron.bmp", "image": text(bitmap(4, 6, 3))}),
        ("save-24bmp", "faron.bmp"),
    ],
)
def test_other_bitmaps_are_refused(bench: Bench, operation: str, body: object) -> None:
    assert bench.ask("PUT", f"/biometric-data/{operation}", body).status_code == 400
    assert bench.terminal.state.files == {}


@pytest.mark.parametrize("wrap", [lambda data: {"file": text(data), "size": len(data)}, text])
@pytest.mark.parametrize("name", [FOLDER + "pc_enroll_logo.png", "abc_faroff.jpg"])
def test_files_are_saved_and_loaded(bench: Bench, wrap: object, name: str) -> None:
    assert callable(wrap)
    assert bench.ask("PUT", "/biometric-data/save-file", wrap(b"picture"), filename=name).status_code == 200
    loaded = bench.get("/biometric-data/load-file", filename=name)
    assert (plain(loaded["file"]), loaded["size"]) == (b"picture", 7)


@pytest.mark.parametrize("name", ["../../etc/passwd", FOLDER + "../x_faroff.jpg", "script.sh", ""])
def test_other_names_are_refused(bench: Bench, name: str) -> None:
    assert bench.ask("GET", "/biometric-data/load-file", filename=name).status_code == 400
    assert bench.ask("PUT", "/biometric-data/save-file", text(b"x"), filename=name).status_code == 400


def test_a_file_that_is_not_there_or_of_another_size(bench: Bench) -> None:
    assert bench.ask("GET", "/biometric-data/load-file", filename="abc_faron.jpg").status_code == 404
    wrong = {"file": text(b"picture"), "size": 8}
    assert bench.ask("PUT", "/biometric-data/save-file", wrong, filename="abc_faron.jpg").status_code == 400


@pytest.mark.parametrize(("wanted", "good", "bad"), [("path", FOLDER, ""), ("name", "", FOLDER)])
def test_a_terminal_may_want_the_path_or_the_name(bench: Bench, wanted: str, good: str, bad: str) -> None:
    bench.terminal.vary(filename=wanted)
    body = {"file": text(b"x"), "size": 1}
    assert bench.ask("PUT", "/biometric-data/save-file", body, filename=good + "a_faron.jpg").status_code == 200
    assert bench.ask("PUT", "/biometric-data/save-file", body, filename=bad + "a_faron.jpg").status_code == 404


@pytest.mark.parametrize(("version", "old", "new"), [("1.2.33", 200, 404), ("1.2.34", 404, 200), ("1.2.100", 404, 200)])
def test_the_version_decides_between_old_and_new_buffer(version: str, old: int, new: int) -> None:
    with (
        Ef45Terminal(Make(version=version)) as terminal,
        httpx.Client(base_url=terminal.base_url, verify=False) as client,
    ):
        bench = Bench(terminal, client)
        bench.lock()
        terminal.leave_stale(person(5))
        assert bench.ask("GET", "/biometric-data").status_code == old
        assert bench.ask("GET", "/biometric-data/ver1").status_code == new


# config and door


def test_configuration_by_title_and_type(bench: Bench) -> None:
    title = "umx.camera.enrol.MinimumUsableIrisArea"
    path = f"/config/{title}/int"
    assert bench.get(path) == {"title": title, "bool": False, "float": 0.0, "int": 2, "string": ""}
    assert bench.ask("PUT", path, {"title": title, "int": 3}).status_code == 204
    assert bench.get(path)["int"] == 3
    assert bench.get("/config/launcher.device.deviceinfo.deviceid/string")["string"] == "EF45SIM00001"
    assert bench.get("/config/launcher.device.sound.enabled/bool")["bool"] is True


def test_a_float_may_be_sent_without_its_point(bench: Bench) -> None:
    title = "umx.camera.enrol.MinimumQualityScore"
    assert bench.ask("PUT", f"/config/{title}/float", {"title": title, "float": 60}).status_code == 204
    assert bench.terminal.state.config[title] == 60.0


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("launcher.device.sound.volume/number", {"title": "launcher.device.sound.volume", "number": 1}, 400),
        ("launcher.device.sound.volume/int", {"title": "launcher.device.sound.volume", "int": "1"}, 400),
        ("launcher.device.sound.volume/int", {"title": "launcher.device.sound.volume", "int": True}, 400),
        ("launcher.device.sound.volume/int", {"title": "another", "int": 1}, 400),
        ("launcher.device.sound.volume/int", {"int": 1}, 400),
        ("launcher.device.sound.volume/string", {"title": "launcher.device.sound.volume", "string": "1"}, 400),
        ("no.such.title/int", {"title": "no.such.title", "int": 1}, 404),
    ],
)
def test_other_configuration_is_refused(bench: Bench, path: str, body: object, status: int) -> None:
    before = bench.terminal.state.config
    assert bench.ask("PUT", f"/config/{path}", body).status_code == status
    assert bench.terminal.state.config == before


def test_the_relay_opens_for_a_while(bench: Bench) -> None:
    assert bench.get("/config/door-status") == {"door_sensor": 0, "relay": 0, "tamper": 0, "rte": 0}
    assert bench.ask("PUT", "/config/relay", forced="false", duration="60").status_code == 204
    assert bench.get("/config/door-status")["relay"] == 1
    wait_for(lambda: bench.get("/config/door-status")["relay"] == 0)
    assert bench.terminal.state.door_log == (("normal", 60),)


@pytest.mark.parametrize("query", [{}, {"forced": "true"}, {"duration": "5"},
                                   {"forced": "True", "duration": "5"},
                                   {"forced": "true", "duration": "5s"},
                                   {"forced": "true", "duration": "-1"}])  # fmt: skip
def test_the_relay_stays_shut_for_sloppy_requests(bench: Bench, query: dict[str, str]) -> None:
    assert bench.ask("PUT", "/config/relay", **query).status_code == 400
    assert bench.terminal.state.door_log == ()


# logs


@pytest.fixture
def logged(bench: Bench) -> Bench:
    for number in range(1, 11):
        bench.terminal.log_event("UserData", str(number), "AddUsers", "Success")
    return bench


def ids(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["items"]]


def test_logs_by_page_and_order(logged: Bench) -> None:
    assert ids(logged.ask("GET", "/logs")) == list(range(1, 11))
    assert ids(logged.ask("GET", "/logs", page="2", page_size="4")) == [5, 6, 7, 8]
    assert ids(logged.ask("GET", "/logs", page="1", page_size="3", order="desc")) == [10, 9, 8]
    assert logged.ask("GET", "/logs", order="down").status_code == 400


@pytest.mark.parametrize("names", [("min", "max"), ("from_id", "to_id")])
def test_logs_by_range_under_both_pairs_of_names(logged: Bench, names: tuple[str, str]) -> None:
    low, high = names
    assert ids(logged.ask("GET", "/logs/from/to", **{low: "3", high: "5"})) == [3, 4, 5]
    assert ids(logged.ask("GET", "/logs/from/to", page="2", page_size="2", **{low: "3", high: "5"})) == [5]
    assert logged.ask("DELETE", "/logs", **{low: "3", high: "5"}).status_code == 204
    assert ids(logged.ask("GET", "/logs")) == [1, 2, 6, 7, 8, 9, 10]


@pytest.mark.parametrize("query", [{}, {"min": "1"}, {"max": "1"}, {"min": "5", "max": "1"}, {"min": "a", "max": "b"},
                                   {"min": "1", "max": "2", "from_id": "1", "to_id": "10"}])  # fmt: skip
def test_without_one_clear_range_nothing_is_deleted(logged: Bench, query: dict[str, str]) -> None:
    assert logged.ask("DELETE", "/logs", **query).status_code == 400
    assert len(logged.terminal.state.logs) == 10


def test_a_terminal_may_insist_on_one_pair_of_names(logged: Bench) -> None:
    logged.terminal.vary(log_range="min_max")
    assert logged.ask("GET", "/logs/from/to", from_id="1", to_id="2").status_code == 400
    assert ids(logged.ask("GET", "/logs/from/to", min="1", max="2", from_id="1", to_id="2")) == [1, 2]


def test_one_log_and_all_logs(logged: Bench) -> None:
    assert logged.get("/logs/4")["user_uuid"] == "4"
    assert logged.ask("DELETE", "/logs/4").status_code == 204
    assert logged.ask("GET", "/logs/4").status_code == 404
    assert logged.ask("DELETE", "/logs/four").status_code == 400
    assert logged.ask("DELETE", "/logs/db").status_code == 204
    assert ids(logged.ask("GET", "/logs")) == []


def test_log_numbers_are_not_used_again(logged: Bench) -> None:
    logged.ask("DELETE", "/logs/db")
    assert logged.terminal.log_event("General", "", "InitInfo") == 11


# firmware


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "bare": base64.b64encode,
    "json": lambda piece: b'"' + base64.b64encode(piece) + b'"',
    "object": lambda piece: b'{"file":"' + base64.b64encode(piece) + b'","size":%d}' % len(piece),
}


def upload(bench: Bench, method: str, data: bytes, form: str, size: int = 1000) -> httpx.Response:
    query = {"lock_uid": bench.lock_uid}
    assert bench.ask(method, "/update/start").is_success
    *first, last = [FORMS[form](piece) for piece in pieces(data, size)]
    for piece in first:
        assert bench.client.request(method, "/update/continous", params=query, content=piece).is_success
    return bench.client.request(method, "/update/done", params=query, content=last)


@pytest.mark.parametrize("form", list(FORMS))
def test_firmware_arrives_whole_in_every_form(bench: Bench, form: str) -> None:
    data = bytes(range(256)) * 20
    answer = upload(bench, "POST", data, form)
    assert (answer.status_code, answer.json()) == (200, {"file": "firmware.bin"})
    assert bench.terminal.state.files["firmware.bin"] == data
    assert bench.terminal.state.version == "1.2.40"


@pytest.mark.parametrize(
    ("method", "version", "status"), [("POST", "1.2.41", 200), ("PUT", "1.2.33", 204), ("POST", "1.2.40", 409)]
)
def test_firmware_is_installed_by_a_reboot_when_its_version_allows(
    bench: Bench, method: str, version: str, status: int
) -> None:
    answer = upload(bench, method, f"EF45FW {version}\n".encode() + bytes(3000), "bare")
    assert answer.status_code == status
    bench.terminal.wait_until_back()
    shown = bench.client.get("/version").json()["version"]
    assert shown == (version if status != 409 else "1.2.40")
    assert (bench.terminal.state.lock_uid is None) is (status != 409)


def test_a_new_start_throws_away_what_came_before(bench: Bench) -> None:
    query = {"lock_uid": bench.lock_uid}
    bench.ask("POST", "/update/start")
    bench.client.post("/update/continous", params=query, content=base64.b64encode(b"old"))
    upload(bench, "POST", b"new", "bare")
    assert bench.terminal.state.files["firmware.bin"] == b"new"


def test_pieces_need_a_start_of_their_own_kind(bench: Bench) -> None:
    query = {"lock_uid": bench.lock_uid}
    piece = base64.b64encode(b"piece")
    assert bench.client.post("/update/continous", params=query, content=piece).status_code == 409
    bench.ask("POST", "/update/start")
    assert bench.client.put("/update/continous", params=query, content=piece).status_code == 409
    assert bench.client.put("/update/done", params=query, content=piece).status_code == 409
    assert bench.client.post("/update/continous", params=query, content=b"not base64!").status_code == 400
    assert bench.client.post("/update/continous", params=query, content=b"").status_code == 400
    large = base64.b64encode(bytes(2 * 1024 * 1024))
    assert bench.client.post("/update/continous", params=query, content=large).status_code == 413


# control


def test_manual_commands_must_have_been_allowed_by_a_person(bench: Bench) -> None:
    assert bench.ask("POST", "/control", True).json()["success"] is False
    bench.terminal.configure("launcher.network.server.manualcommand", True)
    assert bench.ask("POST", "/control", True).json() == {"success": True, "status": "Success"}
    assert bench.ask("POST", "/control", {}).status_code == 400
    assert bench.ask("POST", "/control").status_code == 415


def test_anti_passback_is_reset_for_one_and_for_all(bench: Bench) -> None:
    for number in (1, 2, 3):
        bench.terminal.store(person(number))
    assert bench.ask("POST", f"/control/apb/clear/{person(2).user_uuid}").status_code == 200
    state = bench.terminal.state.user_info
    assert [state[person(number).user_uuid]["apb_status"] for number in (1, 2, 3)] == [0, 1, 0]
    assert bench.ask("POST", "/control/apb/clearall").status_code == 200
    assert {row["apb_status"] for row in bench.terminal.state.user_info.values()} == {1}
    assert bench.ask("POST", "/control/apb/clear/nobody").status_code == 404
