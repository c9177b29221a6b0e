"""[policy]: what this site asks for: consent, person fields, quality, tries, duplicates, thresholds, retention."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.config.values import FieldName, Language, Pattern, Section

Percent = Annotated[int, Field(ge=0, le=100)]


class ConsentPolicy(Section):
    """The consent asked before anything is captured."""

    required: bool = Field(default=True, description="Whether nobody is enrolled without consent.")
    version: str = Field(
        default="1",
        min_length=1,
        max_length=40,
        description="Version of the text, recorded with each consent; change it with the text.",
    )
    texts: Mapping[Language, str] = Field(
        default={
            "en": "I agree that my biometric data is captured, stored encrypted and used to recognize me at the doors"
            " of this site. I may ask for its erasure at any time."
        },
        min_length=1,
        description="The text per language code.",
    )


class FieldKind(StrEnum):
    """What a person field accepts."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


class PersonField(Section):
    """One thing asked about a person; last_name and first_name are shown as the name."""

    name: FieldName = Field(description="Stored name; never change it afterwards.")
    label: str = Field(min_length=1, max_length=60, description="What the clerk sees.")
    kind: FieldKind = Field(
        default=FieldKind.TEXT, description="What the field accepts; dates are written as 2031-12-24."
    )
    required: bool = Field(default=False, description="Whether it must be filled in.")
    pattern: Pattern = Field(
        default="", description="Regular expression that the whole value must match; empty accepts all."
    )
    hint: str = Field(
        default="", max_length=120, description='Shown when the value is not accepted, such as "nine digits".'
    )
    max_length: int = Field(default=80, ge=1, le=1_000, description="Longest value accepted.")
    choices: tuple[str, ...] = Field(default=(), description="The values of a choice.")
    unique: bool = Field(
        default=False, description="Whether two people with the same value are reported as a duplicate."
    )


class ModalityPolicy(Section):
    """What is asked of one modality; quality is in percent of the device's own scale."""

    offered: bool = Field(default=True, description="Whether the step is shown where a device can do it.")
    required: bool = Field(default=True, description="Whether leaving it out needs a reason.")
    quality: Percent = Field(default=50, description="Lowest quality accepted; 0 accepts what the device accepts.")
    tries: int = Field(
        default=3, ge=1, le=10, description="Tries before the best sample may be kept or a reason given."
    )
    deadline_s: int = Field(default=60, ge=5, le=300, description="Seconds a person may take for one try.")
    keep_best: bool = Field(
        default=True, description="Whether the best sample may be kept when no try reached the quality."
    )
    exception_needs_supervisor: bool = Field(
        default=False, description="Whether leaving it out must be approved by a supervisor."
    )


class CardPolicy(ModalityPolicy):
    """What is asked of cards."""

    required: bool = Field(default=False, description="Whether leaving it out needs a reason.")
    quality: Percent = Field(default=0, description="Cards have no quality; leave 0.")
    deadline_s: int = Field(default=30, ge=5, le=300, description="Seconds a person may take to present the card.")


class FingerPolicy(ModalityPolicy):
    """What is asked of fingers."""

    fingers: int = Field(default=2, ge=1, le=10, description="Different fingers to enroll.")
    duress: bool = Field(default=False, description="Whether a duress (panic) finger may be marked.")


class DuplicateAction(StrEnum):
    """What happens when the person seems to be known."""

    SUPERVISOR = "supervisor"
    ASK = "ask"
    REFUSE = "refuse"


class DuplicatePolicy(Section):
    """The search for the same person before saving."""

    check: bool = Field(default=True, description="Whether the store and the devices are searched before saving.")
    action: DuplicateAction = Field(
        default=DuplicateAction.SUPERVISOR,
        description='"supervisor" decides, "ask" lets the clerk decide with a reason, "refuse" never saves.',
    )


class MatchingPolicy(Section):
    """Thresholds of the station's own finger matching."""

    false_match_per_million: float = Field(
        default=10.0, ge=0.01, le=10_000, description="Accepted false matches in a million 1:1 comparisons."
    )
    false_alarm_percent: float = Field(
        default=0.1,
        ge=0.0001,
        le=10,
        description="Accepted share of searches that find a person who is not in the gallery.",
    )
    min_minutiae: int = Field(default=12, ge=4, le=60, description="Fingers with fewer minutiae are not searched.")


class SignatureRule(StrEnum):
    """What an unproven reply of the BioServer means."""

    REQUIRED = "required"
    SHOWN = "shown"


class DocumentUse(StrEnum):
    """Whether an enrollment compares the person with a document."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


class BioserverPolicy(Section):
    """Decisions on BioServer's comparison scores (0 to 20000)."""

    document_threshold: int = Field(
        default=3000,
        ge=2000,
        le=20_000,
        description="Score from which a selfie matches a document portrait (2500 or 3000 are usual).",
    )
    selfie_threshold: int = Field(
        default=3500, ge=2000, le=20_000, description="Score from which two selfies match (3000 to 3500 are usual)."
    )
    signature: SignatureRule = Field(
        default=SignatureRule.REQUIRED,
        description='"required": an unproven reply decides nothing; "shown": it decides and is shown as unproven.',
    )
    reply_age_s: int = Field(default=300, ge=10, le=3_600, description="Oldest reply accepted, in seconds.")
    liveness: bool = Field(default=False, description="Whether a passed liveness check is needed.")
    in_enrollment: DocumentUse = Field(
        default=DocumentUse.OPTIONAL,
        description='Compare with a document while enrolling: "off", "optional", or "required" before saving.',
    )


class OperatorPolicy(Section):
    """Who may work at the station."""

    sign_in: bool = Field(default=True, description="Whether clerks sign in.")
    tries_before_lock: int = Field(default=5, ge=1, le=50, description="Wrong passwords before an account locks.")
    confirm_at_submit: bool = Field(
        default=False, description="Whether the password is asked again when an enrollment is saved."
    )


class RetentionPolicy(Section):
    """How long data is kept; 0 keeps it until somebody erases it."""

    drafts_days: int = Field(default=30, ge=0, le=3_650, description="Days until an unfinished enrollment is erased.")
    people_days: int = Field(default=0, ge=0, le=36_500, description="Days until a person is erased everywhere.")
    evidence_days: int = Field(
        default=365, ge=0, le=36_500, description="Days until the evidence of a comparison is erased."
    )


_FIELDS = (
    PersonField(name="last_name", label="Last name", required=True),
    PersonField(name="first_name", label="First name", required=True),
    PersonField(name="document_number", label="Document number", max_length=40, unique=True),
)


class Policy(Section):
    """What this site asks for."""

    person_id_pattern: Pattern = Field(
        default="[A-Za-z0-9_-]{1,32}",
        description="What a person number must match; where the station's own nine digits do not, it is typed.",
    )
    person_id_hint: str = Field(
        default="",
        max_length=80,
        description='Shown when a person number is not accepted, such as "two letters and four digits: AB1234".',
    )
    consent: ConsentPolicy = ConsentPolicy()
    person_fields: tuple[PersonField, ...] = Field(default=_FIELDS, min_length=1)
    iris: ModalityPolicy = ModalityPolicy()
    face: ModalityPolicy = ModalityPolicy()
    finger: FingerPolicy = FingerPolicy()
    card: CardPolicy = CardPolicy()
    duplicates: DuplicatePolicy = DuplicatePolicy()
    matching: MatchingPolicy = MatchingPolicy()
    bioserver: BioserverPolicy = BioserverPolicy()
    operators: OperatorPolicy = OperatorPolicy()
    retention: RetentionPolicy = RetentionPolicy()
