"""Hold found minutiae against the true ones of a synthetic picture."""

from dataclasses import dataclass

import numpy as np

from app.matching.minutiae import Minutiae
from app.simulators.fingers import Points


@dataclass(frozen=True)
class Agreement:
    """right: true and found; found and true: how many of each; turns: how far directions are off, 256 to the turn;
    kinds: share of the right ones whose kind is right."""

    right: int
    found: int
    true: int
    turns: list[int]
    kinds: float

    @property
    def precision(self) -> float:
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.true)


def agreement(truth: Points, found: Minutiae) -> Agreement:
    """One to one, nearest first, at most 12 pixels and 22.5 degrees apart."""
    apart = np.hypot(truth.x[:, None].astype(float) - found.x, truth.y[:, None].astype(float) - found.y)
    turn = (truth.angle[:, None].astype(int) - found.angle + 128) % 256 - 128
    apart[np.abs(turn) > 16] = np.inf
    turns, kinds = [], []
    while apart.size and apart.min() <= 12:
        row, column = np.unravel_index(apart.argmin(), apart.shape)
        turns.append(int(turn[row, column]))
        kinds.append(bool(truth.kind[row] == found.kind[column]))
        apart[row, :] = np.inf
        apart[:, column] = np.inf
    return Agreement(len(turns), len(found), len(truth), turns, float(np.mean(kinds)) if kinds else 0.0)
