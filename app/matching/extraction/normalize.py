"""Even out light and pressure: every neighborhood to mean zero and unit deviation."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from app.matching.extraction.flow import blurred, cells
from app.matching.extraction.result import CELL, Image

_MEAN: Final = 4.5
_DEVIATION: Final = 14.0
"""Neighborhoods as standard deviations in pixels: half a ridge period, so that a wet blot does not drown the ridges
beside it, and one and a half."""
_FLOOR: Final = 1.5
"""Gray levels of deviation that even a perfect platen has: less is not amplified."""
_LEAST: Final = np.float32(0.1)
"""Of the strongest contrast in the picture, likewise."""
_CLIP: Final = 2.5


def normalize(gray: Image, inner: tuple[slice, slice]) -> tuple[Image, Image]:
    """The ridge wave (about mean 0 and deviation 1 in every neighborhood, positive where dark), and its unit.

    What lies outside `inner` (rows, columns) is taken as a reflection of what lies inside.
    The unit is one value a cell, in gray levels: the local deviation, but never less than a platen's noise.
    """
    whole = _reflected(gray, inner)
    fine = np.asarray(cv2.GaussianBlur(whole, (0, 0), 0.7), np.float32)
    detail = spread(blurred(cells(whole), _MEAN), gray.shape) - fine
    deviation = np.sqrt(blurred(cells(detail * detail), _DEVIATION))
    unit = np.maximum(deviation, _LEAST * np.percentile(deviation, 95).astype(np.float32)) + np.float32(_FLOOR)
    wave = detail / spread(unit, gray.shape)
    return np.clip(wave, -_CLIP, _CLIP).astype(np.float32), unit


def _reflected(gray: Image, inner: tuple[slice, slice]) -> Image:
    height, width = gray.shape
    part = gray[inner]
    if part.shape == gray.shape:
        return gray
    rows, columns = inner
    sides = rows.start, height - rows.stop, columns.start, width - columns.stop
    return np.asarray(cv2.copyMakeBorder(part, *sides, cv2.BORDER_REFLECT), np.float32)


def spread(grid: Image, shape: tuple[int, ...]) -> Image:
    """A grid of cells as a picture of the given (height, width)."""
    rows, columns = grid.shape
    whole = cv2.resize(grid, (columns * CELL, rows * CELL), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[: shape[0], : shape[1]], np.float32)
