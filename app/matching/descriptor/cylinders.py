"""Bit cylinder codes: which minutiae lie around a minutia, where and in which direction, in 384 bits.

After Cappelli, Ferrara and Maltoni, "Minutia Cylinder-Code: A New Representation and Matching Technique
for Fingerprint Recognition", IEEE TPAMI 32(12), 2010, with the constants of their bit variant; cells
are valid inside the hull of all minutiae enlarged by 50 pixels.

The descriptor's authors may hold patents on it. Its patent status must be checked before a commercial
release; everything else here works with any descriptor of the same shape.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching import jit
from app.matching.descriptor.hull import convex_hull

RADIUS: Final = 70.0
SIDE: Final = 8
PLANES: Final = 6
SIGMA_PLACE: Final = 28 / 3
SIGMA_ANGLE: Final = 2 * math.pi / 9
ON: Final = 0.005
HULL_MARGIN: Final = 50.0
LEAST_VALID: Final = 0.75
LEAST_NEIGHBORS: Final = 2
ANGLES: Final = 256

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint64]


def _cells() -> Floats:
    """(64, 2) cell middles in the minutia's own frame, pixels."""
    step = 2 * RADIUS / SIDE
    middle = (np.arange(SIDE) - (SIDE - 1) / 2) * step
    return np.stack(np.meshgrid(middle, middle, indexing="ij"), axis=-1).reshape(-1, 2)


def _directional() -> Floats:
    """(256, 6) share of a neighbor in each plane by its direction difference in 1/256 turns."""
    half = math.pi / PLANES
    root = SIGMA_ANGLE * math.sqrt(2)
    out = np.empty((ANGLES, PLANES))
    for turn in range(ANGLES):
        for plane in range(PLANES):
            away = turn * math.tau / ANGLES - (-math.pi + (plane + 0.5) * 2 * half)
            away = (away + math.pi) % math.tau - math.pi
            out[turn, plane] = 0.5 * (math.erf((away + half) / root) - math.erf((away - half) / root))
    return out


CELLS: Final = _cells()
IN_CIRCLE: Final = np.hypot(CELLS[:, 0], CELLS[:, 1]) <= RADIUS
DIRECTIONAL: Final = _directional()
COSINES: Final = np.cos(np.arange(ANGLES) * math.tau / ANGLES)
SINES: Final = np.sin(np.arange(ANGLES) * math.tau / ANGLES)
_FAR: Final = 3 * SIGMA_PLACE
_STEP: Final = 2 * RADIUS / SIDE
_PEAK: Final = 1 / (SIGMA_PLACE * math.sqrt(2 * math.pi))
_NARROW: Final = 1 / (2 * SIGMA_PLACE**2)
_LEAST_CELLS: Final = int(LEAST_VALID * int(IN_CIRCLE.sum()))


class CylinderCodes:
    """`Descriptor` by bit cylinder codes."""

    def describe(self, x: Integers, y: Integers, angle: Integers) -> Codes:
        """(n, 7) uint64: six direction planes of 8 x 8 cells, then the validity mask."""
        out = np.zeros((len(x), PLANES + 1), np.uint64)
        if len(x) > LEAST_NEIGHBORS:
            hull = convex_hull(x.astype(np.float64), y.astype(np.float64))
            fill = _fill if jit.COMPILED else _fill_plain
            fill(x.astype(np.float64), y.astype(np.float64), angle, hull, out)
        return out


@jit.compiled
def _fill(x: Floats, y: Floats, angle: Integers, hull: Floats, out: Codes) -> None:
    sums = np.empty((SIDE * SIDE, PLANES))
    valid = np.empty(SIDE * SIDE, np.bool_)
    for m in range(x.shape[0]):
        cosine, sine = COSINES[angle[m]], SINES[angle[m]]
        if not _find_valid(x[m], y[m], cosine, sine, hull, valid):
            continue
        neighbors = _gather(m, x, y, angle, cosine, sine, sums)
        if neighbors >= LEAST_NEIGHBORS:
            _pack(sums, valid, out[m])


