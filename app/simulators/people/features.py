"""Paint the features of a face: eyes, brows, nose, mouth, and glasses over them."""

import numpy as np

from app.simulators.people.brush import Brush, curve, keep_inside, ring, shade
from app.simulators.people.canvas import CENTER, EYE_LINE, HEAD
from app.simulators.people.identity import Color, Traits


def eyes(brush: Brush, traits: Traits, *, closed: bool) -> None:
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
    keep_inside(brush, before, almond)
    upper = [point for point in almond if point[1] <= EYE_LINE + 1]
    upper.sort()
    brush.line(upper, (34, 30, 34), 4)
    brush.line([(px, py - 12) for px, py in upper[4:-4]], shade(traits.skin, 0.68), 2)
    lower = sorted(point for point in almond if point[1] > EYE_LINE + 1)
    brush.line(lower, shade(traits.skin, 0.62), 1)


def brows(brush: Brush, traits: Traits) -> None:
    color = shade(traits.hair, 0.9) if max(traits.hair) < 140 else shade(traits.hair, 0.75)
    for side in (-1, 1):
        x, width = CENTER[0] + side * traits.eye_gap * HEAD / 2, traits.eye_size * HEAD * 0.66
        y, thick = EYE_LINE - traits.brow_height * HEAD, traits.brow_thickness * HEAD
        rise = np.tan(np.radians(traits.brow_angle)) * width
        shape = [(x - side * width, y + rise * 0.6), (x, y - rise * 0.4 - 6),
        (x + side * width * 1.05, y + 6 - rise * 0.2),
                 (x, y - rise * 0.4 - 6 + thick), (x - side * width * 0.98, y + rise * 0.6 + thick * 0.9)]  # fmt: skip
        brush.tint(curve(shape), color, 0.9, 1.6)


def nose(brush: Brush, traits: Traits) -> None:
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


def mouth_line(traits: Traits) -> float:
    return EYE_LINE + (traits.nose_length + 0.105) * HEAD


def mouth(brush: Brush, traits: Traits) -> None:
    x, y, half = CENTER[0], mouth_line(traits), traits.mouth_width * HEAD / 2
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


def glasses_on(brush: Brush, traits: Traits) -> None:
    frame, half = (44, 40, 46), traits.eye_gap * HEAD / 2
    width, height = traits.eye_gap * HEAD * 0.40, traits.eye_gap * HEAD * (0.36 if traits.round_glasses else 0.28)
    for side in (-1, 1):
        x, y = CENTER[0] + side * half, EYE_LINE + 6
        lens = ring(x, y, width, height) if traits.round_glasses else _boxy(x, y, width, height)
        brush.tint([(x - width * 0.7, y + height * 0.2), (x - width * 0.1, y - height * 0.8),
        (x + width * 0.25, y - height * 0.8),
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
