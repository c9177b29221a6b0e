"""Looks at a picture before any byte leaves: readable, upright, one face, eyes far enough apart, sharp, well lit.

Everything runs on a worker thread; the loop's thread only waits. What comes back is exactly what will be sent: a JPEG
without the camera's notes (place, owner), its digest, and what was found in it.
"""

import asyncio
import hashlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.bioserver import jpeg
from app.bioserver.faces import Found, faces_in
from app.domain.document import (
    CheckedPicture,
    Eyes,
    PictureAdvice,
    PictureFinding,
    PictureKind,
    PictureReason,
)

Picture = NDArray[np.uint8]
Reason, Advice = PictureReason, PictureAdvice

EYES_PX = 60
JPEG_QUALITY = 80
SENT_QUALITY = 95


@dataclass(frozen=True)
class Limits:
    """What a picture must be; sizes in pixels and bytes, brightness 0 to 255, sharpness relative to the face's size."""

    eyes_px: float = EYES_PX
    jpeg_quality: int = JPEG_QUALITY
    longest_side: int = 2000
    largest_bytes: int = 4_000_000
    largest_file: int = 60_000_000
    sharpness: float = 12.0
    darkest: float = 45.0
    brightest: float = 232.0


class Preflight:
    """The PictureCheck port."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    async def check(self, data: bytes, kind: PictureKind) -> CheckedPicture:
        """What would be sent and what is wrong with it; never raises for a bad picture."""
        return await asyncio.to_thread(examine, data, kind, self._limits)


def examine(data: bytes, kind: PictureKind, limits: Limits) -> CheckedPicture:
    """The check itself; on a worker thread: takes some 100 ms for 12 megapixels."""
    if len(data) > limits.largest_file:
        return _refused(kind, Reason.TOO_MANY_BYTES)
    picture = _upright(data)
    if picture is None:
        return _refused(kind, Reason.UNREADABLE)
    found = faces_in(picture)
    findings = [*_quality_findings(data, limits), *_face_findings(found, limits)]
    sharp, light = _sharpness(picture, found), _brightness(picture, found)
    findings += _look_findings(sharp, light, limits)
    image, factor = _to_send(data, picture, found[0].eyes if found else None, limits)
    if len(image) > limits.largest_bytes:
        findings.append(
            PictureFinding(Reason.TOO_MANY_BYTES, Advice.OTHER_FILE, True, len(image), limits.largest_bytes)
        )
    height, width = (round(side * factor) for side in picture.shape[:2])
    eyes = _scaled(found[0].eyes, factor) if found else None
    digest = hashlib.sha256(image).hexdigest()
    return CheckedPicture(
        kind, image, jpeg.MEDIA_TYPE, width, height, digest, eyes, tuple(findings), sharp, light, factor != 1.0
    )


def _refused(kind: PictureKind, reason: PictureReason) -> CheckedPicture:
    return CheckedPicture(kind, findings=(PictureFinding(reason, Advice.OTHER_FILE),))


def _upright(data: bytes) -> Picture | None:
    """Decoded as it is to be seen: OpenCV applies the EXIF orientation."""
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error:
        return None
    if found is None or min(found.shape[:2]) < 16:
        return None
    return np.asarray(found, np.uint8)


def _quality_findings(data: bytes, limits: Limits) -> list[PictureFinding]:
    quality = jpeg.quality(data)
    if quality is None or quality >= limits.jpeg_quality:
        return []
    return [PictureFinding(Reason.LOW_JPEG_QUALITY, Advice.ORIGINAL_PHOTO, True, quality, limits.jpeg_quality)]


def _face_findings(found: tuple[Found, ...], limits: Limits) -> list[PictureFinding]:
    if not found:
        return [PictureFinding(Reason.NO_FACE, Advice.FACE_THE_CAMERA)]
    findings = []
    if len(found) > 1:
        findings.append(PictureFinding(Reason.SEVERAL_FACES, Advice.ONE_PERSON, True, len(found), 1))
    if not found[0].eyes_seen:
        findings.append(PictureFinding(Reason.EYES_NOT_FOUND, Advice.OPEN_EYES, False))
    distance = found[0].eyes.distance
    if distance < limits.eyes_px:
        findings.append(
            PictureFinding(Reason.EYES_TOO_CLOSE, Advice.COME_CLOSER, True, round(distance), limits.eyes_px)
        )
    return findings


def _look_findings(sharp: float, light: float, limits: Limits) -> list[PictureFinding]:
    findings = []
    if sharp < limits.sharpness:
        findings.append(PictureFinding(Reason.BLURRED, Advice.HOLD_STILL, True, round(sharp, 1), limits.sharpness))
    if light < limits.darkest:
        findings.append(PictureFinding(Reason.TOO_DARK, Advice.MORE_LIGHT, True, round(light), limits.darkest))
    if light > limits.brightest:
        findings.append(PictureFinding(Reason.TOO_BRIGHT, Advice.LESS_LIGHT, True, round(light), limits.brightest))
    return findings


def _face_area(picture: Picture, found: tuple[Found, ...]) -> Picture:
    """The face scaled to one size, in gray, so that figures of near and far faces compare."""
    if found:
        x, y, width, height = found[0].box
        picture = picture[y : y + height, x : x + width]
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    shrink = min(1.0, 256 / max(gray.shape))
    return np.asarray(cv2.resize(gray, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)


def _sharpness(picture: Picture, found: tuple[Found, ...]) -> float:
    """The strongest edges of the face (99th percentile of the Laplacian), 0 for none."""
    edges = np.abs(cv2.Laplacian(_face_area(picture, found), cv2.CV_32F))
    return float(np.percentile(edges, 99))


def _brightness(picture: Picture, found: tuple[Found, ...]) -> float:
    """The face's median gray, 0 to 255."""
    return float(np.median(_face_area(picture, found)))


def _to_send(data: bytes, picture: Picture, eyes: Eyes | None, limits: Limits) -> tuple[bytes, float]:
    """The bytes to send and by how much the picture was made smaller.

    An upright JPEG of fair size goes out as it is, without its notes; anything else is encoded once at SENT_QUALITY,
    never so small that the eyes come under twice the needed distance.
    """
    factor = _factor(picture, eyes, limits)
    fair = len(data) <= limits.largest_bytes
    if factor == 1.0 and fair and jpeg.is_jpeg(data) and jpeg.orientation(data) == 1:
        return jpeg.without_notes(data), 1.0
    if factor != 1.0:
        picture = np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    for quality in (SENT_QUALITY, 90, 85, JPEG_QUALITY + 1):
        image = _encoded(picture, quality)
        if len(image) <= limits.largest_bytes:
            break
    return image, factor


def _factor(picture: Picture, eyes: Eyes | None, limits: Limits) -> float:
    longest: int = max(picture.shape[:2])
    wanted = min(1.0, limits.longest_side / longest)
    if eyes is None or eyes.distance <= 0:
        return wanted
    return min(1.0, max(wanted, 2 * limits.eyes_px / eyes.distance))


def _encoded(picture: Picture, quality: int) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def _scaled(eyes: Eyes, factor: float) -> Eyes:
    return Eyes(eyes.x1 * factor, eyes.y1 * factor, eyes.x2 * factor, eyes.y2 * factor)
