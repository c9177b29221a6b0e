"""Find the faces of a picture: rough places from a cascade, then the eyes' exact centers by measurement."""

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Point = tuple[float, float]

_WORK_SIDES: Final = (640, 960)
_SMALLEST_FACE: Final = 44
_SMALLEST_EYE: Final = 12
_EYE_DISTANCE: Final = 64.0
_EYE_CORRELATION: Final = 0.36
_LONELY_CORRELATION: Final = 0.4
"""Eyes where no face was seen around them."""
_SECOND_CORRELATION: Final = 0.42
"""A further face must look like one a little more: patterns and printed words sometimes do by chance."""
_LEAST_SYMMETRY: Final = 0.6
_REACH: Final = 0.16
_MASK_HALF: Final = (18, 12)
_ONE_AT_A_TIME: Final = threading.Lock()
"""A cascade keeps its work in itself: two threads may not use one together."""


@dataclass(frozen=True)
class FoundFace:
    """The two eyes' centers in the picture's own pixels, the one on the viewer's left first.

    `likeness` 0..1 tells how much the places look like open eyes.
    """

    first_eye: Point = field(repr=False)
    second_eye: Point = field(repr=False)
    likeness: float

    @property
    def eye_distance(self) -> float:
        return float(np.hypot(self.second_eye[0] - self.first_eye[0], self.second_eye[1] - self.first_eye[1]))


def find_faces(picture: Picture) -> tuple[FoundFace, ...]:
    """Every upright face of a BGR picture, the largest first."""
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    found: list[FoundFace] = []
    for side in _WORK_SIDES:
        scale = min(1.0, side / max(gray.shape))
        if not found:
            found = _found(gray, scale)
    return tuple(sorted(_distinct(found), key=lambda face: -face.eye_distance))


def aligned(picture: Picture, first: Point, second: Point, *, eye_distance: float, size: tuple[int, int],
            eye_line: float) -> Picture:  # fmt: skip
    """The face turned upright: eyes `eye_distance` pixels apart, centered, on row `eye_line` of a `size` patch."""
    angle = np.arctan2(second[1] - first[1], second[0] - first[0])
    scale = eye_distance / max(1.0, float(np.hypot(second[0] - first[0], second[1] - first[1])))
    cos, sin = float(np.cos(angle)) * scale, float(np.sin(angle)) * scale
    x, y = (first[0] + second[0]) / 2, (first[1] + second[1]) / 2
    matrix = np.array([[cos, sin, size[0] / 2 - cos * x - sin * y], [-sin, cos, eye_line + sin * x - cos * y]])
    if scale < 0.5:
        blur = 0.5 / scale
        reach = 3.0 / scale * eye_distance
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        part = picture[top : int(y + reach) + 1, left : int(x + reach) + 1]
        matrix[:, 2] += matrix[:, :2] @ (left, top)
        picture = np.asarray(cv2.blur(part, (round(2 * blur) | 1,) * 2), np.uint8)
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=1), np.uint8)


def _found(gray: Picture, scale: float) -> list[FoundFace]:
    small = gray
    if scale < 1.0:
        small = np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    pairs, least = _pairs(small)
    faces = [_refined(small, pair, 1 / scale) for pair in pairs]
    return [face for face in faces if face.likeness >= least]


def _pairs(small: Picture) -> tuple[list[tuple[Point, Point]], float]:
    """Where pairs of eyes may be, and how much they must look like eyes; the surest way first."""
    if faces := _detected("haarcascade_frontalface_alt2", small, 3, _SMALLEST_FACE):
        return [((x + 0.31 * w, y + 0.40 * h), (x + 0.69 * w, y + 0.40 * h)) for x, y, w, h in faces], _EYE_CORRELATION
    for neighbors in (4, 1):
        eyes = _detected("haarcascade_eye", small, neighbors, _SMALLEST_EYE)
        centers = [(x + width / 2, y + height / 2, width) for x, y, width, height in eyes]
        pairs = [(one, two) for one in centers for two in centers if _may_be_pair(one, two)]
        if pairs:
            return [((a[0], a[1]), (b[0], b[1])) for a, b in pairs], _LONELY_CORRELATION
    return [], 1.0


def _detected(name: str, small: Picture, neighbors: int, smallest: int) -> list[tuple[int, int, int, int]]:
    with _ONE_AT_A_TIME:
        boxes = _cascade(name).detectMultiScale(small, 1.12, neighbors, minSize=(smallest, smallest))
    return [(int(x), int(y), int(width), int(height)) for x, y, width, height in boxes]


def _may_be_pair(one: tuple[float, float, float], two: tuple[float, float, float]) -> bool:
    dx, dy = two[0] - one[0], two[1] - one[1]
    if dx <= 0 or abs(dy) > 0.6 * dx or not 1 / 1.6 < one[2] / two[2] < 1.6:
        return False
    return 1.3 < float(np.hypot(dx, dy)) / ((one[2] + two[2]) / 2) < 4.2


