"""Sign replies as compact JWS (RFC 7515), rightly or in one of the wrong ways of `Mischief`."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Container
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from app.simulators.bioserver.keys import SigningKey, signing_key
from app.simulators.bioserver.settings import Mischief

_RS256: Final = {"alg": "RS256"}
_Header = dict[str, Any]


class Signer:
    """Holds the key in use, those before it, and a stranger's that nobody should trust."""

    def __init__(self, key: SigningKey) -> None:
        self.key = key
        self.retired: list[SigningKey] = []

    def rotate(self, key: SigningKey) -> None:
        self.retired.append(self.key)
        self.key = key

    @cached_property
    def stranger(self) -> SigningKey:
        dates = self.key.certificate
        return signing_key(dates.not_valid_before_utc, dates.not_valid_after_utc)

    def sign(self, payload: bytes, strikes: Container[str], *, detached: bool = False) -> str | None:
        """The compact serialization; None where the mischief is to sign nothing."""
        if Mischief.UNSIGNED in strikes:
            return None
        detached = (detached or Mischief.DETACHED in strikes) and Mischief.ATTACHED not in strikes
        wrong = next((way for kind, way in _WRONG.items() if kind in strikes), None)
        head, signature = (wrong or _honest)(self, payload)
        middle = "" if detached else encoded(payload)
        parts = [head, middle, encoded(signature)]
        if Mischief.FOUR_PARTS in strikes:
            parts.append(parts[-1])
        if Mischief.PADDED in strikes:
            parts = [part + "=" * (-len(part) % 4 or 4) for part in parts]
        return ".".join(parts)


def expired_dates(now: datetime) -> tuple[datetime, datetime]:
    """The dates of a certificate that ended yesterday."""
    return now - timedelta(days=400), now - timedelta(days=1)


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _head(header: _Header) -> str:
    return encoded(json.dumps(header, separators=(",", ":")).encode())


def _rs256(key: SigningKey, header: _Header, payload: bytes) -> tuple[str, bytes]:
    head = _head(header)
    return head, key.private.sign(_input(head, payload), padding.PKCS1v15(), hashes.SHA256())


def _input(head: str, payload: bytes) -> bytes:
    return f"{head}.{encoded(payload)}".encode("ascii")


def _honest(signer: Signer, payload: bytes) -> tuple[str, bytes]:
    return _rs256(signer.key, _RS256, payload)


def _none(_signer: Signer, _payload: bytes) -> tuple[str, bytes]:
    return _head({"alg": "none"}), b""


def _lower(signer: Signer, payload: bytes) -> tuple[str, bytes]:
    return _rs256(signer.key, {"alg": "rs256"}, payload)


def _hmac(secret: str, payload: bytes) -> tuple[str, bytes]:
    head = _head({"alg": "HS256"})
    return head, hmac.new(secret.encode(), _input(head, payload), hashlib.sha256).digest()


def _ps256(signer: Signer, payload: bytes) -> tuple[str, bytes]:
    head = _head({"alg": "PS256"})
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256().digest_size)
    return head, signer.key.private.sign(_input(head, payload), scheme, hashes.SHA256())


def _embedded(signer: Signer, payload: bytes) -> tuple[str, bytes]:
    numbers = signer.stranger.private.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": encoded(numbers.n.to_bytes(256, "big")), "e": encoded(b"\x01\x00\x01")}
    elsewhere = "http://other-server.invalid/keys"
    return _rs256(signer.stranger, {**_RS256, "kid": "1", "jwk": jwk, "jku": elsewhere, "x5u": elsewhere}, payload)


def _garbled(_signer: Signer, _payload: bytes) -> tuple[str, bytes]:
    return _head(_RS256), os.urandom(256)


_WRONG: Final[dict[Mischief, Callable[[Signer, bytes], tuple[str, bytes]]]] = {
    Mischief.ALG_NONE: _none,
    Mischief.ALG_LOWER: _lower,
    Mischief.HS256: lambda signer, payload: _hmac(signer.key.public_pem, payload),
    Mischief.HS256_CERTIFICATE: lambda signer, payload: _hmac(signer.key.certificate_pem, payload),
    Mischief.PS256: _ps256,
    Mischief.WRONG_KEY: lambda signer, payload: _rs256(signer.stranger, _RS256, payload),
    Mischief.EMBEDDED_KEY: _embedded,
    Mischief.CRIT: lambda signer, payload: _rs256(signer.key, {**_RS256, "crit": ["exp"], "exp": 1}, payload),
    Mischief.B64: lambda signer, payload: _rs256(signer.key, {**_RS256, "b64": True}, payload),
    Mischief.GARBLED: _garbled,
}
