"""Server matching from the simulated gateway's side: requests out, answers in, each fault once."""

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from app.devices.gsdk.pb.c import server_pb2
from app.simulators.faults import Fault, Kind
from app.simulators.gsdk import (
    EVERY_MODEL,
    Make,
    Malformed,
    Mischief,
    Model,
    SimulatedGateway,
    card_of,
    finger_template,
    report,
    send,
)
from app.simulators.people import person
from tests.simulators.gsdk.bench import Client, connected, id_of

DESK = id_of(EVERY_MODEL, Model.BIOSTATION_2)
FINGERS = id_of(EVERY_MODEL, Model.BIOENTRY_W2)
SUCCESS, VERIFY_FAIL = server_pb2.SUCCESS, server_pb2.VERIFY_FAIL


def subscribe(client: Client, size: int = 16) -> Any:
    client.call("server", "Unsubscribe")
    stream = client.stream("server", "Subscribe", queueSize=size)
    assert client.gateway.world.channel.wait_held(5)
    return stream


class Answering:
    """A station in few lines: knows user 1000 by number and by the card of person 1, and answers from a thread."""

    def __init__(self, client: Client, decide: Callable[[Client, Any], None] | None = None, size: int = 2000) -> None:
        self.seen: list[Any] = []
        self._client, self._decide = client, decide or known
        self._stream = subscribe(client, size)
        self._thread = threading.Thread(target=self._run, name="answering")

    def __enter__(self) -> "Answering":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stream.cancel()
        self._thread.join(5)

    def _run(self) -> None:
        try:
            for request in self._stream:
                self.seen.append(request)
                self._decide(self._client, request)
        except grpc.RpcError:
            pass


def known(client: Client, request: Any) -> None:
    """Success for user 1000, refusal for all others."""
    head = {"deviceID": request.deviceID, "seqNO": request.seqNO}
    user = client.user("1000")
    if request.reqType == server_pb2.VERIFY_REQUEST:
        good = request.verifyReq.userID == "1000" or request.verifyReq.cardData == card_of(person(1))
        answer = {"user": user} if good else {"errCode": VERIFY_FAIL}
        client.call("server", "HandleVerify", **head, **answer)
    elif request.reqType == server_pb2.IDENTIFY_REQUEST:
        client.call("server", "HandleIdentify", **head, user=user)
    elif request.reqType == server_pb2.GLOBAL_APB_REQUEST:
        client.call("server", "HandleGlobalAPB", **head, errCode=server_pb2.HARD_APB_VIOLATION, zoneID=3)
    elif request.reqType == server_pb2.USER_PHRASE_REQUEST:
        client.call("server", "HandleUserPhrase", **head, userPhrase="Good morning")


def switch_on(client: Client, device: int, **members: bool) -> None:
    config = client.call("auth", "GetConfig", deviceID=device).config
    for name, value in members.items():
        setattr(config, name, value)
    client.call("auth", "SetConfig", deviceID=device, config=config)


def test_every_kind_of_request_is_answered_once_by_its_own_method(client: Client) -> None:
    ask = client.gateway.asking
    with Answering(client):
        asked = [
            ask.verify_card(DESK, card_of(person(1)), 0x2A),
            ask.verify_id(DESK, "2000"),
            ask.identify(FINGERS, finger_template(person(1), 2, 1, 1)),
            ask.global_apb(DESK, ["1000", "1001"]),
            ask.user_phrase(DESK, "1000"),
        ]
        answers = [one.wait(5) for one in asked]

    assert [answer.code for answer in answers if answer] == [0, VERIFY_FAIL, 0, server_pb2.HARD_APB_VIOLATION, 0]
    assert [len(one.answers) for one in asked] == [1] * 5
    assert answers[0] is not None
    assert (answers[0].user_id, answers[0].device_id) == ("1000", DESK)
    assert answers[4] is not None
    assert answers[4].phrase == "Good morning"
    assert not client.gateway.strays


def test_card_types_outside_the_enumeration_go_out_as_they_are(client: Client) -> None:
    stream = subscribe(client)
    client.gateway.asking.verify_card(DESK, card_of(person(1)), 0xFA)
    assert next(stream).verifyReq.cardType == 0xFA
    stream.cancel()


def test_answers_to_nothing_and_second_answers_are_told_apart(client: Client) -> None:
    def twice(client: Client, request: Any) -> None:
        known(client, request)
        known(client, request)
        client.call("server", "HandleVerify", deviceID=request.deviceID, seqNO=9999)
        client.call("server", "HandleIdentify", deviceID=request.deviceID, seqNO=request.seqNO)
        done.set()

    done = threading.Event()
    with Answering(client, twice):
        asked = client.gateway.asking.verify_id(DESK, "1000")
        assert done.wait(5)
    assert len(asked.answers) == 2
    assert [stray.seq for stray in client.gateway.strays] == [9999, asked.seq]


def test_one_channel_and_only_unsubscribing_frees_it(client: Client) -> None:
    stream = subscribe(client)
    second = client.stream("server", "Subscribe", queueSize=16)
    with pytest.raises(grpc.RpcError, match="already subscribed"):
        next(second)
    client.gateway.cut_streams()
    with pytest.raises(grpc.RpcError, match="UNAVAILABLE"):
        next(stream)
    with pytest.raises(grpc.RpcError, match="already subscribed"):
        next(client.stream("server", "Subscribe", queueSize=16))
    subscribe(client).cancel()


