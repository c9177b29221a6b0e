"""What to do before the camera: one hint a picture, the worst first. Used on the camera's thread only."""

from app.devices.camera.grabber import Pixels
from app.devices.camera.looks import Face, Looker, brightness
from app.domain.camera import Aim
from app.domain.preview import Guidance

EYES_SHARE = 0.37
"""Distance between the eyes in widths of the box the search returns."""
EYES_NEEDED = 80
"""60 pixels between the eyes are asked for, and a face moves between the hint and the picture."""
LARGEST_SHARE = {Aim.FACE: 0.62, Aim.DOCUMENT: 0.75}
"""Height of the box in heights of the picture above which a face is cut off."""
ASIDE = {Aim.FACE: (0.25, 0.18), Aim.DOCUMENT: (0.75, 0.38)}
"""Shares of the picture's height, across and down; the portrait on a card is never in the card's middle."""
DARKEST, BRIGHTEST, CLIPPED = 50.0, 228.0, 0.15
NIGHT, GLARE = 60.0, 245.0
"""Of a whole picture in which no face is found."""
SHARPNESS = 15.0
"""A little more than the check before sending asks for, so that "good" is good there too."""
TILT_DEG = 9.0


class Guide:
    """One hint a picture, from the largest face found."""

    def __init__(self, aim: Aim) -> None:
        self._aim = aim
        self._looker = Looker()

    def advise(self, picture: Pixels) -> Guidance:
        """What hinders most: nobody, the distance, the place, the light, the tilt, a blur; else hold still."""
        face = self._looker.face(picture)
        if face is None:
            return self._nobody(picture)
        return self._place(face, picture.shape[0]) or _light(face) or _pose(face) or Guidance.HOLD_STILL

    def _nobody(self, picture: Pixels) -> Guidance:
        light = brightness(picture)
        if light < NIGHT:
            return Guidance.MORE_LIGHT
        if light > GLARE:
            return Guidance.LESS_LIGHT
        return Guidance.HEAD_UPRIGHT if self._looker.tilted_away(picture) else Guidance.NOBODY

    def _place(self, face: Face, high: int) -> Guidance | None:
        if face.width > high * LARGEST_SHARE[self._aim]:
            return Guidance.STEP_BACK
        if face.width * EYES_SHARE < EYES_NEEDED:
            return Guidance.COME_CLOSER
        across, down = ASIDE[self._aim]
        return Guidance.TO_THE_MIDDLE if abs(face.x) > across or abs(face.y) > down else None


def _light(face: Face) -> Guidance | None:
    if face.light < DARKEST:
        return Guidance.MORE_LIGHT
    return Guidance.LESS_LIGHT if face.light > BRIGHTEST or face.clipped > CLIPPED else None


def _pose(face: Face) -> Guidance | None:
    if face.tilt is not None and abs(face.tilt) > TILT_DEG:
        return Guidance.HEAD_UPRIGHT
    return Guidance.BLURRED if face.sharp < SHARPNESS else None
