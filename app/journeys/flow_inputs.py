"""What can happen to an enrollment, one frozen dataclass each."""

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.document import DocumentCheck
from app.domain.enrollment import FailureToAcquire
from app.domain.modality import Position
from app.domain.person import Consent, Person
from app.journeys.flow_state import Kept


@dataclass(frozen=True)
class GiveConsent:
    """The person agreed to a text."""

    consent: Consent


@dataclass(frozen=True)
class SetPerson:
    """What was typed about the person; may be incomplete, so that nothing typed is ever lost."""

    person: Person = field(repr=False)


@dataclass(frozen=True)
class NoteDocument:
    """The person was compared with a document; the evidence is on disk."""

    check: DocumentCheck


@dataclass(frozen=True)
class ChooseDevice:
    """Capture with this device."""

    step: str
    device_id: str


@dataclass(frozen=True)
class BeginTry:
    """A capture starts."""

    step: str
    positions: tuple[Position, ...]
    at: datetime


@dataclass(frozen=True)
class Keep:
    """Samples of the running try were put on disk."""

    step: str
    kept: tuple[Kept, ...]


@dataclass(frozen=True)
class NoteTwins:
    """Samples of the running try show the very finger that `same_as`, captured under another name, show."""

    step: str
    samples: tuple[str, ...]
    same_as: tuple[str, ...]


@dataclass(frozen=True)
class EndTry:
    """The running try ended; `outcome` as in Attempt."""

    step: str
    outcome: str
    detail: str = ""
    duplicate_of: str = ""


@dataclass(frozen=True)
class Except:
    """Go on without a good sample of a position, with a reason."""

    step: str
    failure: FailureToAcquire


@dataclass(frozen=True)
class Restore:
    """Take an exception back."""

    step: str
    position: Position


@dataclass(frozen=True)
class ChooseFingers:
    """Enroll these fingers, as many as before; what was captured of others stays with the draft, unused."""

    step: str
    positions: tuple[Position, ...]


@dataclass(frozen=True)
class MarkDuress:
    """A finger shall raise a silent alarm, or no longer."""

    step: str
    position: Position
    on: bool


@dataclass(frozen=True)
class NoteDuplicate:
    """A clerk decided that a reported duplicate is a different person, and why."""

    note: str = field(repr=False)


@dataclass(frozen=True)
class Next:
    """The one primary action: go on."""


@dataclass(frozen=True)
class Back:
    """One step back; nothing is lost."""


@dataclass(frozen=True)
class GoTo:
    """Jump to a step that was reached before, from the review's edit links."""

    key: str


@dataclass(frozen=True)
class MarkSaved:
    """The enrollment is in the store."""


Input = (
    GiveConsent
    | SetPerson
    | NoteDocument
    | ChooseDevice
    | BeginTry
    | Keep
    | NoteTwins
    | EndTry
    | Except
    | Restore
    | ChooseFingers
    | MarkDuress
    | NoteDuplicate
    | Next
    | Back
    | GoTo
    | MarkSaved
)
