"""Anything a gateway may send as a request: never more than one answer, never silence, never the end of the thread."""

import itertools
import threading
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st

from app.devices.gsdk.pb.c import server_pb2
from app.domain.door import Channel
from app.gateway.answering import Terms
from app.simulators.gsdk import Asked, Make, SimulatedGateway, devices, finger_template
from app.simulators.people import person
from tests.gateway.answering import DOOR, OTHER, PATIENCE, Doors, Finds, doors, until
from tests.gateway.people import CARD

KINDS = {1: "Verify", 2: "Identify", 3: "GlobalAPB", 4: "UserPhrase"}
SEQUENCE = itertools.count(2**32 - 1, -1)
NUMBERS = st.sampled_from([0, 1, 2, 3, 4, 5, 99, -1, 2**31 - 1, -(2**31)])
TEXTS = st.one_of(st.sampled_from(["", "0", "1000", "9" * 40, "Ana; DROP", "\u202e1000"]), st.text(max_size=80))


@cache
def record(form: int) -> bytes:
    return finger_template(person(1), 2, 1, form)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real finger record with some bytes changed, cut or doubled."""
    made = bytearray(record(draw(st.sampled_from([1, 2]))))
    for _ in range(draw(st.integers(0, 8))):
        made[draw(st.integers(0, 60))] = draw(st.integers(0, 255))
    return bytes(made[: draw(st.integers(0, len(made)))]) * draw(st.integers(0, 3))


BYTES = st.one_of(st.binary(max_size=64), st.just(CARD), damaged(), st.binary(min_size=3000, max_size=3000))


def _filled(request: Any, draw: st.DrawFn, parts: set[str]) -> None:
    if "verifyReq" in parts:
        request.verifyReq.isCard = draw(st.booleans())
        request.verifyReq.cardType = draw(NUMBERS)
        request.verifyReq.cardData = draw(BYTES)
        request.verifyReq.userID = draw(TEXTS)
    if "identifyReq" in parts:
        request.identifyReq.templateFormat = draw(NUMBERS)
        request.identifyReq.templateData = draw(BYTES)
    if "globalAPBReq" in parts:
        request.globalAPBReq.userIDs.extend(draw(st.lists(TEXTS, max_size=5)))
    if "userPhraseReq" in parts:
        request.userPhraseReq.userID = draw(TEXTS)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A request of any type with any bodies, sometimes broken as bytes."""
    request: Any = server_pb2.ServerRequest(deviceID=draw(st.sampled_from([DOOR, OTHER, 0, 2**32 - 1])))
    request.reqType = draw(st.one_of(st.sampled_from([1, 2, 3, 4]), st.sampled_from([1, 2, 3, 4]), NUMBERS))
    request.seqNO = next(SEQUENCE)
    names = ("verifyReq", "identifyReq", "globalAPBReq", "userPhraseReq")
    _filled(request, draw, draw(st.sets(st.sampled_from(names))))
    item: bytes = request.SerializeToString() + draw(st.sampled_from([b"", b"\xa0\x06\x01", b"\x08\x01"]))
    if draw(st.integers(0, 3)) == 0 and item:
        at = draw(st.integers(0, len(item) - 1))
        item = item[:at] + draw(st.binary(max_size=4)) + item[at + draw(st.integers(0, 4)) :]
    return item


def _sent(station: Doors, item: bytes) -> Asked | None:
    """Send it; gives what an answer is owed for, once for each device and number."""
    try:
        read = server_pb2.ServerRequest.FromString(item)
    except DecodeError:
        station.gateway.asking.raw(DOOR, item)
        return None
    fresh = (read.deviceID, read.seqNO) not in {(one.device_id, one.seq) for one in station.gateway.asked}
    kind = KINDS.get(read.reqType)
    if not fresh:
        return None
    asked = station.gateway.asking.raw(read.deviceID, item, kind or "nothing")
    return asked if kind else None


def test_whatever_comes_is_answered_once_and_the_next_request_too(tmp_path: Path) -> None:
    owed: list[Asked] = []
    terms = Terms(within_s=3.0, queue_limit=10_000)
    with (
        SimulatedGateway(Make(devices=devices(2), workers=16)) as gateway,
        doors(gateway, tmp_path, terms=terms, searcher=Finds()) as station,
    ):
        station.listening()

        @settings(max_examples=200, deadline=None, database=None, derandomize=True)
        @given(requests())
        def send(item: bytes) -> None:
            if asked := _sent(station, item):
                owed.append(asked)

        send()
        after = gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE)

        assert after is not None
        assert after.code == 0
        assert [one for one in owed if one.wait(PATIENCE) is None] == []
        assert {len(one.answers) for one in owed} == {1}
        assert len(owed) > 50
        until(lambda: station.service.figures().waiting == 0)
        assert station.service.figures().channel is Channel.LISTENING
        assert station.service.figures().breaks == 0
    assert not [one for one in threading.enumerate() if one.name.startswith("gateway")]
