"""Who may pass a door: what of a person is needed to answer a terminal that asks."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.enrollment import Enrollment
from app.domain.modality import Modality

CARD_FIELD = "card"
GROUP_FIELD = "group"
HEXADECIMAL = frozenset({"ef45", "gsdk"})
"""Vendors whose terminals report a card's number in hexadecimal; others, and people who type it, mean decimal."""

_BETWEEN = re.compile(r"[\s:.-]+")


class Standing(StrEnum):
    """Whether a person may pass at a moment."""

    WELCOME = "welcome"
    DISABLED = "disabled"
    NOT_YET = "not-yet"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Holder:
    """A person as doors know one; `cards` are keys made by `card_key`."""

    person_id: str
    last_name: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    group: str = ""
    cards: tuple[str, ...] = field(default=(), repr=False)
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    disabled: bool = False

    @property
    def full_name(self) -> str:
        """First and last name as shown to a clerk."""
        return f"{self.first_name} {self.last_name}".strip()

    def standing(self, now: datetime) -> Standing:
        """Whether this person may pass now; a time without zone counts as local."""
        if self.disabled:
            return Standing.DISABLED
        if self.valid_from is not None and now < self.valid_from.astimezone():
            return Standing.NOT_YET
        if self.valid_until is not None and now >= self.valid_until.astimezone():
            return Standing.EXPIRED
        return Standing.WELCOME


def holder_of(enrollment: Enrollment) -> Holder:
    """What doors need of an enrollment."""
    person = enrollment.person
    return Holder(
        person.person_id,
        person.last_name,
        person.first_name,
        person.fields.get(GROUP_FIELD, ""),
        cards_of(enrollment),
        person.valid_from,
        person.valid_until,
        person.disabled,
    )


def cards_of(enrollment: Enrollment) -> tuple[str, ...]:
    """The keys of a person's cards: those captured, and one typed into the field "card"."""
    read = [card_key(sample.card, sample.source.vendor) for sample in enrollment.of(Modality.CARD)]
    typed = card_key(enrollment.person.fields.get(CARD_FIELD, ""))
    return tuple(dict.fromkeys(key for key in (*read, typed) if key))


def card_key(written: str, vendor: str = "") -> str:
    """A card's number as lower-case hexadecimal without leading zeros, however it was written; "" for none.

    Letters, separators between digits, or a terminal of HEXADECIMAL make it hexadecimal, plain digits are decimal.
    """
    plain = written.strip().lower()
    bare = _BETWEEN.sub("", plain)
    if bare.isascii() and bare.isdigit() and bare == plain and vendor not in HEXADECIMAL:
        return f"{int(bare):x}".lstrip("0")
    return bare.lstrip("0") if re.fullmatch(r"[0-9a-f]+", bare) else ""


def card_key_of(data: bytes) -> str:
    """The key of a number as terminals send it: big-endian bytes with zeros in front; "" for none."""
    return data.hex().lstrip("0")


def turned_key(key: str) -> str:
    """The key of the same card at a terminal that sends the least significant byte first."""
    return card_key_of(bytes.fromhex(key.zfill(len(key) + len(key) % 2))[::-1])
