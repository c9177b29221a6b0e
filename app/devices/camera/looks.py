"""What a camera's picture shows of a face: its place, size, sharpness, light and tilt. On the camera's thread."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from app.devices.camera.grabber import Pixels

LOOK_WIDTH = 480
"""Pictures are shrunk to this width before the search: about 25 ms, and faces too far away are still found."""
TURNED_WIDTH = 288
TURNED_DEG = 25.0
"""The search finds heads tilted by up to 15 degrees; a lost one is looked for once to either side."""
CLOSE_UP = 256
"""Faces are measured at this width, so that figures of near and far ones compare."""
EYES_BELOW = 0.65
CLIPPED = 250

Gray = cv2.typing.MatLike
Place = tuple[float, float]


@dataclass(frozen=True)
class Face:
    """The largest face. Center in shares of the picture's height from its middle, right and down positive; width in
    pixels; `sharp` as the check before sending measures it; `light` the median gray, 0 to 255; `clipped` the share
    without any drawing; `tilt` in degrees, None when the eyes were not seen.
    """

    x: float
    y: float
    width: float
    sharp: float
    light: float
    clipped: float
    tilt: float | None


class Looker:
    """Finds the face; keeps OpenCV's cascades, which may be used by one thread only."""

    @cached_property
    def _faces(self) -> cv2.CascadeClassifier:
        return _cascade("haarcascade_frontalface_alt.xml")

    @cached_property
    def _eyes(self) -> tuple[cv2.CascadeClassifier, ...]:
        return _cascade("haarcascade_eye.xml"), _cascade("haarcascade_eye_tree_eyeglasses.xml")

    def face(self, picture: Pixels) -> Face | None:
        """The largest face of a BGR picture."""
        scale = min(1.0, LOOK_WIDTH / picture.shape[1])
        found = self._largest(cv2.cvtColor(_small(picture, scale), cv2.COLOR_BGR2GRAY))
        if found is None:
            return None
        x, y, side = (round(value / scale) for value in found)
        near = _close_up(picture[y : y + side, x : x + side])
        high, wide = picture.shape[:2]
        middle = (x + side / 2 - wide / 2) / high, (y + side / 2 - high / 2) / high
        clipped = float(np.mean(near > CLIPPED))
        return Face(*middle, side, _sharpness(near), float(np.median(near)), clipped, self._tilt(near))

    def tilted_away(self, picture: Pixels) -> bool:
        """Whether a face that `face` did not find is there when the picture is turned to either side."""
        gray = cv2.cvtColor(_small(picture, min(1.0, TURNED_WIDTH / picture.shape[1])), cv2.COLOR_BGR2GRAY)
        return any(self._largest(_turned(gray, angle), sure=4) for angle in (TURNED_DEG, -TURNED_DEG))

    def _largest(self, gray: Gray, sure: int = 2) -> tuple[int, int, int] | None:
        found = self._faces.detectMultiScale(gray, scaleFactor=1.1, minNeighbors=sure, minSize=(24, 24))
        boxes = [(int(x), int(y), int(side)) for x, y, side, _ in found]
        return max(boxes, key=lambda box: box[2], default=None)

    def _tilt(self, near: Gray) -> float | None:
        wide = near.shape[1]
        upper, least = near[: round(wide * EYES_BELOW)], max(8, wide // 8)
        for cascade in self._eyes:
            hits = cascade.detectMultiScale(upper, 1.1, 3, minSize=(least, least))
            pair = _pair([(x + w / 2, y + h / 2) for x, y, w, h in hits], wide)
            if pair is not None:
                (ax, ay), (bx, by) = pair
                return math.degrees(math.atan2(by - ay, bx - ax))
        return None


def brightness(picture: Pixels) -> float:
    """Median gray of the whole picture, 0 to 255; every eighth row and column is enough."""
    return float(np.median(cv2.cvtColor(np.ascontiguousarray(picture[::8, ::8]), cv2.COLOR_BGR2GRAY)))


def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / name))


def _small(picture: Gray, scale: float) -> Gray:
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _close_up(face: Pixels) -> Gray:
    gray = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY)
    return _small(gray, min(1.0, CLOSE_UP / max(gray.shape)))


def _sharpness(near: Gray) -> float:
    return float(np.percentile(np.abs(cv2.Laplacian(near, cv2.CV_32F)), 99))


def _turned(gray: Gray, angle: float) -> Gray:
    high, wide = gray.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    return cv2.warpAffine(gray, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE)


def _pair(eyes: list[Place], wide: int) -> tuple[Place, Place] | None:
    """One in each half, a third to half of the face apart; the most level ones, as brows are mistaken for eyes."""
    lefts, rights = [eye for eye in eyes if eye[0] < wide / 2], [eye for eye in eyes if eye[0] >= wide / 2]
    fit = [
        (left, right)
        for left, right in product(lefts, rights)
        if 0.28 * wide <= right[0] - left[0] <= 0.55 * wide and abs(right[1] - left[1]) <= 0.2 * wide
    ]
    return min(fit, key=lambda two: abs(two[1][1] - two[0][1]), default=None)
