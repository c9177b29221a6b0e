"""GET /preview as a frame for the screen: pictures decoded and shrunk, marks, distance, one hint (section 3)."""

import logging
import time
from dataclasses import dataclass, field

from app import logs
from app.devices.ef45 import images, wire
from app.devices.ef45.wire import Members
from app.domain.errors import ProtocolError
from app.domain.preview import Distance, EyeMarks, Guidance, Picture, PreviewFrame, Range, View

LOG = logging.getLogger(__name__)

IRIS_BAND = (350, 450)
FACE_BAND = (500, 650)
"""Millimeters in which a capture succeeds, in the iris and in the face phase."""

VIEW_SIZE = (640, 480)
_MESSAGES = {
    1: Guidance.MOVE_DOWN,
    2: Guidance.MOVE_UP,
    3: Guidance.OPEN_EYES,
    4: Guidance.TAKE_GLASSES_OFF,
}
_PICTURES = {"left_eye": View.LEFT_EYE, "right_eye": View.RIGHT_EYE, "face_image": View.FACE}
_SIDES = {"left": View.LEFT_EYE, "right": View.RIGHT_EYE}


@dataclass(frozen=True)
class Preview:
    """One preview as sent: encoded pictures, positions in source pixels, millimeters; None = not found."""

    pictures: dict[View, bytes] = field(repr=False)
    distance: int | None
    marks: dict[View, EyeMarks]
    message: int
    iris_phase: bool

    @property
    def empty(self) -> bool:
        """True when the terminal had nothing to show, which is normal between two pictures."""
        return not self.pictures

    @classmethod
    def read(cls, source: Members) -> "Preview":
        """A picture that is not base64 is left out: the next one comes in a moment."""
        pictures = {view: data for name, view in _PICTURES.items() if (data := _data(source, name))}
        return cls(
            pictures,
            _distance(source),
            {view: _marks(source, side) for side, view in _SIDES.items()},
            wire.integer(source, "message"),
            wire.flag(source, "switch_flag") is not False,
        )


def frame_of(preview: Preview, sequence: int, view: tuple[int, int] = VIEW_SIZE) -> PreviewFrame:
    """Decode and shrink: 6 to 9 ms, so never on the loop's thread."""
    band = IRIS_BAND if preview.iris_phase else FACE_BAND
    distance = Distance(preview.distance, *band)
    pictures = {name: shown for name, data in preview.pictures.items() if (shown := _shown(name, data, view))}
    return PreviewFrame(
        taken_at=time.monotonic(),
        pictures=pictures,
        guidance=guidance(distance.range, preview.message),
        distance=distance,
        eyes={name: marks for name, marks in preview.marks.items() if name in pictures},
        sequence=sequence,
    )


def guidance(standing: Range, message: int) -> Guidance:
    """The one thing to do first: come, find the distance, find the height, then the terminal's finer wishes."""
    if standing is Range.NONE:
        return Guidance.NOBODY
    if standing is Range.FAR:
        return Guidance.COME_CLOSER
    if standing is Range.NEAR:
        return Guidance.STEP_BACK
    if message == 0:
        return Guidance.HOLD_STILL
    return _MESSAGES.get(message, Guidance.LOOK_AT_DEVICE)


def known_message(message: int) -> bool:
    """True for the hints of the document's time; newer firmware may send more."""
    return message == 0 or message in _MESSAGES


def _data(source: Members, name: str) -> bytes:
    try:
        return wire.blob(source, name)
    except ProtocolError:
        return b""


def _shown(name: View, data: bytes, view: tuple[int, int]) -> Picture | None:
    try:
        return images.picture(data, view, color=name is View.FACE)
    except ProtocolError as error:
        logs.event(LOG, "preview-picture-left-out", logging.DEBUG, error=error)
        return None


def _distance(source: Members) -> int | None:
    average = wire.integer(source, "avg_distance", default=-1)
    if average > 0:
        return average
    sides = [wire.integer(source, f"{side}_distance", default=-1) for side in _SIDES]
    seen = [millimeters for millimeters in sides if millimeters > 0]
    return sum(seen) // len(seen) if seen else None


def _marks(source: Members, side: str) -> EyeMarks:
    radius = wire.integer(source, f"{side}_iris_radius", default=-1)
    boundary = wire.integer(source, f"{side}_boundary", default=-1)
    return EyeMarks(
        _point(source, f"{side}_iris_center"),
        radius if radius > 0 else None,
        _point(source, f"{side}_eye_center"),
        boundary if boundary > 0 else None,
    )


def _point(source: Members, name: str) -> tuple[int, int] | None:
    x, y = (wire.integer(source, f"{name}_{axis}", default=-1) for axis in "xy")
    return (x, y) if x >= 0 and y >= 0 else None
