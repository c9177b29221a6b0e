"""The course of one capture in time: where the person is, what the terminal tells them, and when it is done.

    nobody -> approach -> (glasses) -> align -> (eyes) -> iris -> turn -> face -> done

Phases in brackets appear only for people who need telling; iris or face phases are left out when the capture
does not ask for them. Everything here is a pure function of the seconds since both camera and person were there.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Literal

from app.simulators.people import Person

IRIS_GOOD: Final = (350, 450)
FACE_GOOD: Final = (500, 650)
"""Good distances in millimetres while switch_flag is true, and while it is false."""


class Phase(StrEnum):
    NOBODY = "nobody"
    APPROACH = "approach"
    GLASSES = "glasses"
    ALIGN = "align"
    EYES = "eyes"
    IRIS = "iris"
    TURN = "turn"
    FACE = "face"
    DONE = "done"


class Message(IntEnum):
    """The preview's `message` codes."""

    NONE = 0
    MOVE_DOWN = 1
    MOVE_UP = 2
    OPEN_EYES = 3
    TAKE_GLASSES_OFF = 4


@dataclass(frozen=True)
class Plan:
    """What POST /camera/control/start asked for."""

    face: bool = False
    glasses: bool = False
    both_eyes: bool = False
    either_eye: bool = False
    streaming: bool = False
    recognition: bool = False

    @property
    def iris(self) -> bool:
        return self.both_eyes or self.either_eye


@dataclass(frozen=True)
class Presence:
    """Somebody before the terminal, and how well they do.

    `quality` 0..1 governs scores and picture; below 0.5 the quality flags turn false. `contact_lens` is a colored
    one, which the terminal reports. `glasses` None wears what the person owns. `only_eye` is the one eye they have.
    `hold` is a phase they never get beyond, for captures that must time out. `squints` needs telling to open the eyes.
    """

    person: Person
    quality: float = 0.92
    contact_lens: bool = False
    glasses: bool | None = None
    only_eye: Literal["left", "right"] | None = None
    hold: Phase | None = None
    squints: bool = False

    @property
    def wears_glasses(self) -> bool:
        return self.person.glasses if self.glasses is None else self.glasses


@dataclass(frozen=True)
class Moment:
    """The capture at one instant; distance in millimetres, -1 for nobody; `share` 0..1 of the phase gone by."""

    phase: Phase
    distance: float = -1.0
    message: Message = Message.NONE
    iris_phase: bool = True
    share: float = 0.0
    wears_glasses: bool = False


@dataclass(frozen=True)
class _Leg:
    phase: Phase
    seconds: float
    begin: float
    end: float
    message: Message = Message.NONE
    wears_glasses: bool = False


def moment(plan: Plan, presence: Presence | None, seconds: float) -> Moment:
    """The capture `seconds` (of the terminal's own pace) after camera and person came together."""
    if presence is None:
        return Moment(Phase.NOBODY, iris_phase=plan.iris)
    left = seconds * (2.0 if plan.recognition else 1.0)
    for leg in _legs(plan, presence):
        if left < leg.seconds or presence.hold is leg.phase or _cannot_end(leg, plan, presence):
            return _on(leg, plan, min(left / leg.seconds, 1.0))
        left -= leg.seconds
    return Moment(Phase.DONE, 570.0, iris_phase=not (plan.face or plan.glasses))


def duration(plan: Plan, presence: Presence) -> float:
    """Seconds, at the terminal's own pace, from the start until the capture is done."""
    return sum(leg.seconds for leg in _legs(plan, presence)) / (2.0 if plan.recognition else 1.0)


def _on(leg: _Leg, plan: Plan, share: float) -> Moment:
    if leg.phase is Phase.NOBODY:
        return Moment(Phase.NOBODY, iris_phase=plan.iris)
    eased = share * share * (3 - 2 * share)
    distance = leg.begin + (leg.end - leg.begin) * eased
    iris_phase = plan.iris and leg.phase not in {Phase.TURN, Phase.FACE}
    return Moment(leg.phase, distance, leg.message, iris_phase, share, leg.wears_glasses)


def _legs(plan: Plan, presence: Presence) -> list[_Leg]:
    worn = presence.wears_glasses
    legs = [_Leg(Phase.NOBODY, 0.5, -1, -1), _Leg(Phase.APPROACH, 1.6, 820, 540, wears_glasses=worn)]
    if plan.iris:
        legs += _iris_legs(presence)
    if plan.face or plan.glasses:
        legs += _face_legs(plan)
    return legs


def _iris_legs(presence: Presence) -> list[_Leg]:
    tall = presence.person.number % 2 == 0
    legs = [_Leg(Phase.ALIGN, 0.9, 540, 438, Message.MOVE_DOWN if tall else Message.MOVE_UP)]
    if presence.wears_glasses:
        legs.insert(0, _Leg(Phase.GLASSES, 1.0, 540, 540, Message.TAKE_GLASSES_OFF, wears_glasses=True))
    if presence.squints or presence.only_eye:
        legs.append(_Leg(Phase.EYES, 0.7, 438, 425, Message.OPEN_EYES))
    return [*legs, _Leg(Phase.IRIS, 1.8, 425, 390)]


def _face_legs(plan: Plan) -> list[_Leg]:
    legs = [_Leg(Phase.TURN, 0.7, 390, 520)] if plan.iris else []
    if plan.face:
        legs.append(_Leg(Phase.FACE, 1.3, 520, 570))
    if plan.glasses:
        legs.append(_Leg(Phase.FACE, 1.0, 570, 560, wears_glasses=True))
    return legs


def _cannot_end(leg: _Leg, plan: Plan, presence: Presence) -> bool:
    return leg.phase is Phase.EYES and plan.both_eyes and presence.only_eye is not None
