"""What to do before the camera, told from the size of the face in the picture. Used on the camera's thread only."""

from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from app.devices.camera.grabber import Pixels
from app.domain.camera import Aim
from app.domain.preview import Guidance

LOOK_WIDTH = 480
"""Pictures are shrunk to this width before the search: about 25 ms, and faces too far away are still found."""
EYES_SHARE = 0.37
"""Distance between the eyes in widths of the box the search returns."""
EYES_NEEDED = 80
"""60 pixels between the eyes are asked for, and a face moves between the hint and the picture."""
LARGEST_SHARE = {Aim.FACE: 0.62, Aim.DOCUMENT: 0.75}
"""Height of the box in heights of the picture above which a face is cut off."""


class Guide:
    """One hint a picture, from the largest face found."""

    def __init__(self, aim: Aim) -> None:
        self._aim = aim

    @cached_property
    def _faces(self) -> cv2.CascadeClassifier:
        folder = Path(cv2.__file__).parent / "data"
        return cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_alt.xml"))

    def advise(self, picture: Pixels) -> Guidance:
        """Nobody, closer, back, or hold still."""
        high, wide = picture.shape[:2]
        scale = min(1.0, LOOK_WIDTH / wide)
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        width = self._largest(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)) / scale
        if width == 0:
            return Guidance.NOBODY
        if width > high * LARGEST_SHARE[self._aim]:
            return Guidance.STEP_BACK
        return Guidance.COME_CLOSER if width * EYES_SHARE < EYES_NEEDED else Guidance.HOLD_STILL

    def _largest(self, gray: cv2.typing.MatLike) -> float:
        found = self._faces.detectMultiScale(gray, scaleFactor=1.1, minNeighbors=2, minSize=(24, 24))
        return float(np.max(np.asarray(found)[:, 2])) if len(found) else 0.0
