"""Paint hair: what falls behind the head, and what grows above the brow."""

import numpy as np

from app.simulators.people.brush import Brush, Points, curve, keep_inside, ring, shade
from app.simulators.people.canvas import CENTER, HEAD
from app.simulators.people.identity import HairStyle, Person, Traits, texture_rng


def behind(brush: Brush, traits: Traits) -> None:
    half, top = traits.head_width * HEAD / 2, CENTER[1] - HEAD / 2
    length = {HairStyle.LONG: 0.78, HairStyle.BOB: 0.46}.get(traits.hair_style)
    if length is None:
        return
    x, end = CENTER[0], CENTER[1] + length * HEAD
    wide = half * (1.22 if traits.hair_style is HairStyle.LONG else 1.28)
    brush.fill(curve([(x, top - 36), (x + wide * 0.82, top + 60), (x + wide, CENTER[1]), (x + wide * 1.02, end),
    (x, end - 30),
                      (x - wide * 1.02, end), (x - wide, CENTER[1]), (x - wide * 0.82, top + 60)]),
                      shade(traits.hair, 0.8))  # fmt: skip


def front(brush: Brush, who: Person, traits: Traits) -> None:
    if traits.hair_style is HairStyle.BALD:
        brush.tint(ring(CENTER[0] - 40, CENTER[1] - 0.36 * HEAD, 80, 34), shade(traits.skin, 1.18), 0.6, 22)
        return
    cap = _cap(traits)
    brush.fill(cap, traits.hair)
    _strands(brush, who, traits, cap)
    if traits.hair_style is HairStyle.CURLY:
        _curls(brush, who, traits)


def _cap(traits: Traits) -> list[tuple[float, float]]:
    x, top, half = CENTER[0], CENTER[1] - HEAD / 2, traits.head_width * HEAD / 2
    side_end = {HairStyle.LONG: 0.30, HairStyle.BOB: 0.24}.get(traits.hair_style, -0.02) * HEAD + CENTER[1]
    inner = 0.93 if traits.hair_style in {HairStyle.LONG, HairStyle.BOB} else 0.97
    fringe = top + (0.155 if traits.hair_style is not HairStyle.CURLY else 0.19) * HEAD
    parting = x - half * 0.42 if traits.hair_style in {HairStyle.PARTED, HairStyle.BOB} else x
    lift = 0.085 * HEAD
    return curve([
        (x - half * 1.05, side_end), (x - half * 1.07, CENTER[1] - 0.16 * HEAD), (x - half * 0.93, top + 0.12 * HEAD),
        (x - half * 0.56, top - 0.035 * HEAD), (x, top - lift),
        (x + half * 0.56, top - 0.035 * HEAD), (x + half * 0.93, top + 0.12 * HEAD),
        (x + half * 1.07, CENTER[1] - 0.16 * HEAD), (x + half * 1.05, side_end),
        (x + half * inner, side_end - 12), (x + half * 0.86, fringe + 0.10 * HEAD),
        (x + half * 0.5, fringe + 0.012 * HEAD),
        (parting, fringe - 0.035 * HEAD), (x - half * 0.62, fringe + 0.02 * HEAD),
        (x - half * 0.88, fringe + 0.11 * HEAD),
        (x - half * inner, side_end - 12),
    ])  # fmt: skip


def _strands(brush: Brush, who: Person, traits: Traits, cap: Points) -> None:
    before = brush.canvas.copy()
    rng = texture_rng(who.number, 4)
    top, half = CENTER[1] - HEAD / 2, traits.head_width * HEAD / 2
    for at in np.linspace(-1, 1, 110):
        begin = CENTER[0] + at * half * 0.55 + rng.normal(0, 4), top - 40
        bend = CENTER[0] + at * half * 1.05 + rng.normal(0, 6), top + 0.16 * HEAD
        end = CENTER[0] + at * half * 1.12 + rng.normal(0, 6), top + 0.66 * HEAD
        t = np.linspace(0, 1, 14)[:, None]
        path = (1 - t) ** 2 * np.array(begin) + 2 * t * (1 - t) * np.array(bend) + t**2 * np.array(end)
        brush.line([(float(px), float(py)) for px, py in path], shade(traits.hair, float(rng.uniform(0.72, 1.4))), 2)
    keep_inside(brush, before, cap)


def _curls(brush: Brush, who: Person, traits: Traits) -> None:
    rng = texture_rng(who.number, 5)
    half, top = traits.head_width * HEAD / 2, CENTER[1] - HEAD / 2
    for turn in np.linspace(np.pi * 1.02, np.pi * 1.98, 26):
        for depth in (1.10, 0.97, 0.84):
            x = CENTER[0] + np.cos(turn) * half * 1.04 * depth + rng.normal(0, 5)
            y = top + 0.36 * HEAD + np.sin(turn) * 0.40 * HEAD * depth + rng.normal(0, 5)
            brush.disc(float(x), float(y), float(rng.uniform(17, 25)), shade(traits.hair, float(rng.uniform(0.8, 1.3))))
