"""remote_enroll with sync: what comes back, in every mode; presses, cancel, refusals."""

import base64
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from app.simulators.controlid import ControlIdTerminal, Dress, Make, Mischief, Modality, PictureFormat
from app.simulators.controlid.prints import is_template
from app.simulators.faults import Fault
from app.simulators.people import person
from tests.simulators.controlid.bench import Bench, Receiver, wait_for

ENTERPRISE = {"local": "0", "extract": "0"}


def begun(bench: Bench, pool: ThreadPoolExecutor, **order: Any) -> "Future[httpx.Response]":
    """A synchronous enrollment under way."""
    future = pool.submit(bench.ask, "remote_enroll", {"type": "biometry", "sync": True, "user_id": 5, **order})
    wait_for(lambda: bench.terminal.state.status.enroller_state != "NORMAL_STATE")
    return future


@contextmanager
def hurried(make: Make) -> Iterator[Bench]:
    """A client at a terminal of this make."""
    with ControlIdTerminal(make) as terminal, httpx.Client(base_url=terminal.base_url, trust_env=False) as client:
        bench = Bench(terminal, client)
        bench.login()
        yield bench


def picture(entry: dict[str, Any]) -> np.ndarray[Any, Any]:
    data = np.frombuffer(base64.b64decode(entry["image"], validate=True), np.uint8)
    return data.reshape(entry["height"], entry["width"])


def test_a_terminal_that_works_alone_gives_a_template(bench: Bench) -> None:
    bench.terminal.present(person(1))
    told = bench.start(sync=True, user_id=5, panic_finger=1)
    assert {name: told[name] for name in ("success", "user_id", "device_id", "finger_type")} == {
        "success": True, "user_id": 5, "device_id": 6613047045004349, "finger_type": 1,
    }  # fmt: skip
    template = base64.b64decode(told["template"], validate=True)
    assert template.startswith(b"ICRS21\0\0")
    assert is_template(template)
    assert template[10] == 3
    assert (int.from_bytes(template[20:22], "little"), int.from_bytes(template[22:24], "little")) == (260, 320)
    assert "fingerprints" not in told


def test_enterprise_gives_three_pictures_of_one_finger(bench: Bench, receiver: Receiver) -> None:
    bench.go_online(receiver, **ENTERPRISE)
    bench.terminal.present(person(1))
    told = bench.start(sync=True, user_id=5)
    one, two, three = (picture(entry) for entry in told["fingerprints"])
    assert one.shape == two.shape == three.shape == (320, 260)
    assert not np.array_equal(one, two)
    assert not np.array_equal(two, three)
    for image in (one, two, three):
        assert np.percentile(image, 95) > 200, "light background"
        assert np.percentile(image, 10) < 120, "dark ridges"
    assert "template" not in told


@pytest.mark.parametrize(
    ("sync_prints", "names"),
    [
        ("template", {"template"}),
        ("fingerprints", {"fingerprints"}),
        ("both", {"template", "fingerprints"}),
        ("none", set()),
    ],
)
def test_other_readings_of_the_reply(bench: Bench, sync_prints: str, names: set[str]) -> None:
    bench.terminal.vary(sync_prints=sync_prints)
    bench.terminal.present(person(1))
    told = bench.start(sync=True)
    assert told["success"]
    assert told["user_id"] == 0
    assert {"template", "fingerprints"} & set(told) == names


@pytest.mark.parametrize("file_format", [PictureFormat.JPEG, PictureFormat.PNG, PictureFormat.BMP])
def test_pictures_as_files_with_sizes_as_text_or_swapped(bench: Bench, file_format: PictureFormat) -> None:
    bench.terminal.vary(sync_prints="fingerprints", picture_format=file_format, sizes_as_text=True, sizes_swapped=True)
    bench.terminal.present(person(1))
    first = bench.start(sync=True)["fingerprints"][0]
    assert (first["width"], first["height"]) == ("320", "260")
    data = np.frombuffer(base64.b64decode(first["image"]), np.uint8)
    decoded = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    assert decoded.shape == (320, 260)


