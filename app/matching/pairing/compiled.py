"""The pair comparison as compiled loops, up to the relaxed pairs; `plain` does the same by whole arrays."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from app.matching.features import ANGLE, FIRST_DIRECTION, MASK, PLACE
from app.matching.jit import compiled, inlined, popcount64
from app.matching.pairing.coherence import radial
from app.matching.pairing.laying import align, weigh
from app.matching.pairing.tables import (
    LEAST_CHOSEN,
    LEAST_COMMON,
    LEAST_MINUTIAE,
    LENGTH_GATE,
    LENGTH_GROWTH,
    LENGTH_LEAST,
    LENGTH_STEP,
    LENGTHS,
    LENGTHS_LAST,
    MOST_CHOSEN,
    PAIRS_PER_MINUTIA,
    ROTATION,
    ROUNDS,
    TURN_GATE,
    TURNS,
    Evidence,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.uint64]
Narrow = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]
Flags = npt.NDArray[np.uint8]
Support = tuple[Narrow, Narrow, Floats]

_RELAXED, _PROBE, _REFERENCE = int(Evidence.RELAXED), int(Evidence.PROBE), int(Evidence.REFERENCE)
_PLANES = MASK // 2


@compiled
def compare(probe: Words, reference: Words, least: float, out: Floats) -> None:
    """Fill `out` (EVIDENCE float64) from the words of two templates; zeros when they are not comparable.

    Below a RELAXED of `least` the rest stays zero: nothing is laid upon each other.
    """
    out[:] = 0.0
    n, m = probe.shape[0], reference.shape[0]
    out[_PROBE], out[_REFERENCE] = n, m
    if min(n, m) < LEAST_MINUTIAE:
        return
    a, b = _places(probe), _places(reference)
    begins = _begins(b)
    likeness = _likeness(_codes(probe), _codes(reference), a, begins)
    pairs = _choose(likeness, PAIRS_PER_MINUTIA * min(n, m))
    if pairs.shape[1] < LEAST_MINUTIAE:
        return
    support = _support(a, b, pairs)
    start = np.empty(pairs.shape[1])
    for t in range(pairs.shape[1]):
        start[t] = likeness[pairs[0, t], pairs[1, t]]
    relaxed = _relax(start, support)
    out[_RELAXED] = _best_mean(relaxed, start, min(n, m))
    if out[_RELAXED] < least:
        return
    motion = align(a, b, begins, pairs, relaxed, support)
    weigh(a, b, begins, motion, pairs, out)


@compiled
def _codes(words: Words) -> Codes:
    """(7, n): the six planes and the mask, side by side for all minutiae."""
    out = np.empty((_PLANES + 1, words.shape[0]), np.uint64)
    for i in range(words.shape[0]):
        for plane in range(_PLANES + 1):
            out[plane, i] = np.uint64(words[i, 2 * plane]) | (np.uint64(words[i, 2 * plane + 1]) << np.uint64(32))
    return out


@compiled
def _places(words: Words) -> Floats:
    """(3, n): x, y upwards, direction in 1/256 turns."""
    out = np.empty((3, words.shape[0]))
    for i in range(words.shape[0]):
        out[0, i] = np.int16(words[i, PLACE] & np.uint32(0xFFFF))
        out[1, i] = np.int16(words[i, PLACE] >> np.uint32(16))
        out[2, i] = words[i, ANGLE] & np.uint32(0xFF)
    return out


@compiled
def _begins(b: Floats) -> Narrow:
    """(257,): for each direction, counted from FIRST_DIRECTION, the first minutia of that or a later one."""
    out = np.zeros(257, np.int32)
    for j in range(b.shape[1]):
        out[((int(b[2, j]) - FIRST_DIRECTION) & 255) + 1] += 1
    for turn in range(256):
        out[turn + 1] += out[turn]
    return out


@compiled
def _likeness(codes: Codes, others: Codes, a: Floats, begins: Narrow) -> Floats:
    """Bit similarity of every pair (2010, equation 22); 0 where rotation or common cells forbid it."""
    out = np.zeros((codes.shape[1], others.shape[1]))
    for i in range(codes.shape[1]):
        first = (int(a[2, i]) - ROTATION - FIRST_DIRECTION) & 255
        beyond = first + 2 * ROTATION + 1
        _likeness_of(i, codes, others, begins[first], begins[min(beyond, 256)], out)
        if beyond > 256:
            _likeness_of(i, codes, others, 0, begins[beyond - 256], out)
    return out


@compiled
def _likeness_of(i: int, codes: Codes, others: Codes, start: int, end: int, out: Floats) -> None:
    row = out[i]
    for j in range(start, end):
        valid = codes[6, i] & others[6, j]
        apart = mine = yours = np.uint64(0)
        for plane in range(_PLANES):
            u, v = codes[plane, i] & valid, others[plane, j] & valid
            apart += popcount64(u ^ v)
            mine += popcount64(u)
            yours += popcount64(v)
        size = math.sqrt(np.float64(np.int32(mine))) + math.sqrt(np.float64(np.int32(yours)))
        good = (np.int32(popcount64(valid)) >= LEAST_COMMON) & (size > 0)
        row[j] = 1 - math.sqrt(np.float64(np.int32(apart))) / size if good else 0.0


@compiled
def _choose(likeness: Floats, wanted: int) -> Integers:
    """(2, at most `wanted`) rows and columns of the most similar pairs, in reading order."""
    flat = likeness.ravel()
    heights = np.empty(flat.shape[0], np.int32)
    for at in range(flat.shape[0]):
        heights[at] = np.int32(flat[at] * 256)
    histogram = np.zeros(257, np.int64)
    for at in range(flat.shape[0]):
        histogram[heights[at]] += 1
    cut, above = 256, 0
    while cut > 0 and above + histogram[cut] <= wanted:
        above += histogram[cut]
        cut -= 1
    spare = wanted - above
    out = np.empty((2, wanted), np.int64)
    count = 0
    for at in range(flat.shape[0]):
        if heights[at] < max(cut, 1) or (heights[at] == cut and spare == 0):
            continue
        if heights[at] == cut:
            spare -= 1
        out[0, count], out[1, count] = at // likeness.shape[1], at % likeness.shape[1]
        count += 1
    return out[:, :count]


@compiled
def _support(a: Floats, b: Floats, pairs: Integers) -> Support:
    """Every two pairs that agree (2010, equation 26): the later, the earlier, how well."""
    count = pairs.shape[1]
    most = count * (count - 1) // 2
    later, earlier, how, found = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most), 0
    place = np.empty((4, count), np.float32)
    turns, mine, yours = np.empty(count, np.int32), pairs[0].astype(np.int32), pairs[1].astype(np.int32)
    for t in range(count):
        i, j = pairs[0, t], pairs[1, t]
        place[0, t], place[1, t], place[2, t], place[3, t] = a[0, i], a[1, i], b[0, j], b[1, j]
        turns[t] = int(b[2, j]) - int(a[2, i])
    open_pairs = np.empty(count, np.uint8)
    for t in range(count):
        _gate(t, place, turns, mine, yours, open_pairs)
        for k in range(t):
            if open_pairs[k]:
                how_well = _agreement(t, k, a, b, pairs)
                if how_well > 0:
                    later[found], earlier[found], how[found] = t, k, how_well
                    found += 1
    return later[:found], earlier[:found], how[:found]


@inlined
def _gate(t: int, place: Singles, turns: Narrow, mine: Narrow, yours: Narrow, out: Flags) -> None:
    """Mark the pairs before `t` that could agree with it: other minutiae, like rotation, like distance."""
    x, y, u, v = place[0], place[1], place[2], place[3]
    first, row, column = turns[t] - TURN_GATE, mine[t], yours[t]
    gate, least, growth = np.float32(LENGTH_GATE), np.float32(LENGTH_LEAST), np.float32(LENGTH_GROWTH)
    for k in range(t):
        ux, uy, vx, vy = x[k] - x[t], y[k] - y[t], u[k] - u[t], v[k] - v[t]
        mine_long, yours_long = math.sqrt(ux * ux + uy * uy), math.sqrt(vx * vx + vy * vy)
        most = gate * (least + growth * (mine_long + yours_long))
        turned = (np.int32(turns[k] - first) & np.int32(255)) <= np.int32(2 * TURN_GATE)
        near = (abs(mine_long - yours_long) <= most) & turned & (mine[k] != row) & (yours[k] != column)
        out[k] = np.uint8(1) if near else np.uint8(0)


@compiled
def _agreement(t: int, k: int, a: Floats, b: Floats, pairs: Integers) -> float:
    i, j, i2, j2 = pairs[0, t], pairs[1, t], pairs[0, k], pairs[1, k]
    turn = int(a[2, i] - a[2, i2]) - int(b[2, j] - b[2, j2])
    turn = abs(((turn + 128) & 255) - 128)
    ux, uy = a[0, i2] - a[0, i], a[1, i2] - a[1, i]
    vx, vy = b[0, j2] - b[0, j], b[1, j2] - b[1, j]
    mine, yours = math.sqrt(ux * ux + uy * uy), math.sqrt(vx * vx + vy * vy)
    longer = abs(mine - yours) / (LENGTH_LEAST + LENGTH_GROWTH * (mine + yours))
    seen = min(radial(ux, uy, vx, vy, a[2, i], b[2, j]), radial(ux, uy, vx, vy, a[2, i2], b[2, j2]))
    return float(LENGTHS[min(int(longer / LENGTH_STEP), LENGTHS_LAST)] * TURNS[turn] * seen)


@compiled
def _relax(start: Floats, support: Support) -> Floats:
    """Five rounds in which each pair keeps half of itself and takes half from the pairs that agree with it."""
    later, earlier, how = support
    now, gained = start.copy(), np.empty(start.shape[0])
    for _ in range(ROUNDS):
        gained[:] = 0.0
        for at in range(how.shape[0]):
            t, k = later[at], earlier[at]
            gained[t] += how[at] * now[k]
            gained[k] += how[at] * now[t]
        for t in range(start.shape[0]):
            now[t] = 0.5 * now[t] + 0.5 * gained[t] / (start.shape[0] - 1)
    return now


@compiled
def _best_mean(relaxed: Floats, start: Floats, smaller: int) -> float:
    """Mean of the pairs that kept most of what they had (2010, section 4.3)."""
    share = 1 / (1 + math.exp(-0.4 * (smaller - 20)))
    chosen = min(relaxed.shape[0], LEAST_CHOSEN + int((MOST_CHOSEN - LEAST_CHOSEN) * share + 0.5))
    kept = relaxed / start
    total = 0.0
    for _ in range(chosen):
        best = np.argmax(kept)
        total += relaxed[best]
        kept[best] = -1.0
    return float(total / chosen)
