"""Which endings and bifurcations of the skeleton are only faults of the picture.

The structures are the classical ones (Xiao and Raafat 1991; Farina, Kovacs-Vajna and Leone 1999): breaks, spurs,
bridges, lakes and short ridges, all measured in ridge periods.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching.extraction.tracing import BRANCHES, REACH, Nodes

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_SPUR: Final = 1.0
_ISLAND: Final = 1.1
_BRIDGE: Final = 1.1
_LAKE: Final = 2.2
_BREAK: Final = 1.7
_FACING: Final = 0.7
"""Cosine: two ends of one broken ridge lie this straight behind each other."""
_ACROSS: Final = np.pi / 5
"""Radians between a bridge and the ridges it joins."""


def faults(found: Nodes, turn: Floats, period: Floats) -> Flags:
    """True for every node to discard; `turn` and `period` are the ridge direction and period at the nodes."""
    bad = np.zeros(len(found), np.bool_)
    for rule in (_spurs_and_islands, _bridges, _lakes):
        rule(found, turn, period, bad)
    bad |= _breaks(found, period)
    return bad


def _spurs_and_islands(found: Nodes, turn: Floats, period: Floats, bad: Flags) -> None:
    way, other = found.length[:, 0] / period, found.target[:, 0]
    for node in np.flatnonzero(found.ending & (other >= 0) & (way < max(_SPUR, _ISLAND))).tolist():
        limit = _ISLAND if found.ending[other[node]] else _SPUR
        if way[node] < limit:
            bad[node] = bad[other[node]] = True
    bad |= found.ending & (other < 0) & (found.length[:, 0] < REACH / 2)


def _bridges(found: Nodes, turn: Floats, period: Floats, bad: Flags) -> None:
    for node, branch in _links(found, period, _BRIDGE):
        other = found.target[node, branch]
        heading = np.arctan2(found.y[node] - found.y[other], found.x[other] - found.x[node])
        if _apart(heading, turn[node]) > _ACROSS:
            bad[node] = bad[other] = True


def _lakes(found: Nodes, turn: Floats, period: Floats, bad: Flags) -> None:
    for node, branch in _links(found, period, _LAKE):
        other = found.target[node, branch]
        ways = found.length[node][found.target[node] == other]
        if len(ways) > 1 and ways.max() < _LAKE * period[node]:
            bad[node] = bad[other] = True


def _links(found: Nodes, period: Floats, limit: float) -> list[tuple[int, int]]:
    """Branches from bifurcation to bifurcation shorter than `limit` periods."""
    linked = (found.target >= 0) & (found.length < limit * period[:, None]) & (found.length > 0)
    linked &= ~found.ending[:, None] & ~found.ending[found.target]
    return [(int(node), int(branch)) for node, branch in np.argwhere(linked) if branch < BRANCHES]


def _breaks(found: Nodes, period: Floats) -> Flags:
    """Two endings that face each other across a short gap are one ridge."""
    bad = np.zeros(len(found), np.bool_)
    ends = np.flatnonzero(found.ending)
    x, y, heading = found.x[ends], -found.y[ends], found.toward[ends, 0]
    gap_x, gap_y = x - x[:, None], y - y[:, None]
    gap = np.hypot(gap_x, gap_y) + 1e-9
    away = -(np.cos(heading)[:, None] * gap_x + np.sin(heading)[:, None] * gap_y) / gap
    near = gap < _BREAK * period[ends][:, None]
    facing = near & (away > _FACING) & (away.T > _FACING)
    np.fill_diagonal(facing, False)
    bad[ends[facing.any(axis=1)]] = True
    return bad


def _apart(a: float, b: float) -> float:
    """Angle between two undirected lines, radians."""
    return float(abs((a - b + np.pi / 2) % np.pi - np.pi / 2))
