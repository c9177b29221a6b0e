"""Finds faces and eyes with OpenCV's cascades: good enough to refuse a picture without one face, not to compare any."""

import threading
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.domain.document import Eyes
from app.domain.errors import MatchingUnavailable

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]

LOOKED_AT_PX = 640
SMALLEST_SHARE = 0.4
"""A second face counts from this share of the largest one's width: ghost pictures on a card are smaller."""
_FACES = ("haarcascade_frontalface_alt2.xml", "haarcascade_frontalface_alt.xml", "haarcascade_frontalface_default.xml")
_EYES = ("haarcascade_eye.xml", "haarcascade_eye_tree_eyeglasses.xml")
_USUAL_EYES = (0.31, 0.41, 0.70, 0.41)
"""Where eyes are in a face's box, as shares of its sides."""
_gate = threading.Lock()


@dataclass(frozen=True)
class Found:
    """A face: its box and eyes in pixels; `eyes_seen` false when they are where eyes usually are."""

    box: Box
    eyes: Eyes = field(repr=False)
    eyes_seen: bool


def faces_in(picture: Picture) -> tuple[Found, ...]:
    """The faces of a BGR picture, largest first. On a worker thread: 50 to 200 ms."""
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    shrink = min(1.0, LOOKED_AT_PX / max(gray.shape))
    small = np.asarray(cv2.resize(gray, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    with _gate:  # a cascade keeps its state in itself
        boxes = _boxes(small)
        found = [_found(small, box, 1 / shrink) for box in boxes]
    return tuple(found)


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    found = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / name))
    if found.empty():  # a package that lost the files OpenCV ships
        raise MatchingUnavailable(what="face-files")
    return found


def _boxes(gray: Picture) -> list[Box]:
    """From the first cascade and lighting that finds any, so that a face is not counted twice."""
    least = max(24, min(gray.shape) // 8)
    for view in (cv2.equalizeHist(gray), gray, cv2.createCLAHE(3.0, (8, 8)).apply(gray)):
        for name in _FACES:
            hits = _cascade(name).detectMultiScale(view, 1.1, 4, minSize=(least, least))
            boxes = sorted(((int(x), int(y), int(w), int(h)) for x, y, w, h in hits), key=lambda box: -box[2])
            if boxes:
                return [box for box in boxes if box[2] >= SMALLEST_SHARE * boxes[0][2]]
    return []


def _found(gray: Picture, box: Box, grow: float) -> Found:
    eyes, seen = _eyes(gray, box)
    scaled = (round(box[0] * grow), round(box[1] * grow), round(box[2] * grow), round(box[3] * grow))
    return Found(scaled, Eyes(*(value * grow for value in eyes)), seen)


def _eyes(gray: Picture, box: Box) -> tuple[tuple[float, float, float, float], bool]:
    x, y, width, height = box
    upper = gray[y : y + int(height * 0.65), x : x + width]
    for name in _EYES:
        hits = _cascade(name).detectMultiScale(upper, 1.05, 3, minSize=(max(8, width // 8), max(8, width // 8)))
        centers = [(int(ex) + int(ew) / 2, int(ey) + int(eh) / 2) for ex, ey, ew, eh in hits]
        pair = _pair(centers, width)
        if pair is not None:
            (ax, ay), (bx, by) = pair
            return (x + ax, y + ay, x + bx, y + by), True
    left, top, right, bottom = _USUAL_EYES
    return (x + left * width, y + top * height, x + right * width, y + bottom * height), False


def _pair(centers: list[tuple[float, float]], width: int) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The two that lie as eyes do: side by side, a third to a half of the face's width apart."""
    pairs = [tuple(sorted(two)) for two in combinations(centers, 2)]
    fit = [(a, b) for a, b in pairs if 0.28 * width <= b[0] - a[0] <= 0.58 * width and abs(b[1] - a[1]) <= 0.12 * width]
    return min(fit, key=lambda two: abs(two[1][1] - two[0][1])) if fit else None
