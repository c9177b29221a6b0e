"""What a device shows while it captures: pictures, positions, one distance, one hint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class View(StrEnum):
    """Which camera a preview picture shows."""

    LEFT_EYE = "left-eye"
    RIGHT_EYE = "right-eye"
    FACE = "face"
    FINGER = "finger"


class Guidance(StrEnum):
    """What the person in front of the device should do now; one at a time."""

    NOBODY = "nobody"
    COME_CLOSER = "come-closer"
    STEP_BACK = "step-back"
    MOVE_UP = "move-up"
    MOVE_DOWN = "move-down"
    TO_THE_MIDDLE = "to-the-middle"
    MORE_LIGHT = "more-light"
    LESS_LIGHT = "less-light"
    HEAD_UPRIGHT = "head-upright"
    BLURRED = "blurred"
    OPEN_EYES = "open-eyes"
    TAKE_GLASSES_OFF = "take-glasses-off"
    HOLD_STILL = "hold-still"
    LOOK_AT_DEVICE = "look-at-device"


class Range(StrEnum):
    """A distance against the device's good band."""

    NONE = "none"
    NEAR = "near"
    GOOD = "good"
    FAR = "far"


@dataclass(frozen=True)
class Picture:
    """Decoded pixels, row-major, top row first: `channels` 1 = gray 8 bit, 4 = BGRX 8 bit a channel.

    `data` holds exactly height * stride bytes; `scale` is shown pixels per source pixel, so that coordinates in
    source pixels can be drawn on it.
    """

    width: int
    height: int
    stride: int
    channels: int
    data: bytes = field(repr=False)
    scale: float = 1.0


@dataclass(frozen=True)
class EyeMarks:
    """Iris circle and eye center in source pixels of the eye picture; None = not found."""

    iris_center: tuple[int, int] | None = None
    iris_radius: int | None = None
    eye_center: tuple[int, int] | None = None
    boundary: int | None = None


@dataclass(frozen=True)
class Distance:
    """Millimeters from the device, and the band that is good in this phase."""

    millimeters: int | None
    good_from: int
    good_to: int

    @property
    def range(self) -> Range:
        """Where the person stands against the good band."""
        if self.millimeters is None:
            return Range.NONE
        if self.millimeters < self.good_from:
            return Range.NEAR
        return Range.FAR if self.millimeters > self.good_to else Range.GOOD


@dataclass(frozen=True)
class PreviewFrame:
    """One look through the device's cameras; `taken_at` is time.monotonic() when it was received."""

    taken_at: float
    pictures: Mapping[View, Picture]
    guidance: Guidance
    distance: Distance | None = None
    eyes: Mapping[View, EyeMarks] = field(default_factory=dict)
    sequence: int = 0
