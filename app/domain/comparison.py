"""Comparing a probe with references: score, threshold, decision, candidates."""

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What a comparison came to; UNDECIDED is never treated as a match."""

    MATCH = "match"
    NO_MATCH = "no-match"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Score:
    """A comparison score, the threshold it was held against, and the false match rate it stands for (0 to 1)."""

    value: float
    threshold: float
    false_match_rate: float | None = None

    @property
    def decision(self) -> Decision:
        """At or above the threshold is a match; not a number is no decision."""
        if self.value != self.value:  # NaN compares unequal to itself
            return Decision.UNDECIDED
        return Decision.MATCH if self.value >= self.threshold else Decision.NO_MATCH


@dataclass(frozen=True)
class Candidate:
    """A person an identification came up with."""

    person_id: str
    score: Score