def _refined(small: Picture, pair: tuple[Point, Point], grow: float) -> FoundFace:
    first, second = pair
    likeness = 0.0
    for reach in (2 * _REACH, _REACH / 2):
        patch = _around(small, first, second)
        left, right = _eyes_near(patch, reach)
        likeness = min(left[2], right[2])
        first, second = _back(first, second, left), _back(first, second, right)
    if _upside_down(_around(small, first, second), likeness) or _symmetry(small, first, second) < _LEAST_SYMMETRY:
        likeness = 0.0
    return FoundFace((first[0] * grow, first[1] * grow), (second[0] * grow, second[1] * grow), likeness)


def _around(small: Picture, first: Point, second: Point) -> Picture:
    return aligned(small, first, second, eye_distance=_EYE_DISTANCE, size=(160, 97), eye_line=48)


def _eyes_near(patch: Picture, reach: float) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    places = ((80 + side * _EYE_DISTANCE / 2, 48) for side in (-1, 1))
    left, right = (_eye_near(patch, place, reach * _EYE_DISTANCE) for place in places)
    return left, right


def _upside_down(patch: Picture, likeness: float) -> bool:
    """Lids are above eyes: those of a face that stands on its head look more like eyes in a mirror."""
    left, right = _eyes_near(np.asarray(cv2.flip(patch, 0), np.uint8), _REACH)
    return min(left[2], right[2]) > likeness


def _symmetry(small: Picture, first: Point, second: Point) -> float:
    """How much the left half of what would be a face looks like the right one, -1..1."""
    face = aligned(small, first, second, eye_distance=32, size=(97, 97), eye_line=40)
    return float(cv2.matchTemplate(face, np.asarray(cv2.flip(face, 1), np.uint8), cv2.TM_CCOEFF_NORMED)[0, 0])


def _back(first: Point, second: Point, place: tuple[float, float, float]) -> Point:
    """A place of the aligned patch, in the picture it was cut from."""
    dx, dy = (second[0] - first[0]) / _EYE_DISTANCE, (second[1] - first[1]) / _EYE_DISTANCE
    x, y = place[0] - 80, place[1] - 48
    middle = (first[0] + second[0]) / 2, (first[1] + second[1]) / 2
    return middle[0] + x * dx - y * dy, middle[1] + x * dy + y * dx


def _eye_near(patch: Picture, place: Point, reach: float) -> tuple[float, float, float]:
    left, top = (max(0, round(at - reach) - half) for at, half in zip(place, _MASK_HALF, strict=True))
    right, bottom = (round(at + reach) + half + 1 for at, half in zip(place, _MASK_HALF, strict=True))
    area = patch[top:bottom, left:right]
    answers = [cv2.matchTemplate(area, mask, cv2.TM_CCOEFF_NORMED) for mask in _eye_masks()]
    answer = np.max(np.array(answers), axis=0)
    _, best, _, (x, y) = cv2.minMaxLoc(answer)
    dx, dy = _peak(answer[y], x), _peak(answer[:, x], y)
    return left + x + dx + _MASK_HALF[0], top + y + dy + _MASK_HALF[1], float(best)


def _peak(line: NDArray[np.float32], at: int) -> float:
    """The top of the parabola through the best value and its neighbors, relative to the best."""
    if not 0 < at < len(line) - 1:
        return 0.0
    before, best, after = (float(value) for value in line[at - 1 : at + 2])
    bend = before - 2 * best + after
    return 0.0 if bend >= 0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))


def _distinct(faces: list[FoundFace]) -> list[FoundFace]:
    kept: list[FoundFace] = []
    for face in sorted(faces, key=lambda face: -face.likeness):
        if not kept or (face.likeness >= _SECOND_CORRELATION and all(_apart(face, other) for other in kept)):
            kept.append(face)
    return kept


def _apart(one: FoundFace, two: FoundFace) -> bool:
    (ax, ay), (bx, by) = _middle(one), _middle(two)
    return float(np.hypot(ax - bx, ay - by)) > 1.2 * max(one.eye_distance, two.eye_distance)


def _middle(face: FoundFace) -> Point:
    return (face.first_eye[0] + face.second_eye[0]) / 2, (face.first_eye[1] + face.second_eye[1]) / 2


@lru_cache(maxsize=1)
def _eye_masks() -> tuple[Picture, ...]:
    """Eyes as the patch shows them, of dark, fair and dark-eyed fair people."""
    return _eye_mask(100, 220, 120, 75), _eye_mask(170, 225, 110, 55), _eye_mask(190, 215, 70, 40)


def _eye_mask(skin: int, white: int, iris: int, lid: int) -> Picture:
    (x, y), grow = _MASK_HALF, 4
    mask = np.full(((2 * y + 1) * grow, (2 * x + 1) * grow), skin, np.uint8)
    center = (x * grow + grow // 2, y * grow + grow // 2)
    cv2.ellipse(mask, center, (13 * grow, 6 * grow), 0, 0, 360, (white,), -1, cv2.LINE_AA)
    cv2.circle(mask, center, 6 * grow, (iris,), -1, cv2.LINE_AA)
    cv2.circle(mask, center, round(2.5 * grow), (15,), -1, cv2.LINE_AA)
    cv2.ellipse(mask, center, (13 * grow, 7 * grow), 0, 180, 360, (lid,), 2 * grow, cv2.LINE_AA)
    return np.asarray(cv2.resize(mask, None, fx=1 / grow, fy=1 / grow, interpolation=cv2.INTER_AREA), np.uint8)


@lru_cache(maxsize=2)
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"{name}.xml"))
