"""Users' pictures, and templates computed on the terminal."""

import base64
from typing import Any

import cv2
import numpy as np
import pytest

from app.simulators.controlid import prints
from app.simulators.controlid.faces import photo
from app.simulators.people import FacePose, empty_scene, person
from tests.simulators.controlid.bench import Bench

SIZE = (480, 640)


@pytest.fixture
def user(bench: Bench) -> int:
    return bench.add_user(person(1))


def stored(bench: Bench, user: int, image: bytes, **more: int) -> Any:
    return bench.told("user_set_image", image, user_id=user, timestamp=1700, **more)


def test_a_picture_is_set_got_listed_and_destroyed(bench: Bench, user: int) -> None:
    image = photo(person(1), SIZE)
    told = stored(bench, user, image)
    assert (told["user_id"], told["success"], told["errors"]) == (user, True, [])
    assert told["scores"]["bounds_width"] > 60
    got = bench.ask("user_get_image", method="GET", user_id=user)
    assert (got.content, got.headers["content-type"]) == (image, "image/jpeg")
    timed = bench.told("user_get_image", method="GET", user_id=user, get_timestamp=1)
    assert (timed["timestamp"], base64.b64decode(timed["image"])) == (1700, image)
    assert bench.told("user_list_images", method="GET") == {"user_ids": [user]}
    assert bench.told("user_list_images", get_timestamp=1) == {"image_info": [{"user_id": user, "timestamp": 1700}]}
    several = bench.told("user_get_image_list", {"user_ids": [user, 9]})["user_images"]
    assert [sorted(entry) for entry in several] == [["id", "image", "timestamp"], ["error", "id"]]
    assert bench.ask("user_destroy_image", {"user_id": str(user)}).content == b""
    assert bench.ask("user_get_image", method="GET", user_id=user).status_code == 404


@pytest.mark.parametrize("body", [{"user_ids": [1001]}, {"all": True}])
def test_other_ways_to_destroy(bench: Bench, user: int, body: object) -> None:
    stored(bench, user, photo(person(1), SIZE))
    bench.told("user_destroy_image", {"dangling": True})
    assert bench.told("user_list_images") == {"user_ids": [user]}
    assert bench.refused("user_destroy_image", {})
    bench.told("user_destroy_image", body)
    assert bench.told("user_list_images") == {"user_ids": []}


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"\xff\xd8\xff not a picture", 1),
        (photo(person(1), (120, 160)), 1),
        (photo(person(1), SIZE) + bytes(2_000_000), 1),
        (cv2.imencode(".png", empty_scene(SIZE))[1].tobytes(), 2),
        (photo(person(1), SIZE, FacePose(x=0.24)), 4),
        (photo(person(5), SIZE, FacePose(scale=1.4)), 6),
        (photo(person(1), SIZE, FacePose(blur=6)), 8),
        (photo(person(1), SIZE, FacePose(x=0.3)), 9),
    ],
)
def test_pictures_it_does_not_like(bench: Bench, user: int, image: bytes, code: int) -> None:
    told = bench.told("user_test_image", image)
    assert not told["success"]
    assert code in {error["code"] for error in told["errors"]}
    assert not stored(bench, user, image)["success"]
    assert bench.told("user_list_images") == {"user_ids": []}


def test_a_face_of_another_user_is_found_when_asked_for(bench: Bench, user: int) -> None:
    owner = bench.terminal.store(person(6), face=True)
    image = photo(person(6), SIZE, FacePose(scale=0.96))
    (error,) = stored(bench, user, image, match=1)["errors"]
    assert (error["code"], error["info"]) == (3, {"match_user_id": owner})
    assert stored(bench, user, image, match=0)["success"]


def test_several_at_once(bench: Bench, user: int) -> None:
    text = base64.b64encode(photo(person(1), SIZE)).decode()
    entries = [{"user_id": number, "timestamp": 1, "image": text} for number in (user, 9)]
    results = bench.told("user_set_image_list", {"match": False, "user_images": entries})["results"]
    assert [(result["user_id"], result["success"]) for result in results] == [(user, True), (9, False)]
    assert results[1]["errors"][0]["code"] == 1
    assert bench.refused("user_set_image_list", {"user_images": [{"user_id": 1, "timestamp": 1, "image": "*"}]})
    big = {"match": False, "user_images": [{**entries[0], "image": "A" * 2_000_001}]}
    assert bench.refused("user_set_image_list", big, status=413)


def test_a_terminal_may_not_keep_pictures(bench: Bench, user: int) -> None:
    bench.terminal.configure("general", keep_user_image="0")
    assert stored(bench, user, photo(person(1), SIZE))["success"]
    assert bench.ask("user_get_image", method="GET", user_id=user).status_code == 404


def test_binary_commands_want_octets_and_numbers(bench: Bench, user: int) -> None:
    assert "octet-stream" in bench.refused("user_test_image", {"image": ""})
    assert "user_id" in bench.refused("user_set_image", b"x", timestamp=1)
    assert "user_id" in bench.refused("user_get_image", method="GET", user_id="x")
    assert "100" in bench.refused("user_get_image_list", {"user_ids": list(range(101))})


def touches(finger: int) -> list[Any]:
    return [prints.press(1, finger, number, (260, 320)).picture for number in (11, 12, 13)]


def extracted(bench: Bench, picture: Any) -> bytes:
    height, width = picture.shape
    told = bench.told("template_extract", picture.tobytes(), width=width, height=height)
    assert told["quality"] > 50
    return base64.b64decode(told["template"])


def matched(bench: Bench, parts: list[bytes]) -> Any:
    sizes: dict[str, Any] = {f"size{index}": len(part) for index, part in enumerate(parts)}
    return bench.ask("template_match", b"".join(parts), temp_num=len(parts), **sizes)


def test_templates_are_extracted_matched_and_created(bench: Bench, user: int) -> None:
    parts = [extracted(bench, picture) for picture in touches(2)]
    assert matched(bench, parts).status_code == 200
    other = extracted(bench, touches(3)[0])
    assert matched(bench, [*parts[:2], other]).json() == {"error": "Different fingerprints"}
    sizes = {f"size{index}": len(part) for index, part in enumerate(parts)}
    bench.told("template_create", b"".join(parts), user_id=user, finger_type=1, **sizes)
    assert matched(bench, parts).json() == {"error": "Template exists"}
    (row,) = bench.told("load_objects", {"object": "templates"})["templates"]
    assert (row["user_id"], row["finger_type"]) == (user, 1)
    assert bench.told("is_valid_biometry", {"biometry": row["template"]}) == {"isValid": True}
    assert bench.told("is_valid_biometry", {"biometry": "AAAA"}) == {"isValid": False}


def test_bad_templates_and_pictures(bench: Bench) -> None:
    assert bench.refused("template_extract", b"1234", width=3, height=2) == "Invalid image size"
    assert bench.refused("template_match", b"1234", temp_num=1, size0=4) == "Invalid template"
    assert bench.refused("template_match", b"1234", temp_num=4)
    blank = np.full((320, 260), 253, np.uint8)
    assert bench.told("template_extract", blank.tobytes(), width=260, height=320)["quality"] == 0
