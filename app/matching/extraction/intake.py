"""Take whatever came as a picture and make it a gray one at 500 dpi, or name what is wrong with it."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from app.matching.extraction.result import Image, Reason
from app.matching.minutiae import DPI

MOST_PIXELS: Final = 4_000_000
"""More than a ten-print slap at 500 dpi would have for one finger."""
LEAST_SIDE: Final = 48
"""Pixels at 500 dpi, five ridges; below that there is nothing to compare."""
_RESOLUTIONS: Final = (100.0, 2500.0)
_SAME: Final = 0.01


def intake(image: npt.ArrayLike, dpi: float) -> Image | Reason:
    """A float32 (height, width) picture in gray levels 0..255 at 500 dpi, or why there is none.

    Colors are averaged; other number types are stretched to 0..255; not-a-number counts as black.
    """
    gray = _gray(image)
    if gray is None or not _RESOLUTIONS[0] <= _number(dpi) <= _RESOLUTIONS[1]:
        return Reason.UNREADABLE
    scale = DPI / dpi
    height, width = (round(side * scale) for side in gray.shape)
    if gray.size > MOST_PIXELS or height * width > MOST_PIXELS:
        return Reason.TOO_LARGE
    if min(height, width) < LEAST_SIDE:
        return Reason.TOO_SMALL
    if abs(scale - 1) < _SAME:
        return gray
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, (width, height), interpolation=method), np.float32)


def _number(dpi: float) -> float:
    try:
        return float(dpi)
    except (TypeError, ValueError):
        return math.nan


def _gray(image: npt.ArrayLike) -> Image | None:
    try:
        array = np.asarray(image)
    except ValueError:  # a ragged list
        return None
    if array.ndim == 3 and array.shape[2] in (1, 3, 4) and array.size <= 4 * MOST_PIXELS and array.dtype.kind in "uif":
        array = array[..., :3].mean(axis=2, dtype=np.float32)
    if array.ndim != 2 or not array.size or array.dtype.kind not in "buif":
        return None
    if array.dtype == np.uint8 or array.size > MOST_PIXELS:
        return np.asarray(array, np.float32)
    return _stretched(array)


def _stretched(array: npt.NDArray[np.generic]) -> Image:
    """Other number types in 0..255: as they are when they already lie there, else over their own range."""
    values = np.nan_to_num(np.asarray(array, np.float64), nan=0.0, posinf=255.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 255 or high <= 1:
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.nan_to_num((values - low) * (255 / max(high - low, 1e-9)), nan=0.0)
    return np.asarray(np.clip(values, 0, 255), np.float32)
