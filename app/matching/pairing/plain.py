"""The pair comparison by whole arrays, for machines where nothing can be compiled; `compiled` explains the steps."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from app.matching.descriptor.cylinders import COSINES, SINES
from app.matching.features import Features
from app.matching.pairing.tables import (
    CLOSE,
    COMPASS,
    EDGE,
    EDGE_GROWTH,
    EDGE_TOLERANCE,
    EDGES_DOUBTED,
    LEAST_CHOSEN,
    LEAST_COMMON,
    LEAST_MINUTIAE,
    LENGTH_GATE,
    LENGTH_GROWTH,
    LENGTH_LEAST,
    LENGTH_STEP,
    LENGTHS,
    LENGTHS_LAST,
    MARGIN,
    MOST_CHOSEN,
    NEARBY,
    PAIRS_PER_MINUTIA,
    RADIAL_GATE,
    RADIAL_STEP,
    RADIALS,
    RIGID,
    ROTATION,
    ROUNDS,
    SAME_SEED,
    SEEDS,
    SKIN,
    STIFF,
    SUPPORT,
    TURN,
    TURN_GATE,
    TURNS,
    WIDE,
    Evidence,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]


def compare(probe: Words, reference: Words, least: float, out: Floats) -> None:
    """Fill `out` (EVIDENCE float64) from the words of two templates; zeros when they are not comparable.

    Below a RELAXED of `least` the rest stays zero: nothing is laid upon each other.
    """
    out[:] = 0.0
    n, m = len(probe), len(reference)
    out[Evidence.PROBE], out[Evidence.REFERENCE] = n, m
    if min(n, m) < LEAST_MINUTIAE:
        return
    a, b = _places(probe), _places(reference)
    likeness = _likeness(probe, reference, a, b)
    pairs = _choose(likeness, PAIRS_PER_MINUTIA * min(n, m))
    if pairs.shape[1] < LEAST_MINUTIAE:
        return
    support = _support(a, b, pairs)
    start = likeness[pairs[0], pairs[1]]
    relaxed = _relax(start, support)
    out[Evidence.RELAXED] = _best_mean(relaxed, start, min(n, m))
    if out[Evidence.RELAXED] < least:
        return
    moved, partner = _refined(a, b, _align(a, b, pairs, relaxed, support), out)
    _describe(moved, b, partner, out)
    out[Evidence.CONFIRMED] = (partner[pairs[0]] == pairs[1]).sum()
    out[Evidence.ROUGHNESS], out[Evidence.AGREED] = _roughness(moved, b, partner), _agreed(a, b, partner)
    out[Evidence.SHARED_PROBE], out[Evidence.SHARED_REFERENCE] = _inside(moved, b), _inside(b, moved)


def _places(words: Words) -> Floats:
    features = Features(words)
    return np.stack([features.x, features.y, features.angle]).astype(np.float64)


def _wrapped(turns: Integers) -> Integers:
    return ((turns + 128) & 255) - 128


def _likeness(probe: Words, reference: Words, a: Floats, b: Floats) -> Floats:
    codes = np.ascontiguousarray(probe[:, :14]).view(np.uint64)[:, None]
    others = np.ascontiguousarray(reference[:, :14]).view(np.uint64)[None]
    valid = codes[..., 6] & others[..., 6]
    mine, yours = codes[..., :6] & valid[..., None], others[..., :6] & valid[..., None]
    apart, first, second = (
        np.sqrt(np.bitwise_count(bits).sum(axis=2).astype(np.float64)) for bits in (mine ^ yours, mine, yours)
    )
    turned = np.abs(_wrapped((a[2][:, None] - b[2]).astype(np.int64))) <= ROTATION
    good = turned & (np.bitwise_count(valid) >= LEAST_COMMON) & (first + second > 0)
    return np.where(good, 1 - apart / np.where(good, first + second, 1.0), 0.0)


def _choose(likeness: Floats, wanted: int) -> Integers:
    heights = (likeness.ravel() * 256).astype(np.int64)
    above = np.cumsum(np.bincount(heights, minlength=257)[::-1])
    cut = 256 - int(np.searchsorted(above, wanted, side="right"))
    spare = wanted - (int(above[255 - cut]) if cut < 256 else 0)
    edge = np.flatnonzero(heights == cut)[:spare] if cut > 0 else np.zeros(0, np.int64)
    chosen = np.sort(np.concatenate([np.flatnonzero(heights > max(cut, 0)), edge]))
    return np.stack(np.divmod(chosen, likeness.shape[1]))


def _support(a: Floats, b: Floats, pairs: Integers) -> Floats:
    mine, yours = a[:, pairs[0]], b[:, pairs[1]]
    ux, uy = (mine[axis] - mine[axis][:, None] for axis in (0, 1))
    vx, vy = (yours[axis] - yours[axis][:, None] for axis in (0, 1))
    rough = [part.astype(np.float32) for part in (ux, uy, vx, vy)]  # the gate is in single precision
    long = np.sqrt(rough[0] ** 2 + rough[1] ** 2), np.sqrt(rough[2] ** 2 + rough[3] ** 2)
    gate, least, growth = np.float32(LENGTH_GATE), np.float32(LENGTH_LEAST), np.float32(LENGTH_GROWTH)
    near = np.abs(long[0] - long[1]) <= gate * (least + growth * (long[0] + long[1]))
    lengths = np.sqrt(ux * ux + uy * uy), np.sqrt(vx * vx + vy * vy)
    longer = np.abs(lengths[0] - lengths[1]) / (LENGTH_LEAST + LENGTH_GROWTH * (lengths[0] + lengths[1]))
    turns = (yours[2] - mine[2]).astype(np.int64)
    turn = np.abs(_wrapped(turns[:, None] - turns))
    other = (pairs[0] != pairs[0][:, None]) & (pairs[1] != pairs[1][:, None])
    t, k = np.nonzero(other & near & (turn <= TURN_GATE))
    seen = [
        _radial(ux[t, k], uy[t, k], vx[t, k], vy[t, k], mine[2][at].astype(int), yours[2][at].astype(int))
        for at in (t, k)
    ]
    out = np.zeros(turn.shape)
    out[t, k] = (
        LENGTHS[np.minimum((longer[t, k] / LENGTH_STEP).astype(int), LENGTHS_LAST)]
        * TURNS[turn[t, k]]
        * np.minimum(*seen)
    )
    return out


def _radial(ux: Floats, uy: Floats, vx: Floats, vy: Floats, first: Integers, second: Integers) -> Floats:
    c, s = COSINES[first], SINES[first]
    pu, pv = ux * c + uy * s, uy * c - ux * s
    c, s = COSINES[second], SINES[second]
    qu, qv = vx * c + vy * s, vy * c - vx * s
    along, across = pu * qu + pv * qv, np.abs(pu * qv - pv * qu)
    good = (along > 0) & (across <= along * RADIAL_GATE)
    slope = np.where(good, across, 0.0) / np.where(good, along, 1.0)
    return np.where(good, RADIALS[((slope - slope * slope * slope / 3) * RADIAL_STEP).astype(int)], 0.0)


def _relax(start: Floats, support: Floats) -> Floats:
    now = start
    for _ in range(ROUNDS):
        now = 0.5 * now + 0.5 * (support @ now) / (len(start) - 1)
    return now


def _best_mean(relaxed: Floats, start: Floats, smaller: int) -> float:
    share = 1 / (1 + math.exp(-0.4 * (smaller - 20)))
    chosen = min(len(relaxed), LEAST_CHOSEN + int((MOST_CHOSEN - LEAST_CHOSEN) * share + 0.5))
    return float(relaxed[np.argsort(-(relaxed / start), kind="stable")[:chosen]].mean())


def _align(a: Floats, b: Floats, pairs: Integers, relaxed: Floats, support: Floats) -> Floats:
    open_seeds = relaxed.copy()
    best, best_motion = -1.0, np.array([1.0, 0.0, 0.0, 0.0])
    for _ in range(SEEDS):
        seed = int(np.argmax(open_seeds))
        if open_seeds[seed] < 0:
            break
        motion = _seed_motion(seed, a, b, pairs, relaxed, support)
        _, cost = _pair_up(_move(a, motion), b, WIDE)
        reached = float((1 - cost).sum())
        if reached > best:
            best, best_motion = reached, motion
        open_seeds[seed] = -1.0
        open_seeds[support[seed] > SAME_SEED] = -1.0
    return best_motion


def _seed_motion(seed: int, a: Floats, b: Floats, pairs: Integers, relaxed: Floats, support: Floats) -> Floats:
    friends = support[seed] > SUPPORT
    weights = np.where(friends, support[seed] * relaxed, 0.0)
    weights[seed] = relaxed[seed]
    if friends.any():
        return _fit(a, b, pairs, weights)
    (ax, ay, mine), (bx, by, yours) = a[:, pairs[0, seed]], b[:, pairs[1, seed]]
    turn = int(yours - mine) & 255
    c, s = COSINES[turn], SINES[turn]
    return np.array([c, s, bx - (c * ax - s * ay), by - (s * ax + c * ay)])


def _fit(a: Floats, b: Floats, pairs: Integers, weights: Floats) -> Floats:
    mine, yours = a[:2, pairs[0]], b[:2, pairs[1]]
    (ax, ay), (bx, by) = (mine * weights).sum(axis=1) / weights.sum(), (yours * weights).sum(axis=1) / weights.sum()
    (ux, uy), (vx, vy) = mine - [[ax], [ay]], yours - [[bx], [by]]
    c, s = float((weights * (ux * vx + uy * vy)).sum()), float((weights * (ux * vy - uy * vx)).sum())
    size = math.sqrt(c * c + s * s)
    if size < 1e-9:
        return np.array([1.0, 0.0, bx - ax, by - ay])
    c, s = c / size, s / size
    return np.array([c, s, bx - (c * ax - s * ay), by - (s * ax + c * ay)])


def _move(a: Floats, motion: Floats) -> Floats:
    c, s, x, y = motion.tolist()
    return np.stack([c * a[0] - s * a[1] + x, s * a[0] + c * a[1] + y, a[2] + math.atan2(s, c) * 256 / math.tau])


def _pair_up(moved: Floats, b: Floats, near: float) -> tuple[Integers, Floats]:
    dx, dy, turn = moved[:, :, None] - b[:, None, :]
    far = dx * dx + dy * dy
    turn = turn - 256 * np.floor(turn / 256 + 0.5)
    price = 0.7 * far / (near * near) + 0.3 * (turn / TURN) * (turn / TURN)
    price = np.where((far < near * near) & (np.abs(turn) <= TURN), price, 2.0)
    partner, back, rows = price.argmin(axis=1), price.argmin(axis=0), np.arange(len(price))
    cost = price[rows, partner]
    mutual = (cost < 1.0) & (back[partner] == rows)
    return np.where(mutual, partner, -1), np.where(mutual, cost, 1.0)


def _refined(a: Floats, b: Floats, motion: Floats, out: Floats) -> tuple[Floats, Integers]:
    moved = _move(a, motion)
    partner, cost = _pair_up(moved, b, WIDE)
    for _ in range(2):
        rows = np.flatnonzero(partner >= 0)
        if len(rows) < LEAST_MINUTIAE:
            break
        moved = _move(a, _fit(a, b, np.stack([rows, partner[rows]]), 1 - 0.5 * cost[rows]))
        partner, cost = _pair_up(moved, b, RIGID)
    out[Evidence.RIGID] = (1 - cost).sum()
    partner, cost = _pair_up(_follow_skin(moved, b, partner), b, CLOSE)
    out[Evidence.CLOSENESS] = (1 - cost).sum()
    return moved, partner


def _follow_skin(moved: Floats, b: Floats, partner: Integers) -> Floats:
    rows = np.flatnonzero(partner >= 0)
    dx, dy = (moved[axis][:, None] - moved[axis][rows] for axis in (0, 1))
    near = np.exp(-(dx * dx + dy * dy) / (2 * SKIN * SKIN))
    near[rows, np.arange(len(rows))] = 0.0
    out = moved.copy()
    out[:2] += (near @ (b[:2, partner[rows]] - moved[:2, rows]).T).T / (STIFF + near.sum(axis=1))
    return out


def _describe(moved: Floats, b: Floats, partner: Integers, out: Floats) -> None:
    rows = np.flatnonzero(partner >= 0)
    others = partner[rows]
    out[Evidence.PAIRED] = len(rows)
    if not len(rows):
        return
    turn = moved[2, rows] - b[2, others]
    out[Evidence.TURNED] = np.abs(turn - 256 * np.floor(turn / 256 + 0.5)).mean()
    x, y = b[0, others], b[1, others]
    out[Evidence.SPREAD] = math.sqrt(max(0.0, float((x * x + y * y).mean() - x.mean() ** 2 - y.mean() ** 2)))


def _edges(a: Floats, partner: Integers) -> tuple[Integers, Integers, Floats, Floats]:
    """Every two paired minutiae, the way from the first to the second."""
    i, k = np.tril_indices(len(partner), -1)
    both = (partner[i] >= 0) & (partner[k] >= 0)
    i, k = i[both], k[both]
    return i, k, a[0, k] - a[0, i], a[1, k] - a[1, i]


def _roughness(moved: Floats, b: Floats, partner: Integers) -> float:
    i, k, ux, uy = _edges(moved, partner)
    near = np.exp(-(ux * ux + uy * uy) / (2 * NEARBY * NEARBY))
    (vx, vy), (wx, wy) = b[:2, partner[i]], b[:2, partner[k]]
    sx, sy = vx - wx + ux, vy - wy + uy
    return math.sqrt(float((near * (sx * sx + sy * sy)).sum()) / (float(near.sum()) + 1e-9))


def _agreed(a: Floats, b: Floats, partner: Integers) -> float:
    i, k, ux, uy = _edges(a, partner)
    length = np.sqrt(ux * ux + uy * uy)
    near = length <= EDGE
    i, k, ux, uy, length = i[near], k[near], ux[near], uy[near], length[near]
    j, m = partner[i], partner[k]
    turn = np.abs(_wrapped((a[2, i] - a[2, k] - b[2, j] + b[2, m]).astype(np.int64)))
    vx, vy = b[0, m] - b[0, j], b[1, m] - b[1, j]
    longer = np.abs(length - np.sqrt(vx * vx + vy * vy)) / (EDGE_TOLERANCE + EDGE_GROWTH * length)
    good = (turn <= TURN_GATE) & (longer <= 1)
    ends = ((i, j), (k, m))
    seen = [_radial(ux, uy, vx, vy, a[2, one].astype(int), b[2, other].astype(int)) for one, other in ends]
    how = (1 - longer * longer) * TURNS[np.minimum(turn, TURN_GATE)] * np.minimum(*seen)
    total = float(how[good].sum())
    return total / (len(length) + EDGES_DOUBTED)


def _inside(a: Floats, b: Floats) -> int:
    ahead, farthest = COMPASS.T @ a[:2], (COMPASS.T @ b[:2]).max(axis=1)
    return int((ahead <= farthest[:, None] + MARGIN).all(axis=0).sum())
