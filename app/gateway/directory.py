"""Everybody's cards, numbers and validity in memory, so that a door never waits for the store or the window."""

import threading
from collections.abc import Iterable

from app.domain.access import Holder, card_key_of, holder_of, turned_key
from app.domain.enrollment import Enrollment


class Directory:
    """Looked up from any thread without a lock; changed on the store's thread as people are saved and removed.

    Watch the store first, then `load` what it holds: what changed in between is newer and stays.
    """

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._people: dict[str, Holder] = {}
        self._cards: dict[str, tuple[str, ...]] = {}
        self._turned: dict[str, tuple[str, ...]] = {}
        """The same cards, as a terminal writes them that begins with the last byte."""
        self._changed: set[str] | None = set()

    def __len__(self) -> int:
        return len(self._people)

    @property
    def loaded(self) -> bool:
        """Whether everybody stored is in."""
        return self._changed is None

    def person(self, person_id: str) -> Holder | None:
        """The person of this number."""
        return self._people.get(person_id)

    def by_card(self, data: bytes, *, turned: bool = False) -> tuple[Holder, ...]:
        """Who holds the card of these bytes, the most significant first unless `turned`.

        More than one is a mistake in the records.
        """
        key = card_key_of(data)
        owners = (self._turned if turned else self._cards).get(key, ()) if key else ()
        return tuple(holder for one in owners if (holder := self._people.get(one)) is not None)

    def load(self, holders: Iterable[Holder]) -> None:
        """Put everybody in who was stored."""
        with self._door:
            changed = self._changed or set()
            for holder in holders:
                if holder.person_id not in changed:
                    self._put(holder)
            self._changed = None

    def saved(self, enrollment: Enrollment) -> None:
        """A person came, or changed."""
        holder = holder_of(enrollment)
        with self._door:
            self._note(holder.person_id)
            self._put(holder)

    def removed(self, person_id: str) -> None:
        """A person is gone; absent already is fine."""
        with self._door:
            self._note(person_id)
            self._take_out(person_id)

    def _note(self, person_id: str) -> None:
        if self._changed is not None:
            self._changed.add(person_id)

    def _put(self, holder: Holder) -> None:
        before = self._people.get(holder.person_id)
        self._people[holder.person_id] = holder
        for index, now in ((self._cards, _keys(holder)), (self._turned, _turned(holder))):
            gone = _keys(before) if index is self._cards else _turned(before)
            _drop(index, gone - now, holder.person_id)
            for key in now:
                owners = index.get(key, ())
                if holder.person_id not in owners:
                    index[key] = (*owners, holder.person_id)

    def _take_out(self, person_id: str) -> None:
        before = self._people.pop(person_id, None)
        _drop(self._cards, _keys(before), person_id)
        _drop(self._turned, _turned(before), person_id)


def _keys(holder: Holder | None) -> set[str]:
    return set(holder.cards) if holder is not None else set()


def _turned(holder: Holder | None) -> set[str]:
    return {turned_key(key) for key in _keys(holder)}


def _drop(index: dict[str, tuple[str, ...]], keys: set[str], person_id: str) -> None:
    for key in keys:
        left = tuple(one for one in index.get(key, ()) if one != person_id)
        if left:
            index[key] = left
        else:
            index.pop(key, None)
