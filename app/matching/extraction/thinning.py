"""Ridges one pixel wide, and what every pixel of them is.

Thinning is Guo and Hall's (1989), driven by a table over the eight neighbors; a last pass takes out the corner
pixels that thinning leaves, so that a ridge pixel has two neighbors, an ending one and a bifurcation three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from app.matching.extraction.result import Gray
from app.matching.jit import COMPILED, compiled, inlined

Places = npt.NDArray[np.intp]
Passes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

NEIGHBORS: Final = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""(row, column) steps clockwise from the top; neighbor i is bit i of a code."""

_ROUNDS: Final = 24
_WEIGHTS: Final = np.zeros((3, 3), np.float32)
for _bit, (_row, _column) in enumerate(NEIGHBORS):
    _WEIGHTS[_row + 1, _column + 1] = 1 << _bit


def thinned(ridges: Gray, *, plain: bool = not COMPILED) -> Gray:
    """The skeleton (0 or 1) of a picture that is 1 on ridges and 0 elsewhere; the rim is cleared.

    `plain` does without compiled code: slower, equal.
    """
    skeleton = ridges.copy()
    skeleton[[0, -1], :] = 0
    skeleton[:, [0, -1]] = 0
    run = _thin_plain if plain else _thin
    run(skeleton, np.concatenate([_FIRST, _SECOND]), np.concatenate(_CORNERS))
    return skeleton


def _thin_plain(skeleton: Gray, peels: Gray, corners: Gray) -> None:
    for _ in range(_ROUNDS):
        before = cv2.countNonZero(skeleton)
        for table in peels:
            _keep(skeleton, table)
        if cv2.countNonZero(skeleton) == before:
            break
    for table in corners:  # one kind at a time: two neighboring corners must not both go
        _keep(skeleton, table)


@compiled
def _thin(skeleton: Gray, peels: Gray, corners: Gray) -> None:
    rows, columns = np.nonzero(skeleton)
    changed, doomed, left = np.zeros(skeleton.shape, np.int8), np.empty(len(rows), np.bool_), len(rows)
    for turn in range(_ROUNDS):
        before = left
        for half in range(2):  # what the last two passes left alone, this one would leave alone too
            now = 2 * turn + half
            left = _keep_of(skeleton, peels[half], rows, columns, left, doomed, changed, now - 2, now)
        if left == before:
            break
    for table in range(corners.shape[0]):
        left = _keep_of(skeleton, corners[table], rows, columns, left, doomed, changed, -1, 0)


@compiled
def _keep_of(
    skeleton: Gray, table: Gray, rows: Places, columns: Places, count: int, doomed: Flags, changed: Passes, since: int,
    now: int,
) -> int:  # fmt: skip
    """`_keep` for the pixels of a list whose neighbors changed in pass `since` or later; how many stay in it."""
    for at in range(count):
        y, x = rows[at], columns[at]
        doomed[at] = changed[y, x] >= since and table[_code(skeleton, y, x)] == 0
    kept = 0
    for at in range(count):
        y, x = rows[at], columns[at]
        if doomed[at]:
            skeleton[y, x] = 0
            for line in range(y - 1, y + 2):
                changed[line, x - 1] = changed[line, x] = changed[line, x + 1] = now
        else:
            rows[kept], columns[kept] = y, x
            kept += 1
    return kept


@inlined
def _code(skeleton: Gray, y: int, x: int) -> int:
    sides = skeleton[y - 1, x] | skeleton[y, x + 1] << 2 | skeleton[y + 1, x] << 4 | skeleton[y, x - 1] << 6
    above = skeleton[y - 1, x - 1] << 7 | skeleton[y - 1, x + 1] << 1
    return int(sides | above | skeleton[y + 1, x - 1] << 5 | skeleton[y + 1, x + 1] << 3)


def codes(skeleton: Gray) -> Gray:
    """For every pixel the set of its neighbors on the skeleton, one bit each."""
    return np.asarray(cv2.filter2D(skeleton, cv2.CV_8U, _WEIGHTS, borderType=cv2.BORDER_CONSTANT), np.uint8)


def crossings(skeleton: Gray) -> Gray:
    """The crossing number on skeleton pixels, 0 elsewhere: 1 ending, 2 ridge, 3 bifurcation."""
    return np.asarray(cv2.LUT(codes(skeleton), _CROSSING) * skeleton, np.uint8)


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
