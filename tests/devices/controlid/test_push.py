"""Posts of both families in every variant of the facts' table, as the results they stand for."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from app.devices.controlid.codec import EnrollResult, Kind, Print
from app.devices.controlid.push import Job, Post, read_push, sender_number
from app.domain.errors import ProtocolError

DATA = bytes(range(200))
TEXT = base64.b64encode(DATA).decode()
BIG = 122641794705028910
JSON = "application/json"
OCTETS = "application/octet-stream"


def post(topic: str, body: object = b"", query: str = "", content_type: str = JSON) -> Post:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Post(
        topic, dict(parse_qsl(query, keep_blank_values=True)), content_type, data, "192.0.2.7", datetime.now(UTC)
    )


PRINTS = [{"image": TEXT, "width": 20, "height": 10}] * 3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            post(
                "fingerprint_create.fcgi", {"user_id": 1, "finger_type": 0, "device_id": 935107, "fingerprints": PRINTS}
            ),
            EnrollResult(Kind.FINGER, user_id=1, device_id=935107, prints=(Print(DATA, 20, 10),) * 3),
        ),
        (
            post("fingerprint_create.fcgi", {"fingerprints": PRINTS[:1], "template": TEXT}, "device_id=9&user_id=1"),
            EnrollResult(Kind.FINGER, user_id=1, device_id=9, prints=(Print(DATA, 20, 10),), templates=(DATA,)),
        ),
        (
            post(
                "template_create.fcgi",
                DATA,
                "card_id=&device_id=935449&finger_type=0&size0=200&temp_num=1&user_id=0",
                OCTETS,
            ),
            EnrollResult(Kind.FINGER, user_id=0, device_id=935449, templates=(DATA,)),
        ),
        (
            post("template_create.fcgi", DATA, "session=&device_id=9&size0=50&size1=70&size2=80&finger_type=1", OCTETS),
            EnrollResult(Kind.FINGER, device_id=9, finger_type=1, templates=(DATA[:50], DATA[50:120], DATA[120:])),
        ),
        (
            post("template_create.fcgi", DATA, "session=&device_id=9", ""),
            EnrollResult(Kind.FINGER, device_id=9, templates=(DATA,)),
        ),
        (
            post("template_create.fcgi", {"user_id": 3, "template": TEXT}, "device_id=9"),
            EnrollResult(Kind.FINGER, user_id=3, device_id=9, templates=(DATA,)),
        ),
        (
            post("face_create.fcgi", {"user_id": 1, "device_id": 9, "face": {"image": TEXT, "width": 3, "height": 3}}),
            EnrollResult(Kind.FACE, user_id=1, device_id=9, face=DATA),
        ),
        (
            post("face_create.fcgi", {"user_id": "1", "device_id": "9", "face": [{"image": TEXT}]}),
            EnrollResult(Kind.FACE, user_id=1, device_id=9, face=DATA),
        ),
        (
            post("card_create.fcgi", {"user_id": 1, "card_value": BIG, "device_id": 9}),
            EnrollResult(Kind.CARD, user_id=1, device_id=9, card=BIG),
        ),
        (
            post("template", {"user_id": 1, "device_id": 9, "template": TEXT, "finger_type": "1"}),
            EnrollResult(Kind.FINGER, user_id=1, device_id=9, finger_type=1, templates=(DATA,)),
        ),
        (
            post("template", {"user_id": 1, "template": TEXT, "fingerprints": PRINTS}, "", ""),
            EnrollResult(Kind.FINGER, user_id=1, prints=(Print(DATA, 20, 10),) * 3, templates=(DATA,)),
        ),
        (
            post("user_image", {"user_id": 1, "device_id": 9, "user_image": TEXT}, "", "text/plain; charset=utf-8"),
            EnrollResult(Kind.FACE, user_id=1, device_id=9, face=DATA),
        ),
        (
            post("user_image", {"user_id": 1, "image": "data:image/jpeg;base64," + TEXT}),
            EnrollResult(Kind.FACE, user_id=1, face=DATA),
        ),
        (
            post("user_image", {"user_id": 1, "face": {"image": TEXT}}, "device_id=9"),
            EnrollResult(Kind.FACE, user_id=1, device_id=9, face=DATA),
        ),
        (post("card", {"user_id": 1, "value": BIG}), EnrollResult(Kind.CARD, user_id=1, card=BIG)),
        (post("card", {"user_id": 1, "value": str(BIG)}), EnrollResult(Kind.CARD, user_id=1, card=BIG)),
        (post("card", {"user_id": 1, "card_value": 5}), EnrollResult(Kind.CARD, user_id=1, card=5)),
        (
            post("card", b"user_id=1&device_id=9&card_value=5", "", "application/x-www-form-urlencoded"),
            EnrollResult(Kind.CARD, user_id=1, device_id=9, card=5),
        ),
    ],
)
def test_variants(given: Post, expected: EnrollResult) -> None:
    assert read_push(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        post("template", b""),
        post("template", b"\xff\xfe"),
        post("user_image", [1]),
        post("user_image", {"user_image": "%%%"}),
        post("card", b"{" * 5000),
        post("card", b'{"value":' + b"9" * 5000 + b"}"),
        post("template_create.fcgi", DATA, "size0=20", OCTETS),
        post("dao", {"object_changes": []}),
    ],
)
def test_garbage_is_told_as_such(given: Post) -> None:
    with pytest.raises(ProtocolError):
        read_push(given)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (post("device_is_alive", {"device_id": 6613047045004349}), 6613047045004349),
        (post("device_is_alive", {"device_id": "7"}), 7),
        (post("device_is_alive.fcgi", {"access_logs": 1}, "device_id=7"), 7),
        (post("device_is_alive.fcgi", {"access_logs": 1}), None),
        (post("device_is_alive.fcgi", b"\xff"), None),
    ],
)
def test_who_is_alive(given: Post, number: int | None) -> None:
    assert sender_number(given) == number


@pytest.mark.parametrize(
    ("user", "device", "kind", "fits"),
    [
        (7, 9, Kind.FACE, True),
        (0, 9, Kind.FACE, True),
        (None, 9, Kind.FACE, True),
        (8, 9, Kind.FACE, False),
        (7, 8, Kind.FACE, False),
        (7, None, Kind.FACE, True),
        (7, 0, Kind.FACE, True),
        (7, 9, Kind.CARD, False),
    ],
)
def test_whose_result_it_is(user: int | None, device: int | None, kind: Kind, fits: bool) -> None:
    job = Job("desk-1", 9, "192.0.2.7", 7, Kind.FACE, "face")
    assert job.fits(EnrollResult(kind, user_id=user, device_id=device), "192.0.2.7") is fits
    assert not Job("desk-1", 9, "192.0.2.8", 7, Kind.FACE, "face").fits(EnrollResult(Kind.FACE), "192.0.2.7")
