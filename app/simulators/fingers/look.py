"""What a sensor makes of the ridges it is given: ink, pores, dryness, dirt, light."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """Skin and sensor of one capture; the defaults are a good optical reader and a healthy finger.

    moisture    -1 bone dry (thin, broken ridges) .. 0 .. 1 dripping (merged ridges)
    background  grey level of the empty platen
    ridge       grey level of a fully pressed ridge
    noise       standard deviation of the pixel noise, grey levels
    blur        standard deviation of the optics, pixels at 500 dpi
    pores       0..1 visibility of sweat pores
    scratches   thin light lines of this touch
    creases     wide light lines that belong to the finger
    smudge      0..1 share of the contact that slid
    latent      0..1 darkness of an earlier touch left on the platen
    uneven      0..1 uneven pressure and light
    spotty      0..1 share of the contact that does not touch
    dotted      0..1 ridges broken into rows of dots, as dry skin shows on touch sensors
    stripes     gray levels by which the sensor's own lines differ
    wander      pixels by which a sweep misplaces its lines
    dirt        specks on the platen
    frame       true: the dark edge of the prism shows
    inverted    true: light ridges on black
    """

    moisture: float = 0.0
    background: float = 253.0
    ridge: float = 45.0
    noise: float = 4.0
    blur: float = 0.6
    pores: float = 0.5
    scratches: int = 0
    creases: int = 0
    smudge: float = 0.0
    latent: float = 0.0
    uneven: float = 0.25
    spotty: float = 0.0
    dotted: float = 0.0
    stripes: float = 0.0
    wander: float = 0.0
    dirt: int = 0
    frame: bool = False
    inverted: bool = False


GOOD = Look()
DRY = Look(moisture=-0.75, noise=6, uneven=0.5)
WET = Look(moisture=0.7, ridge=30, uneven=0.4, pores=0)
FAINT = Look(ridge=205, noise=5, uneven=0.9, background=245, moisture=-0.25)
SMUDGED = Look(smudge=0.6, moisture=0.3, uneven=0.4)
CREASED = Look(creases=5, scratches=4, moisture=-0.1)
LATENT = Look(latent=0.5, moisture=0.1, dirt=15)
DIRTY = Look(dirt=60, frame=True, uneven=0.6, background=215, noise=8)
AGED = Look(moisture=-0.5, scratches=30, creases=5, uneven=1.5, noise=8, spotty=0.35)
PATCHY = Look(uneven=2.5, noise=6, spotty=0.2)
SOAKED = Look(moisture=0.95, uneven=1.4, noise=6, ridge=20, pores=0, blur=1.3)
PARCHED = Look(moisture=-0.95, uneven=1.2, noise=8, ridge=185, background=235, spotty=0.45)
GRAINY = Look(uneven=1.2, noise=28, ridge=90, blur=0.9, spotty=0.25)
UGLY = (DRY, WET, FAINT, SMUDGED, CREASED, LATENT, DIRTY)
DREADFUL = (AGED, PATCHY, SOAKED, PARCHED, GRAINY)


def ink(wave: Image, pores: Image, look: Look, rng: np.random.Generator) -> Image:
    """Darkness 0..1 of the ridge wave (-1..1) under a look: thick when wet, thin and broken when dry."""
    press = cloud(rng, wave.shape, 90) * 0.45 * look.uneven + cloud(rng, wave.shape, 7) * 0.2
    level = wave + press + 0.85 * look.moisture
    grain = blurred(rng.standard_normal(wave.shape, dtype=np.float32), 1.1) * 2.0
    level -= np.abs(grain) * max(0.05, -0.85 * look.moisture)
    level -= pores * (1.6 * look.pores)
    if look.dotted:
        level -= look.dotted * (0.5 + 1.1 * cloud(rng, wave.shape, 4.5))
    dark = sigmoid(5.0 * level)
    return dark * sigmoid((cloud(rng, wave.shape, 13) + 2.4 - 2.4 * look.spotty) * 6) if look.spotty else dark


def contact(radius: Image, rng: np.random.Generator) -> Image:
    """How firmly each pixel touches, 0..1; `radius` is 1 on the rim of the contact."""
    rim = radius + 0.05 * cloud(rng, radius.shape, 40) + 0.02 * cloud(rng, radius.shape, 12)
    return sigmoid((0.97 - rim) * 45.0)


def smeared(dark: Image, look: Look, rng: np.random.Generator) -> Image:
    """The part of the contact that slid is drawn out in one direction."""
    if not look.smudge:
        return dark
    length, heading = int(rng.integers(13, 27)), rng.uniform(0, math.pi)
    kernel = np.zeros((length, length), np.float32)
    middle = length // 2
    dx, dy = round(middle * math.cos(heading)), round(middle * math.sin(heading))
    cv2.line(kernel, (middle - dx, middle - dy), (middle + dx, middle + dy), 1.0)
    drawn_out = cv2.filter2D(dark, -1, kernel / kernel.sum())
    share = sigmoid((cloud(rng, dark.shape, 110) + 2.2 * look.smudge - 1.3) * 8)
    return np.asarray(dark + share * (np.minimum(1, drawn_out * 1.25) - dark), np.float32)


def lines(shape: tuple[int, int], number: int, width: float, rng: np.random.Generator) -> Image:
    """Strokes across the print, 0..1."""
    drawn = np.zeros(shape, np.uint8)
    for _ in range(number):
        at, heading = rng.random(2) * (shape[1], shape[0]), rng.uniform(0, math.pi)
        reach = rng.uniform(0.2, 0.7) * max(shape)
        step = np.array([math.cos(heading), math.sin(heading)]) * reach / 2
        bend = np.array([-step[1], step[0]]) * rng.normal(0, 0.08)
        points = np.rint([at - step, at + bend, at + step]).astype(np.int32)
        cv2.polylines(drawn, [points.reshape(-1, 1, 2)], False, 255, max(1, round(width * rng.uniform(0.7, 1.4))))
    return blurred((drawn / np.float32(255)).astype(np.float32), 0.8)


def expose(dark: Image, look: Look, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Grey levels of the darkness that the platen shows."""
    shade = np.tanh(cloud(rng, dark.shape, 260)) + np.float32(1)
    light = look.background * (1 - 0.1 * look.uneven * shade)
    darkest = look.ridge / look.background
    shaded = light * (1 - (1 - darkest) * np.minimum(dark, 1))
    grey = blurred(shaded.astype(np.float32), look.blur)
    if look.stripes:
        grey += look.stripes * _lines_of_its_own(grey.shape, rng)
    if look.frame:
        _frame(grey, rng)
    grain = rng.standard_normal(dark.shape, dtype=np.float32) * (0.35 + 0.65 * np.minimum(dark, 1))
    grey += np.float32(look.noise) * grain
    shown = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return 255 - shown if look.inverted else shown


