"""The flow of the ridges: orientation and ridge period anywhere on a finger pad.

Orientation is the zero-pole model (Sherlock and Monro 1993): half the angle to every loop minus half the angle
to every delta, plus an arch term that bends the ridges along the finger tip and slow waves that make every finger its
own. Coordinates are pixels at 500 dpi about the middle of the pad, x to the right, y downwards; angles are
counter-clockwise as seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from app.simulators.fingers.jit import compiled

Floats = NDArray[np.float64]


class Pattern(Enum):
    """The five pattern classes, with their share in the population (NIST)."""

    ARCH = 0.037
    TENTED_ARCH = 0.029
    LEFT_LOOP = 0.338
    RIGHT_LOOP = 0.317
    WHORL = 0.279


@dataclass(frozen=True, eq=False)
class Field:
    """The ridge flow of one finger.

    loops, deltas  (n, 2) positions
    arch           bend (radians), middle x, y where the bend begins, y where it is full
    waves          (n, 4) of amplitude (radians), kx, ky (radians a pixel), phase
    period         ridge period in pixels, gain towards the tip, gain towards the crease, wave amplitude, kx, ky, phase
    """

    pattern: Pattern
    loops: Floats
    deltas: Floats
    arch: Floats
    waves: Floats
    period: Floats

    def orientation(self, x: Floats, y: Floats) -> Floats:
        """Ridge direction in radians (modulo pi) at flat arrays of positions."""
        out = np.empty(len(x))
        fill_orientation(self.loops, self.deltas, self.arch, self.waves, x, y, out)
        return out

    def periods(self, x: Floats, y: Floats) -> Floats:
        """Distance from ridge to ridge in pixels."""
        base, tip, crease, amplitude, kx, ky, phase = self.period
        slow = 1 + amplitude * np.sin(kx * x + ky * y + phase)
        above = np.clip((-y - 60) / 180, 0, 1)
        below = np.clip((y - 90) / 160, 0, 1)
        periods: Floats = base * slow * (1 + tip * above + crease * below)
        return periods


@compiled
def orientation_at(loops: Floats, deltas: Floats, arch: Floats, waves: Floats, x: float, y: float) -> float:
    """Ridge direction in radians, not reduced."""
    angle = 0.0
    for i in range(loops.shape[0]):
        angle += 0.5 * np.arctan2(loops[i, 1] - y, x - loops[i, 0])
    for i in range(deltas.shape[0]):
        angle -= 0.5 * np.arctan2(deltas[i, 1] - y, x - deltas[i, 0])
    rise = min(1.0, max(0.0, (y - arch[2]) / (arch[3] - arch[2])))
    angle -= arch[0] * rise * rise * (3 - 2 * rise) * np.tanh((x - arch[1]) / 110.0)
    for i in range(waves.shape[0]):
        angle += waves[i, 0] * np.sin(waves[i, 1] * x + waves[i, 2] * y + waves[i, 3])
    return float(angle)


@compiled
def fill_orientation(
    loops: Floats, deltas: Floats, arch: Floats, waves: Floats, x: Floats, y: Floats, out: Floats
) -> None:
    for i in range(x.shape[0]):
        out[i] = orientation_at(loops, deltas, arch, waves, x[i], y[i])


def draw_pattern(rng: np.random.Generator) -> Pattern:
    """A class as often as nature has it."""
    at, total = rng.random(), 0.0
    for pattern in Pattern:
        total += pattern.value
        if at < total:
            return pattern
    return Pattern.WHORL


def draw_field(rng: np.random.Generator, pattern: Pattern) -> Field:
    """A finger of the given class with natural proportions."""
    loops, deltas = _singularities(rng, pattern)
    return Field(pattern, loops, deltas, _arch(rng, pattern), _waves(rng), _period(rng))


def _singularities(rng: np.random.Generator, pattern: Pattern) -> tuple[Floats, Floats]:
    core = np.array([rng.normal(0, 12), rng.normal(-25, 15)])
    if pattern is Pattern.ARCH:
        return np.empty((0, 2)), np.empty((0, 2))
    if pattern is Pattern.TENTED_ARCH:
        return core[None], core[None] + (rng.normal(0, 6), rng.uniform(60, 110))
    if pattern is Pattern.WHORL:
        second = core + np.array([rng.normal(0, 10), rng.uniform(16, 75)])
        deltas = core + np.array([_delta(rng) * (-1, 1), _delta(rng)])
        return np.array([core, second]), deltas
    side = 1 if pattern is Pattern.LEFT_LOOP else -1
    return core[None], core[None] + _delta(rng) * (side, 1)


def _delta(rng: np.random.Generator) -> Floats:
    return np.array([rng.uniform(85, 145), rng.uniform(85, 150)])


def _arch(rng: np.random.Generator, pattern: Pattern) -> Floats:
    if pattern is Pattern.ARCH:
        return np.array([rng.uniform(0.55, 0.85), rng.normal(0, 10), rng.uniform(130, 190), rng.uniform(-90, -40)])
    return np.array([rng.uniform(0.3, 0.55), rng.normal(0, 10), rng.uniform(90, 150), rng.uniform(-130, -80)])


def _waves(rng: np.random.Generator) -> Floats:
    out = np.empty((3, 4))
    for row, (size, length, heading, phase) in zip(out, rng.random((3, 4)).tolist(), strict=True):
        k = 2 * math.pi / (200 + 220 * length)
        row[:] = (
            0.02 + 0.05 * size, k * math.cos(2 * math.pi * heading), k * math.sin(2 * math.pi * heading),
            2 * math.pi * phase,
        )  # fmt: skip
    return out


def _period(rng: np.random.Generator) -> Floats:
    tip, crease, wave, length, heading, phase = rng.random(6).tolist()
    k, heading = 2 * math.pi / (180 + 170 * length), 2 * math.pi * heading
    base = min(10.8, max(7.4, rng.normal(9.0, 0.6)))
    slow = 0.01 + 0.05 * wave, k * math.cos(heading), k * math.sin(heading), 2 * math.pi * phase
    return np.array([base, 0.1 * tip, 0.02 + 0.14 * crease, *slow])
