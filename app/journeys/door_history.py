"""What doors were told earlier: the journal keeps every decision, here they are read back for those who ask why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from app.domain.door import Asked, DoorDecision, Outcome, Why
from app.domain.records import JournalEntry, JournalQuery, Recorded

PIECE: Final = 500
LOOKED_AT_MOST: Final = 20_000
"""Acts of the journal that one question looks through: some seconds."""
_OUTCOMES: Final = {f"door-{outcome.value}": outcome for outcome in Outcome}


class Finds(Protocol):
    """What is asked of the journal."""

    async def find(self, query: JournalQuery) -> tuple[Recorded, ...]:
        """Acts with their numbers, latest first."""


@dataclass(frozen=True)
class DoorQuery:
    """Decisions of some time; what is empty does not matter. `refused`: only those that were not a plain yes."""

    since: datetime
    until: datetime
    person_id: str = field(default="", repr=False)
    door: str = ""
    refused: bool = False
    limit: int = 300


@dataclass(frozen=True)
class Earlier:
    """Decisions, latest first; names of the doors by the number in `device`. `whole` False: there are more."""

    decisions: tuple[DoorDecision, ...]
    doors: Mapping[int, str]
    whole: bool


async def earlier(journal: Finds, query: DoorQuery) -> Earlier:
    """Look the decisions up, piece by piece, until there are enough of them or enough was looked through."""
    asked = JournalQuery(query.person_id, "", query.since, query.until, limit=PIECE)
    doors: dict[str, int] = {}
    found: list[DoorDecision] = []
    for _ in range(LOOKED_AT_MOST // PIECE):
        acts = await journal.find(asked)
        found += [made for made in _decisions(acts, doors) if _wanted(made, query, doors)]
        if len(found) >= query.limit or len(acts) < PIECE:
            break
        asked = replace(asked, before=acts[-1].number)
    whole = len(acts) < PIECE and len(found) <= query.limit
    return Earlier(tuple(found[: query.limit]), {number: name for name, number in doors.items()}, whole)


def _wanted(made: DoorDecision, query: DoorQuery, doors: Mapping[str, int]) -> bool:
    if query.door and doors.get(query.door) != made.device:
        return False
    return not query.refused or made.outcome is not Outcome.GRANTED or not made.delivered


def _decisions(acts: Iterable[Recorded], doors: dict[str, int]) -> Iterable[DoorDecision]:
    for act in acts:
        made = _decision(act.number, act.entry, doors)
        if made is not None:
            yield made


def _decision(number: int, entry: JournalEntry, doors: dict[str, int]) -> DoorDecision | None:
    """The decision an act tells of; None for other acts, and for reasons that only a newer station knows."""
    outcome, at, facts = _OUTCOMES.get(entry.action), entry.at, entry.facts
    if outcome is None or at is None:
        return None
    try:
        asked, why = Asked(facts.get("asked", "")), Why(facts.get("why", ""))
    except ValueError:
        return None
    device = doors.setdefault(facts.get("door", ""), len(doors) + 1)
    scores = [float(facts[name]) if name in facts else None for name in ("score", "threshold")]
    delivered = facts.get("delivered") != "no"
    return DoorDecision(
        number, at, device, asked, outcome, why, 0.0, entry.person_id, "", scores[0], scores[1], delivered
    )
