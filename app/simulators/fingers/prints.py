"""Pictures of synthetic fingers, each with the truth about its minutiae."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.fingers import look as looks
from app.simulators.fingers.finger import TOUCH, Finger, show, stream
from app.simulators.fingers.growth import Image, grow
from app.simulators.fingers.look import Look
from app.simulators.fingers.placement import Conditions, Placement
from app.simulators.fingers.points import Points
from app.simulators.fingers.residues import true_minutiae

Floats = NDArray[np.float64]
_GROWTH, _LOOK, _SKIN = 1 << 30, 1 << 29, 1 << 28  # independent streams of chance under a finger's seed
_STEP = 8  # pixels between the points where the drag of the skin is computed


@dataclass(frozen=True, eq=False)
class Capture:
    """One picture: `image` (height, width) uint8, and the minutiae really in it at 500 dpi, none missed or invented."""

    image: NDArray[np.uint8] = field(repr=False)
    truth: Points = field(repr=False)


class MasterPrint:
    """The ridges of one whole finger pad, grown once (about half a second) and touched as often as wanted.

    `minutiae` is the truth of these ridges, in the shape of `Finger.master`; it differs from `Finger.master`, which is
    laid without an image. Use one of the two for mates, not both.
    """

    def __init__(self, finger: Finger) -> None:
        self.finger = finger
        ridges = grow(finger.field, finger.pad, stream(finger.seed, _GROWTH))
        self.wave: Image = ridges.even
        self.minutiae: Floats = true_minutiae(ridges, finger.field, finger.pad)
        self._pores = _pores(ridges.even, stream(finger.seed, _SKIN))

    def points(self, k: int, conditions: Conditions = Conditions()) -> Points:  # noqa: B008 - frozen
        """The minutiae of touch number `k` as an ordinary extractor would deliver them."""
        rng = stream(self.finger.seed, TOUCH + k)
        return show(self.minutiae, self.finger.placed(rng, conditions), conditions, rng)

    def impression(
        self,
        k: int,
        conditions: Conditions = Conditions(),  # noqa: B008 - frozen
        look: Look = looks.GOOD,
        dpi: float = 500.0,
    ) -> Capture:
        """The picture of touch number `k`; its size is that of `conditions`, scaled from 500 to `dpi`."""
        placement = self.finger.placed(stream(self.finger.seed, TOUCH + k), conditions)
        rng = stream(self.finger.seed, _LOOK + k)
        truth = show(self.minutiae, placement, _exact(conditions), rng)
        dark = self._touch(placement, conditions, look, rng, dpi)
        if look.latent:
            other = self.finger.placed(stream(self.finger.seed, TOUCH + k + 7919), conditions)
            earlier = self._touch(other, conditions, Look(moisture=-0.2), rng, dpi)
            dark = np.maximum(dark, look.latent * earlier)
        dark = np.maximum(dark, looks.specks(_shape(conditions, dpi), look.dirt, rng)) if look.dirt else dark
        dark = looks.swept(dark, look.wander * dpi / 500, rng) if look.wander else dark
        return Capture(looks.expose(dark, look, rng), truth)

    def _touch(
        self, placement: Placement, conditions: Conditions, look: Look, rng: np.random.Generator, dpi: float
    ) -> Image:
        x, y = _pad_positions(placement, conditions, dpi)
        wave = self._sampled(self.wave, x, y)
        dark = looks.ink(wave, self._sampled(self._pores, x, y), look, rng)
        if look.creases:
            creases = looks.lines(self.wave.shape, look.creases, 5, stream(self.finger.seed, _SKIN + 1))
            dark *= 1 - self._sampled(creases, x, y)
        if look.scratches:
            dark *= 1 - looks.lines(wave.shape, look.scratches, 2, rng)
        middle_x, middle_y, wide, high = placement.contact.tolist()
        radius = np.sqrt(((x - middle_x) / wide) ** 2 + ((y - middle_y) / high) ** 2)
        return looks.smeared(dark * looks.contact(radius, rng), look, rng)

    def _sampled(self, image: Image, x: Image, y: Image) -> Image:
        height, width = image.shape
        at = x + np.float32(width / 2 - 0.5), y + np.float32(height / 2 - 0.5)
        return np.asarray(cv2.remap(image, *at, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT), np.float32)


def _exact(conditions: Conditions) -> Conditions:
    return Conditions(
        conditions.width, conditions.height, missing=0, spurious=0, jitter=0, jitter_angle=0, confused=0, limit=999
    )


def _shape(conditions: Conditions, dpi: float) -> tuple[int, int]:
    return round(conditions.height * dpi / 500), round(conditions.width * dpi / 500)


def _pad_positions(placement: Placement, conditions: Conditions, dpi: float) -> tuple[Image, Image]:
    """Pad coordinates of every pixel of the picture."""
    height, width = _shape(conditions, dpi)
    rows, columns = height // _STEP + 2, width // _STEP + 2
    u, v = np.meshgrid((np.arange(columns) * _STEP + 0.5) * 500 / dpi, (np.arange(rows) * _STEP + 0.5) * 500 / dpi)
    x, y = placement.to_pad(u.ravel(), v.ravel())
    across, down = np.meshgrid(np.arange(width, dtype=np.float32) / _STEP, np.arange(height, dtype=np.float32) / _STEP)
    coarse = (part.reshape(u.shape).astype(np.float32) for part in (x, y))
    spread = [np.asarray(cv2.remap(part, across, down, cv2.INTER_LINEAR), np.float32) for part in coarse]
    return spread[0], spread[1]


def _pores(wave: Image, rng: np.random.Generator) -> Image:
    """Sweat pores: light dots on the crests, about one ridge period apart along a ridge."""
    rows, columns = (rng.integers(2, extent - 2, wave.size // 50) for extent in wave.shape)
    crest = wave[rows, columns] > 0.93 * np.maximum.reduce([wave[rows + d, columns + e] for d, e in _AROUND])
    crest &= wave[rows, columns] > 0.5
    dots = np.zeros_like(wave)
    dots[rows[crest], columns[crest]] = rng.uniform(2, 7, int(crest.sum()))
    return np.asarray(cv2.GaussianBlur(dots, (0, 0), 0.9), np.float32)


_AROUND = ((-2, 0), (2, 0), (0, -2), (0, 2))
