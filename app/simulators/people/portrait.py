"""Paint a synthetic person's head and shoulders, facing the camera, from their traits."""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from app.simulators.people.brush import Brush, Picture, Points, curve, ring, shade, soften
from app.simulators.people.identity import Color, HairStyle, Person, Traits, texture_rng

WIDTH: Final = 1280
HEIGHT: Final = 960
HEAD: Final = 520.0
CENTER: Final = (640.0, 430.0)
EYE_LINE: Final = CENTER[1] + 0.015 * HEAD


def eye_places(who: Person) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the person's left and right eye are on the canvas (the left one is on the viewer's right)."""
    half = who.traits.eye_gap * HEAD / 2
    return (CENTER[0] + half, EYE_LINE), (CENTER[0] - half, EYE_LINE)


def head_box(who: Person) -> tuple[float, float, float, float]:
    """x, y, width, height of the head on the canvas."""
    width = who.traits.head_width * HEAD
    return CENTER[0] - width / 2, CENTER[1] - HEAD / 2, width, HEAD


def paint(who: Person, *, glasses: bool, eyes_closed: bool) -> Picture:
    """The whole scene, 8-bit colour, WIDTH by HEIGHT pixels."""
    brush = Brush(wall().copy())
    traits = who.traits
    _hair_behind(brush, traits)
    _body(brush, traits)
    _head(brush, traits)
    _skin_details(brush, who, traits)
    _eyes(brush, traits, closed=eyes_closed)
    _brows(brush, traits)
    _nose(brush, traits)
    _mouth(brush, traits)
    _hair_front(brush, who, traits)
    if glasses:
        _glasses(brush, traits)
    return _grain(brush.canvas)


@lru_cache(maxsize=1)
def wall() -> Picture:
    """The evenly lit wall behind everybody."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    light = 1.0 - 0.22 * np.hypot((x - 560) / WIDTH, (y - 300) / HEIGHT)
    return np.asarray(light[..., None] * np.array([206, 204, 198], np.float32)).astype(np.uint8)


