"""What the station demands: quality, tries, fields and consent, as plain values filled from the configuration."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.modality import Modality


@dataclass(frozen=True)
class ModalityPolicy:
    """One modality: quality score needed (0 to 100), tries before an exception is offered, seconds a try may take."""

    modality: Modality
    threshold: float = 50.0
    tries: int = 3
    deadline_s: float = 60.0
    required: bool = True
    offered: bool = True
    keep_best: bool = True
    """Whether the best sample may be kept when no try reached the threshold."""
    exception_needs_supervisor: bool = False


@dataclass(frozen=True)
class PersonField:
    """A field the clerk fills in about the data subject; `pattern` is a full-match regular expression.

    `choices` makes it a choice of these values. A `unique` value that another person has is reported as a duplicate.
    """

    name: str
    label: str
    required: bool = False
    pattern: str = ""
    hint: str = ""
    max_length: int = 100
    choices: tuple[str, ...] = ()
    unique: bool = False


NAMES = (
    PersonField("last_name", "Last name", required=True, max_length=60),
    PersonField("first_name", "First name", max_length=60),
)


NUMBER = PersonField("person_id", "Person number", required=True, pattern="[A-Za-z0-9_-]{1,32}", max_length=32)
"""What devices know a person by, where the configuration asks for nothing narrower."""


@dataclass(frozen=True)
class ConsentText:
    """One version of the consent text in one language (BCP 47 tag such as "en" or "es")."""

    version: str
    language: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal: proves later which words were shown."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class DuplicateRule(StrEnum):
    """Who may save a person that the store or a device seems to know already."""

    SUPERVISOR = "supervisor"
    ASK = "ask"
    """The clerk, with a reason."""
    REFUSE = "refuse"
    """Nobody."""


class DocumentRule(StrEnum):
    """Whether a face is compared with a document during an enrollment."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"
    """Nobody is saved before the comparison came to a match."""


@dataclass(frozen=True)
class EnrollmentPolicy:
    """Everything the enrollment journey asks of a person and of a sample."""

    modalities: Mapping[Modality, ModalityPolicy] = field(default_factory=dict)
    names: tuple[PersonField, ...] = NAMES
    """The fields `last_name` and `first_name`, which a Person has as attributes."""
    number: PersonField = NUMBER
    """What a person number must look like, be it given by the station or typed."""
    fields: tuple[PersonField, ...] = ()
    consents: tuple[ConsentText, ...] = ()
    fingers: int = 2
    """Different fingers to enroll."""
    duress: bool = False
    """Whether a finger may be marked to raise a silent alarm."""
    draft_days: int = 30
    check_duplicates: bool = True
    """Whether the store and the devices in use are asked before saving."""
    duplicates: DuplicateRule = DuplicateRule.ASK
    document: DocumentRule = DocumentRule.OFF
    """The document step; it appears only where a comparing service is configured."""

    def of(self, modality: Modality) -> ModalityPolicy:
        """The policy of a modality, with defaults where none is configured."""
        return self.modalities.get(modality, ModalityPolicy(modality))
