"""Constants of the pair comparison, and the curves it looks up instead of computing.

Relaxation after Cappelli, Ferrara and Maltoni 2010 (section 4.3, LSS-R; five rounds, weight one half)
and Feng 2008: how far a pair of pairs agrees in distance, direction difference and radial angle; the tolerance for
the distance grows with it, as in the distortion-tolerant variants of later years.
Tolerances in pixels at 500 dpi, turns in 1/256.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ROTATION: Final = 48
"""Largest rotation between two prints, 67 degrees either way: two touches of 30 degrees each, and slack."""
LEAST_COMMON: Final = 31
"""Cells that must be valid in both codes: 60 % of the 52 in the circle."""
LEAST_MINUTIAE: Final = 3
PAIRS_PER_MINUTIA: Final = 2
ROUNDS: Final = 5
LEAST_CHOSEN: Final = 4
MOST_CHOSEN: Final = 12
SEEDS: Final = 5
SAME_SEED: Final = 0.3
SUPPORT: Final = 0.05
WIDE: Final = 20.0
RIGID: Final = 18.0
CLOSE: Final = 13.0
TURN: Final = 20.0
"""Tolerances: finding the alignment, after fitting it, after following the skin; direction, 28 degrees."""
SKIN: Final = 50.0
"""Over how many pixels neighbors share the drag of the skin."""
STIFF: Final = 0.7
NEARBY: Final = 40.0
"""Over how many pixels two pairs are left over by the same shift."""
EDGE: Final = 110.0
EDGE_TOLERANCE: Final = 3.0
EDGE_GROWTH: Final = 0.12
EDGES_DOUBTED: Final = 5
"""Longest edge between paired minutiae, how much of its length may change, and edges that few ones are held against."""
MARGIN: Final = 10.0
SUPPORTS: Final = 16

TURN_GATE: Final = 17
LENGTH_GATE: Final = 8.0
RADIAL_GATE: Final = math.tan(math.pi / 6)
LENGTH_STEP: Final = 0.25
LENGTH_LEAST: Final = 0.6
LENGTH_GROWTH: Final = 0.005
"""Of both ways between the minutiae together: dragged skin is off in proportion, so that the tolerance for the
distance is the published one at 40 pixels, and more for minutiae farther apart."""
RADIAL_STEP: Final = 64
"""Beyond the gates agreement is under one percent and taken as none."""


class Evidence(IntEnum):
    """Columns that `compare` fills for one pair of templates."""

    RELAXED = 0
    """Mean relaxed similarity of the pairs that gained most."""
    CONFIRMED = 1
    """How many of the most similar pairs the alignment confirms."""
    RIGID = 2
    """Closeness summed over minutiae paired by the rigid alignment."""
    PAIRED = 3
    """Minutiae paired after following the skin."""
    CLOSENESS = 4
    """Closeness summed over those."""
    TURNED = 5
    """Mean direction difference of those, 1/256 turns."""
    SPREAD = 6
    """Root mean square distance of those from their middle, pixels."""
    SHARED_PROBE = 7
    SHARED_REFERENCE = 8
    """Minutiae of each print inside the other's outline."""
    PROBE = 9
    REFERENCE = 10
    """Minutiae of each print."""
    ROUGHNESS = 11
    """Root mean square difference of the shifts that neighboring pairs are left over by, pixels."""
    AGREED = 12
    """Share of the edges between paired minutiae that agree, a little less when there are few."""


EVIDENCE: Final = len(Evidence)


def _falling(middle: float, steep: float, at: Floats) -> Floats:
    """1 below `middle`, 0 above: the sigmoid of the papers."""
    return 1 / (1 + np.exp(steep * (at - middle)))


LENGTHS: Final = _falling(5.0, 8 / 5, np.arange(0, LENGTH_GATE + 1, LENGTH_STEP))
LENGTHS_LAST: Final = len(LENGTHS) - 1
TURNS: Final = _falling(math.pi / 12, 30.0, np.arange(TURN_GATE + 1) * math.tau / 256)
RADIALS: Final = _falling(math.pi / 12, 30.0, np.arange(RADIAL_STEP) / RADIAL_STEP)
COMPASS: Final = np.stack([np.cos(np.arange(SUPPORTS) * math.tau / 16), np.sin(np.arange(SUPPORTS) * math.tau / 16)])
