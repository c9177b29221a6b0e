"""What happens at doors the station answers for: what was asked, what was decided and why, how it is going."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Asked(StrEnum):
    """What a terminal wanted to know."""

    CARD = "card"
    NUMBER = "number"
    """A person's number typed at the terminal."""
    FINGER = "finger"
    PASSBACK = "passback"
    """Whether people who were recognized may pass in this direction."""
    PHRASE = "phrase"
    """What to show a person who was recognized."""


class Outcome(StrEnum):
    """What a door was told."""

    GRANTED = "granted"
    RECORDED = "recorded"
    """Let in, but against a rule that only records."""
    REFUSED = "refused"
    UNDECIDED = "undecided"
    """The station could not decide and gave its safe answer."""


class Why(StrEnum):
    """The reason of a decision."""

    KNOWN = "known"
    CARD_UNKNOWN = "card-unknown"
    CARD_AMBIGUOUS = "card-ambiguous"
    CARD_MISSING = "card-missing"
    PERSON_UNKNOWN = "person-unknown"
    DISABLED = "disabled"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    FINGER_UNKNOWN = "finger-unknown"
    FORMAT_FOREIGN = "format-foreign"
    FINGER_UNREADABLE = "finger-unreadable"
    NOBODY_TO_SEARCH = "nobody-to-search"
    MATCHING_WARMING = "matching-warming"
    MATCHING_BUSY = "matching-busy"
    PASSED = "passed"
    INSIDE_ALREADY = "inside-already"
    OUTSIDE_ALREADY = "outside-already"
    NO_ZONE = "no-zone"
    NOBODY_NAMED = "nobody-named"
    SHOWN = "shown"
    NOTHING_TO_SHOW = "nothing-to-show"
    OVERLOADED = "overloaded"
    LATE = "late"
    FAULT = "fault"


UNDECIDED = frozenset(
    {
        Why.MATCHING_WARMING,
        Why.MATCHING_BUSY,
        Why.NO_ZONE,
        Why.NOBODY_NAMED,
        Why.OVERLOADED,
        Why.LATE,
        Why.FAULT,
    }
)
"""Reasons that are the station's, not the person's."""


@dataclass(frozen=True)
class DoorDecision:
    """One request and what became of it. `number` counts up from 1; `took_ms` until the answer was handed over.

    `delivered` False: the gateway did not take the answer.
    """

    number: int
    at: datetime
    device: int
    asked: Asked
    outcome: Outcome
    why: Why
    took_ms: float
    person_id: str = ""
    person_name: str = field(default="", repr=False)
    score: float | None = None
    threshold: float | None = None
    delivered: bool = True


@dataclass(frozen=True)
class Passage:
    """Where a person was last seen going in a zone."""

    zone: str
    person_id: str
    inside: bool
    at: datetime
    device: int = 0


class Channel(StrEnum):
    """How the station is connected to the gateway."""

    OFF = "off"
    CONNECTING = "connecting"
    LISTENING = "listening"
    BROKEN = "broken"
    """Lost; it is tried again by itself."""
    HELD = "held"
    """Another program answers the doors; may be taken over on request."""


@dataclass(frozen=True)
class DoorDevice:
    """A terminal that has asked or is configured: `safe_answers` of the last minute tell that something is wrong."""

    number: int
    label: str
    asked: int = 0
    refused: int = 0
    safe_answers: int = 0
    undelivered: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class DoorFigures:
    """How answering goes: rate and percentiles (ms) over the last minute, counts since the start.

    `unanswered` counts requests that no answer was sent for: it has to stay 0.
    """

    channel: Channel = Channel.OFF
    version: str = ""
    generation: str = ""
    since: datetime | None = None
    per_second: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0
    max_ms: float = 0.0
    waiting: int = 0
    answered: int = 0
    safe_answers: int = 0
    unanswered: int = 0
    malformed: int = 0
    breaks: int = 0
    people: int = 0
    devices: tuple[DoorDevice, ...] = ()
    warming: bool = False
    """Whether fingers get the safe answer because the engine that compares them is still being made ready."""
    restarts: int = 0
    """How often a part of the answering failed and was begun again: it has to stay 0."""
    doubtful: bool = False
    """Whether the generation is a guess that somebody should confirm in the settings."""
    unkept: int = 0
    """Decisions that wait because the journal cannot be written."""
    fault: str = ""
    """Code of the error that broke the connection, empty while it is good."""
