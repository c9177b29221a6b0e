"""How one finger meets one sensor: where it lands, how much of it touches, how the skin is dragged.

Skin follows Cappelli, Maio and Maltoni, "Modelling plastic distortion in fingerprint images" (2001): a middle part that
sticks to the glass, an outer part that moves with the finger, and a smooth transition between them; two slow waves are
added for uneven pressure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.simulators.fingers.jit import compiled

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Conditions:
    """What the sensor and the finger are like; the defaults are a cooperative person on a good reader.

    width, height   window in pixels at 500 dpi
    rotation        standard deviation, degrees
    shift           standard deviation, pixels
    coverage        contact size against a full flat print (1.0); 0.6 is a hasty touch
    distortion      0 none, 1 everyday, 3 dragged on purpose
    missing         share of minutiae that an extractor overlooks
    spurious        share of minutiae that are not there
    jitter          standard deviation of a position, pixels
    jitter_angle    standard deviation of a direction, degrees
    confused        share of endings called bifurcations and the reverse
    two_degree      directions only every two degrees, as senders that think in ANSI 378 write them
    report_quality  false: every quality is 0, as many vendors write
    limit           most minutiae kept, the best ones first (59 fit a 384-byte ISO record)
    """

    width: int = 300
    height: int = 400
    rotation: float = 9.0
    shift: float = 14.0
    coverage: float = 1.0
    distortion: float = 1.0
    missing: float = 0.08
    spurious: float = 0.06
    jitter: float = 1.2
    jitter_angle: float = 4.0
    confused: float = 0.12
    two_degree: bool = False
    report_quality: bool = True
    limit: int = 59


@dataclass(frozen=True, eq=False)
class Placement:
    """One touch.

    rigid    rotation (radians, counter-clockwise as seen), x and y of the pad's middle in the window
    contact  x, y, half axes of the touching ellipse on the pad
    skin     x, y, half axes of the sticking ellipse; width of the transition; drag x, y; twist in radians
    waves    (n, 5) of dx, dy, kx, ky, phase
    """

    rigid: Floats
    contact: Floats
    skin: Floats
    waves: Floats

    def to_pad(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Where on the pad the flat arrays of window positions lie (the inverse of the touch)."""
        out = np.empty((2, len(x)))
        fill_pad(self.rigid, self.skin, self.waves, x, y, out)
        return out[0], out[1]

    def to_window(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Where in the window the flat arrays of pad positions land."""
        out = np.empty((2, len(x)))
        fill_window(self.rigid, self.skin, self.waves, x, y, out)
        return out[0], out[1]


def draw_placement(rng: np.random.Generator, conditions: Conditions, pad: Floats) -> Placement:
    """A touch under the given conditions; `pad` is the half width and half height of the finger pad."""
    turn, left, up, wide, high, roll_x, roll_y = rng.normal(size=7).tolist()
    shift, size = conditions.shift, math.sqrt(conditions.coverage)
    at = conditions.width / 2 + shift * left, conditions.height / 2 + shift * up
    rigid = np.array([math.radians(conditions.rotation * turn), *at])
    roll = max(0.0, 1.6 - conditions.coverage)
    half = (size * pad[i] * min(1.0, max(0.6, 0.86 + 0.06 * draw)) for i, draw in enumerate((wide, high)))
    contact = np.array([14 * roll * roll_x, 20 * roll * roll_y, *half])
    return Placement(rigid, contact, _draw_skin(rng, conditions, contact), _draw_waves(rng, conditions))


def _draw_skin(rng: np.random.Generator, conditions: Conditions, contact: Floats) -> Floats:
    x, y, drag_x, drag_y, twist = rng.normal(size=5).tolist()
    wide, high, width = rng.random(3).tolist()
    middle = contact[0] + 12 * x, contact[1] + 12 * y
    half = contact[2] * (0.3 + 0.25 * wide), contact[3] * (0.3 + 0.25 * high)
    drag = 4.0 * conditions.distortion
    moved = drag * drag_x, drag * drag_y, math.radians(1.2 * conditions.distortion * twist)
    return np.array([*middle, *half, 0.9 + 0.9 * width, *moved])


def _draw_waves(rng: np.random.Generator, conditions: Conditions) -> Floats:
    out = np.empty((2, 5))
    out[:, :2] = rng.normal(size=(2, 2)) * conditions.distortion
    for row, (length, turn, phase) in zip(out, rng.random((2, 3)).tolist(), strict=True):
        k, heading = 2 * math.pi / (150 + 200 * length), 2 * math.pi * turn
        row[2:] = k * math.cos(heading), k * math.sin(heading), 2 * math.pi * phase
    return out


@compiled
def displacement(skin: Floats, waves: Floats, x: float, y: float) -> tuple[float, float]:
    """How far the skin at a pad position is dragged, pixels."""
    px, py = x - skin[0], y - skin[1]
    outside = np.sqrt((px / skin[2]) ** 2 + (py / skin[3]) ** 2) - 1.0
    dx, dy = 0.0, 0.0
    if outside > 0:
        free = 1.0 if outside >= skin[4] else 0.5 * (1 - np.cos(outside * np.pi / skin[4]))
        dx = free * (skin[5] + skin[7] * py)
        dy = free * (skin[6] - skin[7] * px)
    for i in range(waves.shape[0]):
        swing = np.sin(waves[i, 2] * x + waves[i, 3] * y + waves[i, 4])
        dx += waves[i, 0] * swing
        dy += waves[i, 1] * swing
    return dx, dy


@compiled
def land(rigid: Floats, skin: Floats, waves: Floats, x: float, y: float) -> tuple[float, float]:
    """Window position of a pad position."""
    dx, dy = displacement(skin, waves, x, y)
    c, s = np.cos(rigid[0]), np.sin(rigid[0])
    return rigid[1] + c * (x + dx) + s * (y + dy), rigid[2] - s * (x + dx) + c * (y + dy)


@compiled
def fill_window(rigid: Floats, skin: Floats, waves: Floats, x: Floats, y: Floats, out: Floats) -> None:
    for i in range(x.shape[0]):
        out[0, i], out[1, i] = land(rigid, skin, waves, x[i], y[i])


@compiled
def fill_pad(rigid: Floats, skin: Floats, waves: Floats, x: Floats, y: Floats, out: Floats) -> None:
    c, s = np.cos(rigid[0]), np.sin(rigid[0])
    for i in range(x.shape[0]):
        u, v = x[i] - rigid[1], y[i] - rigid[2]
        tx, ty = c * u - s * v, s * u + c * v
        px, py = tx, ty
        for _ in range(5):  # the drag is gentle: five rounds leave hundredths of a pixel
            dx, dy = displacement(skin, waves, px, py)
            px, py = tx - dx, ty - dy
        out[0, i], out[1, i] = px, py
