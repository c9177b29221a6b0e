"""The vote over the gallery as compiled loops; `plain` does the same by whole arrays.

For every probe minutia the most similar minutia of each template is found; then every two such rows
that agree in distance, rotation and placement vote with the product of their similarities. The inner
loops run over the 32 templates of a block and are written so that the compiler can vectorize them:
one output array a loop, no branches.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from app.matching.features import ANGLE, CODE_WORDS, FIRST_DIRECTION, WORDS, Words
from app.matching.features import PLACE as XY
from app.matching.jit import compiled, inlined, memory32, popcount32
from app.matching.pairing.compiled import compare
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
Addresses = npt.NDArray[np.uint64]
Votes = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Block = npt.NDArray[np.uint32]

_LOW, _BYTE = np.uint32(0xFFFF), np.uint32(0xFF)
_FIRST = np.uint32(FIRST_DIRECTION)
_HALF, _FULL = np.uint32(ROTATION), np.uint32(2 * ROTATION)
_HIGH = np.uint32(16)

TILE = 8
"""Minutiae of a block, 16 KB, that every row is held against before the next: they stay in the nearest cache."""


@compiled
def vote(starts: Addresses, depths: Integers, probe: Words, votes: Votes) -> None:
    """Fill `votes` (32 for each block, int32) with what the rows of `probe` (n, 16) say for every lane.

    `starts`: where in memory each block of uint32 (depth, 16, 32) lies.
    """
    rows = probe.shape[0]
    best, at = np.empty((rows, LANES), np.float32), np.empty((rows, LANES), np.int32)
    alike, turns = np.empty((rows, LANES), np.int32), np.empty((rows, LANES), np.int32)
    xy, turned = np.empty((rows, LANES), np.uint32), np.empty((rows, LANES), np.uint32)
    field, now = np.empty((4, rows, LANES), np.float32), np.empty(LANES, np.float32)
    bounds = np.empty((2, depths.max() if depths.shape[0] else 0), np.uint32)
    for number in range(starts.shape[0]):
        block = memory32(starts[number], (depths[number], WORDS, LANES))
        _bound(block, bounds)
        best[:] = 0.0
        at[:] = 0
        for tile in range(0, block.shape[0], TILE):
            for row in range(rows):
                _find_better(block, tile, bounds, probe[row], now, best[row], at[row])
        _read(block, best, at, alike, xy, turned)
        _place(probe, xy, turned, field, turns)
        _count(probe, alike, field, turns, votes[number * LANES : (number + 1) * LANES])


@compiled
def _bound(block: Block, out: Words) -> None:
    """For each depth the first of the directions found there, counted from FIRST_DIRECTION, and how far they go."""
    for depth in range(block.shape[0]):
        least, most = _BYTE, np.uint32(0)
        for lane in range(LANES):
            word = block[depth, ANGLE, lane]
            turn = np.uint32((word - _FIRST) & _BYTE)
            least = min(least, turn if word else _BYTE)
            most = max(most, turn if word else np.uint32(0))
        out[0, depth], out[1, depth] = (least + _FIRST) & _BYTE, _FULL + most - min(least, most)


@inlined
def _find_better(block: Block, tile: int, bounds: Words, row: Words, now: Singles, best: Singles, at: Votes) -> None:
    """Whether a minutia of this tile is more similar to the row than the best so far, for each of the 32 templates.

    Features are stored by direction, so at many depths no template has one that could be turned to the row's.
    """
    bits = np.float32(np.int32(row[ANGLE] >> _HIGH))
    direction = np.uint32((row[ANGLE] & _BYTE) + _HALF)
    for depth in range(tile, min(tile + TILE, block.shape[0])):
        if ((direction - bounds[0, depth]) & _BYTE) > bounds[1, depth]:
            continue
        _similarity(block[depth], row, bits, direction, now)
        for lane in range(LANES):
            better = now[lane] > best[lane]
            best[lane] = now[lane] if better else best[lane]
            at[lane] = np.int32(depth) if better else at[lane]


@compiled
def _read(block: Block, best: Singles, at: Votes, alike: Votes, xy: Words, turned: Words) -> None:
    """Similarity, place and direction of the best minutiae."""
    for row in range(best.shape[0]):
        for lane in range(LANES):
            alike[row, lane] = np.int32(best[row, lane])
            xy[row, lane] = block[at[row, lane], XY, lane]
            turned[row, lane] = block[at[row, lane], ANGLE, lane]


@inlined
def _similarity(minutia: Block, row: Words, bits: np.float32, direction: np.uint32, out: Singles) -> None:
    """Twice the common bits over all bits (Dice), 0..255; 0 when turned too far."""
    r0, r1, r2, r3, r4, r5 = row[0], row[1], row[2], row[3], row[4], row[5]
    r6, r7, r8, r9, r10, r11 = row[6], row[7], row[8], row[9], row[10], row[11]
    for lane in range(LANES):
        apart = (
            popcount32(minutia[0, lane] ^ r0)
            + popcount32(minutia[1, lane] ^ r1)
            + popcount32(minutia[2, lane] ^ r2)
            + popcount32(minutia[3, lane] ^ r3)
            + popcount32(minutia[4, lane] ^ r4)
            + popcount32(minutia[5, lane] ^ r5)
            + popcount32(minutia[6, lane] ^ r6)
            + popcount32(minutia[7, lane] ^ r7)
            + popcount32(minutia[8, lane] ^ r8)
            + popcount32(minutia[9, lane] ^ r9)
            + popcount32(minutia[10, lane] ^ r10)
            + popcount32(minutia[11, lane] ^ r11)
        )
        total = np.float32(np.int32(minutia[ANGLE, lane] >> _HIGH)) + bits
        common = (total - np.float32(np.int32(apart))) * np.float32(SCALE) / (total + np.float32(PRIOR))
        turn = (direction - minutia[ANGLE, lane]) & _BYTE
        out[lane] = common if np.uint32(turn) <= _FULL else np.float32(0)


@compiled
def _place(probe: Words, xy: Words, turned: Words, field: Singles, turns: Votes) -> None:
    """Places (x, y) of the best minutiae, and the rotation from each row to its own (cosine, sine, turns)."""
    for row in range(probe.shape[0]):
        direction = probe[row, ANGLE] & _BYTE
        for lane in range(LANES):
            turn = np.int32((turned[row, lane] - direction) & _BYTE)
            turns[row, lane] = turn
            field[0, row, lane] = np.int16(xy[row, lane] & _LOW)
            field[1, row, lane] = np.int16(xy[row, lane] >> _HIGH)
            field[2, row, lane] = COSINES32[turn]
            field[3, row, lane] = SINES32[turn]


@compiled
def _count(probe: Words, alike: Votes, field: Singles, turns: Votes, votes: Votes) -> None:
    votes[:] = 0
    rows = probe.shape[0]
    px, py = np.empty(rows, np.float32), np.empty(rows, np.float32)
    for row in range(rows):
        px[row] = np.int16(probe[row, XY] & _LOW)
        py[row] = np.int16(probe[row, XY] >> _HIGH)
    for i in range(rows):
        for k in range(i):
            dx, dy = px[k] - px[i], py[k] - py[i]
            length = math.sqrt(dx * dx + dy * dy)
            if length >= np.float32(APART):
                _agree(dx, dy, length, i, k, alike, field, turns, votes)


@inlined
def _agree(
    dx: float, dy: float, length: float, i: int, k: int, alike: Votes, field: Singles, turns: Votes,
    votes: Votes,
) -> None:  # fmt: skip
    """Add the vote of rows i and k for every template in which they agree."""
    slack = np.float32(LENGTH) + np.float32(STRETCH) * length
    for lane in range(LANES):
        ux, uy = field[0, k, lane] - field[0, i, lane], field[1, k, lane] - field[1, i, lane]
        longer = abs(math.sqrt(ux * ux + uy * uy) - length)
        turn = (turns[i, lane] - turns[k, lane] + np.int32(TURN)) & np.int32(255)
        c, s = field[2, i, lane] + field[2, k, lane], field[3, i, lane] + field[3, k, lane]
        vx, vy = c * dx - s * dy, s * dx + c * dy
        along, across = vx * ux + vy * uy, abs(vx * uy - vy * ux)
        agreed = (longer <= slack) & (turn <= np.int32(2 * TURN)) & (across <= np.float32(PLACE) * along)
        votes[lane] += alike[i, lane] * alike[k, lane] if agreed else np.int32(0)


@compiled
def compare_each(probe: Words, starts: Addresses, counts: Integers, least: float, out: Floats) -> None:
    """`compare` with many references: where each first word lies in memory, 32 words apart, and its minutiae."""
    reference = np.empty((counts.max() if counts.shape[0] else 0, WORDS), np.uint32)
    for at in range(counts.shape[0]):
        count = counts[at]
        strided = memory32(starts[at], (max(count * WORDS - 1, 0) * LANES + 1,))
        for depth in range(count):
            for word in range(WORDS):
                reference[depth, word] = strided[(depth * WORDS + word) * LANES]
        compare(probe, reference[:count], least, out[at])


assert CODE_WORDS == 12  # `_similarity` names each of them
