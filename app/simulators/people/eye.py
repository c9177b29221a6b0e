"""Draw a synthetic eye as a near-infrared camera sees it, with known places of iris, pupil and lids."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.people.brush import soften
from app.simulators.people.identity import Person, texture_rng

Gray = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDTH: Final = 800
HEIGHT: Final = 600
RADIUS: Final = 103.0
"""The canvas and the iris radius in it, pixels; shots are cut out of the canvas and scaled."""
_CENTER: Final = (400.0, 305.0)
_HALF_OPENING: Final = 218.0
_OPENNESS: Final = (1.0, 0.5, 0.06)


class Eye(StrEnum):
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class EyeShot:
    """One frame of one eye: 8-bit gray, and where things are in it, in pixels.

    `box` is x, y, width, height of the eye's opening from corner to corner.
    """

    image: Gray = field(repr=False)
    iris_center: tuple[int, int]
    iris_radius: int
    eye_center: tuple[int, int]
    box: tuple[int, int, int, int]


def eye_shot(
    who: Person,
    eye: Eye,
    *,
    size: tuple[int, int] = (640, 480),
    radius: float = 105.0,
    offset: tuple[float, float] = (0.0, 0.0),
    openness: float = 1.0,
    light: float = 1.0,
    blur: float = 0.0,
    contact_lens: bool = False,
) -> EyeShot:
    """The eye with an iris of `radius` pixels, `offset` pixels from the frame's middle, lids `openness` 0..1 apart."""
    level = min(range(len(_OPENNESS)), key=lambda i: abs(_OPENNESS[i] - openness))
    canvas = _canvas(who.number, eye, level, contact_lens)
    scale = radius / RADIUS
    middle = (size[0] / 2 + offset[0], size[1] / 2 + offset[1])
    matrix = np.array([[scale, 0, middle[0] - scale * _CENTER[0]], [0, scale, middle[1] - scale * _CENTER[1]]])
    image = cv2.warpAffine(canvas, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return _shot(_develop(np.asarray(image, np.uint8), light, blur), middle, scale)


def _develop(image: Gray, light: float, blur: float) -> Gray:
    if blur > 0:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), blur), np.uint8)
    return image if light == 1.0 else np.asarray(cv2.convertScaleAbs(image, alpha=light), np.uint8)


