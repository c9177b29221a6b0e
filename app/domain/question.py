"""What a clerk asks a supervisor about a draft, and what the supervisor decides."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Subject(StrEnum):
    """What is asked about."""

    DUPLICATE = "duplicate"
    """Somebody seems to be enrolled already; approved means: a different person, or to be saved all the same."""
    EXCEPTION = "exception"
    """Something is to be left out that only a supervisor may let out."""
    OVERRIDE = "override"
    """Anything else that the rules do not let a clerk do."""


class Verdict(StrEnum):
    """How a question stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class Question:
    """One question about one draft. `about` says of what exactly, in words of the flow (a position, a device).

    `label` is the person's name as far as it is known, `text` the clerk's own words.
    """

    draft_id: str
    subject: Subject
    about: str = ""
    label: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    facts: dict[str, str] = field(default_factory=dict, repr=False)
    asked_by: str = ""
    asked_at: datetime | None = None
    question_id: int = 0
    verdict: Verdict = Verdict.WAITING
    reason: str = field(default="", repr=False)
    decided_by: str = ""
    decided_at: datetime | None = None
    person_id: str = field(default="", repr=False)
