"""Ridges one pixel wide, and what every pixel of them is.

Thinning is Guo and Hall's (1989), driven by a table over the eight neighbors; a last pass takes out the corner
pixels that thinning leaves, so that a ridge pixel has two neighbors, an ending one and a bifurcation three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from app.matching.extraction.result import Gray

NEIGHBORS: Final = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""(row, column) steps clockwise from the top; neighbor i is bit i of a code."""

_ROUNDS: Final = 24
_WEIGHTS: Final = np.zeros((3, 3), np.float32)
for _bit, (_row, _column) in enumerate(NEIGHBORS):
    _WEIGHTS[_row + 1, _column + 1] = 1 << _bit


def thinned(ridges: Gray) -> Gray:
    """The skeleton (0 or 1) of a picture that is 1 on ridges and 0 elsewhere; the rim is cleared."""
    skeleton = ridges.copy()
    skeleton[[0, -1], :] = 0
    skeleton[:, [0, -1]] = 0
    for _ in range(_ROUNDS):
        before = cv2.countNonZero(skeleton)
        for table in (_FIRST, _SECOND):
            _keep(skeleton, table)
        if cv2.countNonZero(skeleton) == before:
            break
    return _without_corners(skeleton)


def codes(skeleton: Gray) -> Gray:
    """For every pixel the set of its neighbors on the skeleton, one bit each."""
    return np.asarray(cv2.filter2D(skeleton, cv2.CV_8U, _WEIGHTS, borderType=cv2.BORDER_CONSTANT), np.uint8)


def crossings(skeleton: Gray) -> Gray:
    """The crossing number on skeleton pixels, 0 elsewhere: 1 ending, 2 ridge, 3 bifurcation."""
    return np.asarray(cv2.LUT(codes(skeleton), _CROSSING) * skeleton, np.uint8)


def _without_corners(skeleton: Gray) -> Gray:
    for table in _CORNERS:  # one kind at a time: two neighboring corners must not both go
        _keep(skeleton, table)
    return skeleton


def _keep(skeleton: Gray, table: Gray) -> None:
    np.bitwise_and(skeleton, np.asarray(cv2.LUT(codes(skeleton), table), np.uint8), out=skeleton)


def _table(verdict: Callable[[list[bool]], bool]) -> Gray:
    """1 keeps and 0 deletes, for every set of neighbors."""
    sets = ([bool(code >> bit & 1) for bit in range(8)] for code in range(256))
    return np.array([[0 if verdict(around) else 1 for around in sets]], np.uint8)


def _guo_hall(p: list[bool], second: bool) -> bool:
    n, ne, e, se, s, sw, w, nw = p
    turns = sum((not a) and (b or c) for a, b, c in ((n, ne, e), (e, se, s), (s, sw, w), (w, nw, n)))
    fewest = min((nw or n) + (ne or e) + (se or s) + (sw or w), (n or ne) + (e or se) + (s or sw) + (w or nw))
    held = (n or ne or not se) and e if second else (s or sw or not nw) and w
    return turns == 1 and 2 <= fewest <= 3 and not held


def _corner(p: list[bool], at: int) -> bool:
    """Between neighbors `at` and `at + 2`, which touch anyway, with nothing on the far side."""
    first, second = p[at], p[(at + 2) % 8]
    return first and second and not any(p[(at + step) % 8] for step in (3, 4, 5, 6, 7))


_FIRST: Final = _table(lambda p: _guo_hall(p, second=False))
_SECOND: Final = _table(lambda p: _guo_hall(p, second=True))
_CORNERS: Final = [_table(lambda p, at=at: _corner(p, at)) for at in (0, 2, 4, 6)]  # type: ignore[misc]
_CROSSING: Final = np.array(
    [[sum((code >> bit & 1) < (code >> (bit + 1) % 8 & 1) for bit in range(8)) for code in range(256)]], np.uint8
)
