"""Fingerprints as the terminal handles them: drawn touches, the pictures it sends, templates it really compares.

A template begins like the terminal's own (facts: `ICRS21`), and then holds, for each view, 64 bytes that stand for the
finger's identity, a few bits of them different at each touch, followed by the touch's minutiae.
"""

import hashlib
import struct
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.controlid.settings import PictureFormat
from app.simulators.fingers import GOOD, Conditions, Finger, Look, MasterPrint, finger_seed, iso_record

MAGIC: Final = b"ICRS21\x00\x00"
PER_CM: Final = 197
_HEAD, _CODE = 24, 64
_SAME_BITS = 120  # of 512: two touches of one finger differ in about 40, two fingers in about 256
_KNOWN_PICTURES = 512
_growing = Lock()


@dataclass(frozen=True)
class Touch:
    """One press: the picture, (height, width) uint8, dark ridges on white, and its template of one view."""

    picture: NDArray[np.uint8] = field(repr=False)
    template: bytes = field(repr=False)


def press(person_number: int, finger: int, touch: int, size: tuple[int, int], look: Look = GOOD) -> Touch:
    """Touch number `touch` of this finger (1 right thumb .. 10 left little finger), `size` (width, height) pixels."""
    seed = finger_seed(person_number, finger)
    drawn = _drawn(seed, touch, size, look)
    _remember(drawn.picture, seed)
    return drawn


def template_of(picture: NDArray[np.uint8]) -> bytes:
    """The template of any picture; one this process drew is recognized, any other is known by its pixels alone."""
    with _pictures_gate:
        seed = _pictures.get(_digest(picture))
    height, width = picture.shape
    number = int.from_bytes(hashlib.sha256(picture.tobytes()).digest()[:4])
    identity = number if seed is None else seed
    return _template([_view(identity, number)], (width, height))


def quality_of(picture: NDArray[np.uint8]) -> int:
    """0..100: the share of the window that shows ridges."""
    blocks = picture[: picture.shape[0] // 16 * 16, : picture.shape[1] // 16 * 16].astype(np.float32)
    if not blocks.size:
        return 0
    tiles = blocks.reshape(blocks.shape[0] // 16, 16, blocks.shape[1] // 16, 16)
    return round(100 * min(1.0, 1.6 * float((tiles.std(axis=(1, 3)) > 25).mean())))


def joined(templates: Sequence[bytes]) -> bytes:
    """One template with all their views."""
    size = struct.unpack_from("<HH", templates[0], 20)
    return _template([view for template in templates for view in _views(template)], size)


def is_template(data: bytes) -> bool:
    """Whether the header is this terminal's and its length is true."""
    return len(data) >= _HEAD and data[:8] == MAGIC and struct.unpack_from(">H", data, 8)[0] == len(data)


def same_finger(one: bytes, other: bytes) -> bool:
    """Whether any view of one matches any view of the other."""
    return any(_alike(a, b) for a in _views(one) for b in _views(other))


def filed(picture: NDArray[np.uint8], file_format: PictureFormat) -> bytes:
    """The picture's bytes: bare pixels row by row, top row first, or an image file."""
    if file_format is PictureFormat.RAW:
        return picture.tobytes()
    done, data = cv2.imencode(f".{file_format}", picture)
    assert done
    return data.tobytes()


@lru_cache(maxsize=24)
def _grown(seed: int) -> MasterPrint:
    return MasterPrint(Finger(seed))


@lru_cache(maxsize=128)
def _drawn(seed: int, touch: int, size: tuple[int, int], look: Look) -> Touch:
    with _growing:
        master = _grown(seed)
    conditions = Conditions(width=size[0], height=size[1])
    capture = master.impression(touch, conditions, look=look)
    capture.image.setflags(write=False)
    record = iso_record(master.points(touch, conditions))
    return Touch(capture.image, _template([_view(seed, touch) + record], size))


def _view(identity: int, touch: int) -> bytes:
    code = np.random.default_rng([identity, 1]).integers(0, 256, _CODE, dtype=np.uint8)
    flips = np.random.default_rng([identity, touch, 2]).random((_CODE, 8)) < 0.04
    return bytes(code ^ np.packbits(flips, axis=1)[:, 0])


def _template(views: Sequence[bytes], size: tuple[int, int]) -> bytes:
    body = b"".join(struct.pack(">H", len(view)) + view for view in views)
    head = MAGIC + struct.pack(">HB5x", _HEAD + len(body), len(views))
    return head + struct.pack("<HHHH", PER_CM, PER_CM, *size) + body


def _views(template: bytes) -> list[bytes]:
    views, at = [], _HEAD
    while at + 2 <= len(template):
        (length,) = struct.unpack_from(">H", template, at)
        views.append(template[at + 2 : at + 2 + length])
        at += 2 + length
    return views


def _alike(one: bytes, other: bytes) -> bool:
    if min(len(one), len(other)) < _CODE:
        return False
    pair = (np.frombuffer(view[:_CODE], np.uint8) for view in (one, other))
    return int(np.unpackbits(np.bitwise_xor(*pair)).sum()) <= _SAME_BITS


_pictures: OrderedDict[bytes, int] = OrderedDict()
_pictures_gate = Lock()


def _digest(picture: NDArray[np.uint8]) -> bytes:
    return hashlib.sha256(repr(picture.shape).encode() + picture.tobytes()).digest()


def _remember(picture: NDArray[np.uint8], seed: int) -> None:
    with _pictures_gate:
        _pictures[_digest(picture)] = seed
        while len(_pictures) > _KNOWN_PICTURES:
            _pictures.popitem(last=False)
