"""What to suggest for the next try: a different idea each time, chosen by what went wrong."""

from enum import StrEnum

from app.domain.capture import RetryReason
from app.domain.modality import Modality
from app.domain.sample import QualityReason


class Suggestion(StrEnum):
    """An idea for the person or the clerk; the wizard has a sentence for each."""

    LOOK_INTO_MIRROR = "look-into-mirror"
    OPEN_EYES_WIDE = "open-eyes-wide"
    TAKE_GLASSES_OFF = "take-glasses-off"
    REMOVE_LENSES = "remove-lenses"
    CHANGE_LIGHT = "change-light"
    FACE_FORWARD = "face-forward"
    FOLLOW_DISTANCE = "follow-distance"
    CLEAN_SENSOR = "clean-sensor"
    PRESS_FIRMER = "press-firmer"
    MOISTEN_FINGER = "moisten-finger"
    DRY_FINGER = "dry-finger"
    SAME_FINGER = "same-finger"
    OTHER_FINGER = "other-finger"
    LOOK_PERSON_UP = "look-person-up"
    HOLD_CARD_FLAT = "hold-card-flat"
    LOOK_FACE_UP = "look-face-up"
    CHECK_DEVICE = "check-device"
    ONCE_MORE = "once-more"
    CHECK_WAY_BACK = "check-way-back"


_BY_REASON: dict[str, tuple[Suggestion, ...]] = {
    RetryReason.CONTACT_LENS: (Suggestion.REMOVE_LENSES,),
    RetryReason.NOBODY_SEEN: (Suggestion.FOLLOW_DISTANCE,),
    RetryReason.DIFFERENT_FINGERS: (Suggestion.SAME_FINGER,),
    RetryReason.ALREADY_ENROLLED: (Suggestion.LOOK_PERSON_UP,),
    RetryReason.STOPPED_ON_DEVICE: (Suggestion.CHECK_DEVICE,),
    RetryReason.EMPTY_RESULT: (Suggestion.ONCE_MORE,),
    RetryReason.RESULT_LOST: (Suggestion.CHECK_WAY_BACK,),
    RetryReason.REFUSED_BY_DEVICE: (Suggestion.ONCE_MORE,),
    QualityReason.CONTACT_LENS: (Suggestion.REMOVE_LENSES,),
    QualityReason.LITTLE_USABLE_AREA: (Suggestion.OPEN_EYES_WIDE,),
    QualityReason.NOT_FRONTAL: (Suggestion.FACE_FORWARD,),
    QualityReason.TOO_SMALL: (Suggestion.FOLLOW_DISTANCE,),
    QualityReason.TOO_DRY: (Suggestion.MOISTEN_FINGER,),
    QualityReason.TOO_WET: (Suggestion.DRY_FINGER,),
    QualityReason.SMUDGED: (Suggestion.CLEAN_SENSOR,),
    QualityReason.TOO_FEW_MINUTIAE: (Suggestion.PRESS_FIRMER,),
    QualityReason.LOW_CONTRAST: (Suggestion.CLEAN_SENSOR,),
    QualityReason.NOT_A_FINGER: (Suggestion.PRESS_FIRMER,),
    QualityReason.UNREADABLE: (Suggestion.CHECK_DEVICE,),
}

_INSTEAD: dict[tuple[Modality, str], tuple[Suggestion, ...]] = {
    (Modality.FACE, RetryReason.ALREADY_ENROLLED): (Suggestion.LOOK_FACE_UP,),
    (Modality.FINGER, RetryReason.NOBODY_SEEN): (),
    (Modality.CARD, RetryReason.NOBODY_SEEN): (),
}
"""Where the reason means something else for one modality: no sensor for fingers or cards has a distance bar."""

_IN_TURN: dict[Modality, tuple[Suggestion, ...]] = {
    Modality.IRIS: (
        Suggestion.LOOK_INTO_MIRROR,
        Suggestion.OPEN_EYES_WIDE,
        Suggestion.TAKE_GLASSES_OFF,
        Suggestion.CHANGE_LIGHT,
    ),
    Modality.FACE: (Suggestion.FACE_FORWARD, Suggestion.CHANGE_LIGHT, Suggestion.TAKE_GLASSES_OFF),
    Modality.FINGER: (Suggestion.PRESS_FIRMER, Suggestion.CLEAN_SENSOR, Suggestion.OTHER_FINGER),
    Modality.CARD: (Suggestion.HOLD_CARD_FLAT, Suggestion.CHECK_DEVICE),
}


def suggest(modality: Modality, reason: str, given: tuple[Suggestion, ...] = ()) -> Suggestion:
    """The best idea for `reason` (a RetryReason or QualityReason value) that was not `given` before.

    When every idea was given, they start over: there is always one.
    """
    ideas = (*_INSTEAD.get((modality, reason), _BY_REASON.get(reason, ())), *_IN_TURN[modality])
    fresh = [idea for idea in ideas if idea not in given]
    return fresh[0] if fresh else ideas[len(given) % len(ideas)]
