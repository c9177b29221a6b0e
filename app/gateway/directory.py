"""Everybody's cards, numbers and validity in memory, so that a door never waits for the store or the window."""

import threading
from collections.abc import Iterable

from app.domain.access import Holder, card_key_of, holder_of
from app.domain.enrollment import Enrollment


class Directory:
    """Looked up from any thread without a lock; changed on the store's thread as people are saved and removed.

    Watch the store first, then `load` what it holds: what changed in between is newer and stays.
    """

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._people: dict[str, Holder] = {}
        self._cards: dict[str, tuple[str, ...]] = {}
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

    def by_card(self, data: bytes) -> tuple[Holder, ...]:
        """Who holds the card of these big-endian bytes; more than one is a mistake in the records."""
        key = card_key_of(data)
        owners = self._cards.get(key, ()) if key else ()
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
        if before is not None:
            self._drop_cards(before, keep=holder.cards)
        for card in holder.cards:
            owners = self._cards.get(card, ())
            if holder.person_id not in owners:
                self._cards[card] = (*owners, holder.person_id)

    def _take_out(self, person_id: str) -> None:
        before = self._people.pop(person_id, None)
        if before is not None:
            self._drop_cards(before)

    def _drop_cards(self, holder: Holder, keep: tuple[str, ...] = ()) -> None:
        for card in set(holder.cards) - set(keep):
            left = tuple(one for one in self._cards.get(card, ()) if one != holder.person_id)
            if left:
                self._cards[card] = left
            else:
                self._cards.pop(card, None)