def specks(shape: tuple[int, int], number: int, rng: np.random.Generator) -> Image:
    """Dust and grease on the platen, 0..1."""
    drawn = np.zeros(shape, np.float32)
    for _ in range(number):
        x, y = (rng.random(2) * (shape[1], shape[0])).astype(int).tolist()
        cv2.circle(drawn, (x, y), int(rng.integers(1, 4)), float(rng.uniform(0.2, 0.8)), -1)
    return blurred(drawn, 0.9)


def swept(dark: Image, wander: float, rng: np.random.Generator) -> Image:
    """The picture as a sweep puts it together: stretched here, pressed there, each strip a little aside."""
    height, width = dark.shape
    lines = np.arange(height, dtype=np.float32)
    down = lines + wander * cloud(rng, (height, 4), 60)[:, 0]
    strips = rng.normal(0, 0.1 * wander, height // 8 + 1).astype(np.float32)
    aside = 0.5 * wander * cloud(rng, (height, 4), 50)[:, 0] + np.repeat(strips, 8)[:height]
    x = np.arange(width, dtype=np.float32) + aside[:, None]
    y = np.broadcast_to(down[:, None], dark.shape).astype(np.float32)
    return np.asarray(cv2.remap(dark, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.float32)


def _lines_of_its_own(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """What a row of sensor cells writes whether a finger is there or not, of unit deviation."""
    columns, rows = (rng.standard_normal(extent, dtype=np.float32) for extent in shape[::-1])
    return np.asarray((columns[None] + rows[:, None]) * np.float32(0.7), np.float32)


def _frame(grey: Image, rng: np.random.Generator) -> None:
    width = int(rng.integers(3, 9))
    grey[:, :width] = 60
    grey[-width:, :] = 90


def cloud(rng: np.random.Generator, shape: tuple[int, int], size: float) -> Image:
    """Smooth noise of unit deviation whose lumps are about `size` pixels."""
    rows, columns = (max(4, int(extent / size) + 3) for extent in shape)
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def blurred(image: Image, deviation: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), deviation), np.float32) if deviation else image


def sigmoid(value: Image) -> Image:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * value), np.float32)  # the form that cannot overflow
