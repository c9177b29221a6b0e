"""A terminal's request and the station's verdict, free of any wire format (facts: server matching)."""

from dataclasses import dataclass, field
from enum import IntEnum

from app.domain.access import Holder, Standing
from app.domain.door import UNDECIDED, Asked, Outcome, Why


class Code(IntEnum):
    """What an answer says (gsdk.server.ServerErrorCode)."""

    SUCCESS = 0
    VERIFY_FAIL = -301
    IDENTIFY_FAIL = -302
    CANNOT_FIND_USER = -714
    HARD_APB_VIOLATION = -1202
    SOFT_APB_VIOLATION = -1203


class TemplateFormat(IntEnum):
    """Formats a terminal scans fingers in (gsdk.finger.TemplateFormat)."""

    SUPREMA = 0
    ISO = 1
    ANSI = 2


@dataclass(frozen=True)
class VerifyCard:
    """Who holds this card? `kind` is the raw number: Wiegand slots lie outside the vendor's enum.

    `turned`: the terminal writes the least significant byte first (CardConfig.byteOrder).
    """

    kind: int
    data: bytes = field(repr=False)
    turned: bool = False

    asked = Asked.CARD


@dataclass(frozen=True)
class VerifyNumber:
    """Does this person exist and may pass?"""

    user_id: str

    asked = Asked.NUMBER


@dataclass(frozen=True)
class Identify:
    """Whose finger is this? `form` is the raw TemplateFormat; `template` may be padded to 384 bytes."""

    form: int
    template: bytes = field(repr=False)

    asked = Asked.FINGER


@dataclass(frozen=True)
class Passback:
    """May these people pass this terminal in its direction?"""

    user_ids: tuple[str, ...]

    asked = Asked.PASSBACK


@dataclass(frozen=True)
class Phrase:
    """What shall be shown to this person?"""

    user_id: str

    asked = Asked.PHRASE


Question = VerifyCard | VerifyNumber | Identify | Passback | Phrase


@dataclass(frozen=True)
class Request:
    """A question of one terminal; its answer carries the same `device` and `seq`. `received` is a monotonic time."""

    device: int
    seq: int
    question: Question
    received: float

    @property
    def asked(self) -> Asked:
        """Which kind of question it is."""
        return self.question.asked


@dataclass(frozen=True)
class Verdict:
    """What is answered and why; `zone` and `phrase` only where they were asked for."""

    code: Code
    why: Why
    person_id: str = ""
    person_name: str = field(default="", repr=False)
    score: float | None = None
    threshold: float | None = None
    zone: int = 0
    phrase: str = field(default="", repr=False)

    @property
    def outcome(self) -> Outcome:
        """What the door was told, in one word."""
        if self.why in UNDECIDED:
            return Outcome.UNDECIDED
        if self.code is Code.SOFT_APB_VIOLATION:
            return Outcome.RECORDED
        return Outcome.GRANTED if self.code is Code.SUCCESS else Outcome.REFUSED


_STANDING = {Standing.DISABLED: Why.DISABLED, Standing.NOT_YET: Why.NOT_YET, Standing.EXPIRED: Why.EXPIRED}
_REFUSED = {
    Asked.CARD: Code.VERIFY_FAIL,
    Asked.NUMBER: Code.VERIFY_FAIL,
    Asked.FINGER: Code.IDENTIFY_FAIL,
    Asked.PASSBACK: Code.HARD_APB_VIOLATION,
    Asked.PHRASE: Code.CANNOT_FIND_USER,
}


def refusal(asked: Asked, why: Why, holder: Holder | None = None) -> Verdict:
    """No, for this reason; each kind of question has its own code for it."""
    if holder is None:
        return Verdict(_REFUSED[asked], why)
    return Verdict(_REFUSED[asked], why, holder.person_id, holder.full_name)


def why_not(standing: Standing) -> Why:
    """The reason behind a standing that is not welcome."""
    return _STANDING[standing]
