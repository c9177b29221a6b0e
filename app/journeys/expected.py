"""People to be enrolled, from a CSV file: columns mapped by name, every bad row named, all of them or none."""

import codecs
import csv
import io
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.domain.errors import InvalidInput
from app.domain.person import Person
from app.domain.policy import EnrollmentPolicy
from app.domain.records import JournalEntry
from app.journeys import flow, state_codec
from app.journeys.enrollment import free_person_id, modalities_of
from app.journeys.flow_state import State
from app.journeys.station import Station

MOST_ROWS = 5000
CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
TURNING = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line of the file: the column's name, and a word ("required", "pattern", "column", ...)."""

    line: int
    column: str
    what: str
    hint: str = ""
    """How the field says its values look."""


@dataclass(frozen=True)
class Listed:
    """What a file holds: people, or what is wrong with it; with a fault nothing is imported."""

    people: tuple[Person, ...] = field(default=(), repr=False)
    faults: tuple[Fault, ...] = ()


def read(data: bytes, policy: EnrollmentPolicy) -> Listed:
    """People of a CSV file (UTF-8 or Windows-1252; comma, semicolon, tab or bar). Numbers
    that the file does not name are given later."""
    read_rows = _rows(data)
    if read_rows is None:
        return Listed(faults=(Fault(1, "", "unreadable"),))
    rows = [(number, row) for number, row in enumerate(read_rows, 1) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        return Listed(faults=(Fault(1, "", "empty"),))
    columns, faults = _columns(rows[0][1], policy)
    if len(rows) - 1 > MOST_ROWS:
        faults.append(Fault(MOST_ROWS + 2, "", "too-many"))
    if faults:
        return Listed(faults=tuple(faults))
    hints = {each.name: each.hint for each in (policy.number, *policy.names, *policy.fields)}
    people: dict[int, Person] = {}
    for line, row in rows[1:]:
        if len(row) > len(columns):
            faults.append(Fault(line, "", "columns"))
            continue
        faults += [
            Fault(line, name, "characters") for name, cell in zip(columns, row, strict=False) if not _is_plain(cell)
        ]
        person = _person(columns, row)
        wrong = flow.person_problems(person, policy)
        number = flow.number_problem(person.person_id, policy) if person.person_id else None
        all_wrong = (*wrong, *([number] if number else []))
        faults += [Fault(line, one.where, one.need.value, hints.get(one.where, "")) for one in all_wrong]
        people[line] = person
    faults += _doubled(people, policy)
    return Listed((), tuple(faults)) if faults else Listed(tuple(people.values()))


async def expect(station: Station, people: tuple[Person, ...]) -> int:
    """Let these people wait on the start page, all of them or none; how many.

    InvalidInput when one of them is enrolled already, by a field that is unique.
    """
    for person in people:
        await _check_new(station, person)
    plan = flow.make_plan(station.policy, modalities_of(station))
    states = []
    for person in people:
        number = person.person_id or await free_person_id(station)
        states.append(State(secrets.token_hex(8), plan, person=replace(person, person_id=number)))
    rows = tuple((one.draft_id, state_codec.dump(one), one.person.full_name, plan[0].key) for one in states)
    await station.drafts.create_all(rows)
    await station.journal.append(JournalEntry("people-expected", station.actor, facts={"count": str(len(rows))}))
    return len(rows)


async def _check_new(station: Station, person: Person) -> None:
    if person.person_id and await station.people.get(person.person_id) is not None:
        raise InvalidInput(field="person_id", why="enrolled")
    for each in station.policy.fields:
        value = person.fields.get(each.name, "")
        if each.unique and value and await station.people.find_field(each.name, value):
            raise InvalidInput(field=each.name, why="enrolled")


def _rows(data: bytes) -> list[list[str]] | None:
    """Cells; None when this is no such file, or a cell is longer than any field."""
    text = _decoded(data).replace("\0", "")
    first = text.splitlines()[0] if text.splitlines() else ""
    separator = max(SEPARATORS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        return None


def _decoded(data: bytes) -> str:
    """As spreadsheets write it: Unicode with a mark, UTF-8, or Windows' own."""
    try:
        return data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _is_plain(cell: str) -> bool:
    """No control characters, and none that turn the reading direction: what is shown must be what is stored."""
    return not any(unicodedata.category(char) in CONTROLS or char in TURNING for char in cell.strip())


def _columns(header: list[str], policy: EnrollmentPolicy) -> tuple[list[str], list[Fault]]:
    """The stored name of each column, found by name or by label; and which are unknown, doubled or missing."""
    known = {
        _plain(word): each.name
        for each in (policy.number, *policy.names, *policy.fields)
        for word in (each.name, each.label)
    }
    names = [known.get(_plain(cell), "") for cell in header]
    faults = [Fault(1, cell.strip(), "unknown") for cell, name in zip(header, names, strict=True) if not name]
    faults += [Fault(1, name, "doubled") for name in sorted({one for one in names if one and names.count(one) > 1})]
    needed = [each.name for each in (*policy.names, *policy.fields) if each.required and each.name not in names]
    return names, faults + [Fault(1, name, "missing") for name in needed]


def _plain(text: str) -> str:
    return text.strip().casefold().replace("_", " ").replace("-", " ")


def _person(columns: list[str], row: list[str]) -> Person:
    values = {name: cell.strip() for name, cell in zip(columns, row, strict=False)}
    last, first = values.pop("last_name", ""), values.pop("first_name", "")
    number = values.pop("person_id", "")
    return Person(number, last, first, {name: value for name, value in values.items() if value})


def _doubled(people: Mapping[int, Person], policy: EnrollmentPolicy) -> list[Fault]:
    faults: list[Fault] = []
    for each in (replace(policy.number, unique=True), *policy.fields):
        seen: set[str] = set()
        for line, person in people.items() if each.unique else ():
            value = (person.person_id if each.name == "person_id" else person.fields.get(each.name, "")).casefold()
            faults += [Fault(line, each.name, "doubled")] if value and value in seen else []
            seen.add(value)
    return faults
