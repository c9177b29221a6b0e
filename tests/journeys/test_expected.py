"""People to be enrolled from CSV: mapped by name, every bad row named, nothing half imported."""

from dataclasses import replace

import pytest

from app.domain.errors import InvalidInput
from app.domain.policy import EnrollmentPolicy, PersonField
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.expected import Fault, expect, read
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
    assert read(b"", POLICY).faults == (Fault(1, "", "empty"),)


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
