"""Whatever JSON a terminal may send, reading it gives a value or a ProtocolError, never anything else."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.devices.ef45 import codec, images, wire
from app.devices.ef45.frames import Preview, frame_of
from app.devices.ef45.replies import Call, command, judge
from app.devices.ef45.results import Encounter, MatchItem
from app.domain.errors import DeviceError, ProtocolError
from tests.devices.ef45.samples import encoded, item, pattern

KNOWN = [
    *item(timestamp="", far_off_face="", far_off_face_feature="", far_off_face_LED_state=0),
    *codec.Subject("1").write(),
    *codec.UserInfo("1").write(),
    *codec.Face("1", 0).write(),
    *("status_code", "items", "has_more", "total", "page", "success", "status", "lock_uid", "camera_mode"),
    *("face_image", "avg_distance", "left_iris_center_x", "left_iris_center_y", "left_iris_radius", "message"),
    *("switch_flag", "cur_door_status", "door_sensor", "id", "uuid", "left_eye_iris_template"),
]
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["1e999", "-1", "2018-05-28T14:26:26Z", "%%%", encoded(b"x" * 40), encoded(pattern(".png")[:20])]),
)
NAMES = st.sampled_from(KNOWN)
VALUE = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=6
)
OBJECT: st.SearchStrategy[dict[str, Any]] = st.dictionaries(NAMES, PLAIN | st.just([]) | st.just({}), max_size=10)
READERS: list[Callable[[wire.Members], Any]] = [
    Encounter.read,
    MatchItem.read,
    codec.Subject.read,
    codec.UserInfo.read,
    codec.Face.read,
    codec.LogEntry.read,
    codec.DoorStatus.read,
    codec.CameraState.read,
    codec.StoredFile.read,
    lambda source: frame_of(Preview.read(source), 1),
]
CALL = Call("any", "GET", "/any")


def fault_of(work: Callable[[], object]) -> DeviceError | None:
    """The error the work ended with, if any; any other exception fails the test."""
    try:
        work()
    except DeviceError as told:
        return told
    return None


@settings(max_examples=100, deadline=None)
@given(source=OBJECT)
def test_any_object(source: dict[str, Any]) -> None:
    for read in READERS:
        fault = fault_of(lambda read=read: read(source))  # type: ignore[misc]
        assert fault is None or isinstance(fault, ProtocolError)


@settings(max_examples=60, deadline=None)
@given(payload=VALUE, status=st.sampled_from([200, 204, 301, 404, 500]))
def test_any_answer(payload: Any, status: int) -> None:
    def work() -> None:
        answer = judge(CALL, status, json.dumps(payload).encode())
        codec.read_page(answer, "any", Encounter.read)
        command(CALL, answer)

    fault = fault_of(work)
    assert fault is None or len(fault.fact("detail")) <= 200


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=200), status=st.sampled_from([200, 500]))
def test_any_bytes(body: bytes, status: int) -> None:
    fault = fault_of(lambda: judge(CALL, status, body))
    assert fault is None or fault.fact("step") == "any"


@settings(max_examples=60, deadline=None)
@given(
    head=st.sampled_from([b"BM", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x0cjP  \r\n\x87\n", b""]),
    rest=st.binary(max_size=120),
)
def test_any_image(head: bytes, rest: bytes) -> None:
    fault = fault_of(lambda: images.picture(head + rest, (64, 64), color=False))
    assert fault is None or fault.fact("step") == "decode"


def test_an_image_cut_short_is_damaged() -> None:
    for suffix in (".png", ".bmp"):
        whole = pattern(suffix, 320, 240)
        with pytest.raises(ProtocolError):
            images.picture(whole[:90], (64, 64), color=False)
