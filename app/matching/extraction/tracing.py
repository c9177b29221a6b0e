"""Follow the skeleton away from its endings and bifurcations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching.extraction.result import Gray
from app.matching.extraction.thinning import NEIGHBORS, codes, crossings
from app.matching.jit import compiled

BRANCHES: Final = 3
REACH: Final = 32
"""Skeleton steps followed, about three ridge periods."""
_TIP: Final = 11
"""Steps after which a branch's direction is taken."""

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]

_STEPS: Final = np.array(NEIGHBORS, np.int32)


@dataclass(frozen=True, eq=False)
class Nodes:
    """Endings and bifurcations of a skeleton, n of them.

    x, y      pixels
    ending    true for an ending, false for a bifurcation
    length    (n, 3) way along every branch to the next node, pixels; 0 for no branch, about REACH when none is near
    target    (n, 3) that node, or -1
    toward    (n, 3) direction in which the branch leaves, radians counter-clockwise as seen
    """

    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    ending: npt.NDArray[np.bool_] = field(repr=False)
    length: Floats = field(repr=False)
    target: Numbers = field(repr=False)
    toward: Floats = field(repr=False)

    def __len__(self) -> int:
        return len(self.x)


def nodes(skeleton: Gray) -> Nodes:
    """All endings and bifurcations of a skeleton (0 or 1, rim clear) with their branches."""
    crossing = crossings(skeleton)
    rows, columns = np.nonzero((crossing == 1) | (crossing >= 3))
    names = np.full(skeleton.shape, -1, np.int32)
    names[rows, columns] = np.arange(len(rows))
    length, toward = np.zeros((len(rows), BRANCHES)), np.zeros((len(rows), BRANCHES))
    target = np.full((len(rows), BRANCHES), -1, np.int32)
    _trace(codes(skeleton), names, rows.astype(np.int32), columns.astype(np.int32), _STEPS, length, target, toward)
    ending = crossing[rows, columns] == 1
    return Nodes(columns.astype(np.float64), rows.astype(np.float64), ending, length, target, toward)


@compiled
def _trace(
    code: Gray, names: Numbers, rows: Numbers, columns: Numbers, steps: Numbers, length: Floats, target: Numbers,
    toward: Floats,
) -> None:  # fmt: skip
    for node in range(rows.shape[0]):
        around = int(code[rows[node], columns[node]])
        branch = 0
        for bit in range(8):
            before, here, after = around >> ((bit + 7) & 7) & 1, around >> bit & 1, around >> ((bit + 1) & 7) & 1
            # neighbors that touch each other are one branch: its straight member stands for it
            straight = bit % 2 == 0
            if here and branch < 3 and (straight or not (before or after)):
                _follow(code, names, rows[node], columns[node], bit, steps, length, target, toward, node, branch)
                branch += 1


@compiled
def _follow(
    code: Gray, names: Numbers, row: int, column: int, bit: int, steps: Numbers, length: Floats, target: Numbers,
    toward: Floats, node: int, branch: int,
) -> None:  # fmt: skip
    y, x = row + steps[bit, 0], column + steps[bit, 1]
    way, last = 1.0 if bit % 2 == 0 else 1.4142, bit
    for count in range(REACH):
        if count <= _TIP:
            toward[node, branch] = np.arctan2(row - y, x - column)
        if names[y, x] >= 0:
            target[node, branch] = names[y, x]
            break
        following = _next(int(code[y, x]), last)
        if following < 0:
            break
        y, x, last = y + steps[following, 0], x + steps[following, 1], following
        way += 1.0 if following % 2 == 0 else 1.4142
    length[node, branch] = way


@compiled
def _next(around: int, last: int) -> int:
    """The step that goes on most nearly straight, or -1."""
    for turn in range(4):
        for sign in (1, -1):
            bit = (last + sign * turn) & 7
            if around >> bit & 1:
                return bit
    return -1
