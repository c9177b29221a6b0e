"""Drawn frames as a terminal would send them: two grey eyes and a color face, of nobody."""

from time import monotonic

import cv2
import numpy as np
import numpy.typing as npt

from app.domain.preview import Distance, EyeMarks, Guidance, Picture, PreviewFrame, View

EYE = (640, 480)
FACE = (640, 360)
IRIS = 95


def picture(pixels: npt.NDArray[np.uint8], scale: float = 1.0) -> Picture:
    """Pixels as the domain hands them on: gray or BGRX."""
    height, width = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else 4
    return Picture(width, height, width * channels, channels, np.ascontiguousarray(pixels).tobytes(), scale)


def eye_pixels(center: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Skin, lids, sclera, iris and pupil in gray."""
    image = np.full((EYE[1], EYE[0]), 150, np.uint8)
    cv2.ellipse(image, center, (230, 120), 0, 0, 360, 215, -1)
    cv2.circle(image, center, IRIS, 95, -1)
    for angle in range(0, 360, 6):
        x, y = int(IRIS * np.cos(np.radians(angle))), int(IRIS * np.sin(np.radians(angle)))
        cv2.line(image, center, (center[0] + x, center[1] + y), 75 + angle % 40, 2)
    cv2.circle(image, center, 36, 20, -1)
    cv2.circle(image, (center[0] - 14, center[1] - 14), 8, 250, -1)
    return cv2.GaussianBlur(image, (5, 5), 0).astype(np.uint8)


def face_pixels(middle: int) -> npt.NDArray[np.uint8]:
    """A head and shoulders in color, BGRX."""
    image = np.full((FACE[1], FACE[0], 4), (120, 110, 96, 255), np.uint8)
    cv2.ellipse(image, (middle, 360), (170, 130), 0, 0, 360, (94, 70, 50, 255), -1)
    cv2.ellipse(image, (middle, 170), (80, 110), 0, 0, 360, (150, 180, 215, 255), -1)
    for side in (-32, 32):
        cv2.circle(image, (middle + side, 150), 8, (40, 40, 40, 255), -1)
    cv2.ellipse(image, (middle, 220), (30, 10), 0, 0, 180, (90, 90, 170, 255), 3)
    return image


def frame(
    *,
    guidance: Guidance = Guidance.HOLD_STILL,
    millimeters: int | None = 400,
    offset: int = 0,
    taken_at: float | None = None,
    sequence: int = 0,
) -> PreviewFrame:
    """A whole frame; `offset` moves the person sideways."""
    center = (320 + offset, 240)
    marks = EyeMarks(center, IRIS, center, 210)
    return PreviewFrame(
        taken_at=monotonic() if taken_at is None else taken_at,
        pictures={
            View.LEFT_EYE: picture(eye_pixels(center)),
            View.RIGHT_EYE: picture(eye_pixels(center)),
            View.FACE: picture(face_pixels(320 + offset), 0.5),
        },
        guidance=guidance,
        distance=Distance(millimeters, 350, 450),
        eyes={View.LEFT_EYE: marks, View.RIGHT_EYE: marks},
        sequence=sequence,
    )
