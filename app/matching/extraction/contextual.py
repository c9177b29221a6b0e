"""Filter every cell along its own ridges (contextual Gabor filtering: Hong, Wan and Jain 1998)."""

from __future__ import annotations

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

Index = npt.NDArray[np.int32]


def oriented(wave: Image, turn: Image, period: Image, where: Mask, along: float, across: float) -> Image:
    """`wave` filtered along `turn` (radians a cell) and tuned to `period` (pixels a cell); zero outside `where`.

    `along` and `across` are the deviations of the envelope in ridge periods.
    """
    height, width = wave.shape
    rows, columns = turn.shape
    padded = cv2.copyMakeBorder(
        wave, RADIUS, RADIUS + rows * CELL - height, RADIUS, RADIUS + columns * CELL - width, cv2.BORDER_REFLECT
    )
    out = np.zeros((rows * CELL, columns * CELL), np.float32)
    run = _filter_cells if COMPILED else _filter_cells_plain
    run(np.asarray(padded, np.float32), bank(along, across), choices(turn, period), where, out)
    return out[:height, :width]


def choices(turn: Image, period: Image) -> Index:
    """The row of the bank for every cell."""
    direction = np.rint(turn * (TURNS / np.pi)).astype(np.int32) % TURNS
    step = (PERIODS - 1) / np.log(LONGEST / SHORTEST)
    size = np.rint(np.log(period / SHORTEST) * step).astype(np.int32)
    return np.asarray(np.clip(size, 0, PERIODS - 1) * TURNS + direction, np.int32)


@lru_cache(maxsize=8)
def bank(along: float, across: float) -> Image:
    """(PERIODS x TURNS, n, n) even Gabor filters of no constant part and unit answer to their own wave."""
    y, x = np.mgrid[-RADIUS : RADIUS + 1, -RADIUS : RADIUS + 1].astype(np.float64)
    out = np.empty((PERIODS * TURNS, 2 * RADIUS + 1, 2 * RADIUS + 1), np.float32)
    for row in range(len(out)):
        period = SHORTEST * (LONGEST / SHORTEST) ** (row // TURNS / (PERIODS - 1))
        turn = np.pi * (row % TURNS) / TURNS
        u, v = np.cos(turn) * x - np.sin(turn) * y, -np.sin(turn) * x - np.cos(turn) * y
        envelope = np.exp(-(u**2) / 2 / (along * period) ** 2 - v**2 / 2 / (across * period) ** 2)
        envelope *= np.hypot(x, y) <= RADIUS + 0.5
        wave = np.cos(2 * np.pi / period * v)
        kernel = envelope * (wave - (envelope * wave).sum() / envelope.sum())
        out[row] = kernel / (kernel * wave).sum()
    return out


@compiled
def _filter_cells(padded: Image, filters: Image, choice: Index, where: Mask, out: Image) -> None:
    size = filters.shape[1]
    total = np.empty((4, 4), np.float32)
    for row in range(choice.shape[0]):
        for column in range(choice.shape[1]):
            if not where[row, column]:
                continue
            kernel = filters[choice[row, column]]
            total[:] = 0
            for j in range(size):
                for i in range(size):
                    factor = kernel[j, i]
                    for b in range(4):
                        for a in range(4):
                            total[b, a] += factor * padded[row * 4 + b + j, column * 4 + a + i]
            for b in range(4):
                for a in range(4):
                    out[row * 4 + b, column * 4 + a] = total[b, a]


def _filter_cells_plain(padded: Image, filters: Image, choice: Index, where: Mask, out: Image) -> None:
    reach = CELL + 2 * RADIUS
    inner = slice(RADIUS, RADIUS + CELL)
    for row, column in np.argwhere(where).tolist():
        top, left = row * CELL, column * CELL
        patch: Any = padded[top : top + reach, left : left + reach]
        kernel = filters[choice[row, column]]
        out[top : top + CELL, left : left + CELL] = cv2.filter2D(patch, -1, kernel)[inner, inner]
