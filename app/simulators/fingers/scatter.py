"""Minutiae without an image: laid on the ridge flow of a pad, and seen through one touch.

Spacing and density follow flat prints (about one minutia in five square millimetres, more around loops and deltas,
seldom two within a ridge period). Where ridges fan out new ones must begin, so a minutia's sense along its ridge is
drawn from the divergence of the flow (Larkin and Fletcher 2007: minutiae are the residues of the ridge phase). All
loops read their chance from a row of uniform numbers, so they give the same result compiled and plain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.simulators.fingers.field import orientation_at
from app.simulators.fingers.jit import compiled
from app.simulators.fingers.placement import land

Floats = NDArray[np.float64]
DENSITY = 3.4e-4  # minutiae in a square pixel that fanning has to compete with
MOST = 140
COLUMNS = 5  # x, y, direction in radians, kind, quality


@compiled
def scatter(
    loops: Floats, deltas: Floats, arch: Floats, waves: Floats, period: float, pad: Floats, wanted: int,
    chance: Floats, out: Floats,
) -> int:  # fmt: skip
    """Fill `out` (n, 5) with the master minutiae of a pad; how many were laid."""
    count, at = 0, 0
    while count < wanted and at + 7 <= chance.shape[0]:
        u = chance[at : at + 7]
        at += 7
        x, y = (2 * u[0] - 1) * pad[0], (2 * u[1] - 1) * pad[1]
        if (x / pad[0]) ** 2 + (y / pad[1]) ** 2 > 1 or not _accepted(loops, deltas, x, y, out, count, u[2]):
            continue
        angle = orientation_at(loops, deltas, arch, waves, x, y)
        nx, ny = -np.sin(angle), -np.cos(angle)
        turn = orientation_at(loops, deltas, arch, waves, x + 3 * nx, y + 3 * ny)
        turn -= orientation_at(loops, deltas, arch, waves, x - 3 * nx, y - 3 * ny)
        turn -= np.pi * np.round(turn / np.pi)  # across a branch cut the same ridge reads pi away
        fan = max(-0.85, min(0.85, turn / 6 / period / DENSITY))
        if 2 * u[3] - 1 > fan:
            angle += np.pi
        out[count, 0], out[count, 1], out[count, 2] = x, y, angle
        out[count, 3] = 1.0 if u[4] < 0.6 else 2.0
        out[count, 4] = 95 - 30 * ((x / pad[0]) ** 2 + (y / pad[1]) ** 2) - 20 * u[5]
        count += 1
    return count


@compiled
def _accepted(loops: Floats, deltas: Floats, x: float, y: float, out: Floats, count: int, chance: float) -> bool:
    near = 1e9
    for i in range(loops.shape[0]):
        near = min(near, (x - loops[i, 0]) ** 2 + (y - loops[i, 1]) ** 2)
    for i in range(deltas.shape[0]):
        near = min(near, (x - deltas[i, 0]) ** 2 + (y - deltas[i, 1]) ** 2)
    weight = 0.62 + 0.38 * np.exp(-near / 60.0**2)
    for i in range(count):
        apart = (x - out[i, 0]) ** 2 + (y - out[i, 1]) ** 2
        if apart < 1200:
            weight *= 1 - np.exp(-apart / 13.0**2)
        if apart < 49 or chance >= weight:
            return False
    return True


@compiled
def touch(
    master: Floats, rigid: Floats, contact: Floats, skin: Floats, waves: Floats, size: Floats, rates: Floats,
    chance: Floats, out: Floats,
) -> int:  # fmt: skip
    """Fill `out` (n, 5) with what one touch shows of `master` (window coordinates); how many were seen.

    rates  missing, spurious (shares), position jitter (pixels), direction jitter (radians), share of kinds confused
    """
    count, at = 0, 0
    for i in range(master.shape[0]):
        u = chance[at : at + 8]
        at += 8
        edge = (master[i, 0] - contact[0]) ** 2 / contact[2] ** 2 + (master[i, 1] - contact[1]) ** 2 / contact[3] ** 2
        lost = rates[0] * (0.7 + 0.8 * min(1.0, edge))
        if edge < 1 and u[0] > lost and _seen(master[i], rigid, skin, waves, size, rates, u, out, count):
            count += 1
    for i in range(master.shape[0]):
        u = chance[at : at + 12]
        at += 12
        if u[8] > rates[1] or count >= out.shape[0]:
            continue
        ghost = master[i].copy()
        ghost[0] = contact[0] + (2 * u[9] - 1) * contact[2]
        ghost[1] = contact[1] + (2 * u[10] - 1) * contact[3]
        nearest = np.argmin((master[:, 0] - ghost[0]) ** 2 + (master[:, 1] - ghost[1]) ** 2)
        ghost[2] = master[nearest, 2] + (np.pi if u[11] < 0.5 else 0.0)
        ghost[4] *= 0.6
        if _seen(ghost, rigid, skin, waves, size, rates, u, out, count):
            count += 1
    return count


@compiled
def _seen(
    point: Floats, rigid: Floats, skin: Floats, waves: Floats, size: Floats, rates: Floats, u: Floats, out: Floats,
    row: int,
) -> bool:  # fmt: skip
    x, y = land(rigid, skin, waves, point[0], point[1])
    far, way = np.sqrt(-2 * np.log(1 - u[1])), 2 * np.pi * u[2]
    x += rates[2] * far * np.cos(way)
    y += rates[2] * far * np.sin(way)
    if not (4 <= x < size[0] - 4 and 4 <= y < size[1] - 4):
        return False
    sway = np.sqrt(-2 * np.log(1 - u[3])) * np.cos(2 * np.pi * u[4])
    out[row, 0], out[row, 1] = x, y
    out[row, 2] = _heading(point, rigid, skin, waves) + rates[3] * sway
    out[row, 3] = point[3] if u[5] >= rates[4] else 3 - point[3]
    out[row, 4] = max(5.0, min(100.0, point[4] - 25 * u[6]))
    return True


@compiled
def _heading(point: Floats, rigid: Floats, skin: Floats, waves: Floats) -> float:
    c, s = np.cos(point[2]), np.sin(point[2])
    x, y = land(rigid, skin, waves, point[0] - 4 * c, point[1] + 4 * s)
    ahead_x, ahead_y = land(rigid, skin, waves, point[0] + 4 * c, point[1] - 4 * s)
    return float(np.arctan2(y - ahead_y, ahead_x - x))
