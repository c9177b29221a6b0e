"""The convex hull of a print, as the half planes that bound it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from app.matching import jit

Floats = npt.NDArray[np.float64]


def convex_hull(x: Floats, y: Floats) -> Floats:
    """(edges, 3): outward unit normal and distance from the origin; a point lies inside when
    `nx * x + ny * y <= d` for every edge. One point or a line gives the half planes around it.
    """
    order = np.lexsort((y, x))
    return _half_planes(x[order], y[order])


@jit.compiled
def _half_planes(x: Floats, y: Floats) -> Floats:
    corners = np.empty(2 * x.shape[0] + 2, np.int64)
    count = _corners(x, y, corners)
    out = np.empty((count, 3))
    edges = 0
    for number in range(count):
        a, b = corners[number], corners[(number + 1) % count]
        dx, dy = x[b] - x[a], y[b] - y[a]
        length = math.sqrt(dx * dx + dy * dy)
        if length > 0:
            nx, ny = dy / length, -dx / length
            out[edges, 0], out[edges, 1], out[edges, 2] = nx, ny, nx * x[a] + ny * y[a]
            edges += 1
    return out[:edges].copy()


@jit.compiled
def _corners(x: Floats, y: Floats, out: npt.NDArray[np.int64]) -> int:
    """Counter-clockwise corners of points sorted by x, then y (Andrew's monotone chain)."""
    count = 0
    for half in range(2):
        start = count
        for step in range(x.shape[0]):
            i = step if half == 0 else x.shape[0] - 1 - step
            while count >= start + 2:
                a, b = out[count - 2], out[count - 1]
                if (x[b] - x[a]) * (y[i] - y[a]) - (y[b] - y[a]) * (x[i] - x[a]) > 0:
                    break
                count -= 1
            out[count] = i
            count += 1
        count -= 1
    return count
