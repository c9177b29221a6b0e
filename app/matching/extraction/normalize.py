"""Even out light and pressure: every neighborhood to mean zero and unit deviation."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from app.matching.extraction.flow import blurred, cells
from app.matching.extraction.result import CELL, Image

_MEAN: Final = 9.0
_DEVIATION: Final = 14.0
"""Neighborhoods as standard deviations in pixels: one and one and a half ridge periods."""
_FLOOR: Final = 1.5
"""Gray levels of deviation that even a perfect platen has: less is not amplified."""
_CLIP: Final = 2.5


def normalize(gray: Image) -> tuple[Image, Image]:
    """The ridge wave (mean 0 and deviation 1 in every neighborhood, positive where dark), and the deviation per cell.

    The deviation is in gray levels.
    """
    fine = np.asarray(cv2.GaussianBlur(gray, (0, 0), 0.7), np.float32)
    detail = spread(blurred(cells(gray), _MEAN), gray.shape) - fine
    deviation = np.sqrt(blurred(cells(detail * detail), _DEVIATION))
    strength = np.maximum(deviation, np.float32(0.15) * np.percentile(deviation, 95).astype(np.float32))
    wave = detail / spread(strength + np.float32(_FLOOR), gray.shape)
    return np.clip(wave, -_CLIP, _CLIP).astype(np.float32), deviation


def spread(grid: Image, shape: tuple[int, ...]) -> Image:
    """A grid of cells as a picture of the given (height, width)."""
    rows, columns = grid.shape
    whole = cv2.resize(grid, (columns * CELL, rows * CELL), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[: shape[0], : shape[1]], np.float32)
