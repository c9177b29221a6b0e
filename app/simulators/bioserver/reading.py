"""Read one received picture: decode it, find the one face it must show, and judge how good that is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from app.simulators.bioserver.finding import FoundFace, Picture, Point, aligned, find_faces
from app.simulators.bioserver.recognition import Features, measure
from app.simulators.bioserver.wire import Refused

_TURNS: Final = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
_LEAST_EYE_DISTANCE: Final = 60.0
_HOPELESS_EYE_DISTANCE: Final = 30.0
_JUDGED_EYE_DISTANCE: Final = 96.0


@dataclass(frozen=True)
class Reading:
    """What a picture told: the eyes in its own pixels as received, the quality and the identity's features.

    Quality: above 100 good, 0 to 100 poor, below 0 send another. Without a face there is nothing but quality -1.
    """

    quality: int
    eyes: tuple[Point, Point] | None = field(default=None, repr=False)
    features: Features | None = field(default=None, repr=False)


def decode(image: bytes) -> Picture:
    """The picture as it lies in the file: an EXIF orientation is not applied. Refused: the bytes are no picture."""
    try:
        picture = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        picture = None
    if picture is None:
        raise Refused(
            400, "morpho.rt.Exception: An operation has failed with error code=8 (Buffer has an unknown format)"
        )
    return np.asarray(picture, np.uint8)


@lru_cache(maxsize=24)
def read(image: bytes, *, turning: bool = False) -> Reading:
    """Find and measure the face; with `turning` in any of four orientations. Refused: several faces, or no picture.

    Pictures just read are remembered: a benchmark then measures its client and not this server.
    """
    picture = decode(image)
    for turn, upright in _turned(picture, turning):
        faces = find_faces(upright)
        if len(faces) > 1:
            raise Refused(400, "morpho.rt.Exception: An operation has failed with error code=21 (More than one face)")
        if faces:
            face = faces[0]
            eyes = tuple(_as_received(eye, turn, picture) for eye in (face.first_eye, face.second_eye))
            return Reading(quality_of(upright, face), (eyes[0], eyes[1]), measure(upright, face))
    return Reading(quality=-1)


def quality_of(picture: Picture, face: FoundFace) -> int:
    """Sharpness, exposure and the distance of the eyes, each able to spoil it alone; open eyes in light make 300."""
    patch = aligned(
        picture, face.first_eye, face.second_eye, eye_distance=_JUDGED_EYE_DISTANCE, size=(192, 224), eye_line=80
    )
    gray = np.asarray(cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY), np.float64)
    share = min(_sharpness(gray), _exposure(gray), _size(face.eye_distance), 1.0, face.likeness / 0.5)
    return round(320 * share) if share >= 0 else round(100 * share)


def _sharpness(gray: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    edges = cv2.Laplacian(cv2.GaussianBlur(gray, (0, 0), 1.0), cv2.CV_64F)
    return _between(float(edges[40:120].std()), 1.0, 5.0)


def _exposure(gray: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    skin = float(np.percentile(gray[60:180, 40:150], 75))
    return min(_between(skin, 18.0, 60.0), _between(-skin, -254.0, -246.0))


def _size(eye_distance: float) -> float:
    share = _between(eye_distance, _HOPELESS_EYE_DISTANCE, _LEAST_EYE_DISTANCE)
    return share if eye_distance >= _LEAST_EYE_DISTANCE else min(share, 0.3)


def _between(value: float, bad: float, good: float) -> float:
    """-1..1: 1 from `good` on, 0 at `bad`, below 0 beyond it."""
    return float(np.clip((value - bad) / (good - bad), -1.0, 1.0))


def _turned(picture: Picture, turning: bool) -> Iterator[tuple[int | None, Picture]]:
    yield None, picture
    for turn in _TURNS[1:] if turning else ():
        assert turn is not None
        yield turn, np.asarray(cv2.rotate(picture, turn), np.uint8)


def _as_received(eye: Point, turn: int | None, picture: Picture) -> Point:
    (x, y), (height, width) = eye, picture.shape[:2]
    if turn == cv2.ROTATE_90_CLOCKWISE:
        return y, height - 1 - x
    if turn == cv2.ROTATE_90_COUNTERCLOCKWISE:
        return width - 1 - y, x
    return (width - 1 - x, height - 1 - y) if turn == cv2.ROTATE_180 else (x, y)
