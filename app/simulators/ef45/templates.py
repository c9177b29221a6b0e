"""Synthetic templates: bytes that carry an identity and some noise, and the comparison of two of them."""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.simulators.people import Eye, Person, face_features, iris_code

IRIS_MAGIC: Final = b"SIMI"
FACE_MAGIC: Final = b"SIMF"
MAX_IRIS_DISTANCE: Final = 0.32
MIN_FACE_SIMILARITY: Final = 0.6
_HEADER: Final = struct.Struct("<4sHHB")
_REVISION: Final = 1
"""The header's last byte; it also makes the length one whose base64 needs padding."""


def iris_template(who: Person, eye: Eye, rng: np.random.Generator, noise: float, version: int) -> bytes:
    """The eye's code with the share `noise` of its bits flipped."""
    code = iris_code(who, right=eye is Eye.RIGHT)
    flipped = code ^ (rng.random(code.size) < noise)
    packed: NDArray[np.uint8] = np.packbits(flipped.astype(np.uint8))
    return _HEADER.pack(IRIS_MAGIC, version, code.size, _REVISION) + packed.tobytes()


def face_template(who: Person, rng: np.random.Generator, noise: float, version: int) -> bytes:
    """The face's vector with a random part of length `noise` added, as signed bytes."""
    vector = face_features(who) + noise * _unit(rng, face_features(who).size)
    steps: NDArray[np.int8] = np.round(vector / np.abs(vector).max() * 127).astype(np.int8)
    return _HEADER.pack(FACE_MAGIC, version, steps.size, _REVISION) + steps.tobytes()


def same_iris(one: bytes, other: bytes) -> bool:
    """Whether two iris templates are of one eye; templates of other origin or version never match."""
    a, b = _payload(one, IRIS_MAGIC), _payload(other, IRIS_MAGIC)
    if a is None or b is None or a.size != b.size:
        return False
    different = int(np.unpackbits(a ^ b).sum())
    return different / (8 * a.size) < MAX_IRIS_DISTANCE


def same_face(one: bytes, other: bytes) -> bool:
    """Whether two face templates are of one face."""
    a, b = _payload(one, FACE_MAGIC), _payload(other, FACE_MAGIC)
    if a is None or b is None or a.size != b.size:
        return False
    x, y = a.view(np.int8).astype(np.float32), b.view(np.int8).astype(np.float32)
    return float(x @ y) > MIN_FACE_SIMILARITY * float(np.linalg.norm(x) * np.linalg.norm(y))


def _payload(template: bytes, magic: bytes) -> NDArray[np.uint8] | None:
    if len(template) <= _HEADER.size or not template.startswith(magic):
        return None
    return np.frombuffer(template, np.uint8, offset=_HEADER.size)


def _unit(rng: np.random.Generator, size: int) -> NDArray[np.float32]:
    vector = rng.standard_normal(size)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
