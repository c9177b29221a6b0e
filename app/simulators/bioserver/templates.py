"""Templates as opaque bytes: sealed, so that nobody can read or change one, yet comparable by the server."""

import hashlib
import os
import struct
from typing import Final

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.simulators.bioserver.recognition import CELLS, VALUES, Features
from app.simulators.bioserver.wire import Refused

_BEGIN: Final = bytes((0x11, 0, 0, 0))
_KIND: Final = struct.pack("<H", 2)
_NONCE: Final = 12
_HEADER: Final = len(_BEGIN) + 4 + len(_KIND)


def seal(features: Features, version: int) -> bytes:
    """A template of the algorithm `version`; two of one picture never look alike."""
    nonce = os.urandom(_NONCE)
    body = nonce + _cipher(version).encrypt(nonce, features.astype("<i2").tobytes(), _BEGIN)
    return _BEGIN + struct.pack("<I", len(_KIND) + len(body)) + _KIND + body


def unseal(template: bytes, version: int) -> Features:
    """The features again. Refused: another version's, cut or changed."""
    body = template[_HEADER:]
    try:
        if template[:4] != _BEGIN or struct.unpack("<I", template[4:8])[0] != len(template) - 8:
            raise ValueError
        plain = _cipher(version).decrypt(body[:_NONCE], body[_NONCE:], _BEGIN)
        return np.frombuffer(plain, "<i2").reshape(CELLS, VALUES).astype(np.int16)
    except (InvalidTag, ValueError, struct.error):
        raise Refused(400, "the template is not one of this algorithm's version") from None


def _cipher(version: int) -> AESGCM:
    # The same everywhere, as the vendor's is: a template made by one server is understood by every other.
    return AESGCM(hashlib.sha256(f"synthetic templates, algorithm {version}".encode()).digest())