def _grain(canvas: Picture) -> Picture:
    rng = np.random.default_rng(7)
    noise = rng.normal(0, 1.1, (HEIGHT // 2, WIDTH // 2)).astype(np.float32)
    wide = np.asarray(cv2.resize(noise, (WIDTH, HEIGHT)))[..., None]
    return np.asarray(np.clip(canvas + wide, 0, 255), np.uint8)


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
    brush.tint(curve([(px + 150, py + 40) for px, py in shoulders]), shade(traits.shirt, 0.62), 0.55, 60)
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
    mouth = _mouth_line(traits)
    area = [(x - half, EYE_LINE + 60), (x - half * 0.86, mouth), (x - half * 0.5, chin - 26), (x, chin - 4), (x + half * 0.5, chin - 26),
            (x + half * 0.86, mouth), (x + half, EYE_LINE + 60), (x + half * 0.66, mouth - 34), (x, mouth - 42), (x - half * 0.66, mouth - 34)]  # fmt: skip
    brush.tint(curve(area), shade(traits.hair, 1.05), 0.32 + 0.5 * traits.beard, 9)


def _eyes(brush: Brush, traits: Traits, *, closed: bool) -> None:
    for side in (-1, 1):
        x, width = CENTER[0] + side * traits.eye_gap * HEAD / 2, traits.eye_size * HEAD / 2
        tilt = np.tan(np.radians(traits.eye_tilt)) * width * side
        inner, outer = (x - side * width, EYE_LINE + side * tilt), (x + side * width, EYE_LINE - side * tilt)
        if closed:
            lid = [inner, (x, EYE_LINE + width * 0.30), outer]
            brush.fill(
                curve([inner, (x, EYE_LINE - width * 0.5), outer, (x, EYE_LINE + width * 0.32)]),
                shade(traits.skin, 0.88),
            )
            brush.line(curve([*lid, (x, EYE_LINE + width * 0.32)]), (38, 34, 36), 4)
        else:
            _open_eye(brush, traits, x, width, *sorted((inner, outer)))


def _open_eye(
    brush: Brush, traits: Traits, x: float, width: float, begin: tuple[float, float], end: tuple[float, float]
) -> None:
    top, bottom = EYE_LINE - width * 0.50, EYE_LINE + width * 0.40
    almond = curve([begin, (x - 0.4 * width, top + 0.06 * width), (x + 0.4 * width, top + 0.06 * width), end,
                    (x + 0.4 * width, bottom), (x - 0.4 * width, bottom)])  # fmt: skip
    before = brush.canvas.copy()
    brush.fill(almond, (226, 232, 234))
    brush.disc(x, EYE_LINE - 1, width * 0.47, shade(traits.iris, 0.55))
    brush.disc(x, EYE_LINE - 1, width * 0.41, traits.iris)
    brush.tint(ring(x, EYE_LINE + 5, width * 0.24, width * 0.18), shade(traits.iris, 1.45), 0.7, 3)
    brush.disc(x, EYE_LINE - 1, width * 0.19, (14, 12, 12))
    brush.tint(
        [(x - width, top - 6), (x + width, top - 6), (x + width, top + 8), (x - width, top + 8)], (60, 56, 60), 0.5, 4
    )
    brush.disc(x - width * 0.13, EYE_LINE - width * 0.16, width * 0.075, (250, 250, 250))
    _keep_inside(brush, before, almond)
    upper = [point for point in almond if point[1] <= EYE_LINE + 1]
    upper.sort()
    brush.line(upper, (34, 30, 34), 4)
    brush.line([(px, py - 12) for px, py in upper[4:-4]], shade(traits.skin, 0.68), 2)
    lower = sorted(point for point in almond if point[1] > EYE_LINE + 1)
    brush.line(lower, shade(traits.skin, 0.62), 1)


def _keep_inside(brush: Brush, before: Picture, outline: Points) -> None:
    """Undo whatever was painted outside the outline since `before` was copied."""
    points = np.array(outline)
    left, top = (points.min(axis=0) - 2).astype(int)
    right, bottom = (points.max(axis=0) + 2).astype(int)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(mask, [np.asarray(np.round((points - (left, top)) * 16), np.int32)], (255,), cv2.LINE_AA, 4)
    share = mask[..., None].astype(np.float32) / 255
    area, old = brush.canvas[top:bottom, left:right], before[top:bottom, left:right]
    old[:] = (area * share + old * (1 - share)).astype(np.uint8)
    brush.canvas[:] = before


def _brows(brush: Brush, traits: Traits) -> None:
    color = shade(traits.hair, 0.9) if max(traits.hair) < 140 else shade(traits.hair, 0.75)
    for side in (-1, 1):
        x, width = CENTER[0] + side * traits.eye_gap * HEAD / 2, traits.eye_size * HEAD * 0.66
        y, thick = EYE_LINE - traits.brow_height * HEAD, traits.brow_thickness * HEAD
        rise = np.tan(np.radians(traits.brow_angle)) * width
        shape = [(x - side * width, y + rise * 0.6), (x, y - rise * 0.4 - 6), (x + side * width * 1.05, y + 6 - rise * 0.2),
                 (x, y - rise * 0.4 - 6 + thick), (x - side * width * 0.98, y + rise * 0.6 + thick * 0.9)]  # fmt: skip
        brush.tint(curve(shape), color, 0.9, 1.6)


def _nose(brush: Brush, traits: Traits) -> None:
    x, tip, half = CENTER[0], EYE_LINE + traits.nose_length * HEAD, traits.nose_width * HEAD / 2
    dark = shade(traits.skin, 0.70)
    brush.tint([(x + 8, EYE_LINE), (x + 20, EYE_LINE), (x + half, tip), (x + 6, tip)], dark, 0.45, 9)
    brush.tint(ring(x - 5, tip - 22, 12, 26), shade(traits.skin, 1.12), 0.7, 9)
    brush.tint(ring(x, tip + 8, half * 1.0, 9), shade(traits.skin, 0.60), 0.65, 7)
    for side in (-1, 1):
        brush.tint(ring(x + side * half * 0.52, tip + 3, half * 0.26, 5), shade(traits.skin, 0.36), 0.85, 2.2)
        wing = [
            (x + side * half * 0.86, tip - 18),
            (x + side * half * 1.06, tip - 3),
            (x + side * half * 0.84, tip + 6),
        ]
        brush.line(wing, shade(traits.skin, 0.68), 2)


def _mouth_line(traits: Traits) -> float:
    return EYE_LINE + (traits.nose_length + 0.105) * HEAD


def _mouth(brush: Brush, traits: Traits) -> None:
    x, y, half = CENTER[0], _mouth_line(traits), traits.mouth_width * HEAD / 2
    lip, lift = traits.lip * HEAD, traits.smile * HEAD
    red: Color = (shade(traits.skin, 0.62)[0], shade(traits.skin, 0.60)[1], shade(traits.skin, 0.86)[2])
    left, right = (x - half, y - lift), (x + half, y - lift)
    middle = y + lift * 0.5
    upper = [
        left,
        (x - half * 0.35, middle - lip * 0.52),
        (x, middle - lip * 0.36),
        (x + half * 0.35, middle - lip * 0.52),
        right,
        (x, middle + 3),
    ]
    lower = [
        left,
        (x, middle + 1),
        right,
        (x + half * 0.42, middle + lip * 0.72),
        (x - half * 0.42, middle + lip * 0.72),
    ]
    brush.tint(curve(lower), red, 0.9, 1.6)
    brush.tint(curve(upper), shade(red, 0.86), 0.92, 1.4)
    closed = [(x + half * at, middle + 2 - (lift * 1.5 + 2) * at**2) for at in np.linspace(-0.98, 0.98, 25).tolist()]
    brush.line(closed, shade(red, 0.5), 3)
    brush.tint(ring(x - 6, middle + lip * 0.42, half * 0.34, lip * 0.12), shade(red, 1.35), 0.5, 4)
    brush.tint(ring(x, middle + lip + 12, half * 0.5, 7), shade(traits.skin, 0.74), 0.6, 7)


def _hair_behind(brush: Brush, traits: Traits) -> None:
    half, top = traits.head_width * HEAD / 2, CENTER[1] - HEAD / 2
    length = {HairStyle.LONG: 0.78, HairStyle.BOB: 0.46}.get(traits.hair_style)
    if length is None:
        return
    x, end = CENTER[0], CENTER[1] + length * HEAD
    wide = half * (1.22 if traits.hair_style is HairStyle.LONG else 1.28)
    brush.fill(curve([(x, top - 36), (x + wide * 0.82, top + 60), (x + wide, CENTER[1]), (x + wide * 1.02, end), (x, end - 30),
                      (x - wide * 1.02, end), (x - wide, CENTER[1]), (x - wide * 0.82, top + 60)]), shade(traits.hair, 0.8))  # fmt: skip


def _hair_front(brush: Brush, who: Person, traits: Traits) -> None:
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
        (x + half * 0.56, top - 0.035 * HEAD), (x + half * 0.93, top + 0.12 * HEAD), (x + half * 1.07, CENTER[1] - 0.16 * HEAD), (x + half * 1.05, side_end),
        (x + half * inner, side_end - 12), (x + half * 0.86, fringe + 0.10 * HEAD), (x + half * 0.5, fringe + 0.012 * HEAD),
        (parting, fringe - 0.035 * HEAD), (x - half * 0.62, fringe + 0.02 * HEAD), (x - half * 0.88, fringe + 0.11 * HEAD),
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
    _keep_inside(brush, before, cap)


def _curls(brush: Brush, who: Person, traits: Traits) -> None:
    rng = texture_rng(who.number, 5)
    half, top = traits.head_width * HEAD / 2, CENTER[1] - HEAD / 2
    for turn in np.linspace(np.pi * 1.02, np.pi * 1.98, 26):
        for depth in (1.10, 0.97, 0.84):
            x = CENTER[0] + np.cos(turn) * half * 1.04 * depth + rng.normal(0, 5)
            y = top + 0.36 * HEAD + np.sin(turn) * 0.40 * HEAD * depth + rng.normal(0, 5)
            brush.disc(float(x), float(y), float(rng.uniform(17, 25)), shade(traits.hair, float(rng.uniform(0.8, 1.3))))


def _glasses(brush: Brush, traits: Traits) -> None:
    frame, half = (44, 40, 46), traits.eye_gap * HEAD / 2
    width, height = traits.eye_gap * HEAD * 0.40, traits.eye_gap * HEAD * (0.36 if traits.round_glasses else 0.28)
    for side in (-1, 1):
        x, y = CENTER[0] + side * half, EYE_LINE + 6
        lens = ring(x, y, width, height) if traits.round_glasses else _boxy(x, y, width, height)
        brush.tint([(x - width * 0.7, y + height * 0.2), (x - width * 0.1, y - height * 0.8), (x + width * 0.25, y - height * 0.8),
                    (x - width * 0.45, y + height * 0.6)], (255, 255, 255), 0.16, 4)  # fmt: skip
        brush.line([*lens, lens[0]], frame, 6)
        temple = CENTER[0] + side * traits.head_width * HEAD / 2
        brush.line([(x + side * width, y - 8), (temple, y - 14)], frame, 6)
    brush.line(
        [(CENTER[0] - half + width, EYE_LINE), (CENTER[0], EYE_LINE - 8), (CENTER[0] + half - width, EYE_LINE)],
        frame,
        6,
    )


def _boxy(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    cos, sin = np.cos(turns), np.sin(turns)
    px, py = np.sign(cos) * np.abs(cos) ** 0.45 * width, np.sign(sin) * np.abs(sin) ** 0.45 * height
    return [(x + float(a), y + float(b)) for a, b in zip(px, py, strict=True)]