@jit.compiled
def _find_valid(x: float, y: float, cosine: float, sine: float, hull: Floats, valid: npt.NDArray[np.bool_]) -> bool:
    """Mark the cells inside circle and enlarged hull; whether they are enough."""
    count = 0
    for cell in range(CELLS.shape[0]):
        valid[cell] = IN_CIRCLE[cell]
        count += IN_CIRCLE[cell]
    for edge in range(hull.shape[0]):
        nx, ny, far = hull[edge, 0], hull[edge, 1], hull[edge, 2]
        if x * nx + y * ny - far < HULL_MARGIN - RADIUS - 1:
            continue  # no cell reaches beyond this edge
        for cell in range(CELLS.shape[0]):
            px = x + (CELLS[cell, 0] * cosine - CELLS[cell, 1] * sine)
            py = y + (CELLS[cell, 0] * sine + CELLS[cell, 1] * cosine)
            if valid[cell] and (px * nx + py * ny) - far > HULL_MARGIN:
                valid[cell] = False
                count -= 1
    return count >= _LEAST_CELLS


@jit.compiled
def _gather(m: int, x: Floats, y: Floats, angle: Integers, cosine: float, sine: float, sums: Floats) -> int:
    """Add every neighbor's share to the cells near it; how many neighbors there were."""
    sums[:] = 0.0
    neighbors = 0
    reach = (RADIUS + _FAR) * (RADIUS + _FAR)
    for t in range(x.shape[0]):
        dx, dy = x[t] - x[m], y[t] - y[m]
        if t == m or dx * dx + dy * dy > reach:
            continue
        neighbors += 1
        u, v = dx * cosine + dy * sine, dy * cosine - dx * sine
        turn = (angle[m] - angle[t]) & (ANGLES - 1)
        first, last = max(0, math.ceil((u - _FAR) / _STEP + 3.5)), min(SIDE - 1, math.floor((u + _FAR) / _STEP + 3.5))
        low, high = max(0, math.ceil((v - _FAR) / _STEP + 3.5)), min(SIDE - 1, math.floor((v + _FAR) / _STEP + 3.5))
        for row in range(first, last + 1):
            for cell in range(row * SIDE + low, row * SIDE + high + 1):
                du, dv = CELLS[cell, 0] - u, CELLS[cell, 1] - v
                far = du * du + dv * dv
                if far <= _FAR * _FAR and IN_CIRCLE[cell]:
                    near = _PEAK * math.exp(-far * _NARROW)
                    for plane in range(PLANES):
                        sums[cell, plane] += near * DIRECTIONAL[turn, plane]
    return neighbors


@jit.compiled
def _pack(sums: Floats, valid: npt.NDArray[np.bool_], row: Codes) -> None:
    for cell in range(sums.shape[0]):
        bit = np.uint64(valid[cell]) << np.uint64(cell)
        row[PLANES] |= bit
        for plane in range(PLANES):
            row[plane] |= bit if sums[cell, plane] >= ON else np.uint64(0)


def _fill_plain(x: Floats, y: Floats, angle: Integers, hull: Floats, out: Codes) -> None:
    """The same codes by whole arrays."""
    cosine, sine = COSINES[angle][:, None], SINES[angle][:, None]
    px = x[:, None] + (CELLS[:, 0] * cosine - CELLS[:, 1] * sine)
    py = y[:, None] + (CELLS[:, 0] * sine + CELLS[:, 1] * cosine)
    beyond = (px[..., None] * hull[:, 0] + py[..., None] * hull[:, 1]) - hull[:, 2]
    valid = IN_CIRCLE & (beyond <= HULL_MARGIN).all(axis=2)
    dx, dy = x - x[:, None], y - y[:, None]
    close = dx * dx + dy * dy <= (RADIUS + _FAR) ** 2
    np.fill_diagonal(close, val=False)
    described = (valid.sum(axis=1) >= _LEAST_CELLS) & (close.sum(axis=1) >= LEAST_NEIGHBORS)
    for m in np.flatnonzero(described):
        t = np.flatnonzero(close[m])
        u = dx[m, t] * COSINES[angle[m]] + dy[m, t] * SINES[angle[m]]
        v = dy[m, t] * COSINES[angle[m]] - dx[m, t] * SINES[angle[m]]
        far = (CELLS[:, :1] - u) ** 2 + (CELLS[:, 1:] - v) ** 2
        near = np.where(far <= _FAR**2, _PEAK * np.exp(-far * _NARROW), 0.0)
        on = (near @ DIRECTIONAL[(angle[m] - angle[t]) & (ANGLES - 1)] >= ON) & valid[m][:, None]
        planes = np.packbits(np.column_stack([on, valid[m]]).T, axis=1, bitorder="little")
        out[m] = np.ascontiguousarray(planes).view("<u8")[:, 0]


DESCRIPTOR: Final = CylinderCodes()
