"""Grow a ridge pattern from a finger's ridge flow.

The method of SFinGe (Cappelli, Erol, Maio and Maltoni 2000): a few random spots are filtered again and again by a Gabor
filter tuned to the local direction and period, saturating, until ridges cover the pad; where the flow cannot be combed
without a break, minutiae appear by themselves. Growth runs at 250 dpi, where the filters are small; one complex
filtering at 500 dpi gives the smooth wave and its quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.fingers.field import Field
from app.simulators.fingers.jit import compiled

Floats = NDArray[np.float64]
Image = NDArray[np.float32]
Index = NDArray[np.int32]

TURNS = 48  # filter directions over half a turn
MARGIN = 16
_ROUNDS = 26
_SHORTEST, _LONGEST, _STEPS = 6.2, 13.2, 15  # ridge periods of the filter bank, pixels at 500 dpi


@dataclass(frozen=True, eq=False)
class Ridges:
    """A grown pad, every image (2 * (pad height + margin), 2 * (pad width + margin)) at 500 dpi.

    even  the ridge wave, about -1..1, positive on ridges
    odd   its quadrature along the ridge normal (a quarter turn counter-clockwise from `turn`)
    turn  the ridge direction that was used, radians in 0..pi
    """

    even: Image
    odd: Image
    turn: Image


def grow(field: Field, pad: Floats, rng: np.random.Generator) -> Ridges:
    """The ridge pattern of a whole pad."""
    wide, high = (int(half) + MARGIN for half in pad)
    coarse = _grown(field, pad, (high, wide), rng)
    fine = np.asarray(cv2.resize(coarse, (2 * wide, 2 * high), interpolation=cv2.INTER_CUBIC), np.float32)
    choice = _choices(field, (2 * high, 2 * wide), 1.0)
    even, odd = np.zeros_like(fine), np.zeros_like(fine)
    _filter_pair(fine, choice, _bank(1.0, 0.44, False), _bank(1.0, 0.44, True), even, odd)
    return Ridges(even, odd, (choice % TURNS * (np.pi / TURNS)).astype(np.float32))


def _grown(field: Field, pad: Floats, shape: tuple[int, int], rng: np.random.Generator) -> Image:
    choice = _choices(field, shape, 2.0)
    wave = np.zeros(shape, np.float32)
    spots = rng.random((int(pad[0] * pad[1] / 250), 2)) * shape
    wave[spots[:, 0].astype(int), spots[:, 1].astype(int)] = 1
    bank, other = _bank(2.0, 0.46, False), np.zeros_like(wave)
    for _ in range(_ROUNDS):
        _filter_saturating(wave, choice, bank, other)
        wave, other = other, wave
    return wave


def _choices(field: Field, shape: tuple[int, int], scale: float) -> Index:
    """Which filter of the bank fits each pixel of an image `scale` times coarser than 500 dpi."""
    step = 4
    rows, columns = np.arange(0, shape[0] + step, step), np.arange(0, shape[1] + step, step)
    x, y = np.meshgrid((columns - shape[1] / 2) * scale, (rows - shape[0] / 2) * scale)
    turn = 2 * field.orientation(x.ravel(), y.ravel()).reshape(x.shape)
    period = field.periods(x.ravel(), y.ravel()).reshape(x.shape)
    cosine, sine, length = (_spread(part, step, shape) for part in (np.cos(turn), np.sin(turn), period))
    direction = np.rint(np.arctan2(sine, cosine) / 2 / np.pi * TURNS).astype(np.int32) % TURNS
    size = np.rint((length - _SHORTEST) / (_LONGEST - _SHORTEST) * (_STEPS - 1)).astype(np.int32)
    chosen: Index = np.clip(size, 0, _STEPS - 1) * TURNS + direction
    return chosen


def _spread(coarse: Floats, step: int, shape: tuple[int, int]) -> Image:
    x, y = np.meshgrid(np.arange(shape[1], dtype=np.float32) / step, np.arange(shape[0], dtype=np.float32) / step)
    spread = cv2.remap(coarse.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(spread, np.float32)


def _bank(scale: float, spread: float, odd: bool) -> Image:
    """(sizes x directions, n, n) Gabor filters without a constant part; `spread` is the envelope in periods."""
    radius = int(np.ceil(2.4 * spread * 9.5 / scale))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float64)
    out = np.empty((_STEPS * TURNS, 2 * radius + 1, 2 * radius + 1), np.float32)
    for row, (period, turn) in enumerate(_grid(scale)):
        across = -np.sin(turn) * x - np.cos(turn) * y
        envelope = np.exp(-(x**2 + y**2) / 2 / (spread * period) ** 2)
        phase = 2 * np.pi / period * across
        wave = -np.sin(phase) if odd else np.cos(phase)
        wave = envelope * (wave - (envelope * wave).sum() / envelope.sum())
        out[row] = wave / np.abs(wave).sum() * np.pi / 2
    return out


def _grid(scale: float) -> list[tuple[float, float]]:
    periods = np.linspace(_SHORTEST, _LONGEST, _STEPS) / scale
    return [(float(period), np.pi * turn / TURNS) for period in periods for turn in range(TURNS)]


@compiled
def _filter_saturating(wave: Image, choice: Index, bank: Image, out: Image) -> None:
    radius = bank.shape[1] // 2
    height, width = wave.shape
    for y in range(radius, height - radius):
        for x in range(radius, width - radius):
            kernel = bank[choice[y, x]]
            total = np.float32(0)
            for j in range(kernel.shape[0]):
                line = np.float32(0)
                for i in range(kernel.shape[1]):
                    line += kernel[j, i] * wave[y + j - radius, x + i - radius]
                total += line
            out[y, x] = min(np.float32(1), max(np.float32(-1), np.float32(4) * total))


@compiled
def _filter_pair(wave: Image, choice: Index, even: Image, odd: Image, out_even: Image, out_odd: Image) -> None:
    radius = even.shape[1] // 2
    height, width = wave.shape
    for y in range(radius, height - radius):
        for x in range(radius, width - radius):
            at = choice[y, x]
            first, second = np.float32(0), np.float32(0)
            for j in range(even.shape[1]):
                one, two = np.float32(0), np.float32(0)
                for i in range(even.shape[2]):
                    value = wave[y + j - radius, x + i - radius]
                    one += even[at, j, i] * value
                    two += odd[at, j, i] * value
                first += one
                second += two
            out_even[y, x] = first
            out_odd[y, x] = second