def _shot(image: Gray, middle: tuple[float, float], scale: float) -> EyeShot:
    half, height = round(_HALF_OPENING * scale), round(2.1 * RADIUS * scale)
    center = round(middle[0]), round(middle[1])
    return EyeShot(
        image=image,
        iris_center=center,
        iris_radius=round(RADIUS * scale),
        eye_center=(center[0], center[1] + round(2 * scale)),
        box=(center[0] - half, center[1] - height // 2, 2 * half, height),
    )


@lru_cache(maxsize=96)
def _canvas(number: int, eye: Eye, level: int, contact_lens: bool) -> Gray:
    rng = texture_rng(number, 2 if eye is Eye.RIGHT else 1)
    # A row and a column: what depends on one of them alone is then cheap.
    dx = (np.arange(WIDTH, dtype=np.float32) - np.float32(_CENTER[0]))[None, :]
    dy = (np.arange(HEIGHT, dtype=np.float32) - np.float32(_CENTER[1]))[:, None]
    opening = _Lids(_OPENNESS[level], inner_right=eye is Eye.RIGHT)
    skin = _skin(rng, dx, dy, opening)
    ball = _ball(rng, dx, dy, opening, contact_lens)
    mask = soften(opening.inside(dx, dy), 1.2)
    picture = skin * (1 - mask) + ball * mask
    _lashes(picture, rng, opening)
    grain = rng.normal(0, 1.6, (HEIGHT, WIDTH)).astype(np.float32)
    canvas: Gray = np.clip(soften(picture, 0.9) + grain, 0, 255).astype(np.uint8)
    canvas.setflags(write=False)
    return canvas


@dataclass(frozen=True)
class _Lids:
    """The two curves that bound the eye's opening, relative to the iris center."""

    openness: float
    inner_right: bool

    def upper(self, dx: Floats) -> Floats:
        return np.asarray(self._corner(dx) - self._arch(dx, 0.46) * RADIUS * 1.02 * self.openness, np.float32)

    def lower(self, dx: Floats) -> Floats:
        return np.asarray(
            self._corner(dx) + self._arch(dx, 0.62) * RADIUS * 0.98 * (0.25 + 0.75 * self.openness), np.float32
        )

    def inside(self, dx: Floats, dy: Floats) -> Floats:
        return ((dy > self.upper(dx)) & (dy < self.lower(dx)) & (np.abs(dx) < _HALF_OPENING)).astype(np.float32)

    def _corner(self, dx: Floats) -> Floats:
        slope = 0.055 if self.inner_right else -0.055
        return np.asarray(dx * slope + RADIUS * 0.55 * (1 - self.openness), np.float32)

    def _arch(self, dx: Floats, power: float) -> Floats:
        across = np.clip(1 - (dx / _HALF_OPENING) ** 2, 0, 1)
        return np.asarray(across ** (1.25 - power), np.float32)


def _noise(rng: np.random.Generator, height: int, width: int, cells: tuple[int, int]) -> Floats:
    coarse = rng.standard_normal((cells[0], cells[1])).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _skin(rng: np.random.Generator, dx: Floats, dy: Floats, lids: _Lids) -> Floats:
    picture = 172 - 0.00009 * (dx**2 + 2.4 * dy**2)
    picture += 5 * _noise(rng, HEIGHT, WIDTH, (7, 9)) + 2.2 * _noise(rng, HEIGHT, WIDTH, (90, 120))
    crease = np.exp(-(((dy - lids.upper(dx) + 34) / 9) ** 2)) * (np.abs(dx) < _HALF_OPENING * 1.02)
    bag = np.exp(-(((dy - lids.lower(dx) - 40) / 22) ** 2)) * np.exp(-((dx / 230) ** 2))
    edge = np.exp(-(((dy - lids.upper(dx) + 4) / 7) ** 2)) + 0.35 * np.exp(-(((dy - lids.lower(dx) - 3) / 6) ** 2))
    near = (np.abs(dx) < _HALF_OPENING).astype(np.float32)
    picture -= 34 * soften(crease.astype(np.float32), 3) + 12 * bag + 62 * edge * near
    return np.asarray(picture, np.float32)


def _ball(rng: np.random.Generator, dx: Floats, dy: Floats, lids: _Lids, contact_lens: bool) -> Floats:
    distance = np.sqrt(dx**2 + dy**2)
    picture = 196 - 52 * np.clip(np.abs(dx) / _HALF_OPENING, 0, 1) ** 2.2 + 2 * _noise(rng, HEIGHT, WIDTH, (40, 60))
    iris = _iris(rng, dx, dy, distance, contact_lens)
    limbus = np.clip((RADIUS + 5 - distance) / 10, 0, 1)
    picture = picture * (1 - limbus) + iris * limbus
    pupil_radius = RADIUS * rng.uniform(0.34, 0.46)
    pupil = np.clip((pupil_radius + 2 - distance) / 4, 0, 1)
    picture = picture * (1 - pupil) + 24 * pupil
    shade = np.exp(-np.clip(dy - lids.upper(dx), 0, None) / 26)
    picture *= 1 - 0.5 * shade
    for spot in (-21.0, 21.0):
        glint = np.exp(-((((dx - spot) ** 2 + (dy + 8) ** 2) / 40) ** 2))
        picture = picture * (1 - glint) + 252 * glint
    return np.asarray(picture, np.float32)


def _iris(rng: np.random.Generator, dx: Floats, dy: Floats, distance: Floats, contact_lens: bool) -> Floats:
    texture = _iris_texture(rng)
    turn = np.mod(np.arctan2(dy, dx) / (2 * np.pi), 1.0) * (texture.shape[1] - 1)
    out = np.clip(distance / RADIUS, 0, 1) * (texture.shape[0] - 1)
    iris = cv2.remap(texture, turn.astype(np.float32), out.astype(np.float32), cv2.INTER_LINEAR)
    if contact_lens:
        dots = (np.sin(dx / 3.1) * np.sin(dy / 3.1) > 0.15) & (distance > RADIUS * 0.52)
        iris = np.where(soften(dots.astype(np.float32), 0.7) > 0.4, 54, iris)
    return np.asarray(iris, np.float32)


def _iris_texture(rng: np.random.Generator) -> Floats:
    """Rows from the center outwards, columns once around: fibers, collarette, crypts, furrows, dark rim."""
    rows, columns = 160, 1024
    row = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    fibers = 11 * _around(rng, rows, columns, (3, 210)) + 8 * _around(rng, rows, columns, (6, 96))
    fibers += 6 * _around(rng, rows, columns, (22, 330)) + 7 * _around(rng, rows, columns, (5, 18))
    collarette = 0.58 + 0.035 * _around(rng, rows, columns, (1, 26))
    ring = np.exp(-(((row - collarette) / 0.045) ** 2))
    base = rng.uniform(100, 138) + 16 * np.exp(-(((row - 0.66) / 0.16) ** 2)) - 46 * np.clip((row - 0.86) / 0.14, 0, 1)
    furrows = 5 * np.sin(row * rng.uniform(48, 64)) * np.clip((row - 0.68) * 5, 0, 1)
    texture = base + fibers + 17 * ring + furrows - _crypts(rng, rows, columns)
    return np.asarray(np.clip(texture, 40, 210), np.float32)


def _around(rng: np.random.Generator, rows: int, columns: int, cells: tuple[int, int]) -> Floats:
    coarse = rng.standard_normal(cells).astype(np.float32)
    wrapped = np.concatenate([coarse[:, -2:], coarse, coarse[:, :2]], axis=1)
    step = columns / cells[1]
    wide = cv2.resize(wrapped, (round(step * wrapped.shape[1]), rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wide[:, round(2 * step) : round(2 * step) + columns], np.float32)


def _crypts(rng: np.random.Generator, rows: int, columns: int) -> Floats:
    crypts = np.zeros((rows, columns), np.float32)
    for _ in range(int(rng.integers(8, 18))):
        place = (int(rng.integers(0, columns)), int(rows * rng.uniform(0.58, 0.82)))
        axes = (int(rng.integers(7, 22)), int(rng.integers(6, 15)))
        cv2.ellipse(crypts, place, axes, 0, 0, 360, float(rng.uniform(22, 44)), -1, cv2.LINE_AA)
    return soften(crypts, 2.4)


def _lashes(picture: Floats, rng: np.random.Generator, lids: _Lids) -> None:
    for at in np.linspace(-0.93, 0.93, 58):
        _lash(picture, rng, lids, float(at), upper=True)
    for at in np.linspace(-0.8, 0.8, 34):
        _lash(picture, rng, lids, float(at), upper=False)


def _lash(picture: Floats, rng: np.random.Generator, lids: _Lids, at: float, *, upper: bool) -> None:
    root_x = np.float32(at * _HALF_OPENING + rng.normal(0, 3))
    curve = lids.upper if upper else lids.lower
    root_y = float(curve(np.array([root_x], np.float32))[0])
    length = (rng.uniform(36, 56) if upper else rng.uniform(12, 20)) * (1 - 0.35 * abs(at))
    lean = at * (0.75 if upper else 0.5) + rng.normal(0, 0.1)
    along = np.linspace(0, 1, 9)
    bend = along**2 * length
    rise = (along * 1.25 - 0.45 * along**2) * length * (-0.62 if upper else 0.8)
    points = np.stack([root_x + bend * lean, root_y + rise], axis=1) + np.array(_CENTER)
    for start in range(len(points) - 1):
        thickness = 2 if upper and start < 5 else 1
        a, b = (points[start] * 16).astype(int), (points[start + 1] * 16).astype(int)
        cv2.line(picture, a.tolist(), b.tolist(), 46.0 if upper else 78.0, thickness, cv2.LINE_AA, 4)
