"""What extraction answers: minutiae, how good the picture is and why, and what a screen can draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

from app.matching.minutiae import Minutiae

Image = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Gray = npt.NDArray[np.uint8]

CELL = 4
"""Side of one cell of the orientation field, pixels at 500 dpi."""


class Reason(Enum):
    """Why a picture is not good, most fundamental first; `OK` when nothing stands out."""

    OK = "ok"
    UNREADABLE = "unreadable"
    """Not a two-dimensional gray image, or a resolution that no reader has."""
    TOO_LARGE = "too_large"
    """More pixels than any fingerprint reader delivers; nothing was computed."""
    NOT_A_FINGER = "not_a_finger"
    """No ridge pattern: empty platen, noise, or another object."""
    TOO_SMALL = "too_small"
    """Too little of the finger touches, or the picture itself is tiny."""
    TOO_DRY = "too_dry"
    TOO_WET = "too_wet"
    SMUDGED = "smudged"
    """The finger moved or the platen is dirty: large parts without a clear ridge direction."""
    LOW_CONTRAST = "low_contrast"
    TOO_FEW_MINUTIAE = "too_few_minutiae"


@dataclass(frozen=True, eq=False)
class Extraction:
    """The outcome of one picture, all at 500 dpi.

    minutiae     best first
    quality      0..100, how useful the picture is for comparison
    reason       what is wrong with it, or `OK`
    orientation  (rows, columns) float32, one ridge direction (radians 0..pi, counter-clockwise from +x as seen) for
                 every `CELL` x `CELL` pixels; NaN where there is no finger
    enhanced     (height, width) uint8, the ridges after filtering, dark on white
    mask         (height, width) bool, where a usable ridge pattern is
    """

    minutiae: Minutiae = field(repr=False)
    quality: int
    reason: Reason
    orientation: Image = field(repr=False)
    enhanced: Gray = field(repr=False)
    mask: Mask = field(repr=False)

    @classmethod
    def nothing(cls, reason: Reason, width: int = 0, height: int = 0) -> Extraction:
        """No minutiae, for the given reason."""
        cells = np.full((-(-height // CELL), -(-width // CELL)), np.nan, np.float32)
        white = np.full((height, width), 255, np.uint8)
        return cls(Minutiae.empty(width, height), 0, reason, cells, white, np.zeros((height, width), np.bool_))
