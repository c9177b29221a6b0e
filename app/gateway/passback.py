"""GLOBAL ANTI-PASSBACK: who went into a zone must come out before going in again, at whichever door."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.door import Passage, Why
from app.gateway.values import Code, Verdict

Key = tuple[str, str]
"""Zone and person."""
Passages = Mapping[Key, Passage]
Change = tuple[Passage, ...]


@dataclass(frozen=True)
class ZoneRule:
    """A zone by the numbers of its terminals; `reset` forgets an entry or exit after a while, None never."""

    zone: str
    number: int
    hard: bool
    entry: frozenset[int]
    exit: frozenset[int]
    reset: timedelta | None = None

    def direction(self, device: int) -> bool | None:
        """True at a terminal on the way in, False on the way out, None at one of no concern."""
        if device in self.entry:
            return True
        return False if device in self.exit else None

    def violated(self, last: Passage | None, inward: bool, now: datetime) -> bool:
        """Whether going this way contradicts where the person was last; nothing known never does."""
        if last is None or (self.reset is not None and now - last.at >= self.reset):
            return False
        return last.inside is inward


def decide(
    zones: Iterable[ZoneRule], passages: Passages, device: int, people: Sequence[str], now: datetime
) -> tuple[Verdict, Change]:
    """The verdict on all people together, and what it changes: nothing when a hard zone refuses.

    One violation in a hard zone refuses everybody; in soft zones all pass and the answer names the zone. A
    terminal of no zone, or a request without people, cannot be decided (NO_ZONE, NOBODY_NAMED).
    """
    concerned = [(zone, inward) for zone in zones if (inward := zone.direction(device)) is not None]
    named = tuple(dict.fromkeys(one for one in people if one))
    if not named:
        return Verdict(Code.HARD_APB_VIOLATION, Why.NOBODY_NAMED), ()
    if not concerned:
        return Verdict(Code.HARD_APB_VIOLATION, Why.NO_ZONE, named[0]), ()
    broken = [
        (zone, inward, one)
        for zone, inward in concerned
        for one in named
        if zone.violated(passages.get((zone.zone, one)), inward, now)
    ]
    verdict = _verdict(broken, concerned[0][0], named[0])
    if verdict.code is Code.HARD_APB_VIOLATION:
        return verdict, ()
    return verdict, tuple(Passage(zone.zone, one, inward, now, device) for zone, inward in concerned for one in named)


def _verdict(broken: list[tuple[ZoneRule, bool, str]], first: ZoneRule, person: str) -> Verdict:
    """The first violation that refuses, else the first that is recorded, else a yes."""
    if not broken:
        return Verdict(Code.SUCCESS, Why.PASSED, person, zone=first.number)
    zone, inward, who = next((each for each in broken if each[0].hard), broken[0])
    code = Code.HARD_APB_VIOLATION if zone.hard else Code.SOFT_APB_VIOLATION
    why = Why.INSIDE_ALREADY if inward else Why.OUTSIDE_ALREADY
    return Verdict(code, why, who, zone=zone.number)


class Ledger:
    """Who is inside which zone. Any thread; decisions are made one after the other, so that two doors cannot both
    let the same person in."""

    def __init__(self, zones: Iterable[ZoneRule], passages: Iterable[Passage] = ()) -> None:
        self.zones = tuple(zones)
        self._door = threading.Lock()
        self._passages = {(one.zone, one.person_id): one for one in passages}

    def __len__(self) -> int:
        return len(self._passages)

    def load(self, passages: Iterable[Passage]) -> None:
        """Take over what was stored; what happened since is newer and stays."""
        with self._door:
            self._passages = {(one.zone, one.person_id): one for one in passages} | self._passages

    def zone_of(self, device: int) -> int:
        """The number of the first zone this terminal belongs to, 0 when there is none."""
        return next((zone.number for zone in self.zones if zone.direction(device) is not None), 0)

    def go(
        self, device: int, people: Sequence[str], now: datetime, claim: Callable[[Verdict], bool]
    ) -> tuple[Verdict, Change]:
        """Decide, and remember what it changes only if `claim` says that this verdict is the one answered."""
        with self._door:
            verdict, change = decide(self.zones, self._passages, device, people, now)
            if not claim(verdict):
                return verdict, ()
            self._passages |= {(one.zone, one.person_id): one for one in change}
        return verdict, change

    def forget(self, person_id: str) -> None:
        """Let a person begin anew in every zone."""
        with self._door:
            self._passages = {key: one for key, one in self._passages.items() if key[1] != person_id}

    def last(self, person_id: str) -> tuple[Passage, ...]:
        """Where a person was last seen, latest first."""
        with self._door:
            found = [one for key, one in self._passages.items() if key[1] == person_id]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))
