"""What a device makes of a finger, a face or a card: records, pictures and numbers, and whose they are."""

import hashlib
from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.devices.gsdk.pb.common import finger_pb2
from app.simulators.fingers import Conditions, Finger, MasterPrint, Points, ansi_record, finger_seed, iso_record
from app.simulators.people import FacePose, Person, face_shot

TEMPLATE_BYTES: Final = 384
FACE_BYTES: Final = 552
CARD_BYTES: Final = 32
WINDOW: Final = (272, 320)
_FACE_SIZE: Final = (240, 320)
_MOST_ANSI: Final = 59
_REMEMBERED: Final = 50_000
_growing = Lock()


def finger_template(who: Person, finger: int, touch: int, template_format: int) -> bytes:
    """Touch `touch` of this finger (1 right thumb .. 10 left little) as a record of 384 bytes, padded with zeros."""
    seed = finger_seed(who.number, finger)
    template = _record(seed, touch, template_format)
    _owners.remember(template, f"finger {seed}")
    return template


def finger_picture(who: Person, finger: int, touch: int) -> bytes:
    """The BMP of that touch."""
    capture = _grown(finger_seed(who.number, finger)).impression(touch, Conditions(*WINDOW))
    return _file(capture.image, ".bmp")


def face_template(who: Person, touch: int) -> bytes:
    """A template of 552 bytes that only this simulator can compare."""
    template = _noise(f"face {who.number} {touch}", FACE_BYTES)
    _owners.remember(template, f"face {who.number}")
    return template


def face_picture(who: Person) -> bytes:
    """The BMP a device keeps of a face."""
    return _file(_face(who), ".bmp")


def extracted(picture: bytes) -> bytes | None:
    """A template from a picture file; None when it is none. Pictures are told apart by their pixels alone."""
    image = _decoded(picture)
    if image is None:
        return None
    template = _noise("face of a picture" + hashlib.sha256(image.tobytes()).hexdigest(), FACE_BYTES)
    _owners.remember(template, "picture " + hashlib.sha256(picture).hexdigest())
    return template


def normalized(picture: bytes) -> bytes | None:
    """The picture as a face of one size, JPEG; None when it is no picture or too small or large."""
    image = _decoded(picture)
    if image is None or min(image.shape[:2]) < 224 or max(image.shape[:2]) > 4000:
        return None
    return _file(np.asarray(cv2.resize(image, _FACE_SIZE, interpolation=cv2.INTER_AREA), np.uint8), ".jpg")


def card_of(who: Person) -> bytes:
    """The serial number of somebody's card: 32 bytes, right-aligned."""
    return bytes.fromhex(who.card_number).rjust(CARD_BYTES, b"\0")


def same_owner(one: bytes, other: bytes) -> bool:
    """Whether two templates made here are of one finger or face; of others, whether they are equal."""
    first, second = _owners.of(one), _owners.of(other)
    return one == other or (first is not None and first == second)


class _Owners:
    """Whose the templates are that were made here: the digest of a template gives a word."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, str] = OrderedDict()
        self._gate = Lock()

    def remember(self, template: bytes, owner: str) -> None:
        with self._gate:
            self._known[_digest(template)] = owner
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def of(self, template: bytes) -> str | None:
        with self._gate:
            return self._known.get(_digest(template))


_owners = _Owners()


@lru_cache(maxsize=64)
def _grown(seed: int) -> MasterPrint:
    with _growing:
        return MasterPrint(Finger(seed))


@lru_cache(maxsize=4096)
def _record(seed: int, touch: int, template_format: int) -> bytes:
    if template_format == finger_pb2.TEMPLATE_FORMAT_SUPREMA:
        return _noise(f"finger {seed} {touch}", TEMPLATE_BYTES)
    return _written(_grown(seed).points(touch, Conditions(*WINDOW, limit=_MOST_ANSI - 1)), template_format)


def _written(points: Points, template_format: int) -> bytes:
    write = ansi_record if template_format == finger_pb2.TEMPLATE_FORMAT_ANSI else iso_record
    return write(points, size=TEMPLATE_BYTES)


@lru_cache(maxsize=32)
def _face(who: Person) -> NDArray[np.uint8]:
    return face_shot(who, size=_FACE_SIZE, pose=FacePose(scale=1.1)).image


def _noise(word: str, size: int) -> bytes:
    return hashlib.shake_256(word.encode()).digest(size)


def _digest(template: bytes) -> bytes:
    return hashlib.sha256(template.rstrip(b"\0")).digest()


def _decoded(picture: bytes) -> NDArray[np.uint8] | None:
    if not picture:
        return None
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    return None if image is None else np.asarray(image, np.uint8)


def _file(image: NDArray[np.uint8], suffix: str) -> bytes:
    done, data = cv2.imencode(suffix, image)
    assert done
    return data.tobytes()
