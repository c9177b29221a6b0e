"""Faces as the terminal handles them: the photo it takes, and its judgment of one it is given (facts, section 7)."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.controlid.wire import Document
from app.simulators.people import FacePose, Person, face_shot

MOST_BYTES: Final = 2_000_000
_SMALLEST, _LARGEST = 160, 1920
_WORK_HEIGHT = 640
_ALIKE = 9.5  # mean difference of two heads' colors, 0..255; photos of one person stay below
_SKIN = ((30, 133, 77), (255, 180, 135))
MESSAGES: Final = {
    1: "Invalid parameters or image file",
    2: "Face not detected",
    3: "Face exists",
    4: "Face not centered",
    5: "Face too distant",
    6: "Face too close",
    7: "Face pose not centered",
    8: "Low sharpness",
    9: "Face too close to image borders",
}


@dataclass(frozen=True)
class Judgment:
    """What the terminal thinks of a photo; `head` is what it recognizes people by, None without a face."""

    scores: dict[str, int]
    codes: tuple[int, ...]
    head: NDArray[np.float32] | None = field(repr=False)


@lru_cache(maxsize=32)
def photo(who: Person, size: tuple[int, int], pose: FacePose | None = None) -> bytes:
    """A JPEG of this person, `size` (width, height)."""
    shot = face_shot(who, size=size, pose=pose)
    done, data = cv2.imencode(".jpg", shot.image, (cv2.IMWRITE_JPEG_QUALITY, 90))
    assert done
    return data.tobytes()


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of an image file; zeros when it is none."""
    image = _decoded(data)
    return (0, 0) if image is None else (image.shape[1], image.shape[0])


@lru_cache(maxsize=64)
def judge(data: bytes) -> Judgment:
    """Scores and error codes of a photo."""
    image = _decoded(data)
    if image is None or len(data) >= MOST_BYTES or not _SMALLEST <= min(image.shape[:2]) <= _LARGEST:
        return Judgment({}, (1,), None)
    if max(image.shape[:2]) > _LARGEST:
        return Judgment({}, (1,), None)
    scale = _WORK_HEIGHT / image.shape[0]
    small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    box = _head(small)
    if box is None:
        return Judgment({}, (2,), None)
    scores = _scores(small, box)
    return Judgment(scores, _codes(scores, box, small.shape[1]), _portrait(small, box))


def alike(one: Judgment, other: Judgment) -> bool:
    """Whether both show one person."""
    if one.head is None or other.head is None:
        return False
    return float(np.abs(one.head - other.head).mean()) < _ALIKE


def report(judgment: Judgment, match_user_id: int | None = None) -> Document:
    """`success`, `scores` and `errors` as the terminal answers them; a match with another user is an error."""
    errors: list[Document] = [{"code": code, "message": MESSAGES[code]} for code in judgment.codes]
    if match_user_id is not None:
        errors.append({"code": 3, "message": MESSAGES[3], "info": {"match_user_id": match_user_id}})
    return {"success": not errors, "scores": judgment.scores, "errors": errors}


def _decoded(data: bytes) -> NDArray[np.uint8] | None:
    if not data.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return None
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return None if image is None else np.asarray(image, np.uint8)


def _head(image: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """Left, top, width, height of the head: the upper part of the largest patch of skin."""
    mask = cv2.inRange(cv2.cvtColor(image, cv2.COLOR_BGR2YCrCb), *_SKIN)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    _left, top, _width, height, area = (int(part) for part in stats[largest])
    if area < 0.004 * mask.size:
        return None
    rows = np.flatnonzero((labels[top : top + max(1, int(height * 0.45))] == largest).any(axis=1)) + top
    spans = [np.flatnonzero(labels[row] == largest)[[0, -1]] for row in rows]
    left, right = (int(np.median([span[end] for span in spans])) for end in (0, 1))
    width = max(1, right - left)
    return left, top, width, min(image.shape[0] - top, round(1.3 * width))


def _scores(image: NDArray[np.uint8], box: tuple[int, int, int, int]) -> dict[str, int]:
    left, top, width, height = box
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[top : top + height, left : left + width]
    middle = left + width / 2 - image.shape[1] / 2
    return {
        "bounds_width": round(1000 * width / image.shape[1]),
        "horizontal_center_offset": round(4000 * middle / image.shape[1]),
        "vertical_center_offset": round(2000 * (top + height / 2 - image.shape[0] / 2) / image.shape[0]),
        "center_pose_quality": round(2 * float(cv2.absdiff(gray, cv2.flip(gray, 1)).mean())),
        "sharpness_quality": min(1000, round(9 * float(cv2.Laplacian(gray, cv2.CV_64F).var()))),
    }


def _codes(scores: dict[str, int], box: tuple[int, int, int, int], wide: int) -> tuple[int, ...]:
    offsets = max(abs(scores["horizontal_center_offset"]), abs(scores["vertical_center_offset"]))
    tests = {
        4: offsets > 1000,
        5: scores["bounds_width"] < 60,
        6: scores["bounds_width"] > 800,
        7: scores["center_pose_quality"] > 400,
        8: scores["sharpness_quality"] < 450,
        9: box[0] <= 1 or box[0] + box[2] >= wide - 2,
    }
    return tuple(code for code, wrong in tests.items() if wrong)


def _portrait(image: NDArray[np.uint8], box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    left, top, width, height = box
    head = image[top : top + height, left : left + width]
    return np.asarray(cv2.resize(head, (12, 12), interpolation=cv2.INTER_AREA), np.float32)
