"""lock, version, camera, preview and card reader: who may, in which mode, and what is answered."""

import re
import threading
import uuid
from datetime import UTC, datetime, timedelta

import cv2
import httpx
import numpy as np
import pytest

from app.simulators.ef45 import Ef45Terminal, Make, Phase
from app.simulators.people import person
from tests.simulators.ef45.bench import BOTH, Bench, Document, plain, wait_for

PREVIEW = {
    "left_eye", "right_eye", "face_image", "avg_distance", "left_boundary", "right_boundary", "left_iris_center_x",
    "right_iris_center_x", "left_iris_center_y", "right_iris_center_y", "left_eye_center_x", "right_eye_center_x",
    "left_eye_center_y", "right_eye_center_y", "left_iris_radius", "right_iris_radius", "left_distance",
    "right_distance", "message", "switch_flag",
}  # fmt: skip


def test_the_version_needs_no_lock(unlocked: Bench) -> None:
    assert unlocked.client.get("/version").json() == {"version": "1.2.40"}


def test_one_holder_at_a_time(unlocked: Bench) -> None:
    first = unlocked.lock()
    assert uuid.UUID(first).version == 1
    assert unlocked.client.post("/lock").status_code == 423
    assert unlocked.ask("GET", "/camera").status_code == 200


def test_force_takes_the_lock_from_its_holder(bench: Bench) -> None:
    forced = bench.client.put("/lock").json()["lock_uid"]
    assert forced != bench.lock_uid
    assert bench.ask("GET", "/camera").status_code == 401
    bench.lock_uid = forced
    assert bench.ask("GET", "/camera").status_code == 200


def test_releasing_frees_the_device(bench: Bench) -> None:
    assert bench.client.delete("/lock/6c45cc76-6291-11e8-b384-503f98000288").status_code == 404
    assert bench.client.delete("/lock/nonsense").status_code == 400
    assert bench.client.delete(f"/lock/{bench.lock_uid}").status_code == 200
    assert bench.ask("GET", "/camera").status_code == 401
    assert bench.client.post("/lock").status_code == 200


def test_an_unused_lock_is_lost_when_it_has_a_lifetime(bench: Bench) -> None:
    bench.terminal.vary(lock_lifetime=0.05)
    wait_for(lambda: bench.terminal.state.lock_uid is None)
    assert bench.ask("GET", "/camera").status_code == 401


def test_the_camera_tells_serial_mode_and_sound(bench: Bench) -> None:
    assert bench.get("/camera") == {"serial_number": "EF45SIM00001", "camera_mode": "Recog", "audio_enabled": True}


def test_modes_are_set_and_kept(bench: Bench) -> None:
    assert bench.set_mode("Slave") == {"success": True, "status": "Success set mode"}
    assert bench.get("/camera")["camera_mode"] == "Slave"
    bench.client.delete(f"/lock/{bench.lock_uid}")
    assert bench.terminal.state.mode == "Slave"


@pytest.mark.parametrize("mode", ["slave", "Enrol", "", "Off"])
def test_unknown_modes_are_not_set(bench: Bench, mode: str) -> None:
    answer = bench.ask("POST", "/camera", {"camera_mode": mode, "audio_enabled": False})
    assert answer.status_code == 400 or answer.json() == {"success": False, "status": "Can not set mode"}
    assert bench.terminal.state.mode == "Recog"


def test_a_person_in_the_menu_comes_first(bench: Bench) -> None:
    bench.terminal.enter_menu()
    assert bench.get("/camera")["camera_mode"] == "Enrol"
    assert bench.set_mode("Slave")["success"] is False
    bench.terminal.leave_menu()
    assert bench.set_mode("Slave")["success"] is True


def test_the_mode_stays_while_a_capture_runs(bench: Bench) -> None:
    bench.set_mode("Slave")
    bench.start()
    assert bench.set_mode("Recog") == {"success": False, "status": "Can not set mode"}


def test_starting_needs_slave_and_a_mode_and_happens_once(bench: Bench) -> None:
    assert bench.start()["success"] is False
    bench.set_mode("Slave")
    assert bench.ask("POST", "/camera/control/start").status_code == 400
    both = bench.ask("POST", "/camera/control/start", both_eye_mode="true", either_eye_mode="true")
    assert both.status_code == 400
    assert bench.start() == {"success": True, "status": "Started"}
    assert bench.start() == {"success": False, "status": "Already started"}


def test_stopping_ends_the_capture_without_an_item(bench: Bench) -> None:
    bench.terminal.present(person(1), hold=Phase.IRIS)
    bench.set_mode("Slave")
    bench.start()
    assert bench.ask("POST", "/camera/control/stop").json() == {"success": True, "status": "Stopped"}
    assert bench.ask("POST", "/camera/control/stop").json()["success"] is False
    assert bench.items() == []


@pytest.mark.parametrize("text", ["True", "FALSE", "1", "yes", ""])
def test_booleans_are_lower_case_words(bench: Bench, text: str) -> None:
    bench.set_mode("Slave")
    assert bench.ask("POST", "/camera/control/start", both_eye_mode=text).status_code == 400


def test_the_clock_is_set_in_local_time() -> None:
    with Ef45Terminal(Make(utc_offset_minutes=120)) as terminal, httpx.Client(base_url=terminal.base_url) as client:
        bench = Bench(terminal, client)
        bench.lock()
        assert bench.ask("POST", "/camera/control/setDeviceTime/052014402018.30").json()["success"] is True
        shown = datetime.now(UTC) + terminal.state.clock_offset
        expected = datetime(2018, 5, 20, 12, 40, 30, tzinfo=UTC)
        assert abs(shown - expected) < timedelta(seconds=5)


