"""Many people at once, as years of work would leave them: written in few transactions on the store's thread."""

import random
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert

from app.domain.enrollment import Enrollment
from app.store.database import Database, from_time, next_id
from app.store.index import head_of
from app.store.people import _values
from app.store.tables import people
from tests.store.people import START, enrollment

_SYLLABLES = (
    "an",
    "be",
    "co",
    "di",
    "el",
    "fa",
    "gu",
    "ho",
    "iv",
    "jo",
    "ka",
    "li",
    "mo",
    "na",
    "or",
    "pé",
    "ri",
    "zü",
)


def person(number: int) -> Enrollment:
    """Person number so-and-so: an invented name, a document, no samples."""
    dice = random.Random(number)
    first, last = ("".join(dice.choices(_SYLLABLES, k=3)).title() for _ in range(2))
    whole = enrollment(f"P{number:07d}", first=first, last=last, document=f"D{number:08d}", department="Hall 3")
    return replace(whole, samples=(), enrolled_at=START + timedelta(seconds=number))


def add_people(database: Database, first: int, count: int) -> None:
    """Put persons `first` to `first + count - 1` into the store, in one transaction."""
    with database.begin() as connection:
        record = next_id(connection, people)
        whole = [person(number) for number in range(first, first + count)]
        rows = [_values(database, record + n, one, head_of(one, START)) for n, one in enumerate(whole)]
        connection.execute(insert(people), [row | {"revision": 1, "saved_at": from_time(START)} for row in rows])