@pytest.mark.parametrize(
    ("dress", "mark"), [(Dress.LINES, "\n"), (Dress.DATA_URI, "data:"), (Dress.URLSAFE, ""), (Dress.UNPADDED, "")]
)
def test_base64_in_other_dresses(bench: Bench, dress: Dress, mark: str) -> None:
    bench.terminal.vary(dress=dress)
    bench.terminal.present(person(1))
    text = bench.start(sync=True)["template"]
    assert mark in text
    assert not ({"+", "/"} & set(text) if dress is Dress.URLSAFE else {"="} & set(text) & {dress.name})


def test_a_face_a_card_and_secrets(bench: Bench) -> None:
    bench.terminal.present(person(1), card=2**63 + 5)
    face = base64.b64decode(bench.start("face", sync=True, auto=True, countdown=3)["user_image"])
    assert face.startswith(b"\xff\xd8\xff")
    assert bench.start("card", sync=True)["card_value"] == 2**63 + 5
    assert bench.start("pin", sync=True)["pin_value"] == person(1).pin
    assert bench.start("password", sync=True)["password_value"] == person(1).pin
    bench.terminal.vary(face_key="image")
    assert "image" in bench.start("face", sync=True)


def test_what_is_saved_lies_in_the_tables(bench: Bench) -> None:
    user = bench.add_user(person(1))
    bench.terminal.present(person(1))
    for kind in ("biometry", "face", "card", "pin"):
        assert bench.start(kind, sync=True, save=True, user_id=user)["success"]
    state = bench.terminal.state
    assert [len(state.tables[name]) for name in ("templates", "cards", "pins")] == [1, 1, 1]
    assert user in state.photos
    assert bench.told("load_objects", {"object": "users"})["users"][0]["image_timestamp"] > 0
    again = bench.start("card", sync=True, save=True, user_id=user)
    assert (again["success"], "UNIQUE" in again["error"]) == (False, True)


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({}, "Missing member 'type'"),
        ({"type": "iris"}, "Invalid type"),
        ({"type": "biometry", "sync": 1}, "(bool expected, got int)"),
        ({"type": "biometry", "user_id": "5"}, "(int expected, got string)"),
        ({"type": "biometry", "save": True}, "Missing member 'user_id'"),
        ({"type": "biometry", "save": True, "user_id": 99}, "User not found"),
        ({"type": "biometry", "panic_finger": 2}, "panic_finger"),
        ({"type": "face", "countdown": -1}, "countdown"),
        ({"type": "face", "speed": 1}, "Invalid member 'speed'"),
    ],
)
def test_bad_orders(bench: Bench, order: object, error: str) -> None:
    assert error in bench.refused("remote_enroll", order)
    assert bench.terminal.state.status.enroller_state == "NORMAL_STATE"


def test_every_documented_member_is_taken(bench: Bench) -> None:
    bench.terminal.present(person(1))
    order = {"registration": "A1", "message": "Hello", "msg": "Hello", "save": False, "panic_finger": 0}
    assert bench.start("card", sync=True, auto=False, countdown=5, user_id=1, **order)["success"]
    bench.terminal.vary(refuse_unknown=False)
    assert bench.start("card", sync=True, unheard="of")["success"]


def test_cancel_ends_a_waiting_enrollment_and_leaves_the_terminal_idle(bench: Bench) -> None:
    with ThreadPoolExecutor(1) as pool:
        future = begun(bench, pool, message="Right index, please")
        assert bench.terminal.state.screen == "Right index, please"
        assert bench.refused("remote_enroll", {"type": "card"}) == "Enrollment in progress"
        assert bench.ask("cancel_remote_enroll").content == b""
        told = future.result(10).json()
    assert (told["success"], told["user_id"], told["error"]) == (False, 5, "Enrollment canceled")
    state = bench.told("enroller_biometry_state")
    assert state == {
        "enroller_state": "NORMAL_STATE", "biometry_state": "NOT_ENROLLING",
        "last_enroll": False, "last_enroll_error": "UNKNOWN",
    }  # fmt: skip
    assert bench.terminal.state.screen == ""
    assert bench.ask("cancel_remote_enroll").status_code == 200, "also when nothing runs"


def test_a_new_order_may_replace_the_old_and_failure_may_be_a_400(bench: Bench) -> None:
    bench.terminal.vary(second_enroll="replace", failed_status=400)
    with ThreadPoolExecutor(1) as pool:
        future = begun(bench, pool)
        bench.terminal.present(person(1))
        assert bench.start("card", sync=True)["success"]
        old = future.result(10)
    assert (old.status_code, old.json()) == (400, {"error": "Enrollment canceled"})


