"""What can be captured from a person, and from where on the body."""

from enum import StrEnum


class Modality(StrEnum):
    """A biometric characteristic, or a card standing beside them."""

    IRIS = "iris"
    FACE = "face"
    FINGER = "finger"
    CARD = "card"


class Position(StrEnum):
    """Where on the person; finger order follows ISO/IEC 19794-2 finger codes 1 to 10."""

    LEFT_IRIS = "left-iris"
    RIGHT_IRIS = "right-iris"
    FACE = "face"
    RIGHT_THUMB = "right-thumb"
    RIGHT_INDEX = "right-index"
    RIGHT_MIDDLE = "right-middle"
    RIGHT_RING = "right-ring"
    RIGHT_LITTLE = "right-little"
    LEFT_THUMB = "left-thumb"
    LEFT_INDEX = "left-index"
    LEFT_MIDDLE = "left-middle"
    LEFT_RING = "left-ring"
    LEFT_LITTLE = "left-little"
    CARD = "card"

    @property
    def modality(self) -> Modality:
        """The characteristic this position belongs to."""
        if self in IRISES:
            return Modality.IRIS
        if self is Position.FACE:
            return Modality.FACE
        return Modality.CARD if self is Position.CARD else Modality.FINGER


IRISES = (Position.LEFT_IRIS, Position.RIGHT_IRIS)
FINGERS = (
    Position.RIGHT_THUMB,
    Position.RIGHT_INDEX,
    Position.RIGHT_MIDDLE,
    Position.RIGHT_RING,
    Position.RIGHT_LITTLE,
    Position.LEFT_THUMB,
    Position.LEFT_INDEX,
    Position.LEFT_MIDDLE,
    Position.LEFT_RING,
    Position.LEFT_LITTLE,
)


def finger_code(position: Position) -> int:
    """ISO/IEC 19794-2 finger code, 1 to 10; ValueError for anything but a finger."""
    return FINGERS.index(position) + 1


def finger_at(code: int) -> Position:
    """The finger of an ISO/IEC 19794-2 code, 1 to 10; ValueError for any other number."""
    if not 1 <= code <= len(FINGERS):
        raise ValueError("finger code must be 1 to 10")
    return FINGERS[code - 1]


class FaceVariant(StrEnum):
    """How a face was lit and dressed when it was captured."""

    COLOR = "color"
    INFRARED = "infrared"
    COLOR_GLASSES = "color-glasses"
    INFRARED_GLASSES = "infrared-glasses"
    OVERVIEW = "overview"
    """The color face taken while the irises were captured."""
