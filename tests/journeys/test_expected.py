"""People to be enrolled from CSV: mapped by name, every bad row named, nothing half imported."""

from dataclasses import replace

import pytest

from app.domain.errors import InvalidInput
from app.domain.person import Person
from app.domain.policy import NUMBER, EnrollmentPolicy, PersonField
from app.journeys import flow, state_codec
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.expected import Fault, expect, read
from app.journeys.flow_state import State
from tests.journeys.conftest import Desk
from tests.store.people import enrollment

POLICY = EnrollmentPolicy(
    modalities={},
    fields=(
        PersonField("document_number", "Document number", pattern="[A-Z0-9]+", unique=True),
        PersonField("department", "Department"),
    ),
)


def test_columns_are_found_by_name_or_label_in_any_order_and_spelling() -> None:
    data = "\ufeffDocument Number;first-name;LAST NAME\r\nX1;Zoë;Müller\r\n\r\nX2;Ana;Specimen\r\n".encode()
    listed = read(data, POLICY)
    assert listed.faults == ()
    assert [person.full_name for person in listed.people] == ["Zoë Müller", "Ana Specimen"]
    assert listed.people[0].fields == {"document_number": "X1"}
    assert read("last_name,first_name\nMüller,Jo\n".encode("cp1252"), POLICY).people[0].last_name == "Müller"


def test_every_bad_row_is_named_and_nothing_is_taken() -> None:
    data = b"last_name,first_name,document_number\nOk,Ay,X1\n,Be,X2\nGo,Ce,no!\nHo,De,X1\nToo,Many,X4,cells\n"
    listed = read(data, POLICY)
    assert listed.people == ()
    assert set(listed.faults) == {
        Fault(3, "last_name", "required"),
        Fault(4, "document_number", "pattern"),
        Fault(5, "document_number", "doubled"),
        Fault(6, "", "columns"),
    }
    strict = replace(POLICY, fields=(PersonField("department", "Department", required=True),))
    assert read(b"last_name,shoe\nA,9\n", strict).faults == (
        Fault(1, "shoe", "unknown"),
        Fault(1, "department", "missing"),
    )
    for nobody in (b"", b"last_name,first_name\n"):
        assert read(nobody, POLICY).faults == (Fault(1, "", "empty"),)


@pytest.mark.parametrize("name", ['"A\nB"', "A\x07B", "A\u202eB", "A\u2066B"])
def test_what_cannot_be_seen_is_not_taken_into_a_name(name: str) -> None:
    assert read(f"last_name\n{name}\n".encode(), POLICY).faults == (Fault(2, "last_name", "characters"),)


def test_unicode_of_a_spreadsheet_is_read_and_what_is_no_list_is_said() -> None:
    assert read("last_name\nMüller\n".encode("utf-16"), POLICY).people[0].last_name == "Müller"
    assert read("last_name\n\u0646\u0631\u200c\u06af\u0633\n".encode(), POLICY).faults == ()
    assert read(b"last_name\n" + b"A" * 200_000, POLICY).faults == (Fault(1, "", "unreadable"),)


async def test_imported_people_wait_to_be_enrolled_all_or_none(desk: Desk) -> None:
    station = replace(desk.station, policy=POLICY)
    listed = read(b"last_name,first_name,document_number\nOk,Ay,X1\nGo,Be,X2\n", POLICY)
    assert await expect(station, listed.people) == 2
    waiting = await station.drafts.drafts()
    assert {draft.label for draft in waiting} == {"Ay Ok", "Be Go"}
    journey = await EnrollmentJourney.resume(station, waiting[0].draft_id)
    assert journey.state.person.person_id
    await journey.close()
    await desk.store.people.save(enrollment("P-1", document_number="X9"), targets=(), actor="ana")
    with pytest.raises(InvalidInput):
        await expect(station, read(b"last_name,first_name,document_number\nA,B,X8\nC,D,X9\n", POLICY).people)
    assert len(await station.drafts.drafts()) == 2


async def test_a_number_in_the_file_is_kept_checked_and_never_given_twice(desk: Desk) -> None:
    policy = replace(POLICY, number=replace(NUMBER, pattern="AB[0-9]{4}", hint="AB and four digits: AB1234"))
    station = replace(desk.station, policy=policy)
    wrong = read(b"person_id,last_name\nAB12,A\nAB1234,B\nab1234,C\nAB1234,D\n", policy)
    assert set(wrong.faults) == {
        Fault(2, "person_id", "pattern", "AB and four digits: AB1234"),
        Fault(4, "person_id", "pattern", "AB and four digits: AB1234"),
        Fault(4, "person_id", "doubled"),
        Fault(5, "person_id", "doubled"),
    }
    listed = read(b"Person number,last_name\nAB1234,Ok\n", policy)
    assert await expect(station, listed.people) == 1
    (waiting,) = await station.drafts.drafts()
    journey = await EnrollmentJourney.resume(station, waiting.draft_id)
    assert journey.state.person.person_id == "AB1234"
    await journey.close()
    await desk.store.people.save(enrollment("AB1234"), targets=(), actor="ana")
    with pytest.raises(InvalidInput):
        await expect(station, listed.people)


async def test_a_number_taken_by_another_draft_meanwhile_replaces_nobody(desk: Desk) -> None:
    station = replace(desk.station, policy=POLICY)
    plan = flow.make_plan(POLICY, frozenset())
    state = State("draft", plan, at=len(plan) - 2, person=Person("AB1234", "Sample", "Sam"))
    await station.drafts.create("draft", state_codec.dump(state), label="Sam Sample", step="review")
    journey = EnrollmentJourney(station, state)
    await desk.store.people.save(enrollment("AB1234"), targets=(), actor="ana")
    before = await station.people.get("AB1234")
    with pytest.raises(InvalidInput):
        await journey.save()
    assert await station.people.get("AB1234") == before
    await journey.close()
