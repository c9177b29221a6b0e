"""From a gray picture to minutiae: the steps in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from app.matching.extraction.contextual import Filters, oriented
from app.matching.extraction.flow import Flow, blurred, cells, estimate
from app.matching.extraction.frame import framed
from app.matching.extraction.normalize import normalize, spread
from app.matching.extraction.region import region, touched
from app.matching.extraction.result import CELL, Image, Mask


@dataclass(frozen=True, eq=False)
class Ridges:
    """What the picture shows, before any minutia is looked for.

    wave      locally normalized picture, positive on ridges
    enhanced  the same after filtering along the ridges
    flow      direction, coherence and period a cell
    clarity   0..1 a cell: share of the wave's energy that is ridges, times coherence
    usable    cells of the finger that are clear enough
    touched   cells with contrast, clear or not
    level     mean gray level a cell
    strength  contrast of the ridges a cell, gray levels
    inverted  true when ridges were light on dark
    """

    wave: Image = field(repr=False)
    enhanced: Image = field(repr=False)
    flow: Flow = field(repr=False)
    clarity: Image = field(repr=False)
    usable: Mask = field(repr=False)
    touched: Mask = field(repr=False)
    level: Image = field(repr=False)
    strength: Image = field(repr=False)
    inverted: bool


def ridges(gray: Image) -> Ridges:
    """Everything about the ridges of a gray picture (0..255) at 500 dpi."""
    inner = framed(gray)
    wave, unit = normalize(gray, inner)
    contact = touched(unit)
    rough = estimate(wave)
    first = _coarsely(wave, rough, _grown(contact, 2))
    flow = estimate(first)
    clarity = _clarity(wave, first, flow)
    strength = unit * np.sqrt(np.maximum(blurred(cells(first * first), 5.0), 0))
    usable = region(clarity, contact & _cells_of(inner, contact.shape))
    second = oriented(wave, flow.turn, flow.period, _grown(usable, 2), _FINE)
    inverted = _light_on_dark(gray, usable)
    sign = np.float32(-1 if inverted else 1)
    return Ridges(sign * wave, sign * second, flow, clarity, usable, contact, cells(gray), strength, inverted)


_COARSE: Final = Filters(0.45, 0.38, scale=2)
_FINE: Final = Filters(0.5, 0.42)
_DARKER: Final = 40.0
"""Gray levels by which a background must be darker than the finger to call the picture inverted."""


def _coarsely(wave: Image, flow: Flow, where: Mask) -> Image:
    """The wave filtered along its first guess of the flow, at half the resolution: enough to guess better."""
    height, width = wave.shape
    half = np.asarray(cv2.resize(wave, (-(-width // 2), -(-height // 2)), interpolation=cv2.INTER_AREA), np.float32)
    every = (slice(None, None, 2),) * 2
    filtered = oriented(half, flow.turn[every], flow.period[every], where[every], _COARSE)
    return np.asarray(cv2.resize(filtered, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _clarity(wave: Image, filtered: Image, flow: Flow) -> Image:
    kept = blurred(cells(filtered * filtered), 8.0) / (blurred(cells(wave * wave), 8.0) + np.float32(0.05))
    return np.asarray(np.sqrt(np.clip(kept, 0, 1)) * flow.coherence, np.float32)


def _cells_of(inner: tuple[slice, slice], shape: tuple[int, ...]) -> Mask:
    """Cells wholly inside the frame."""
    mask = np.zeros(shape, np.bool_)
    rows, columns = (slice(-(-part.start // CELL), part.stop // CELL + 1) for part in inner)
    mask[rows, columns] = True
    return mask


def _grown(mask: Mask, by: int) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((2 * by + 1, 2 * by + 1), np.uint8)), np.bool_)


def _light_on_dark(gray: Image, usable: Mask) -> bool:
    level = cells(gray)
    outside = ~_grown(usable, 3)
    if outside.mean() < 0.04 or not usable.any():
        return False
    return bool(np.median(level[outside]) < np.median(level[usable]) - _DARKER)


def whole(mask: Mask, shape: tuple[int, int]) -> Mask:
    """A mask of cells as one of pixels, its corners rounded."""
    return np.asarray(spread(mask.astype(np.float32), shape) > 0.5, np.bool_)


def at(grid: npt.NDArray[np.float32], x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Image:
    """Values of a grid of cells at pixel positions, nearest cell."""
    rows = np.clip(y // CELL, 0, grid.shape[0] - 1).astype(np.intp)
    columns = np.clip(x // CELL, 0, grid.shape[1] - 1).astype(np.intp)
    return np.asarray(grid[rows, columns], np.float32)
