"""A few anti-aliased strokes and soft tints, on an 8-bit color canvas."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.people.identity import Color

Picture = NDArray[np.uint8]
Points = Sequence[tuple[float, float]]
_SHIFT: Final = 4


def shade(color: Color, share: float) -> Color:
    """The color made darker (below 1) or lighter (above 1)."""
    blue, green, red = (min(255, max(0, round(part * share))) for part in color)
    return blue, green, red


def curve(points: Points, steps: int = 24) -> list[tuple[float, float]]:
    """A smooth closed line through `points` (Catmull-Rom)."""
    ring = np.array(points, np.float64)
    a, b, c, d = (np.roll(ring, shift, axis=0)[:, None, :] for shift in (1, 0, -1, -2))
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    line = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return [(float(x), float(y)) for x, y in line.reshape(-1, 2)]


@dataclass(frozen=True)
class Brush:
    """Paints on `canvas` in place; all lengths in its pixels."""

    canvas: Picture = field(repr=False)

    def fill(self, points: Points, color: Color) -> None:
        cv2.fillPoly(self.canvas, [_fixed(points)], color, cv2.LINE_AA, _SHIFT)

    def line(self, points: Points, color: Color, thickness: float) -> None:
        cv2.polylines(self.canvas, [_fixed(points)], False, color, max(1, round(thickness)), cv2.LINE_AA, _SHIFT)

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        self.oval(x, y, radius, radius, color)

    def oval(self, x: float, y: float, width: float, height: float, color: Color, angle: float = 0.0) -> None:
        center, axes = _fixed([(x, y)])[0].tolist(), _fixed([(width, height)])[0].tolist()
        cv2.ellipse(self.canvas, center, axes, angle, 0, 360, color, -1, cv2.LINE_AA, _SHIFT)

    def tint(self, points: Points, color: Color, strength: float, softness: float) -> None:
        """Blend `color` over the area inside `points` with a soft edge of `softness` pixels."""
        outline = np.array(points, np.float64)
        margin = 3 * softness + 2
        left, top = np.maximum(outline.min(axis=0) - margin, 0).astype(int)
        right, bottom = np.minimum(outline.max(axis=0) + margin, self.canvas.shape[1::-1]).astype(int)
        if right <= left or bottom <= top:
            return
        mask = np.zeros((bottom - top, right - left), np.float32)
        cv2.fillPoly(mask, [_fixed(outline - (left, top))], (1.0,), cv2.LINE_8, _SHIFT)
        mask = soften(mask, softness)[..., None] * strength
        area = self.canvas[top:bottom, left:right]
        area[:] = (area * (1 - mask) + np.array(color, np.float32) * mask).astype(np.uint8)


def keep_inside(brush: Brush, before: Picture, outline: Points) -> None:
    """Undo whatever was painted outside the outline since `before` was copied."""
    points = np.array(outline)
    left, top = np.maximum(points.min(axis=0) - 2, 0).astype(int)
    right, bottom = np.minimum(points.max(axis=0) + 2, brush.canvas.shape[1::-1]).astype(int)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(mask, [np.asarray(np.round((points - (left, top)) * 16), np.int32)], (255,), cv2.LINE_AA, 4)
    share = mask[..., None].astype(np.float32) / 255
    area, old = brush.canvas[top:bottom, left:right], before[top:bottom, left:right]
    old[:] = (area * share + old * (1 - share)).astype(np.uint8)
    brush.canvas[:] = before


def soften(mask: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """The mask blurred by `sigma` pixels; wide blurs are made on a smaller copy, which nobody can tell apart."""
    shrink = max(1, int(sigma / 3))
    if shrink == 1:
        return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.3, sigma)), np.float32)
    height, width = mask.shape
    small = cv2.resize(mask, (max(2, width // shrink), max(2, height // shrink)), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / shrink)
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def ring(x: float, y: float, width: float, height: float, count: int = 40) -> list[tuple[float, float]]:
    """The points of an ellipse with these half axes."""
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return [(x + width * float(np.cos(turn)), y + height * float(np.sin(turn))) for turn in turns]


def _fixed(points: Points | NDArray[np.float64]) -> NDArray[np.int32]:
    return np.asarray(np.round(np.array(points, np.float64) * (1 << _SHIFT)), np.int32)