def test_the_next_order_is_taken_as_soon_as_the_last_is_answered(bench: Bench) -> None:
    bench.terminal.present(person(1))
    assert all(bench.start("card", sync=True)["success"] for _ in range(25))


def test_nobody_comes() -> None:
    with hurried(Make(speed=200, patience_seconds=4)) as bench:
        told = bench.start("card", sync=True)
        assert (told["success"], told["error"]) == (False, "Enrollment timeout")


@pytest.mark.parametrize("kind", ["biometry", "face"])
def test_spoiled_pictures(bench: Bench, kind: str) -> None:
    bench.terminal.vary(sync_prints="fingerprints")
    bench.terminal.present(person(1))

    def image() -> bytes:
        told = bench.start(kind, sync=True)
        return base64.b64decode(told["user_image"] if kind == "face" else told["fingerprints"][0]["image"])

    whole = image()
    bench.terminal.faults.add(Fault(Mischief.WRONG_LENGTH, "remote_enroll"))
    assert len(image()) == len(whole) * 2 // 3
    bench.terminal.faults.add(Fault(Mischief.GARBAGE_IMAGE, "remote_enroll"))
    assert image()[:2] != b"\xff\xd8"


def test_scripted_endings(bench: Bench) -> None:
    bench.terminal.present(person(1))
    bench.terminal.faults.add(
        Fault(Mischief.EMPTY_SUCCESS, "remote_enroll"),
        Fault(Mischief.WRONG_USER, "remote_enroll", after=1, body="77"),
        Fault(Mischief.FACE_EXISTS, "remote_enroll", after=2, body="12"),
    )
    assert set(bench.start("card", sync=True, user_id=5)) == {"success", "user_id", "device_id"}
    assert bench.start("card", sync=True, user_id=5)["user_id"] == 77
    known = bench.start("face", sync=True, user_id=5)
    assert (known["error"], known["info"]) == ("FACE_EXISTS", {"match_user_id": 12})
    assert bench.told("enroller_state")["last_enroll_error"] == "FACE_EXISTS"


def test_a_face_that_is_really_known_is_found(bench: Bench) -> None:
    owner = bench.terminal.store(person(3), face=True)
    bench.terminal.present(person(3))
    assert bench.start("face", sync=True, user_id=5)["info"] == {"match_user_id": owner}
    assert bench.start("face", sync=True, user_id=owner)["success"], "one's own face may be taken anew"
    bench.terminal.present(person(4))
    assert bench.start("face", sync=True, user_id=5)["success"]


def test_the_answer_never_comes_though_the_terminal_enrolled(bench: Bench) -> None:
    user = bench.add_user(person(1))
    bench.terminal.present(person(1))
    bench.terminal.faults.add(Fault(Mischief.NEVER_ANSWERS, "remote_enroll"))
    order = {"type": "card", "sync": True, "save": True, "user_id": user}
    with pytest.raises(httpx.ReadTimeout):
        bench.client.post(
            "/remote_enroll.fcgi", params={"session": bench.session}, json=order, timeout=httpx.Timeout(5, read=0.3)
        )
    wait_for(lambda: bench.terminal.state.tables["cards"])
    assert bench.told("enroller_state")["last_enroll"] is True


def test_a_reboot_amid_the_presses(bench: Bench) -> None:
    bench.terminal.present(person(1))
    bench.terminal.faults.add(Fault(Mischief.REBOOT_AMID, "remote_enroll"))
    with pytest.raises(httpx.TransportError):
        bench.start(sync=True)
    bench.terminal.wait_until_back()
    assert bench.refused("enroller_state", status=401) == "Invalid session"
    bench.login()
    assert bench.told("enroller_state") == {
        "enroller_state": "NORMAL_STATE", "last_enroll": False, "last_enroll_error": "",
    }  # fmt: skip


def test_a_terminal_without_a_fingerprint_reader() -> None:
    with hurried(Make(speed=200, modalities=frozenset({Modality.FACE}))) as bench:
        assert "Invalid type" in bench.refused("remote_enroll", {"type": "biometry"})


def test_power_goes_while_a_client_waits(bench: Bench) -> None:
    with ThreadPoolExecutor(1) as pool:
        future = begun(bench, pool)
        bench.terminal.stop()
        with pytest.raises(httpx.TransportError):
            future.result(10)
