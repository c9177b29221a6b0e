"""The tables of variants, row by row: numbers, flags, base64, results of every shape, pictures by their content."""

import base64
import json
import struct

import cv2
import numpy as np
import pytest

from app.devices.controlid import wire
from app.devices.controlid.codec import EnrollerState, EnrollResult, Kind, Order, Print, SystemInfo, read_result
from app.devices.controlid.images import gray, identify, is_template
from app.domain.errors import ProtocolError

BLOB = bytes(range(256)) * 3
PLAIN = base64.b64encode(BLOB).decode()
BIG = 122641794705028910


@pytest.mark.parametrize(
    "written",
    [
        PLAIN,
        base64.encodebytes(BLOB).decode(),
        base64.urlsafe_b64encode(BLOB).decode(),
        PLAIN.rstrip("="),
        f"data:image/jpeg;base64,{PLAIN}",
        PLAIN.replace("/", "\\/"),
    ],
)
def test_base64_in_any_dress(written: str) -> None:
    assert wire.read_base64(written) == BLOB


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (str(BIG), BIG),
        (f'"{BIG}"', BIG),
        ("1e3", 1000),
        ("7.5", None),
        ('"7.5"', None),
        ('"many"', None),
        ("null", None),
        ("[]", None),
        ("1e999999", None),
        ('" 7 "', 7),
        ("18446744073709551616", None),
    ],
)
def test_whole_numbers_stay_whole(value: str, number: int | None) -> None:
    source = wire.parse(f'{{"n":{value}}}'.encode())
    assert isinstance(source, dict)
    assert wire.optional_integer(source, "n") == number


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"success": True, "user_id": 7, "device_id": 9, "finger_type": 1, "template": PLAIN},
            EnrollResult(Kind.FINGER, True, 7, 9, 1, templates=(BLOB,)),
        ),
        (
            {
                "success": True,
                "user_id": "7",
                "fingerprints": [{"image": PLAIN, "width": "32", "height": 24}] * 3,
                "template": PLAIN,
            },
            EnrollResult(Kind.FINGER, True, 7, prints=(Print(BLOB, 32, 24),) * 3, templates=(BLOB,)),
        ),
        ({"success": True, "user_id": 7, "device_id": 9}, EnrollResult(Kind.FINGER, True, 7, 9)),
        ({"user_id": 7, "fingerprints": {"image": PLAIN}}, EnrollResult(Kind.FINGER, True, 7, prints=(Print(BLOB),))),
        (
            {"success": False, "user_id": 7, "error": "Enrollment canceled"},
            EnrollResult(Kind.FINGER, False, 7, error="Enrollment canceled"),
        ),
        ({"error": "text", "code": 3}, EnrollResult(Kind.FINGER, False, error="text")),
        ({"success": True, "user_id": 7, "user_image": PLAIN}, EnrollResult(Kind.FACE, True, 7, face=BLOB)),
        ({"success": True, "user_id": 7, "image": PLAIN}, EnrollResult(Kind.FACE, True, 7, face=BLOB)),
        ({"user_id": 7, "face": {"image": PLAIN, "width": 3}}, EnrollResult(Kind.FACE, True, 7, face=BLOB)),
        ({"user_id": 7, "face": [{"image": PLAIN}]}, EnrollResult(Kind.FACE, True, 7, face=BLOB)),
        (
            {"success": False, "error": "FACE_EXISTS", "info": {"match_user_id": 5}},
            EnrollResult(Kind.FACE, False, error="FACE_EXISTS", match_user=5),
        ),
        ({"success": True, "card_value": BIG}, EnrollResult(Kind.CARD, True, card=BIG)),
        ({"user_id": 0, "value": str(BIG), "device_id": "9"}, EnrollResult(Kind.CARD, True, 0, 9, card=BIG)),
        (None, EnrollResult(Kind.CARD)),
    ],
)
def test_results_of_every_shape(body: object, expected: EnrollResult) -> None:
    assert read_result(wire.parse(json.dumps(body).encode()), expected.kind) == expected


@pytest.mark.parametrize("body", [[1], "text", 7, {"fingerprints": 7}, {"template": 7}, {"fingerprints": ["x"]}])
def test_results_without_meaning(body: object) -> None:
    with pytest.raises(ProtocolError):
        read_result(body, Kind.FINGER)


def test_an_order_says_what_matters_and_leaves_out_what_is_nothing() -> None:
    assert Order(Kind.FINGER, 7).write() == {"type": "biometry", "user_id": 7, "save": False, "sync": True}
    whole = Order(Kind.FACE, 7, save=True, sync=False, panic_finger=True, message="Hi", auto=True, countdown=3).write()
    extra = {"panic_finger": 1, "message": "Hi", "auto": True, "countdown": 3}
    assert whole == {"type": "face", "user_id": 7, "save": True, "sync": False} | extra
    assert Order(Kind.CARD, 7, message="Hi", prompt_as_msg=True).write()["msg"] == "Hi"


@pytest.mark.parametrize("number", [6613047045004349, "6613047045004349"])
def test_the_terminal_says_who_it_is(number: object) -> None:
    info = SystemInfo.read({"serial": "S", "version": "6", "device_id": number, "online_available": False})
    assert (info.device_id, info.online_available, info.online) == (6613047045004349, False, False)


@pytest.mark.parametrize(
    ("biometry", "press"),
    [
        ("ENROLL_FIRST_BIOMETRY_STATE", 1),
        ("ENROLL_SECOND_BIOMETRY_STATE", 2),
        ("ENROLL_THIRD_BIOMETRY_STATE", 3),
        ("NOT_ENROLLING", 0),
        ("SOMETHING_NEW", 0),
    ],
)
def test_presses(biometry: str, press: int) -> None:
    state = EnrollerState.read({"enroller_state": "ENROLL_BIOMETRY_STATE", "biometry_state": biometry})
    assert (state.press, state.idle) == (press, False)


def _file(suffix: str) -> bytes:
    done, data = cv2.imencode(suffix, np.arange(48, dtype=np.uint8).reshape(6, 8))
    assert done
    return data.tobytes()


@pytest.mark.parametrize(
    ("suffix", "media_type"), [(".jpg", "image/jpeg"), (".png", "image/png"), (".bmp", "image/bmp")]
)
def test_a_file_is_known_by_its_content_and_keeps_its_own_size(suffix: str, media_type: str) -> None:
    data = _file(suffix)
    image = identify(data, 300, 200)
    assert (image.data, image.media_type, image.width, image.height) == (data, media_type, 8, 6)


@pytest.mark.parametrize("start", [b"", b"BM", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_bare_pixels_become_a_picture_of_exactly_them_whatever_they_begin_with(start: bytes) -> None:
    pixels = (start + bytes(range(256)))[: 16 * 12]
    image = identify(pixels, 16, 12)
    assert (image.media_type, image.width, image.height) == ("image/png", 16, 12)
    assert gray(image) == pixels


@pytest.mark.parametrize("data", [b"", bytes(100), b"BM\0\0", b"\xff\xd8\xffgarbage", b"\x89PNG\r\n\x1a\n", bytes(191)])
def test_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        identify(data, 16, 12)


def test_templates_are_told_by_their_magic_and_length() -> None:
    whole = b"ICRS21\0\0" + struct.pack(">H", 40) + bytes(30)
    assert is_template(whole)
    assert not is_template(whole[:-1])
    assert not is_template(b"FMR\0" + bytes(40))
