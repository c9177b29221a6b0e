"""Filter every cell along its own ridges (contextual Gabor filtering: Hong, Wan and Jain 1998)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from app.matching.extraction.flow import LONGEST, SHORTEST
from app.matching.extraction.result import CELL, Image, Mask
from app.matching.jit import COMPILED, compiled

TURNS: Final = 36
PERIODS: Final = 14
RADIUS: Final = 9
"""Of the largest filters, full pixels; those of short periods end after two deviations."""

Index = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Filters:
    """A bank of even Gabor filters, (PERIODS x TURNS, n, n), n = 2 * radius + 1, for a picture `scale` times too small.

    `along` and `across` are the deviations of the envelope in ridge periods.
    """

    along: float
    across: float
    scale: int = 1

    @property
    def radius(self) -> int:
        return -(-RADIUS // self.scale)

    @property
    def periods(self) -> list[float]:
        """Of the bank's rows, in pixels of the picture that is filtered."""
        return [SHORTEST * (LONGEST / SHORTEST) ** (row / (PERIODS - 1)) / self.scale for row in range(PERIODS)]

    def reach(self, period: float) -> int:
        """Radius of the filters of a period."""
        return min(self.radius, math.ceil(2 * max(self.along, self.across) * period))


def oriented(
    wave: Image, turn: Image, period: Image, where: Mask, filters: Filters, *, plain: bool = not COMPILED
) -> Image:
    """`wave` filtered along `turn` (radians a cell), tuned to `period` (full pixels a cell); zero outside `where`.

    A cell is CELL x CELL pixels of `wave`, whatever its scale. `plain` does without compiled code: slower, equal.
    """
    height, width = wave.shape
    rows, columns = turn.shape
    rim, down, right = filters.radius, rows * CELL - height, columns * CELL - width
    padded = cv2.copyMakeBorder(wave, rim, rim + down, rim, rim + right, cv2.BORDER_REFLECT)
    out = np.zeros((rows * CELL, columns * CELL), np.float32)
    run = _filter_cells_plain if plain else _filter_cells
    run(np.asarray(padded, np.float32), bank(filters), _first_taps(filters), choices(turn, period), where, out)
    return out[:height, :width]


def choices(turn: Image, period: Image) -> Index:
    """The row of the bank for every cell."""
    direction = np.rint(turn * (TURNS / np.pi)).astype(np.int32) % TURNS
    step = (PERIODS - 1) / np.log(LONGEST / SHORTEST)
    size = np.rint(np.log(period / SHORTEST) * step).astype(np.int32)
    return np.asarray(np.clip(size, 0, PERIODS - 1) * TURNS + direction, np.int32)


@lru_cache(maxsize=8)
def bank(filters: Filters) -> Image:
    """The filters' values: no constant part, unit answer to their own wave."""
    radius = filters.radius
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float64)
    out = np.empty((PERIODS * TURNS, 2 * radius + 1, 2 * radius + 1), np.float32)
    for row in range(len(out)):
        period = filters.periods[row // TURNS]
        turn = np.pi * (row % TURNS) / TURNS
        u, v = np.cos(turn) * x - np.sin(turn) * y, -np.sin(turn) * x - np.cos(turn) * y
        envelope = np.exp(-(u**2) / 2 / (filters.along * period) ** 2 - v**2 / 2 / (filters.across * period) ** 2)
        envelope *= np.hypot(x, y) <= filters.reach(period) + 0.5
        wave = np.cos(2 * np.pi / period * v)
        kernel = envelope * (wave - (envelope * wave).sum() / envelope.sum())
        out[row] = kernel / (kernel * wave).sum()
    return out


@lru_cache(maxsize=8)
def _first_taps(filters: Filters) -> Index:
    """(PERIODS, n): where each row of a period's round filters begins, n where there is none."""
    rows = np.arange(-filters.radius, filters.radius + 1)
    out = np.empty((PERIODS, len(rows)), np.int32)
    for taps, period in zip(out, filters.periods, strict=True):
        reach = filters.reach(period)
        half = np.sqrt(np.maximum((reach + 0.5) ** 2 - rows * rows, 0)).astype(np.int32)
        taps[:] = np.where(np.abs(rows) <= reach, filters.radius - half, len(rows))
    return out


@compiled
def _filter_cells(padded: Image, filters: Image, taps: Index, choice: Index, where: Mask, out: Image) -> None:
    # one accumulator a pixel of the cell, spelled out: only then do four neighbors share one vector register
    size = filters.shape[1]
    for row in range(choice.shape[0]):
        for column in range(choice.shape[1]):
            if not where[row, column]:
                continue
            at, top, left = choice[row, column], row * 4, column * 4
            t00 = t01 = t02 = t03 = np.float32(0)
            t10 = t11 = t12 = t13 = np.float32(0)
            t20 = t21 = t22 = t23 = np.float32(0)
            t30 = t31 = t32 = t33 = np.float32(0)
            for j in range(size):
                first = taps[at // TURNS, j]
                for i in range(first, size - first):
                    f, y, x = filters[at, j, i], top + j, left + i
                    t00 += f * padded[y, x]
                    t01 += f * padded[y, x + 1]
                    t02 += f * padded[y, x + 2]
                    t03 += f * padded[y, x + 3]
                    t10 += f * padded[y + 1, x]
                    t11 += f * padded[y + 1, x + 1]
                    t12 += f * padded[y + 1, x + 2]
                    t13 += f * padded[y + 1, x + 3]
                    t20 += f * padded[y + 2, x]
                    t21 += f * padded[y + 2, x + 1]
                    t22 += f * padded[y + 2, x + 2]
                    t23 += f * padded[y + 2, x + 3]
                    t30 += f * padded[y + 3, x]
                    t31 += f * padded[y + 3, x + 1]
                    t32 += f * padded[y + 3, x + 2]
                    t33 += f * padded[y + 3, x + 3]
            out[top, left] = t00
            out[top, left + 1] = t01
            out[top, left + 2] = t02
            out[top, left + 3] = t03
            out[top + 1, left] = t10
            out[top + 1, left + 1] = t11
            out[top + 1, left + 2] = t12
            out[top + 1, left + 3] = t13
            out[top + 2, left] = t20
            out[top + 2, left + 1] = t21
            out[top + 2, left + 2] = t22
            out[top + 2, left + 3] = t23
            out[top + 3, left] = t30
            out[top + 3, left + 1] = t31
            out[top + 3, left + 2] = t32
            out[top + 3, left + 3] = t33


def _filter_cells_plain(padded: Image, filters: Image, taps: Index, choice: Index, where: Mask, out: Image) -> None:
    radius = filters.shape[1] // 2
    reach = CELL + 2 * radius
    inner = slice(radius, radius + CELL)
    for row, column in np.argwhere(where).tolist():
        top, left = row * CELL, column * CELL
        patch: Any = padded[top : top + reach, left : left + reach]
        kernel = filters[choice[row, column]]
        out[top : top + CELL, left : left + CELL] = cv2.filter2D(patch, -1, kernel)[inner, inner]
