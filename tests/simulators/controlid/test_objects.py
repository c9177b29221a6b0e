"""Objects: create, load with every kind of filter, modify, destroy."""

from typing import Any

import pytest

from app.simulators.people import person
from tests.simulators.controlid.bench import Bench

NAMES = ["Ada", "Bob", "Cid", "Dee"]


@pytest.fixture
def staffed(bench: Bench) -> Bench:
    values = [{"name": name, "registration": str(number)} for number, name in enumerate(NAMES)]
    assert bench.told("create_objects", {"object": "users", "values": values}) == {"ids": [1, 2, 3, 4]}
    return bench


def names(bench: Bench, **question: Any) -> list[str]:
    return [row["name"] for row in bench.told("load_objects", {"object": "users", **question})["users"]]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"users": {"id": 2}}, "B"),
        ({"users": {"id": [1, 3]}}, "AC"),
        ({"users": {"id": {">=": 2, "<": 4}}}, "BC"),
        ({"users": {"id": {"IN": [4], "!=": 1}}}, "D"),
        ({"users": {"name": {"LIKE": "%d%"}}}, "ACD"),
        ({"users": {"id": {"NOT IN": [1]}, "registration": "3"}}, "D"),
        ([{"field": "name", "value": "B%"}], "B"),
        ([{"object": "users", "field": "id", "operator": "=", "value": 1, "connector": "OR"},
          {"field": "id", "operator": "=", "value": 2}], "AB"),
        ([{"field": "id", "value": 1, "connector": "OR"}, {"field": "id", "value": 2, "connector": ") AND ("},
          {"field": "name", "value": "%b%"}], "B"),
        ([{"field": "password", "operator": "IS NULL", "value": ""}], ""),
        ({}, "ABCD"),
        ([], "ABCD"),
    ],
)  # fmt: skip
def test_filters(staffed: Bench, where: object, found: str) -> None:
    assert "".join(name[0] for name in names(staffed, where=where)) == found


def test_fields_order_and_pages(staffed: Bench) -> None:
    asked = {"object": "users", "fields": ["id"], "order": ["descending", "name"], "limit": 2, "offset": 1}
    assert staffed.told("load_objects", asked) == {"users": [{"id": 3}, {"id": 2}]}
    assert staffed.told("load_objects", {"object": "users", "fields": ["COUNT(*)"]}) == {"users": [{"COUNT(*)": 4}]}


@pytest.mark.parametrize(
    "question",
    [
        {"object": "ghosts"},
        {},
        {"object": "users", "where": {"cards": {"id": 1}}},
        {"object": "users", "where": {"users": {"age": 1}}},
        {"object": "users", "where": {"users": {"id": {"~": 1}}}},
        {"object": "users", "where": {"users": {"id": {"<": "x"}}}},
        {"object": "users", "where": {"users": {"id": list(range(1000))}}},
        {"object": "users", "where": "id=1"},
        {"object": "users", "fields": ["age"]},
        {"object": "users", "order": ["age"]},
        {"object": "users", "limit": "2"},
        {"object": "users", "page": 2},
    ],
)
def test_bad_questions(staffed: Bench, question: object) -> None:
    assert staffed.refused("load_objects", question)


def test_one_firmware_answers_under_data(staffed: Bench) -> None:
    staffed.terminal.vary(rows_under_data=True)
    assert len(staffed.told("load_objects", {"object": "users"})["data"]) == 4


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": "Eve", "registration": ""}, "Invalid member 'values' (array expected, got object)"),
        ([{"name": "Eve"}], "NOT NULL constraint failed: users.registration"),
        ([{"name": "Eve", "registration": "", "id": 1}], "UNIQUE constraint failed: users.id"),
        ([{"name": "Eve", "registration": 5}], "(string expected, got int)"),
        ([{"name": "Eve", "registration": "", "age": 5}], "Invalid member 'age'"),
        ([{"name": "Eve", "registration": ""}, {"name": "Fay"}], "constraint"),
    ],
)
def test_bad_rows_leave_nothing_behind(staffed: Bench, values: object, error: str) -> None:
    assert error in staffed.refused("create_objects", {"object": "users", "values": values})
    assert names(staffed) == NAMES


def test_cards_are_unique_belong_to_users_and_go_with_them(staffed: Bench) -> None:
    value = (2**31 << 32) + 7
    card = {"value": value, "user_id": 2}
    staffed.told("create_objects", {"object": "cards", "values": [card]})
    assert "unique constraint" in staffed.refused("create_objects", {"object": "cards", "values": [card]}).lower()
    strange = {"object": "cards", "values": [{"value": 1, "user_id": 99}]}
    assert "FOREIGN KEY" in staffed.refused("create_objects", strange)
    assert staffed.told("load_objects", {"object": "cards"})["cards"][0]["value"] == value
    assert staffed.told("destroy_objects", {"object": "users", "where": {"users": {"id": 2}}}) == {"changes": 1}
    assert staffed.terminal.state.tables["cards"] == ()


def test_changes_hit_what_the_filter_lets_through(staffed: Bench) -> None:
    change = {"object": "users", "values": {"name": "Ann"}, "where": {"users": {"id": 1}}}
    assert staffed.told("modify_objects", change) == {"changes": 1}
    assert names(staffed)[:2] == ["Ann", "Bob"]
    assert staffed.refused("modify_objects", {"object": "users", "values": {"id": 2}, "where": {"users": {"id": 1}}})
    assert staffed.told("modify_objects", {**change, "where": {"users": {"id": 77}}}) == {"changes": 0}


def test_destroy_without_a_filter_destroys_everything(staffed: Bench) -> None:
    staffed.terminal.store(person(1))
    assert staffed.told("destroy_objects", {"object": "users"}) == {"changes": 5}
    assert names(staffed) == []
