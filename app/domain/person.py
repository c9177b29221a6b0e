"""The data subject: who is enrolled, and the consent that was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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


@dataclass(frozen=True)
class Consent:
    """Consent given to one version of the text, in the subject's language, recorded when it happened."""

    version: str
    language: str
    text_digest: str
    given_at: datetime
