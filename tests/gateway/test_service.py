"""The background thread at a simulated gateway, over TLS: every request answered once, whatever breaks."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, repeat
from pathlib import Path

import grpc
import pytest

from app.domain.door import Asked, Channel, Outcome, Why
from app.domain.enrollment import Enrollment
from app.domain.person import Person
from app.gateway.answering import Terms
from app.gateway.phrases import rule
from app.gateway.values import Code
from app.simulators.faults import Fault, Kind
from app.simulators.gsdk import Asked as Request
from app.simulators.gsdk import Make, Malformed, Mischief, SimulatedGateway, devices, finger_template, report, send
from app.simulators.people import person
from tests.gateway.answering import DOOR, OTHER, PATIENCE, Doors, Finds, Kept, doors, until
from tests.gateway.people import ANA, CARD


@pytest.fixture
def gateway() -> Iterator[SimulatedGateway]:
    with SimulatedGateway(Make(devices=devices(2))) as running:
        yield running


@pytest.fixture
def station(gateway: SimulatedGateway, tmp_path: Path) -> Iterator[Doors]:
    terms = Terms(within_s=1.5, phrases=(rule("Hello {first_name}"),))
    with doors(gateway, tmp_path, terms=terms, searcher=Finds()) as running:
        running.listening()
        yield running


def test_every_kind_of_question_is_answered_with_its_device_and_number(station: Doors) -> None:
    asking = station.gateway.asking
    template = finger_template(person(1), 2, 0, 1)
    asked = [
        asking.verify_card(DOOR, CARD, 0x1A),
        asking.verify_id(OTHER, "1000"),
        asking.identify(DOOR, template),
        asking.global_apb(DOOR, ["1000", "1001"]),
        asking.user_phrase(OTHER, "1000"),
        asking.verify_id(DOOR, "9"),
    ]
    answers = [each.wait(PATIENCE) for each in asked]
    assert [one.code for one in answers if one] == [0, 0, 0, 0, 0, Code.CANNOT_FIND_USER]
    card, _, finger, passage, phrase, _ = (one for one in answers if one)
    assert (card.user_id, card.user.cards[0].data, card.user.cards[0].type) == ("1000", CARD, 0x1A)
    assert list(finger.user.fingers[0].templates) == [template, template]
    assert (passage.zone_id, phrase.phrase) == (7, "Hello Ana")
    assert not station.gateway.strays


@pytest.mark.parametrize("version", ["1.6.0", "1.7.1", "1.8.0"])
def test_each_generation_reads_the_user_that_was_meant(version: str, tmp_path: Path) -> None:
    with SimulatedGateway(Make(version=version)) as gateway, doors(gateway, tmp_path) as station:
        station.listening()
        answer = gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE)
        assert answer is not None
        assert (answer.user_id, answer.user.hdr.numOfCard, answer.user.hdr.numOfFinger) == ("1000", 1, 0)
        assert station.service.figures().version == version


@pytest.mark.parametrize("kind", list(Malformed))
def test_a_malformed_request_is_refused_and_the_next_one_answered(station: Doors, kind: Malformed) -> None:
    odd = station.gateway.asking.malformed(DOOR, kind)
    after = station.gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE)
    assert after is not None
    assert after.code == 0
    if kind not in {Malformed.UNKNOWN_TYPE, Malformed.NO_TYPE}:
        answer = odd.wait(PATIENCE)
        assert answer is not None
        assert answer.code != 0 or kind in {Malformed.UNKNOWN_DEVICE, Malformed.EXTRA_FIELDS}
        assert len(odd.answers) == 1


def test_bytes_that_are_no_message_do_not_end_the_stream(station: Doors) -> None:
    station.gateway.asking.raw(DOOR, b"\xff\xff\xff\xff")
    assert station.gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE) is not None
    assert station.service.figures().malformed == 1
    assert station.service.figures().breaks == 0


def test_a_cut_stream_is_subscribed_anew(station: Doors) -> None:
    station.gateway.cut_streams()
    until(lambda: station.gateway.world.channel.subscriptions > 1)
    station.listening()
    answer = station.gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE)
    assert answer is not None
    assert station.service.figures().breaks == 1


def test_a_gateway_that_starts_again_is_found_again(station: Doors) -> None:
    station.gateway.restart()
    until(lambda: station.gateway.world.channel.held)
    assert station.gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE) is not None


def test_a_gateway_that_is_not_there_yet_is_waited_for(gateway: SimulatedGateway, tmp_path: Path) -> None:
    gateway.stop()
    with doors(gateway, tmp_path) as station:
        until(lambda: station.service.figures().channel is Channel.BROKEN)
        assert station.service.figures().fault == "ES-101"
        gateway.start()
        station.listening()


def test_another_program_keeps_its_channel_until_somebody_takes_it_over(station: Doors) -> None:
    station.gateway.vary(second_subscriber="take_over")
    for _ in range(3):  # it does not give way: we stop asking instead of pushing it out for ever
        station.listening()
        station.gateway.occupy()
        until(lambda: station.service.figures().channel is not Channel.LISTENING)
    station.gateway.vary(second_subscriber="refuse")
    until(lambda: station.service.figures().channel is Channel.HELD)
    station.service.take_over()
    station.listening()
    assert station.gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE) is not None


@pytest.mark.parametrize("kind", [Kind.REFUSE, Mischief.NEVER])
def test_an_answer_that_is_not_taken_is_told_and_the_next_one_given(station: Doors, kind: Kind | Mischief) -> None:
    status = grpc.StatusCode.INTERNAL.value[0]
    station.gateway.faults.add(Fault(kind, "Server/HandleVerify", status=status))
    lost = station.gateway.asking.verify_card(DOOR, CARD)
    until(lambda: any(seen.operation == "Server/HandleVerify" for seen in station.gateway.requests))  # the fault's own
    assert station.gateway.asking.verify_id(OTHER, "1000").wait(PATIENCE) is not None
    until(lambda: any(not one.delivered for one in station.service.recent()))
    assert not lost.answers
    figures = station.service.figures()
    assert (figures.unanswered, figures.devices[0].undelivered) == (1, 1)


def test_a_search_that_never_ends_is_answered_in_time(gateway: SimulatedGateway, tmp_path: Path) -> None:
    with doors(gateway, tmp_path, terms=Terms(within_s=0.5), searcher=Finds(ends=False)) as station:
        station.listening()
        asked = gateway.asking.identify(DOOR, finger_template(person(1), 2, 0, 1))
        answer = asked.wait(PATIENCE)
        assert answer is not None
        assert answer.code == Code.IDENTIFY_FAIL
        until(station.service.recent)
        assert (station.decision().why, len(asked.answers)) == (Why.LATE, 1)


@pytest.mark.parametrize(("allow", "code"), [(True, Code.SUCCESS), (False, Code.HARD_APB_VIOLATION)])
def test_passback_that_cannot_be_decided_hears_what_is_configured(
    gateway: SimulatedGateway, tmp_path: Path, allow: bool, code: Code
) -> None:
    with doors(gateway, tmp_path, terms=Terms(allow_on_fault=allow), zones=()) as station:
        station.listening()
        answer = gateway.asking.global_apb(DOOR, ["1000"]).wait(PATIENCE)
        assert answer is not None
        until(station.service.recent)
        assert (answer.code, station.decision().outcome) == (code, Outcome.UNDECIDED)


def test_a_gallery_that_is_not_ready_refuses(gateway: SimulatedGateway, tmp_path: Path) -> None:
    with doors(gateway, tmp_path) as station:
        station.listening()
        answer = gateway.asking.identify(DOOR, finger_template(person(1), 2, 0, 1)).wait(PATIENCE)
        assert answer is not None
        assert answer.code == Code.IDENTIFY_FAIL


def test_a_full_queue_answers_at_once(gateway: SimulatedGateway, tmp_path: Path) -> None:
    with doors(gateway, tmp_path, terms=Terms(within_s=0.5, queue_limit=4), searcher=Finds(ends=False)) as station:
        station.listening()
        template = finger_template(person(1), 2, 0, 1)
        asked = [gateway.asking.identify(DOOR, template) for _ in range(8)]
        until(lambda: sum(one.why is Why.OVERLOADED for one in station.service.recent()) == 4)
        assert sum(1 for one in asked if one.wait(PATIENCE)) == 8


def test_two_hundred_at_once_are_answered_once_each(station: Doors) -> None:
    asking, ways = station.gateway.asking, cycle(range(4))

    def ask() -> Request:
        way = next(ways)
        if way == 0:
            return asking.verify_card(DOOR, CARD)
        if way == 1:
            return asking.verify_id(OTHER, "1000")
        return asking.user_phrase(DOOR, "1000") if way == 2 else asking.global_apb(OTHER, ["1000"])

    outcome = report(send(repeat(ask), 0, 200))
    assert (outcome.answered, outcome.repeated, outcome.dropped) == (200, 0, 0)
    until(lambda: station.service.figures().answered == 200)
    assert station.service.figures().waiting == 0


def test_passages_survive_a_restart_of_the_station(gateway: SimulatedGateway, tmp_path: Path) -> None:
    kept = Kept()
    with doors(gateway, tmp_path, kept=kept) as station:
        station.listening()
        first = gateway.asking.global_apb(DOOR, ["1000"]).wait(PATIENCE)
    with doors(gateway, tmp_path, kept=kept) as station:
        station.listening()
        again = gateway.asking.global_apb(DOOR, ["1000"]).wait(PATIENCE)
    assert first is not None
    assert again is not None
    assert (first.code, again.code) == (Code.SUCCESS, Code.HARD_APB_VIOLATION)
    assert [entry.action for entry in kept.entries] == ["door-granted", "door-refused"]


def test_the_journal_has_every_decision_without_card_or_template(station: Doors) -> None:
    station.gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE)
    station.gateway.asking.verify_card(DOOR, bytes(31) + b"\x05").wait(PATIENCE)
    station.service.close()
    granted, refused = station.kept.entries
    assert (granted.action, granted.person_id, granted.device_id) == ("door-granted", "1000", "north")
    assert granted.facts == {"asked": "card", "why": "known", "door": "north"}
    assert (refused.action, refused.person_id, refused.facts["why"]) == ("door-refused", "", "card-unknown")


def test_somebody_saved_this_moment_is_let_in_and_somebody_disabled_is_not(station: Doors) -> None:
    station.directory.saved(Enrollment(Person("77", "New"), None))
    station.directory.load([replace(ANA, disabled=True)])
    new = station.gateway.asking.verify_id(DOOR, "77").wait(PATIENCE)
    disabled = station.gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE)
    assert new is not None
    assert disabled is not None
    assert (new.code, disabled.code) == (Code.SUCCESS, Code.VERIFY_FAIL)


def test_figures_tell_how_it_goes(station: Doors) -> None:
    for _ in range(10):
        assert station.gateway.asking.verify_card(DOOR, CARD).wait(PATIENCE)
    until(lambda: station.service.figures().answered == 10)
    figures = station.service.figures()
    assert figures.channel is Channel.LISTENING
    assert 0 < figures.p50_ms <= figures.p95_ms <= figures.p99_ms <= figures.max_ms
    assert [(one.number, one.label, one.asked) for one in figures.devices] == [(DOOR, "north", 10), (OTHER, "south", 0)]
    last = station.service.recent(9)
    assert [(one.number, one.asked, one.person_name) for one in last] == [(10, Asked.CARD, "Ana Specimen")]


@pytest.mark.parametrize(("version", "doubtful"), [("1.8.0", False), ("1.9.1", True), ("1.7.0", True)])
def test_a_gateway_nobody_compared_is_answered_and_said(version: str, doubtful: bool, tmp_path: Path) -> None:
    with SimulatedGateway(Make(version, devices=devices(2))) as gateway, doors(gateway, tmp_path) as station:
        station.listening()
        assert station.service.figures().doubtful is doubtful


def test_closing_answers_what_waits_and_leaves_no_thread(gateway: SimulatedGateway, tmp_path: Path) -> None:
    with doors(gateway, tmp_path, terms=Terms(within_s=0.5), searcher=Finds(ends=False)) as station:
        station.listening()
        asked = gateway.asking.identify(DOOR, finger_template(person(1), 2, 0, 1))
        until(lambda: station.service.figures().waiting)
    answer = asked.wait(PATIENCE)
    assert answer is not None
    assert answer.code == Code.IDENTIFY_FAIL
    assert not [one for one in threading.enumerate() if one.name.startswith("gateway-")]
