"""Laying one print upon the other as compiled loops: rigid motion, skin, and what then agrees."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from app.matching.descriptor.cylinders import COSINES, SINES
from app.matching.features import FIRST_DIRECTION
from app.matching.jit import compiled, inlined
from app.matching.pairing.coherence import agreed, roughness
from app.matching.pairing.tables import (
    CLOSE,
    COMPASS,
    LEAST_MINUTIAE,
    MARGIN,
    RIGID,
    SAME_SEED,
    SEEDS,
    SKIN,
    STIFF,
    SUPPORT,
    SUPPORTS,
    TURN,
    WIDE,
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

_TURNED_MOST = int(TURN)
_CONFIRMED, _TURNED, _SPREAD = int(Evidence.CONFIRMED), int(Evidence.TURNED), int(Evidence.SPREAD)
_RIGID, _PAIRED, _CLOSENESS = int(Evidence.RIGID), int(Evidence.PAIRED), int(Evidence.CLOSENESS)
_ROUGHNESS, _AGREED = int(Evidence.ROUGHNESS), int(Evidence.AGREED)
_SHARED_PROBE, _SHARED_REFERENCE = int(Evidence.SHARED_PROBE), int(Evidence.SHARED_REFERENCE)


@compiled
def align(a: Floats, b: Floats, begins: Narrow, pairs: Integers, relaxed: Floats, support: Support) -> Floats:
    """The best rigid motion (cosine, sine, x, y) among those that the strongest, different seeds propose."""
    open_seeds = relaxed.copy()
    best, best_motion = -1.0, np.array([1.0, 0.0, 0.0, 0.0])
    moved, partner, cost = np.empty_like(a), np.empty(a.shape[1], np.int64), np.empty(a.shape[1])
    for _ in range(SEEDS):
        seed = int(np.argmax(open_seeds))
        if open_seeds[seed] < 0:
            break
        motion = _seed_motion(seed, a, b, pairs, relaxed, support)
        _move(a, motion, moved)
        _pair_up(moved, b, begins, WIDE, partner, cost)
        reached = _closeness(partner, cost)
        if reached > best:
            best, best_motion = reached, motion
        open_seeds[seed] = -1.0
        for at in range(support[2].shape[0]):
            if support[2][at] > SAME_SEED:
                if support[0][at] == seed:
                    open_seeds[support[1][at]] = -1.0
                elif support[1][at] == seed:
                    open_seeds[support[0][at]] = -1.0
    return best_motion


@compiled
def _seed_motion(seed: int, a: Floats, b: Floats, pairs: Integers, relaxed: Floats, support: Support) -> Floats:
    """Fit on the seed and the pairs that agree with it; on the seed's own direction when none does."""
    weights = np.zeros(pairs.shape[1])
    friends = 0
    for at in range(support[2].shape[0]):
        t, k = support[0][at], support[1][at]
        if support[2][at] > SUPPORT and seed in (t, k):
            friend = t + k - seed
            weights[friend] = support[2][at] * relaxed[friend]
            friends += 1
    weights[seed] = relaxed[seed]
    if friends:
        return _fit(a, b, pairs, weights)
    i, j = pairs[0, seed], pairs[1, seed]
    turn = int(b[2, j] - a[2, i]) & 255
    c, s = COSINES[turn], SINES[turn]
    return np.array([c, s, b[0, j] - (c * a[0, i] - s * a[1, i]), b[1, j] - (s * a[0, i] + c * a[1, i])])


@compiled
def _fit(a: Floats, b: Floats, pairs: Integers, weights: Floats) -> Floats:
    """Weighted least-squares rigid motion of paired minutiae."""
    total = ax = ay = bx = by = 0.0
    for k in range(pairs.shape[1]):
        w, i, j = weights[k], pairs[0, k], pairs[1, k]
        total += w
        ax += w * a[0, i]
        ay += w * a[1, i]
        bx += w * b[0, j]
        by += w * b[1, j]
    ax, ay, bx, by = ax / total, ay / total, bx / total, by / total
    c = s = 0.0
    for k in range(pairs.shape[1]):
        w, i, j = weights[k], pairs[0, k], pairs[1, k]
        ux, uy, vx, vy = a[0, i] - ax, a[1, i] - ay, b[0, j] - bx, b[1, j] - by
        c += w * (ux * vx + uy * vy)
        s += w * (ux * vy - uy * vx)
    size = math.sqrt(c * c + s * s)
    if size < 1e-9:
        return np.array([1.0, 0.0, bx - ax, by - ay])
    c, s = c / size, s / size
    return np.array([c, s, bx - (c * ax - s * ay), by - (s * ax + c * ay)])


@compiled
def _move(a: Floats, motion: Floats, out: Floats) -> None:
    c, s = motion[0], motion[1]
    turn = math.atan2(s, c) * 256 / math.tau
    for i in range(a.shape[1]):
        out[0, i] = c * a[0, i] - s * a[1, i] + motion[2]
        out[1, i] = s * a[0, i] + c * a[1, i] + motion[3]
        out[2, i] = a[2, i] + turn


@compiled
def _pair_up(moved: Floats, b: Floats, begins: Narrow, near: float, partner: Integers, cost: Floats) -> None:
    """Pair minutiae that are each other's nearest in place and direction; -1 and cost 1 for the others."""
    back, back_cost = np.full(b.shape[1], -1), np.full(b.shape[1], 1.0)
    for i in range(moved.shape[1]):
        partner[i], cost[i] = -1, 1.0
        first = (math.floor(moved[2, i]) - _TURNED_MOST - FIRST_DIRECTION) & 255
        beyond = first + 2 * _TURNED_MOST + 2
        if beyond > 256:
            _seek(i, moved, b, 0, begins[beyond - 256], near, partner, cost, back, back_cost)
        _seek(i, moved, b, begins[first], begins[min(beyond, 256)], near, partner, cost, back, back_cost)
    for i in range(moved.shape[1]):
        if partner[i] >= 0 and back[partner[i]] != i:
            partner[i], cost[i] = -1, 1.0


