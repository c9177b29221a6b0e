"""Ridge direction, period and clarity on a grid of cells.

Direction is the averaged structure tensor (Kass and Witkin 1987; Bazen and Gerez 2002) at three scales: where the fine
scale is coherent it is kept, so cores and deltas stay sharp, elsewhere wider ones fill in. The period of a
band-limited wave follows from its energy and that of its gradient.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from app.matching.extraction.result import CELL, Image

SHORTEST: Final = 5.0
LONGEST: Final = 15.0
USUAL: Final = 9.0
"""Ridge periods in pixels at 500 dpi: the least and most of any age, and an adult's."""

_SCALES: Final = (6.0, 12.0, 26.0)
_PERIOD_SCALE: Final = 20.0


@dataclass(frozen=True, eq=False)
class Flow:
    """Everything about the ridge flow, one value a cell.

    turn       direction, radians 0..pi counter-clockwise as seen
    coherence  0..1 at the middle scale
    period     pixels
    """

    turn: Image = field(repr=False)
    coherence: Image = field(repr=False)
    period: Image = field(repr=False)


def estimate(wave: Image, weight: Image | None = None) -> Flow:
    """The flow of a locally normalized picture; `weight` (one value a cell) says which cells may speak for others."""
    dx, dy = (np.asarray(cv2.Scharr(wave, cv2.CV_32F, *axis, scale=1 / 32), np.float32) for axis in ((1, 0), (0, 1)))
    xx, yy, xy = cells(dx * dx), cells(dy * dy), cells(dx * dy)
    energy, power = xx + yy, cells(wave * wave)
    if weight is not None:
        xx, yy, xy, energy, power = (part * weight for part in (xx, yy, xy, energy, power))
    # the gradient stands across the ridge: its doubled angle turned by half a turn is the ridge's; y points down
    cosine, sine = yy - xx, 2 * xy
    parts = [_scale(cosine, sine, energy, sigma) for sigma in _SCALES]
    turn = _blend(parts)
    return Flow(turn, parts[1][2], _period(power, energy))


def cells(image: Image) -> Image:
    """Mean over every cell; a cell cut by the border counts what it has."""
    height, width = image.shape
    down, right = -height % CELL, -width % CELL
    whole = cv2.copyMakeBorder(image, 0, down, 0, right, cv2.BORDER_REPLICATE) if down or right else image
    size = (whole.shape[1] // CELL, whole.shape[0] // CELL)
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.float32)


def blurred(grid: Image, sigma: float) -> Image:
    """A grid of cells smoothed by `sigma` pixels."""
    return np.asarray(cv2.GaussianBlur(grid, (0, 0), sigma / CELL, borderType=cv2.BORDER_REFLECT), np.float32)


def _scale(cosine: Image, sine: Image, energy: Image, sigma: float) -> tuple[Image, Image, Image]:
    c, s, e = blurred(cosine, sigma), blurred(sine, sigma), blurred(energy, sigma) + np.float32(1e-6)
    return c / e, s / e, np.hypot(c, s) / e


def _blend(parts: list[tuple[Image, Image, Image]]) -> Image:
    (c, s, _), *finer = parts[::-1]
    for next_c, next_s, coherence in finer:
        keep = np.clip((coherence - 0.2) / 0.4, 0, 1)
        c, s = keep * next_c + (1 - keep) * c, keep * next_s + (1 - keep) * s
    return np.asarray((np.arctan2(s, c) / 2) % np.pi, np.float32)


def _period(power: Image, energy: Image) -> Image:
    ratio = blurred(power, _PERIOD_SCALE) / (blurred(energy, _PERIOD_SCALE) + np.float32(1e-6))
    steepness = np.minimum(1 / np.sqrt(ratio + np.float32(1e-6)), np.float32(0.98))  # of the central difference: sin k
    return np.clip(2 * np.pi / np.arcsin(steepness), SHORTEST, LONGEST).astype(np.float32)
