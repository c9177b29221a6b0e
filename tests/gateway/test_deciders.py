"""What doors are told, decided without any wire."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.access import Holder, card_key, holder_of
from app.domain.comparison import Candidate, Score
from app.domain.door import Outcome, Passage, Why
from app.domain.enrollment import Enrollment
from app.domain.errors import MatchingBusy, MatchingLate, MatchingUnavailable, RecordRefused
from app.domain.person import Person, with_validity
from app.gateway.directory import Directory
from app.gateway.identify import probe_of, trimmed, verdict_of, verdict_on
from app.gateway.passback import Ledger, ZoneRule, decide
from app.gateway.phrases import phrase, rule
from app.gateway.values import Code, Identify, Phrase, VerifyCard, VerifyNumber
from app.gateway.verify import verify
from app.matching.records import FingerView, RecordFormat, pad, write
from tests.gateway.people import ANA, CARD, NOON, directory
from tests.matching.prints import minutiae

HALL = ZoneRule("hall", 7, hard=True, entry=frozenset({1, 2}), exit=frozenset({3}), reset=timedelta(hours=8))
YARD = ZoneRule("yard", 9, hard=False, entry=frozenset({4}), exit=frozenset({5}))


@pytest.mark.parametrize(
    ("written", "vendor", "key"),
    [
        ("04 1D 18 EA D3 53 80", "", "41d18ead35380"),
        ("04:1d:18:ea", "", "41d18ea"),
        ("00041D18EA", "", "41d18ea"),
        ("10203040", "ef45", "10203040"),
        ("10203040", "gsdk", "10203040"),
        ("255", "", "ff"),
        ("255", "controlid", "ff"),
        ("0", "", ""),
        ("", "", ""),
        ("not a card", "", ""),
    ],
)
def test_a_card_has_one_key_however_it_was_written(written: str, vendor: str, key: str) -> None:
    assert card_key(written, vendor) == key


@pytest.mark.parametrize("kind", [1, 2, 0x0A, 0x1A, 0xFA, 4_000_000])
def test_a_card_of_any_type_finds_its_holder_by_its_32_bytes(kind: int) -> None:
    verdict = verify(VerifyCard(kind, CARD), directory(ANA), NOON)
    assert (verdict.code, verdict.person_id, verdict.outcome) == (Code.SUCCESS, "1000", Outcome.GRANTED)


def test_a_short_card_number_and_one_with_zeros_in_front_are_the_same() -> None:
    assert verify(VerifyCard(1, CARD.lstrip(b"\0")), directory(ANA), NOON).code is Code.SUCCESS


def test_unknown_cards_and_numbers_are_said_so() -> None:
    people = directory(ANA)
    for question in (VerifyCard(1, bytes(31) + b"\x05"), VerifyNumber("1001"), VerifyNumber("")):
        assert verify(question, people, NOON).code is Code.CANNOT_FIND_USER


def test_an_empty_card_is_nobody_even_when_somebody_has_no_card() -> None:
    verdict = verify(VerifyCard(1, bytes(32)), directory(Holder("1", cards=())), NOON)
    assert (verdict.code, verdict.why) == (Code.VERIFY_FAIL, Why.CARD_MISSING)


def test_a_terminal_that_begins_with_the_last_byte_means_the_same_card() -> None:
    turned = CARD.lstrip(b"\0")[::-1].rjust(32, b"\0")
    people = directory(ANA)
    assert verify(VerifyCard(1, turned, turned=True), people, NOON).person_id == ANA.person_id
    assert verify(VerifyCard(1, turned), people, NOON).code is Code.CANNOT_FIND_USER
    assert verify(VerifyCard(1, CARD, turned=True), people, NOON).code is Code.CANNOT_FIND_USER
    people.removed(ANA.person_id)
    assert verify(VerifyCard(1, turned, turned=True), people, NOON).code is Code.CANNOT_FIND_USER


def test_a_card_of_two_people_opens_for_neither() -> None:
    verdict = verify(VerifyCard(1, CARD), directory(ANA, replace(ANA, person_id="1001")), NOON)
    assert (verdict.code, verdict.why, verdict.person_id) == (Code.VERIFY_FAIL, Why.CARD_AMBIGUOUS, "")


@pytest.mark.parametrize(
    ("holder", "why"),
    [
        (replace(ANA, disabled=True), Why.DISABLED),
        (replace(ANA, valid_from=NOON + timedelta(seconds=1)), Why.NOT_YET),
        (replace(ANA, valid_until=NOON), Why.EXPIRED),
    ],
)
def test_who_may_not_pass_now_is_refused_by_card_and_by_number(holder: Holder, why: Why) -> None:
    for question in (VerifyCard(1, CARD), VerifyNumber("1000")):
        verdict = verify(question, directory(holder), NOON)
        assert (verdict.code, verdict.why, verdict.person_id) == (Code.VERIFY_FAIL, why, "1000")


def test_the_limits_of_validity_are_from_and_until_before() -> None:
    holder = replace(ANA, valid_from=NOON, valid_until=NOON + timedelta(seconds=1))
    assert verify(VerifyNumber("1000"), directory(holder), NOON).code is Code.SUCCESS


def test_a_change_while_people_are_loaded_is_newer_and_stays() -> None:
    people = Directory()
    people.saved(Enrollment(Person("1000", "New", "Ana"), None))
    people.removed("1001")
    people.load([ANA, Holder("1001"), Holder("1002")])
    assert [people.person(one) is not None for one in ("1000", "1001", "1002")] == [True, False, True]
    assert people.by_card(CARD) == ()


def test_a_card_that_changed_hands_is_its_new_holders() -> None:
    people = directory(ANA)
    people.saved(Enrollment(Person("1000", "Specimen", "Ana", {"card": "77"}), None))
    assert people.by_card(CARD) == ()
    people.saved(Enrollment(Person("1001", "Other", "", {"card": "04:1D:18:EA:D3:53:80"}), None))
    assert [one.person_id for one in people.by_card(CARD)] == ["1001"]


def test_what_doors_need_of_an_enrollment() -> None:
    person = Person("5", "L", "F", {"group": "Staff", "card": "255"}, NOON, None, disabled=True)
    assert holder_of(Enrollment(person, None)) == Holder("5", "L", "F", "Staff", ("ff",), NOON, None, True)


@pytest.mark.parametrize("kind", list(RecordFormat))
def test_a_padded_record_is_read_to_its_own_length(kind: RecordFormat) -> None:
    record = write([FingerView(minutiae(3))], kind, limit=380)
    assert trimmed(pad(record), kind) == record
    form = 1 if kind is RecordFormat.ISO_19794_2_2005 else 2
    assert len(probe_of(Identify(form, pad(record)))[0].features) > 10


@pytest.mark.parametrize("form", [0, 3, 99])
def test_a_suprema_template_is_refused_by_name(form: int) -> None:
    with pytest.raises(RecordRefused) as refused:
        probe_of(Identify(form, bytes(range(256)) + bytes(128)))
    assert verdict_on(refused.value).why is Why.FORMAT_FOREIGN
    assert verdict_on(refused.value).code is Code.IDENTIFY_FAIL


def test_a_damaged_record_is_no_match() -> None:
    record = write([FingerView(minutiae(3))])
    with pytest.raises(RecordRefused) as refused:
        probe_of(Identify(1, record[:40]))
    assert verdict_on(refused.value).why is Why.FINGER_UNREADABLE


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (MatchingBusy(), Why.MATCHING_BUSY),
        (MatchingLate(), Why.LATE),
        (MatchingUnavailable(why="warming"), Why.MATCHING_WARMING),
    ],
)
def test_a_search_that_failed_is_never_a_match(error: MatchingBusy, why: Why) -> None:
    assert (verdict_on(error).code, verdict_on(error).why) == (Code.IDENTIFY_FAIL, why)
    assert verdict_on(error).outcome is Outcome.UNDECIDED


def test_a_candidate_counts_at_its_threshold_and_only_while_valid() -> None:
    found, short = Candidate("1000", Score(52.0, 50.0)), Candidate("1000", Score(49.0, 50.0))
    assert verdict_of([found], directory(ANA), NOON).code is Code.SUCCESS
    assert verdict_of([short], directory(ANA), NOON).why is Why.FINGER_UNKNOWN
    assert verdict_of([], directory(ANA), NOON).code is Code.IDENTIFY_FAIL
    assert verdict_of([Candidate("1000", Score(float("nan"), 50.0))], directory(ANA), NOON).code is Code.IDENTIFY_FAIL
    assert verdict_of([found], directory(), NOON).code is Code.CANNOT_FIND_USER
    expired = verdict_of([found], directory(replace(ANA, valid_until=NOON)), NOON)
    assert (expired.code, expired.why, expired.score) == (Code.IDENTIFY_FAIL, Why.EXPIRED, 52.0)


def going(ledger: Ledger, device: int, *people: str, at: datetime = NOON) -> tuple[Code, Why, int]:
    verdict, _ = ledger.go(device, people, at, lambda _verdict: True)
    return verdict.code, verdict.why, verdict.zone


def test_in_twice_is_refused_at_any_door_of_the_zone_until_the_person_came_out() -> None:
    ledger = Ledger([HALL, YARD])
    assert going(ledger, 1, "1000") == (Code.SUCCESS, Why.PASSED, 7)
    assert going(ledger, 2, "1000") == (Code.HARD_APB_VIOLATION, Why.INSIDE_ALREADY, 7)
    assert going(ledger, 3, "1000")[0] is Code.SUCCESS
    assert going(ledger, 3, "1000") == (Code.HARD_APB_VIOLATION, Why.OUTSIDE_ALREADY, 7)
    assert going(ledger, 2, "1000")[0] is Code.SUCCESS


def test_who_was_never_seen_may_come_out() -> None:
    assert going(Ledger([HALL]), 3, "1000")[0] is Code.SUCCESS


def test_a_soft_zone_lets_in_and_says_so() -> None:
    ledger = Ledger([HALL, YARD])
    going(ledger, 4, "1000")
    assert going(ledger, 4, "1000") == (Code.SOFT_APB_VIOLATION, Why.INSIDE_ALREADY, 9)
    assert decide([YARD], {}, 4, ["1000"], NOON)[0].outcome is Outcome.GRANTED


def test_an_entry_is_forgotten_after_the_reset_time() -> None:
    ledger = Ledger([HALL])
    going(ledger, 1, "1000")
    assert going(ledger, 1, "1000", at=NOON + timedelta(hours=7, minutes=59))[0] is Code.HARD_APB_VIOLATION
    assert going(ledger, 1, "1000", at=NOON + timedelta(hours=8))[0] is Code.SUCCESS


def test_one_violation_stops_everybody_and_changes_nothing() -> None:
    ledger = Ledger([HALL])
    going(ledger, 1, "1000")
    assert going(ledger, 1, "1001", "1000") == (Code.HARD_APB_VIOLATION, Why.INSIDE_ALREADY, 7)
    assert going(ledger, 1, "1001", "1002")[0] is Code.SUCCESS
    assert going(ledger, 2, "1002")[0] is Code.HARD_APB_VIOLATION


def test_a_door_between_two_zones_leaves_one_and_enters_the_other() -> None:
    inner = ZoneRule("inner", 8, hard=True, entry=frozenset({3}), exit=frozenset({1}))
    ledger = Ledger([HALL, inner])
    assert going(ledger, 1, "1000")[0] is Code.SUCCESS
    assert going(ledger, 3, "1000")[0] is Code.SUCCESS
    assert {(one.zone, one.inside) for one in ledger.last("1000")} == {("hall", False), ("inner", True)}


def test_a_door_of_no_zone_and_a_request_without_people_cannot_be_decided() -> None:
    assert going(Ledger([HALL]), 99, "1000")[1] is Why.NO_ZONE
    assert going(Ledger([HALL]), 1)[1] is Why.NOBODY_NAMED
    assert going(Ledger([HALL]), 1, "")[1] is Why.NOBODY_NAMED


def test_two_doors_at_once_let_a_person_in_once() -> None:
    ledger = Ledger([HALL])
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda number: going(ledger, 1 + number % 2, "1000")[0], range(64)))
    assert said.count(Code.SUCCESS) == 1


def test_a_verdict_that_came_too_late_leaves_no_trace() -> None:
    ledger = Ledger([HALL])
    ledger.go(1, ["1000"], NOON, lambda _verdict: False)
    assert going(ledger, 1, "1000")[0] is Code.SUCCESS


def test_a_person_can_be_forgotten_and_the_stored_state_comes_back() -> None:
    ledger = Ledger([HALL])
    ledger.load([Passage("hall", "1000", True, NOON, 1)])
    assert going(ledger, 2, "1000")[0] is Code.HARD_APB_VIOLATION
    ledger.forget("1000")
    assert going(ledger, 2, "1000")[0] is Code.SUCCESS


RULES = (
    rule("Bring your badge, {first_name}", person="1000", between="06:00-12:00"),
    rule("Good night, {last_name}", group="staff", between="22:00-06:00"),
    rule("Hello {first_name}"),
)


@pytest.mark.parametrize(
    ("user", "hour", "text"),
    [
        ("1000", 6, "Bring your badge, Ana"),
        ("1000", 12, "Hello Ana"),
        ("1000", 23, "Good night, Specimen"),
        ("1000", 5, "Good night, Specimen"),
        ("1001", 23, "Hello"),
    ],
)
def test_the_first_phrase_that_fits_is_shown(user: str, hour: int, text: str) -> None:
    clock = datetime.now().astimezone().replace(hour=hour, minute=0, second=0, microsecond=0)
    people = directory(ANA, Holder("1001", "Other", ""))
    assert phrase(Phrase(user), RULES, people, clock.astimezone(UTC)).phrase == text


def test_nothing_to_show_and_nobody_to_show_it_to() -> None:
    assert phrase(Phrase("1000"), (), directory(ANA), NOON).why is Why.NOTHING_TO_SHOW
    assert phrase(Phrase("9"), RULES, directory(ANA), NOON).code is Code.CANNOT_FIND_USER
    long = replace(ANA, first_name="Á" * 200)
    assert len(phrase(Phrase("1000"), RULES[2:], directory(long), NOON).phrase) == 64


def test_a_clerk_sets_validity_by_the_days_in_the_persons_fields() -> None:
    fields = {"valid_from": "2026-03-02", "valid_until": "2026-03-02", "disabled": "no"}
    person = with_validity(Person("5", fields=fields))
    assert person.valid_from is not None
    assert person.valid_until is not None
    assert person.valid_until - person.valid_from == timedelta(days=1)
    assert with_validity(replace(person, fields={"valid_until": "", "disabled": "Yes"})).disabled
    assert with_validity(replace(person, fields={"valid_until": "whenever"})).valid_until is None
    assert with_validity(replace(person, fields={})) == replace(person, fields={})
