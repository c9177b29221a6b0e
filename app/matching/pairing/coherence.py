"""Whether paired minutiae hang together as skin does: compiled loops.

Skin bends smoothly: mates that lie near each other are left over by nearly the same shift, and the edge between them
keeps its length and its angle to both (edges as in Bozorth and in Wegstein 1982). Minutiae paired by chance do neither.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from app.matching.descriptor.cylinders import COSINES, SINES
from app.matching.jit import compiled, inlined
from app.matching.pairing.tables import (
    EDGE,
    EDGE_GROWTH,
    EDGE_TOLERANCE,
    EDGES_DOUBTED,
    NEARBY,
    RADIAL_GATE,
    RADIAL_STEP,
    RADIALS,
    TURN_GATE,
    TURNS,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@inlined
def radial(ux: float, uy: float, vx: float, vy: float, first: float, second: float) -> float:
    """Agreement of the direction to the other minutia, each seen from its own minutia."""
    c, s = COSINES[int(first)], SINES[int(first)]
    pu, pv = ux * c + uy * s, uy * c - ux * s
    c, s = COSINES[int(second)], SINES[int(second)]
    qu, qv = vx * c + vy * s, vy * c - vx * s
    along, across = pu * qu + pv * qv, abs(pu * qv - pv * qu)
    if along <= 0 or across > along * RADIAL_GATE:
        return 0.0
    slope = across / along
    return float(RADIALS[int((slope - slope * slope * slope / 3) * RADIAL_STEP)])


@compiled
def roughness(moved: Floats, b: Floats, partner: Integers) -> float:
    """Root mean square difference of the remaining shifts of neighboring pairs, pixels."""
    total = weight = 0.0
    for i in range(partner.shape[0]):
        for k in range(i if partner[i] >= 0 else 0):
            if partner[k] < 0:
                continue
            dx, dy = moved[0, i] - moved[0, k], moved[1, i] - moved[1, k]
            near = math.exp(-(dx * dx + dy * dy) / (2 * NEARBY * NEARBY))
            sx, sy = b[0, partner[i]] - b[0, partner[k]] - dx, b[1, partner[i]] - b[1, partner[k]] - dy
            total += near * (sx * sx + sy * sy)
            weight += near
    return math.sqrt(total / (weight + 1e-9))


@compiled
def agreed(a: Floats, b: Floats, partner: Integers) -> float:
    """Share of the edges between paired minutiae that agree in both prints; few edges count less."""
    total = edges = 0.0
    for i in range(partner.shape[0]):
        for k in range(i if partner[i] >= 0 else 0):
            if partner[k] < 0:
                continue
            ux, uy = a[0, k] - a[0, i], a[1, k] - a[1, i]
            length = math.sqrt(ux * ux + uy * uy)
            if length <= EDGE:
                edges += 1
                total += _edge(i, k, ux, uy, length, a, b, partner)
    return total / (edges + EDGES_DOUBTED)


@inlined
def _edge(i: int, k: int, ux: float, uy: float, length: float, a: Floats, b: Floats, partner: Integers) -> float:
    j, m = partner[i], partner[k]
    turn = int(a[2, i] - a[2, k]) - int(b[2, j] - b[2, m])
    turn = abs(((turn + 128) & 255) - 128)
    vx, vy = b[0, m] - b[0, j], b[1, m] - b[1, j]
    longer = abs(length - math.sqrt(vx * vx + vy * vy)) / (EDGE_TOLERANCE + EDGE_GROWTH * length)
    if turn > TURN_GATE or longer > 1:
        return 0.0
    seen = min(radial(ux, uy, vx, vy, a[2, i], b[2, j]), radial(ux, uy, vx, vy, a[2, k], b[2, m]))
    return float((1 - longer * longer) * TURNS[turn] * seen)
