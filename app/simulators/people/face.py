"""Photograph a synthetic face: the painted portrait moved, turned, lit and cut to any size."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.people import canvas, portrait
from app.simulators.people.identity import Person, person

_HEAD_SHARE: Final = 0.62


@dataclass(frozen=True)
class FacePose:
    """How the face stands before the camera.

    `scale` 1 makes the head 62 % of the frame's height; `x` and `y` move it by shares of the frame's height;
    `roll` turns it by degrees; `light` multiplies the brightness; `years` makes the person older (younger, below zero).
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    roll: float = 0.0
    light: float = 1.0
    blur: float = 0.0
    glasses: bool = False
    eyes_closed: bool = False
    years: float = 0.0


@dataclass(frozen=True)
class FaceShot:
    """One frame: 8-bit BGR (or gray) and the pixel places of eyes (x, y) and head (x, y, width, height)."""

    image: NDArray[np.uint8] = field(repr=False)
    left_eye: tuple[int, int]
    right_eye: tuple[int, int]
    box: tuple[int, int, int, int]

    @property
    def eye_distance(self) -> int:
        return round(float(np.hypot(self.left_eye[0] - self.right_eye[0], self.left_eye[1] - self.right_eye[1])))


def face_shot(
    who: Person, *, size: tuple[int, int] = (1280, 720), pose: FacePose | None = None, gray: bool = False
) -> FaceShot:
    """The face in a frame of `size` (width, height) pixels."""
    pose = pose or FacePose()
    matrix = _placing(size, pose)
    scene = _scene(who.number, pose.glasses, pose.eyes_closed, pose.years)
    image = cv2.warpAffine(scene, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _located(who, _develop(image, pose, gray=gray), matrix, pose)


@lru_cache(maxsize=8)
def empty_scene(size: tuple[int, int]) -> NDArray[np.uint8]:
    """The wall nobody stands before, 8-bit BGR."""
    scene = np.asarray(cv2.resize(portrait.wall(), size, interpolation=cv2.INTER_AREA), np.uint8)
    scene.setflags(write=False)
    return scene


def _placing(size: tuple[int, int], pose: FacePose) -> NDArray[np.float64]:
    scale = pose.scale * _HEAD_SHARE * size[1] / canvas.HEAD
    matrix = np.asarray(cv2.getRotationMatrix2D(canvas.CENTER, pose.roll, scale), np.float64)
    matrix[:, 2] += (size[0] / 2 + pose.x * size[1], size[1] * (0.49 + pose.y)) - np.array(canvas.CENTER)
    return matrix


def _develop(image: cv2.typing.MatLike, pose: FacePose, *, gray: bool) -> NDArray[np.uint8]:
    if gray:
        image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if pose.blur > 0:
        image = cv2.GaussianBlur(image, (0, 0), pose.blur)
    if pose.light != 1.0:
        image = cv2.convertScaleAbs(image, alpha=pose.light)
    return np.asarray(image, np.uint8)


def _located(who: Person, image: NDArray[np.uint8], matrix: NDArray[np.float64], pose: FacePose) -> FaceShot:
    left, right = (_moved(matrix, place) for place in portrait.eye_places(who))
    x, y, width, height = portrait.head_box(who)
    scale = float(np.hypot(matrix[0, 0], matrix[0, 1]))
    corner = _moved(matrix, (x, y))
    return FaceShot(image, left, right, (*corner, round(width * scale), round(height * scale)))


def _moved(matrix: NDArray[np.float64], place: tuple[float, float]) -> tuple[int, int]:
    x, y = matrix @ np.array([*place, 1.0])
    return round(float(x)), round(float(y))


@lru_cache(maxsize=24)
def _scene(number: int, glasses: bool, eyes_closed: bool, years: float) -> NDArray[np.uint8]:
    scene = portrait.paint(person(number), glasses=glasses, eyes_closed=eyes_closed, years=years)
    scene.setflags(write=False)
    return scene
