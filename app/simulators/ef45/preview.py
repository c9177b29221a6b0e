"""The live preview: both eyes, the face and the numbers of one frame, drawn for the capture's present moment."""

import math
import threading
from typing import Final

from app.simulators.ef45.capture import Moment, Phase, Presence
from app.simulators.ef45.device import Device
from app.simulators.ef45.encounter import bmp, jpeg
from app.simulators.ef45.render import written
from app.simulators.ef45.settings import Variants
from app.simulators.ef45.wire import Document
from app.simulators.people import Eye, EyeShot, FacePose, empty_scene, eye_shot, face_shot

NUMBERS: Final = (
    "avg_distance", "left_boundary", "right_boundary", "left_iris_center_x", "right_iris_center_x",
    "left_iris_center_y", "right_iris_center_y", "left_eye_center_x", "right_eye_center_x", "left_eye_center_y",
    "right_eye_center_y", "left_iris_radius", "right_iris_radius", "left_distance", "right_distance",
)  # fmt: skip
_EYES_SEEN: Final = (300, 650)
_Key = tuple[int, Presence | None, Variants, bool, float]
_FACE_QUALITY: Final = 80
_EYE_QUALITY: Final = 88


class PreviewPainter:
    """Paints frames for one terminal, each at most once; thread-safe.

    Somebody who holds still is filmed for a second, and the film then runs to and fro: it costs next to nothing, so
    that a client can be driven at the full frame rate for as long as a test likes.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._gate = threading.Lock()
        self._film: dict[_Key, bytes] = {}

    def frame(self) -> bytes | None:
        """The 20 members as JSON, or None while no camera runs."""
        device = self._device
        with device.gate:
            capture, presence, now, variants = device.capture, device.presence, device.moment(), device.variants
            if capture is None or now is None:
                return None
            seconds = device.capture_seconds()
        still = presence is not None and now.phase is presence.hold and now.share >= 1
        key = (capture.serial, presence, variants, still, self._tick(seconds, still=still))
        with self._gate:
            if key not in self._film:
                self._cut(key)
                frame = self._paint(now, presence, self._tick_seconds(key[-1], seconds))
                self._film[key] = written(frame, variants)
            return self._film[key]

    def _cut(self, key: _Key) -> None:
        """Keep the film of one and the same stillness; of anything else, only the frame to come."""
        if not key[3] or self._device.make.frame_rate is None or any(old[:4] != key[:4] for old in self._film):
            self._film.clear()

    def _tick(self, seconds: float, *, still: bool) -> float:
        make = self._device.make
        if make.frame_rate is None:
            return seconds
        tick, length = math.floor(seconds / make.speed * make.frame_rate), max(1, round(make.frame_rate))
        return length - abs(tick % (2 * length) - length) if still else tick

    def _tick_seconds(self, tick: float, seconds: float) -> float:
        make = self._device.make
        return seconds if make.frame_rate is None else tick / make.frame_rate * make.speed

    def _paint(self, now: Moment, presence: Presence | None, seconds: float) -> Document:
        make = self._device.make
        if presence is None or now.phase is Phase.NOBODY:
            return nobody(jpeg(empty_scene(make.preview_size), _FACE_QUALITY), iris_phase=now.iris_phase)
        distance = round(now.distance + 3 * math.sin(2.1 * seconds))
        frame = nobody(self._face(now, presence, distance, seconds), iris_phase=now.iris_phase)
        frame |= {"avg_distance": distance, "left_distance": distance + 2, "right_distance": distance - 2}
        frame["message"] = int(now.message)
        for eye in Eye:
            frame |= self._eye(now, presence, eye, distance, seconds)
        return frame

    def _face(self, now: Moment, presence: Presence, distance: int, seconds: float) -> str:
        pose = FacePose(
            scale=min(1.55, 500 / max(distance, 250)),
            x=0.02 * math.sin(0.9 * seconds),
            y=0.012 * math.sin(1.3 * seconds) + _height(now),
            roll=1.6 * math.sin(0.7 * seconds),
            blur=2.5 * max(0.0, 0.7 - presence.quality),
            glasses=now.wears_glasses,
            eyes_closed=_blinks(seconds),
        )
        return jpeg(face_shot(presence.person, size=self._device.make.preview_size, pose=pose).image, _FACE_QUALITY)

    def _eye(self, now: Moment, presence: Presence, eye: Eye, distance: int, seconds: float) -> Document:
        sway, closed = seconds + (0.4 if eye is Eye.RIGHT else 0.0), _blinks(seconds)
        squeezed = now.phase is Phase.EYES and (presence.squints or presence.only_eye != eye.value)
        shot = eye_shot(
            presence.person,
            eye,
            radius=105 * 400 / distance,
            offset=(14 * math.sin(0.8 * sway), 9 * math.sin(1.1 * sway) + 420 * _height(now)),
            openness=0.06 if closed else 0.5 if squeezed else 1.0,
            blur=max(0.0, (distance - 470) / 40) + 4 * max(0.0, 0.7 - presence.quality),
            contact_lens=presence.contact_lens,
        )
        bitmap = self._device.make.eye_format == "bmp"
        picture: Document = {f"{eye}_eye": bmp(shot.image) if bitmap else jpeg(shot.image, _EYE_QUALITY)}
        seen = _EYES_SEEN[0] < distance < _EYES_SEEN[1] and presence.only_eye in {None, eye.value}
        return picture | (_places(eye, shot, iris=not closed) if seen else {})


def draw_ahead(presence: Presence) -> None:
    """Draw all a capture will show of somebody, so that no frame has to wait for it."""
    size = (64, 48)
    for closed in (False, True):
        for glasses in {False, presence.wears_glasses}:
            face_shot(presence.person, size=size, pose=FacePose(glasses=glasses, eyes_closed=closed))
        for eye in Eye:
            openness = 0.06 if closed else 1.0
            eye_shot(presence.person, eye, size=size, openness=openness, contact_lens=presence.contact_lens)


def nobody(face_image: str, *, iris_phase: bool) -> Document:
    """A frame in which nobody is seen: every place and distance is -1."""
    pictures: Document = {"left_eye": "", "right_eye": "", "face_image": face_image}
    return pictures | dict.fromkeys(NUMBERS, -1) | {"message": 0, "switch_flag": iris_phase}


def _places(eye: Eye, shot: EyeShot, *, iris: bool) -> Document:
    """Where the eye is, and where its iris is unless the lids hide it."""
    places: Document = {
        f"{eye}_boundary": shot.box[2] // 2,
        f"{eye}_eye_center_x": shot.eye_center[0],
        f"{eye}_eye_center_y": shot.eye_center[1],
    }
    if iris:
        places |= {
            f"{eye}_iris_center_x": shot.iris_center[0],
            f"{eye}_iris_center_y": shot.iris_center[1],
            f"{eye}_iris_radius": shot.iris_radius,
        }
    return places


def _height(now: Moment) -> float:
    """How far the face stands too high (negative) or too low, as a share of the picture, while told to move."""
    return {1: -0.16, 2: 0.16}.get(int(now.message), 0.0) * (1 - now.share)


def _blinks(seconds: float) -> bool:
    return seconds % 3.7 > 3.58
