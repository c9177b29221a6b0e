"""Paint a synthetic person's head and shoulders, facing the camera, from their traits."""

from functools import lru_cache

import cv2
import numpy as np

from app.simulators.people import features, hair
from app.simulators.people.brush import Brush, Picture, Points, curve, keep_inside, ring, shade, soften
from app.simulators.people.canvas import CENTER, EYE_LINE, HEAD, HEIGHT, WIDTH
from app.simulators.people.identity import Person, Traits, aged, texture_rng


def eye_places(who: Person) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the person's left and right eye are on the canvas (the left one is on the viewer's right)."""
    half = who.traits.eye_gap * HEAD / 2
    return (CENTER[0] + half, EYE_LINE), (CENTER[0] - half, EYE_LINE)


def head_box(who: Person) -> tuple[float, float, float, float]:
    """x, y, width, height of the head on the canvas."""
    width = who.traits.head_width * HEAD
    return CENTER[0] - width / 2, CENTER[1] - HEAD / 2, width, HEAD


def paint(who: Person, *, glasses: bool, eyes_closed: bool, years: float = 0.0) -> Picture:
    """The whole scene, 8-bit color, WIDTH by HEIGHT pixels; the person `years` older (younger, below zero)."""
    brush = Brush(wall().copy())
    traits = aged(who.traits, years)
    hair.behind(brush, traits)
    _body(brush, traits)
    _head(brush, traits)
    _skin_details(brush, who, traits)
    features.eyes(brush, traits, closed=eyes_closed)
    features.brows(brush, traits)
    features.nose(brush, traits)
    features.mouth(brush, traits)
    hair.front(brush, who, traits)
    if glasses:
        features.glasses_on(brush, traits)
    return _grain(brush.canvas)


@lru_cache(maxsize=1)
def wall() -> Picture:
    """The softly lit wall behind everybody, of one even tone at its edges: frames may reach beyond them."""
    x, y = (np.arange(WIDTH) - CENTER[0]) / (WIDTH / 2), (np.arange(HEIGHT) - CENTER[1]) / (HEIGHT - CENTER[1])
    out = np.clip(np.hypot(x[None, :], y[:, None]), 0, 1)
    light = 1.02 - 0.16 * out * out * (3 - 2 * out)
    return np.asarray(light[..., None] * np.array([206, 204, 198]), np.uint8)


def _grain(canvas: Picture) -> Picture:
    return np.asarray(cv2.addWeighted(canvas, 1.0, _noise(), 1.0, -2.0), np.uint8)


@lru_cache(maxsize=1)
def _noise() -> Picture:
    rng = np.random.default_rng(7)
    coarse = rng.integers(0, 5, (HEIGHT // 2, WIDTH // 2), dtype=np.uint8)
    coarse[[0, -1], :] = coarse[:, [0, -1]] = 2
    return np.asarray(cv2.cvtColor(cv2.resize(coarse, (WIDTH, HEIGHT)), cv2.COLOR_GRAY2BGR), np.uint8)


def _outline(traits: Traits, grow: float = 0.0) -> list[tuple[float, float]]:
    half_width, half_height = traits.head_width * HEAD / 2 + grow, HEAD / 2 + grow
    points = []
    for turn in np.linspace(0, 2 * np.pi, 96, endpoint=False):
        down = -float(np.cos(turn))
        side = float(np.sign(np.sin(turn)))
        power = 2.35 if down < 0 else 1.9 + 1.1 * traits.jaw
        taper = 1.0 if down < 0 else 1 - 0.30 * (1.15 - traits.jaw) * down
        across = max(0.0, 1 - abs(down) ** power) ** 0.5 * taper
        points.append((CENTER[0] + side * half_width * across, CENTER[1] + half_height * down))
    return points


def _body(brush: Brush, traits: Traits) -> None:
    x, chin = CENTER[0], CENTER[1] + HEAD / 2
    neck = traits.head_width * HEAD * 0.30
    shoulders = [
        (x - neck * 1.15, chin + 24), (x - 180, chin + 66), (x - 345, chin + 128), (x - 402, HEIGHT + 60),
        (x + 402, HEIGHT + 60), (x + 345, chin + 128), (x + 180, chin + 66), (x + neck * 1.15, chin + 24),
    ]  # fmt: skip
    brush.fill(curve(shoulders), traits.shirt)
    before = brush.canvas.copy()
    brush.tint(curve([(px + 150, py + 40) for px, py in shoulders]), shade(traits.shirt, 0.62), 0.55, 60)
    keep_inside(brush, before, curve(shoulders))
    skin = shade(traits.skin, 0.86)
    brush.fill(curve([(x - neck, chin - 150), (x - neck, chin + 20), (x - neck * 0.8, chin + 62), (x, chin + 96),
                      (x + neck * 0.8, chin + 62), (x + neck, chin + 20), (x + neck, chin - 150)]), skin)  # fmt: skip
    brush.tint(ring(x, chin - 4, neck * 1.15, 44), shade(traits.skin, 0.52), 0.75, 18)
    for side in (-1, 1):
        collar = [
            (x + side * neck * 1.08, chin + 20),
            (x + side * neck * 1.42, chin + 44),
            (x + side * 62, chin + 148),
            (x, chin + 92),
        ]
        brush.fill(collar, shade(traits.shirt, 1.16))
        brush.line([*collar, collar[0]], shade(traits.shirt, 0.72), 2)


def _head(brush: Brush, traits: Traits) -> None:
    half = traits.head_width * HEAD / 2
    for side in (-1, 1):
        ear_x, ear_y = CENTER[0] + side * (half * 0.985), EYE_LINE + 0.06 * HEAD
        brush.oval(ear_x, ear_y, 0.048 * HEAD, traits.ear * HEAD / 2, shade(traits.skin, 0.88), side * 8)
        brush.tint(ring(ear_x, ear_y, 0.022 * HEAD, traits.ear * HEAD * 0.3), shade(traits.skin, 0.6), 0.6, 6)
    outline = _outline(traits)
    brush.fill(outline, traits.skin)
    _round_off(brush, traits, outline)


def _round_off(brush: Brush, traits: Traits, outline: Points) -> None:
    """Shade the head towards its edge, so that it looks like a body and not like paper."""
    inside = np.zeros(brush.canvas.shape[:2], np.float32)
    cv2.fillPoly(inside, [np.asarray(np.round(outline), np.int32)], (1.0,))
    lit = np.zeros_like(inside)
    lit_outline = [
        (CENTER[0] - 14 + (x - CENTER[0]) * 0.72, CENTER[1] - 10 + (y - CENTER[1]) * 0.82) for x, y in outline
    ]
    cv2.fillPoly(lit, [np.asarray(np.round(lit_outline), np.int32)], (1.0,))
    soft = soften(lit, 42)[..., None]
    edge = np.asarray(cv2.dilate(inside, np.ones((3, 3), np.uint8)), np.float32)[..., None]
    light = 1 - (0.30 * (1 - soft) - 0.05 * soft) * edge
    brush.canvas[:] = np.clip(brush.canvas * light, 0, 255).astype(np.uint8)


def _skin_details(brush: Brush, who: Person, traits: Traits) -> None:
    x, half = CENTER[0], traits.head_width * HEAD / 2
    blush = (shade(traits.skin, 0.82)[0], shade(traits.skin, 0.80)[1], shade(traits.skin, 1.02)[2])
    for side in (-1, 1):
        brush.tint(ring(x + side * half * 0.58, CENTER[1] + 0.15 * HEAD, 50, 38), blush, 0.5, 22)
        brush.tint(ring(x + side * traits.eye_gap * HEAD / 2, EYE_LINE, 58, 36), shade(traits.skin, 0.78), 0.55, 17)
    rng = texture_rng(who.number, 3)
    if traits.freckles > 0.6:
        for _ in range(46):
            at = x + rng.normal(0, half * 0.42), CENTER[1] + 0.11 * HEAD + rng.normal(0, 26)
            brush.tint(ring(*at, 2.2, 2.0, 8), shade(traits.skin, 0.66), 0.6, 0.8)
    if traits.beard > 0:
        _beard(brush, traits)


def _beard(brush: Brush, traits: Traits) -> None:
    x, chin = CENTER[0], CENTER[1] + HEAD / 2
    half = traits.head_width * HEAD / 2 * (0.75 + 0.2 * traits.jaw)
    mouth = features.mouth_line(traits)
    area = [(x - half, EYE_LINE + 60), (x - half * 0.86, mouth), (x - half * 0.5, chin - 26), (x, chin - 4),
    (x + half * 0.5, chin - 26),
            (x + half * 0.86, mouth), (x + half, EYE_LINE + 60), (x + half * 0.66, mouth - 34), (x, mouth - 42),
            (x - half * 0.66, mouth - 34)]  # fmt: skip
    brush.tint(curve(area), shade(traits.hair, 1.05), 0.32 + 0.5 * traits.beard, 9)
