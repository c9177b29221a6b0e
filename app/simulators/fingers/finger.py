"""A synthetic finger as minutiae: its master, its impressions, and a whole population of such fingers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.simulators.fingers.field import Field, Pattern, draw_field, draw_pattern
from app.simulators.fingers.placement import Conditions, Placement, draw_placement
from app.simulators.fingers.points import Points
from app.simulators.fingers.scatter import COLUMNS, MOST, scatter, touch

Floats = NDArray[np.float64]
_MASTER, TOUCH = 0, 1  # independent streams of chance under one seed


class Finger:
    """One finger of nobody: the same seed is the same finger, on every machine and in every process.

    `pattern` fixes the class; without it classes come as often as in nature.
    """

    def __init__(self, seed: int, pattern: Pattern | None = None) -> None:
        rng = stream(seed, _MASTER)
        drawn = draw_pattern(rng)
        self.seed = seed
        self.field: Field = draw_field(rng, pattern or drawn)
        self.pad: Floats = np.array([rng.normal(172, 10), rng.normal(238, 14)])
        self._chance = rng.random(7 * 500 + 1)

    @property
    def pattern(self) -> Pattern:
        return self.field.pattern

    @cached_property
    def master(self) -> Floats:
        """Minutiae of the whole pad: (n, 5) of x, y (pixels about the middle), direction (radians), kind, quality."""
        area = np.pi * self.pad[0] * self.pad[1]
        dense = area * 5.7e-4 * (9.0 / self.field.period[0]) ** 2 * (0.75 + 0.5 * self._chance[0])
        wanted = int(min(MOST, max(30.0, dense)))
        out = np.empty((MOST, COLUMNS))
        flow = self.field.loops, self.field.deltas, self.field.arch, self.field.waves, float(self.field.period[0])
        return out[: scatter(*flow, self.pad, wanted, self._chance[1:], out)]

    def placed(self, rng: np.random.Generator, conditions: Conditions) -> Placement:
        """Where and how a touch lands."""
        return draw_placement(rng, conditions, self.pad)

    def impression(self, k: int, conditions: Conditions = Conditions()) -> Points:  # noqa: B008 - frozen
        """The minutiae that touch number `k` leaves in the window; the same `k` is the same touch."""
        rng = stream(self.seed, TOUCH + k)
        return show(self.master, self.placed(rng, conditions), conditions, rng)


def show(master: Floats, placed: Placement, conditions: Conditions, rng: np.random.Generator) -> Points:
    """Minutiae of `master` as one touch delivers them: dragged, cut, jittered, some lost and some invented."""
    out = np.empty((2 * MOST, COLUMNS))
    size = np.array([conditions.width, conditions.height], dtype=np.float64)
    jitter = conditions.jitter, np.radians(conditions.jitter_angle)
    rates = np.array([conditions.missing, conditions.spurious, *jitter, conditions.confused], np.float64)
    chance = rng.random(20 * len(master))
    seen = touch(master, placed.rigid, placed.contact, placed.skin, placed.waves, size, rates, chance, out)
    return as_points(out[:seen], conditions)


def as_points(rows: Floats, conditions: Conditions) -> Points:
    """Rounded to the grid of a record, the best `limit` kept, from top to bottom."""
    if len(rows) > conditions.limit:
        rows = rows[np.argsort(-rows[:, 4], kind="stable")[: conditions.limit]]
    rows = rows[np.argsort(rows[:, 1], kind="stable")]
    turn = rows[:, 2] / (2 * np.pi)
    if conditions.two_degree:
        turn = np.round(turn * 180) / 180
    quality = rows[:, 4] if conditions.report_quality else np.zeros(len(rows))
    return Points(
        np.rint(rows[:, 0]).astype(np.int16),
        np.rint(rows[:, 1]).astype(np.int16),
        (np.rint(turn * 256).astype(np.int64) % 256).astype(np.uint8),
        rows[:, 3].astype(np.uint8),
        quality.astype(np.uint8),
        conditions.width,
        conditions.height,
    )


def people(
    count: int,
    seed: int = 0,
    k: int = 0,
    conditions: Conditions = Conditions(),  # noqa: B008 - frozen
) -> Iterator[Points]:
    """Impression `k` of `count` fingers, one after another: finger i is `Finger(finger_seed(seed, i))`."""
    for number in range(count):
        yield Finger(finger_seed(seed, number)).impression(k, conditions)


def finger_seed(seed: int, number: int) -> int:
    """The seed of finger `number` in the population `seed`."""
    return (seed << 32) + number


def stream(seed: int, purpose: int) -> np.random.Generator:
    """Chance for one purpose of one finger."""
    return np.random.Generator(np.random.SFC64([seed & 0xFFFFFFFF, seed >> 32, purpose]))