def test_the_other_reading_pushes_the_first_subscriber_out(client: Client) -> None:
    client.gateway.vary(second_subscriber="take_over")
    first = subscribe(client)
    second = client.stream("server", "Subscribe", queueSize=16)
    assert list(first) == []
    client.gateway.asking.verify_id(DESK, "1000")
    assert next(second).verifyReq.userID == "1000"
    second.cancel()


def test_a_full_queue_drops_without_a_word(client: Client) -> None:
    channel = client.gateway.world.channel
    held = channel.hold(4, take_over=True)
    asked = [client.gateway.asking.verify_id(DESK, "1000") for _ in range(6)]
    assert [one.dropped for one in asked] == [False] * 4 + [True] * 2
    held.end()
    channel.release()


def test_a_restart_ends_the_stream_and_frees_the_channel() -> None:
    with SimulatedGateway(Make(workers=4)) as gateway, connected(gateway) as client:
        stream = subscribe(client)
        gateway.restart()
        with pytest.raises(grpc.RpcError):
            next(stream)
        assert not gateway.world.channel.held


def test_answers_can_be_refused_or_never_acknowledged(client: Client) -> None:
    client.gateway.faults.add(
        Fault(Kind.REFUSE, "Server/HandleVerify", status=14), Fault(Mischief.NEVER, "Server/HandleIdentify")
    )
    assert client.refused("server", "HandleVerify", deviceID=DESK, seqNO=1)[0] is grpc.StatusCode.UNAVAILABLE
    call = client.refused("server", "HandleIdentify", deviceID=DESK, seqNO=1, timeout=0.05)
    assert call[0] is grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize("kind", Malformed)
def test_malformed_requests_still_are_messages(client: Client, kind: Malformed) -> None:
    stream = subscribe(client)
    client.gateway.asking.malformed(DESK, kind)
    request = next(stream)
    assert request.seqNO
    assert request.deviceID == (999_999_999 if kind is Malformed.UNKNOWN_DEVICE else DESK)
    stream.cancel()


def test_bytes_that_are_no_message_break_the_stream(client: Client) -> None:
    stream = subscribe(client)
    client.gateway.asking.raw(DESK, b"\xff\xff\xff")
    with pytest.raises(grpc.RpcError):
        next(stream)


def test_traffic_keeps_its_rate_and_a_burst_comes_at_once(client: Client) -> None:
    ask = client.gateway.asking

    def asks() -> Iterator[Callable[[], Any]]:
        return itertools.repeat(lambda: ask.verify_id(DESK, "1000"))

    with Answering(client):
        steady = report(send(asks(), 200.0, 40), rate=200.0)
        burst = report(send(asks(), 0.0, 200))
    assert (steady.sent, steady.answered, steady.dropped, steady.repeated) == (40, 40, 0, 0)
    assert (burst.answered, burst.unanswered) == (200, 0)
    assert 0 < burst.percentile(0.5) <= burst.percentile(0.99)


def test_a_visit_asks_the_station_only_when_the_device_is_set_so(client: Client) -> None:
    client.call("user", "Enroll", deviceID=DESK, users=[client.user("7", cards=[client.card(person(7))])])
    visits = client.gateway.visits
    alone = visits.tap(DESK, card_of(person(7)))
    assert (alone.granted, alone.user_id, len(client.gateway.asked)) == (True, "7", 0)

    switch_on(client, DESK, useServerMatching=True)
    display = client.call("display", "GetConfig", deviceID=DESK).config
    display.useUserPhrase = display.queryUserPhrase = True
    client.call("display", "SetConfig", deviceID=DESK, config=display)
    with Answering(client):
        granted, refused = visits.tap(DESK, card_of(person(1))), visits.tap(DESK, card_of(person(7)))
        switch_on(client, DESK, useGlobalAPB=True)
        stopped = visits.type_id(DESK, "1000")

    assert (granted.granted, granted.user_id, granted.phrase) == (True, "1000", "Good morning")
    assert (refused.granted, refused.event) == (False, 0x1100)
    assert (stopped.granted, stopped.event, stopped.sub_code) == (False, 0x1900, 5)


def test_a_finger_at_a_matching_device_is_identified(client: Client) -> None:
    finger = client.call("finger", "GetConfig", deviceID=FINGERS).config
    finger.templateFormat = 1
    client.call("finger", "SetConfig", deviceID=FINGERS, config=finger)
    switch_on(client, FINGERS, useServerMatching=True)
    with Answering(client) as answering:
        visit = client.gateway.visits.touch(FINGERS, person(1))
    assert (visit.granted, visit.event, visit.user_id) == (True, 0x1300, "1000")
    assert len(answering.seen[0].identifyReq.templateData) == 384


def test_nobody_answering_ends_in_a_timeout_event(client: Client) -> None:
    config = client.call("auth", "GetConfig", deviceID=DESK).config
    config.useServerMatching = True
    client.call("auth", "SetConfig", deviceID=DESK, config=config)
    client.gateway.device(DESK).configs["auth"].authTimeout = 0
    visit = client.gateway.visits.type_id(DESK, "1000")
    assert (visit.granted, visit.event, visit.sub_code) == (False, 0x1800, 3)
