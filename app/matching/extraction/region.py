"""Where the finger touches, and where its ridges are clear enough to be read."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from app.matching.extraction.result import CELL, Gray, Image, Mask

_LEAST: Final = 3.5
"""Gray levels of deviation; less is the noise of an empty platen."""
_SHARE: Final = 0.2
"""Of the strongest contrast in the picture (a fifth, as Cappelli 2023 takes): weaker parts are residue of earlier
touches or the sensor's own pattern."""
_CLEAR: Final = 0.34
_HOLE: Final = 60
_PIECE: Final = 150
"""Cells: smaller holes are filled, smaller pieces dropped."""


def touched(deviation: Image) -> Mask:
    """Cells with enough contrast to hold ridges; `deviation` in gray levels."""
    strong = float(np.percentile(deviation, 95))
    return np.asarray(deviation > max(_LEAST, _SHARE * strong), np.bool_)


def region(clarity: Image, contact: Mask) -> Mask:
    """Cells of readable ridges: clear, in one or few large pieces, without pin holes."""
    mask = ((clarity > _CLEAR) & contact).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    closed = cv2.morphologyEx(np.pad(mask, 8), cv2.MORPH_CLOSE, disc)
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, disc)[8:-8, 8:-8]
    large = _without_small(np.asarray(opened, np.uint8), _PIECE)
    return np.asarray(1 - _without_small(1 - large, _HOLE), np.bool_)


def _without_small(mask: Gray, least: int) -> Gray:
    _, names, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask, np.uint8), connectivity=4)
    keep = stats[:, cv2.CC_STAT_AREA] >= least
    keep[0] = False
    return np.asarray(keep[names], np.uint8)


def depth(mask: Mask) -> Image:
    """For every cell the distance to the nearest cell outside the mask or the picture, pixels."""
    padded = np.pad(mask.astype(np.uint8), 1)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1] * CELL, np.float32)
