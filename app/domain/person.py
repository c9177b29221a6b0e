"""The data subject: who is enrolled, and the consent that was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

VALID_FROM, VALID_UNTIL, DISABLED = "valid_from", "valid_until", "disabled"
"""Fields that a site may configure so that a clerk can set when a person may pass doors (both days included)."""
YES = frozenset({"yes", "true", "1"})


@dataclass(frozen=True)
class Person:
    """A data subject; `fields` follow the configured field names (document number, department, ...).

    `person_id` is what devices know the person by: 1 to 32 letters, digits, `-` and `_`, chosen by the station.
    Doors the station answers for let the person in from `valid_from` until before `valid_until` (None: no limit),
    and never while `disabled`.
    """

    person_id: str
    last_name: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    disabled: bool = False

    @property
    def full_name(self) -> str:
        """First and last name as shown to a clerk."""
        return f"{self.first_name} {self.last_name}".strip()


def with_validity(person: Person) -> Person:
    """The person with what the fields of validity say; a field that the site does not have changes nothing.

    Days are local, written as 2031-12-24; one that cannot be read, or an empty one, sets no limit.
    """
    fields, changed = person.fields, person
    if VALID_FROM in fields:
        changed = replace(changed, valid_from=_midnight(fields[VALID_FROM], 0))
    if VALID_UNTIL in fields:
        changed = replace(changed, valid_until=_midnight(fields[VALID_UNTIL], 1))
    if DISABLED in fields:
        changed = replace(changed, disabled=fields[DISABLED].strip().casefold() in YES)
    return changed


def _midnight(written: str, days_later: int) -> datetime | None:
    try:
        day = date.fromisoformat(written.strip()) + timedelta(days=days_later)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time()).astimezone()


@dataclass(frozen=True)
class Consent:
    """Consent given to one version of the text, in the subject's language, recorded when it happened."""

    version: str
    language: str
    text_digest: str
    given_at: datetime
