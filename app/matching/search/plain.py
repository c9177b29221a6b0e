"""The vote over the gallery by whole arrays, for machines where nothing can be compiled; same votes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.matching.features import ANGLE, CODE_WORDS, Features, Words
from app.matching.features import PLACE as XY
from app.matching.search.layout import LANES
from app.matching.search.tables import (
    APART,
    COSINES32,
    LENGTH,
    PLACE,
    PRIOR,
    ROTATION,
    SCALE,
    SINES32,
    STRETCH,
    TURN,
)

Integers = npt.NDArray[np.int64]
Votes = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]


def vote(blocks: Sequence[Words], probe: Words, votes: Votes) -> None:
    """Fill `votes` (32 for each block, int32) with what the rows of `probe` (n, 16) say for every lane."""
    first, second = _telling(probe)
    for number, block in enumerate(blocks):
        lanes = slice(number * LANES, (number + 1) * LANES)
        if not len(block):
            votes[lanes] = 0
            continue
        alike, best = _best(block, probe)
        votes[lanes] = _count(probe, alike, best, first, second)


def _telling(probe: Words) -> tuple[Integers, Integers]:
    """Every two rows far enough from each other to say something."""
    features = Features(probe)
    x, y = features.x.astype(np.float32), features.y.astype(np.float32)
    dx, dy = x - x[:, None], y - y[:, None]
    i, k = np.nonzero(np.tril(np.sqrt(dx * dx + dy * dy) >= np.float32(APART), -1))
    return i, k


def _best(block: Words, probe: Words) -> tuple[Votes, Words]:
    """For each row and lane: the similarity of the most similar minutia, and its place and direction words."""
    alike = np.empty((len(probe), LANES), np.int32)
    best = np.empty((len(probe), 2, LANES), np.uint32)
    lane = np.arange(LANES)
    for number, row in enumerate(probe):
        apart = np.bitwise_count(block[:, :CODE_WORDS] ^ row[None, :CODE_WORDS, None]).sum(axis=1, dtype=np.int32)
        total = ((block[:, ANGLE] >> 16) + (row[ANGLE] >> 16)).astype(np.float32)
        common = (total - apart.astype(np.float32)) * np.float32(SCALE) / (total + np.float32(PRIOR))
        turned = ((row[ANGLE] & 0xFF) + np.uint32(ROTATION) - block[:, ANGLE]) & 0xFF
        similar = np.where(turned <= 2 * ROTATION, common, np.float32(0))
        depth = similar.argmax(axis=0)
        alike[number] = similar[depth, lane].astype(np.int32)
        best[number] = block[depth, XY, lane], block[depth, ANGLE, lane]
    return alike, best


def _count(probe: Words, alike: Votes, best: Words, first: Integers, second: Integers) -> Votes:
    mine = Features(probe)
    px, py = mine.x.astype(np.float32), mine.y.astype(np.float32)
    dx, dy = (px[second] - px[first])[:, None], (py[second] - py[first])[:, None]
    length = np.sqrt(dx * dx + dy * dy)
    x = (best[:, 0] & 0xFFFF).astype(np.uint16).view(np.int16).astype(np.float32)
    y = (best[:, 0] >> 16).astype(np.uint16).view(np.int16).astype(np.float32)
    turns = ((best[:, 1] - (probe[:, ANGLE] & 0xFF)[:, None]) & 0xFF).astype(np.int32)
    ux, uy = x[second] - x[first], y[second] - y[first]
    longer = np.abs(np.sqrt(ux * ux + uy * uy) - length)
    turn = (turns[first] - turns[second] + TURN) & 255
    c, s = (table[turns[first]] + table[turns[second]] for table in (COSINES32, SINES32))
    vx, vy = c * dx - s * dy, s * dx + c * dy
    along, across = vx * ux + vy * uy, np.abs(vx * uy - vy * ux)
    slack = np.float32(LENGTH) + np.float32(STRETCH) * length
    agreed = (longer <= slack) & (turn <= 2 * TURN) & (across <= np.float32(PLACE) * along)
    total: Votes = np.where(agreed, alike[first] * alike[second], 0).sum(axis=0, dtype=np.int32)
    return total
