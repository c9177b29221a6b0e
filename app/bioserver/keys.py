"""The public keys that sign the server's replies: from PEM files, several while keys rotate, with their dates.

The API has no call that hands a key out, and none named inside a token is ever used (RFC 8725).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from app.domain.errors import InvalidInput

SMALLEST_BITS = 2048
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.DOTALL)


@dataclass(frozen=True)
class SigningKey:
    """One key: `pem` as configured, `fingerprint` SHA-256 of its public part, dates where it has a certificate."""

    public: RSAPublicKey = field(repr=False)
    pem: str = field(repr=False)
    fingerprint: str
    not_before: datetime | None = None
    not_after: datetime | None = None

    def usable_at(self, moment: datetime) -> bool:
        """Whether the certificate's dates include the moment; a bare key has none."""
        begun = self.not_before is None or self.not_before <= moment
        return begun and (self.not_after is None or moment <= self.not_after)

    def signed(self, signature: bytes, digest: bytes) -> bool:
        """Whether this key made the RS256 signature over bytes of this SHA-256."""
        try:
            self.public.verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class KeyRing:
    """Every configured key."""

    keys: tuple[SigningKey, ...] = ()

    @classmethod
    def of(cls, pems: Iterable[str]) -> "KeyRing":
        """From texts that hold PEM public keys or certificates. InvalidInput for anything else in them."""
        return cls(tuple(key for text in pems for key in _keys(text)))


def _keys(text: str) -> tuple[SigningKey, ...]:
    found = tuple(_key(block.group(0), block.group(1)) for block in _PEM.finditer(text))
    if not found:
        raise InvalidInput(field="signature-key", reason="not-pem")
    return found


def _key(pem: str, label: str) -> SigningKey:
    try:
        if label == "CERTIFICATE":
            certificate = x509.load_pem_x509_certificate(pem.encode())
            dates = certificate.not_valid_before_utc, certificate.not_valid_after_utc
            return SigningKey(*_public(certificate.public_key(), pem), *dates)
        if label in {"PUBLIC KEY", "RSA PUBLIC KEY"}:
            return SigningKey(*_public(load_pem_public_key(pem.encode()), pem))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise InvalidInput(field="signature-key", reason="unreadable") from None
    raise InvalidInput(field="signature-key", reason="not-public")


def _public(key: object, pem: str) -> tuple[RSAPublicKey, str, str]:
    if not isinstance(key, RSAPublicKey):
        raise InvalidInput(field="signature-key", reason="not-rsa")
    if key.key_size < SMALLEST_BITS:
        raise InvalidInput(field="signature-key", reason="too-small", minimum=SMALLEST_BITS)
    whole = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return key, pem, hashlib.sha256(whole).hexdigest()
