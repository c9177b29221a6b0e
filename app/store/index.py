"""Searching people whose data are encrypted: an index in memory, filled piece by piece, on the store's thread."""

import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.access import CARD_FIELD, GROUP_FIELD, Holder, card_key, cards_of
from app.domain.enrollment import Enrollment
from app.domain.modality import Position

BLOCK = 500
# Letters that Unicode does not take apart into a base letter and a mark
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ħ": "h",
    }
)


@dataclass(frozen=True)
class PersonHead:
    """What a list shows of a person and what a search looks at; sealed on disk beside the record."""

    person_id: str = field(repr=False)
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    cards: tuple[str, ...] = field(repr=False)
    positions: tuple[Position, ...]
    enrolled_at: datetime
    card_keys: tuple[str, ...] = field(default=(), repr=False)
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    disabled: bool = False

    @property
    def holder(self) -> Holder:
        """What doors need; heads written before there were keys of cards have their numbers as they were read."""
        typed = (*self.cards, self.fields.get(CARD_FIELD, ""))
        keys = self.card_keys or tuple(dict.fromkeys(key for one in typed if (key := card_key(one))))
        group = self.fields.get(GROUP_FIELD, "")
        valid = (self.valid_from, self.valid_until, self.disabled)
        return Holder(self.person_id, self.last_name, self.first_name, group, keys, *valid)

    @property
    def full_name(self) -> str:
        """First and last name as shown to a clerk."""
        return f"{self.first_name} {self.last_name}".strip()


def head_of(enrollment: Enrollment, saved_at: datetime) -> PersonHead:
    """The head of an enrollment."""
    person = enrollment.person
    return PersonHead(
        person.person_id,
        person.last_name,
        person.first_name,
        dict(person.fields),
        tuple(sample.card for sample in enrollment.samples if sample.card),
        tuple(dict.fromkeys(sample.position for sample in enrollment.samples)),
        enrollment.enrolled_at or saved_at,
        cards_of(enrollment),
        person.valid_from,
        person.valid_until,
        person.disabled,
    )


def fold(text: str) -> str:
    """Without case and diacritics: what a clerk types and what was written compare equal."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A person in the index: where the row is, and the texts that are searched."""

    at: float
    record: int
    head: PersonHead = field(repr=False)
    words: str = field(repr=False)

    @property
    def place(self) -> tuple[float, int]:
        """The order of enrollment."""
        return self.at, self.record


class PeopleIndex:
    """All people in the order of their enrollment; `filled_to` is the last row read from disk."""

    def __init__(self) -> None:
        self.filled_to = 0
        self.complete = False
        self._by_record: dict[int, Indexed] = {}
        self._order: list[Indexed] = []
        self._blocks: list[str] | None = None  # made again by the first search after a change

    def __len__(self) -> int:
        return len(self._order)

    def put(self, record: int, head: PersonHead) -> None:
        """Add or replace a person."""
        self.remove(record)
        self._blocks = None
        texts = (head.last_name, head.first_name, head.person_id, *head.fields.values(), *head.cards)
        entry = Indexed(head.enrolled_at.timestamp(), record, head, fold("\n".join(texts)))
        self._by_record[record] = entry
        if not self._order or self._order[-1].place < entry.place:  # nearly always the latest
            self._order.append(entry)
        else:
            insort(self._order, entry, key=_place)

    def fill(self, heads: Iterable[tuple[int, PersonHead]]) -> None:
        """Add people read from disk; what was written in the meantime is newer and stays."""
        for record, head in heads:
            self.filled_to = max(self.filled_to, record)
            if record not in self._by_record:
                self.put(record, head)

    def remove(self, record: int) -> None:
        """Forget a person; absent already is fine."""
        entry = self._by_record.pop(record, None)
        if entry is not None:
            self._blocks = None
            del self._order[bisect_left(self._order, entry.place, key=_place)]

    def holders(self) -> tuple[Holder, ...]:
        """What doors need of everybody."""
        return tuple(entry.head.holder for entry in self._order)

    def search(self, text: str) -> list[Indexed]:
        """People whose texts contain every word, latest first."""
        words = sorted(fold(text).split(), key=len, reverse=True)  # long words leave few to look at
        found = self._having(words[0]) if words else self._order
        for word in words[1:]:
            found = [entry for entry in found if word in entry.words]
        return found[::-1]

    def _having(self, word: str) -> list[Indexed]:
        """People with a word: whole blocks are ruled out first, one long text each, which is several times faster."""
        starts = range(0, len(self._order), BLOCK)
        if self._blocks is None:
            self._blocks = ["\n".join(entry.words for entry in self._order[at : at + BLOCK]) for at in starts]
        likely = (at for at, block in zip(starts, self._blocks, strict=True) if word in block)
        return [entry for at in likely for entry in self._order[at : at + BLOCK] if word in entry.words]

    def with_field(self, name: str, value: str) -> str | None:
        """The latest person whose field has this value, without regard to case, marks and outer blanks."""
        wanted = fold(value.strip())
        if not wanted:
            return None
        likely = (entry.head for entry in reversed(self._having(wanted)))
        return next((head.person_id for head in likely if wanted in _values(head, name)), None)


def _place(entry: Indexed) -> tuple[float, int]:
    return entry.place


def _values(head: PersonHead, name: str) -> set[str]:
    values = [head.fields.get(name, "")] + (list(head.cards) if name == CARD_FIELD else [])
    return {fold(value.strip()) for value in values}