@pytest.mark.parametrize("text", ["0520024402018.30", "2018-05-20T14:40:30", "052014402018", "132014402018.30"])
def test_other_ways_to_write_a_time_are_refused(bench: Bench, text: str) -> None:
    assert bench.ask("POST", f"/camera/control/setDeviceTime/{text}").status_code == 400


def test_there_is_no_preview_while_no_camera_runs(bench: Bench) -> None:
    answer = bench.ask("GET", "/preview")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_preview_of_nobody_has_no_places(bench: Bench) -> None:
    bench.set_mode("Slave")
    bench.start()
    frame = bench.get("/preview")
    assert set(frame) == PREVIEW
    assert frame["avg_distance"] == frame["left_iris_center_x"] == frame["right_distance"] == -1
    assert (frame["left_eye"], frame["switch_flag"]) == ("", True)


def test_a_preview_shows_eyes_and_face_where_it_says(bench: Bench) -> None:
    bench.terminal.present(person(1), hold=Phase.IRIS)
    bench.set_mode("Slave")
    bench.start()
    frame = wait_for(lambda: _in_iris_range(bench))
    eye = cv2.imdecode(np.frombuffer(plain(frame["left_eye"]), np.uint8), cv2.IMREAD_UNCHANGED)
    face = cv2.imdecode(np.frombuffer(plain(frame["face_image"]), np.uint8), cv2.IMREAD_UNCHANGED)
    assert eye is not None
    assert face is not None
    assert plain(frame["left_eye"])[:2] == b"BM"
    assert plain(frame["face_image"])[:3] == b"\xff\xd8\xff"
    assert (eye.shape, face.shape) == ((480, 640), (360, 640, 3))
    assert 350 <= frame["avg_distance"] <= 450
    assert frame["left_iris_radius"] == pytest.approx(105 * 400 / frame["avg_distance"], abs=1)
    x, y = frame["left_iris_center_x"], frame["left_iris_center_y"] + 15
    assert np.asarray(eye)[y - 4 : y + 4, x - 6 : x + 6].mean() < 120


def _in_iris_range(bench: Bench) -> Document:
    frame: Document = bench.get("/preview")
    good = 350 <= frame["avg_distance"] <= 450 and frame["left_iris_radius"] > 0
    return frame if good and bench.terminal.state.phase is Phase.IRIS else {}


def test_eyes_can_be_jpeg() -> None:
    make = Make(eye_format="jpeg", speed=200, preview_size=(640, 360))
    with Ef45Terminal(make) as terminal, httpx.Client(base_url=terminal.base_url) as client:
        bench = Bench(terminal, client)
        bench.lock()
        terminal.present(person(1), hold=Phase.IRIS)
        bench.set_mode("Slave")
        bench.start()
        frame = wait_for(lambda: _in_iris_range(bench))
        assert plain(str(frame["right_eye"]))[:3] == b"\xff\xd8\xff"


def test_a_card_is_read_in_slave_mode_only(bench: Bench) -> None:
    assert bench.ask("POST", "/control/card/start").status_code == 409
    bench.set_mode("Slave")
    assert not bench.terminal.tap_card("65 D8 A1 BD")
    assert bench.ask("POST", "/control/card/start").status_code == 200
    assert bench.get("/control/card/data") == {"card": ""}
    assert bench.terminal.tap_card("65 D8 A1 BD")
    assert bench.get("/control/card/data") == {"card": "65 D8 A1 BD"}
    assert bench.ask("POST", "/control/card/stop").status_code == 200
    assert bench.get("/control/card/data") == {"card": ""}


def test_lock_uids_never_repeat(bench: Bench) -> None:
    uids = {bench.client.put("/lock").json()["lock_uid"] for _ in range(20)}
    assert len(uids) == 20
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uid) for uid in uids)


def test_a_capture_goes_on_when_the_lock_is_stolen(bench: Bench) -> None:
    bench.terminal.present(person(1))
    bench.set_mode("Slave")
    bench.start(**BOTH)
    bench.terminal.steal_lock()
    assert bench.ask("GET", "/preview").status_code == 401
    assert wait_for(lambda: bench.terminal.state.buffer)


def test_a_stopped_terminal_leaves_no_thread() -> None:
    with Ef45Terminal(Make(speed=1)) as terminal:
        terminal.present(person(1))
        terminal.reboot()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("ef45")]


def test_the_live_picture_moves_with_the_person(bench: Bench) -> None:
    now = [0.0]
    with Ef45Terminal(Make(preview_size=(320, 180)), clock=lambda: now[0]) as terminal:
        here = Bench(terminal, bench.client)
        bench.client.base_url = httpx.URL(terminal.base_url)
        here.lock()
        terminal.present(person(2), glasses=False)
        here.set_mode("Slave")
        here.start()
        frames = [_at(here, now, second / 2) for second in range(2, 13)]
    distances = [frame["avg_distance"] for frame in frames]
    assert distances[0] > 600
    assert any(350 <= frame["avg_distance"] <= 450 and frame["switch_flag"] for frame in frames)
    assert any(500 <= frame["avg_distance"] <= 650 and not frame["switch_flag"] for frame in frames)
    assert len({frame["left_iris_center_x"] for frame in frames}) > 3
    assert 1 in {frame["message"] for frame in frames}


def _at(bench: Bench, now: list[float], seconds: float) -> Document:
    now[0] = seconds
    frame: Document = bench.get("/preview")
    return frame