@inlined
def _seek(
    i: int, moved: Floats, b: Floats, start: int, end: int, near: float, partner: Integers, cost: Floats,
    back: Integers, back_cost: Floats,
) -> None:  # fmt: skip
    """Hold one minutia against `b` from `start` to `end`: 0 on top of each other, 1 and more does not count."""
    x, y, direction = moved[0, i], moved[1, i], moved[2, i]
    for j in range(start, end):
        dx, dy = x - b[0, j], y - b[1, j]
        far = dx * dx + dy * dy
        if far >= near * near:
            continue
        turn = direction - b[2, j]
        turn -= 256 * math.floor(turn / 256 + 0.5)
        price = 0.7 * far / (near * near) + 0.3 * (turn / TURN) * (turn / TURN)
        if abs(turn) > TURN or price >= 1.0:
            continue
        if price < cost[i]:
            partner[i], cost[i] = j, price
        if price < back_cost[j]:
            back[j], back_cost[j] = i, price


@inlined
def _closeness(partner: Integers, cost: Floats) -> float:
    total = 0.0
    for i in range(partner.shape[0]):
        if partner[i] >= 0:
            total += 1 - cost[i]
    return total


@compiled
def weigh(a: Floats, b: Floats, begins: Narrow, motion: Floats, pairs: Integers, out: Floats) -> None:
    """Refine the motion, follow the skin, and write down what is found."""
    moved, partner, cost = np.empty_like(a), np.empty(a.shape[1], np.int64), np.empty(a.shape[1])
    _move(a, motion, moved)
    _pair_up(moved, b, begins, WIDE, partner, cost)
    for _ in range(2):
        matched, weights = _matched(partner, cost)
        if matched.shape[1] < LEAST_MINUTIAE:
            break
        _move(a, _fit(a, b, matched, weights), moved)
        _pair_up(moved, b, begins, RIGID, partner, cost)
    out[_RIGID] = _closeness(partner, cost)
    _pair_up(_follow_skin(moved, b, partner), b, begins, CLOSE, partner, cost)
    out[_CLOSENESS] = _closeness(partner, cost)
    _describe(moved, b, partner, out)
    out[_ROUGHNESS], out[_AGREED] = roughness(moved, b, partner), agreed(a, b, partner)
    for t in range(pairs.shape[1]):
        if partner[pairs[0, t]] == pairs[1, t]:
            out[_CONFIRMED] += 1
    out[_SHARED_PROBE] = _inside(moved, b)
    out[_SHARED_REFERENCE] = _inside(b, moved)


@compiled
def _matched(partner: Integers, cost: Floats) -> tuple[Integers, Floats]:
    pairs, weights = np.empty((2, partner.shape[0]), np.int64), np.empty(partner.shape[0])
    count = 0
    for i in range(partner.shape[0]):
        if partner[i] >= 0:
            pairs[0, count], pairs[1, count], weights[count] = i, partner[i], 1 - 0.5 * cost[i]
            count += 1
    return pairs[:, :count], weights[:count]


@compiled
def _follow_skin(moved: Floats, b: Floats, partner: Integers) -> Floats:
    """Shift each minutia by the mean remaining shift of the paired minutiae around it, itself left out."""
    out = moved.copy()
    for i in range(moved.shape[1]):
        total, sx, sy = STIFF, 0.0, 0.0
        for k in range(moved.shape[1]):
            if k == i or partner[k] < 0:
                continue
            dx, dy = moved[0, i] - moved[0, k], moved[1, i] - moved[1, k]
            near = math.exp(-(dx * dx + dy * dy) / (2 * SKIN * SKIN))
            total += near
            sx += near * (b[0, partner[k]] - moved[0, k])
            sy += near * (b[1, partner[k]] - moved[1, k])
        out[0, i] += sx / total
        out[1, i] += sy / total
    return out


@compiled
def _describe(moved: Floats, b: Floats, partner: Integers, out: Floats) -> None:
    count, x, y, square = 0, 0.0, 0.0, 0.0
    for i in range(partner.shape[0]):
        j = partner[i]
        if j < 0:
            continue
        count += 1
        turn = moved[2, i] - b[2, j]
        out[_TURNED] += abs(turn - 256 * math.floor(turn / 256 + 0.5))
        x += b[0, j]
        y += b[1, j]
        square += b[0, j] * b[0, j] + b[1, j] * b[1, j]
    out[_PAIRED] = count
    if count:
        out[_TURNED] /= count
        x, y = x / count, y / count
        out[_SPREAD] = math.sqrt(max(0.0, square / count - x * x - y * y))


@compiled
def _inside(a: Floats, b: Floats) -> int:
    """How many of `a` lie within 10 pixels of the outline of `b`, an outline of 16 sides."""
    inside = np.ones(a.shape[1], np.bool_)
    for side in range(SUPPORTS):
        farthest = -1e9
        for j in range(b.shape[1]):
            farthest = max(farthest, COMPASS[0, side] * b[0, j] + COMPASS[1, side] * b[1, j])
        for i in range(a.shape[1]):
            if COMPASS[0, side] * a[0, i] + COMPASS[1, side] * a[1, i] > farthest + MARGIN:
                inside[i] = False
    return int(inside.sum())
