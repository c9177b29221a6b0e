"""Passwords of operators: Argon2id, with the costs kept beside each so that they can be raised later."""

import hmac
import os
import unicodedata
from dataclasses import dataclass, field, replace

from app.store.sources import ITERATIONS, LANES, MEMORY_KIB, SALT_BYTES

HASH_BYTES = 32


@dataclass(frozen=True)
class Hashed:
    """A password as it is kept."""

    salt: bytes = field(repr=False)
    memory_kib: int = MEMORY_KIB
    iterations: int = ITERATIONS
    lanes: int = LANES
    hash: bytes = field(default=b"", repr=False)


def hashed(password: str, costs: Hashed) -> Hashed:
    """A password for keeping, with a fresh salt and these costs. Slow on purpose: on a worker thread."""
    fresh = replace(costs, salt=os.urandom(SALT_BYTES))
    return replace(fresh, hash=_derive(password, fresh))


def is_password(password: str, kept: Hashed) -> bool:
    """Whether it is the one. Slow on purpose: on a worker thread."""
    return hmac.compare_digest(_derive(password, kept), kept.hash)


def _derive(password: str, kept: Hashed) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    function = Argon2id(
        salt=kept.salt,
        length=HASH_BYTES,
        iterations=kept.iterations,
        lanes=kept.lanes,
        memory_cost=kept.memory_kib,
    )
    return function.derive(unicodedata.normalize("NFC", password).encode())


USUAL = Hashed(bytes(SALT_BYTES), hash=bytes(HASH_BYTES))
"""The costs of new passwords; as a kept one it is nobody's."""
