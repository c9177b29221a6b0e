"""What the station signs for others: receipts and certificates, as text that is checked with the public key alone.

A receipt is `ES1.<payload>.<signature>` in unpadded base64url, short enough for a QR code; the signature covers
`ES1.<payload>`. A certificate is a JSON file; the signature covers all other members, sorted, without blanks.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.domain.errors import InvalidInput

PREFIX = "ES1"
DIGEST_HEX = 24
SIGNATURE = "signature"
LONGEST = 4096


@dataclass(frozen=True)
class Receipt:
    """That somebody was enrolled here: who (a digest of the identifier), when, where, with what; the journal's head."""

    person: str
    at: datetime
    station: str
    head: str
    modalities: tuple[str, ...]

    @property
    def payload(self) -> bytes:
        """The signed bytes after the prefix."""
        at = int(self.at.astimezone(UTC).timestamp())
        return compact({"p": self.person, "t": at, "s": self.station, "j": self.head, "m": list(self.modalities)})


def person_digest(person_id: str) -> str:
    """The beginning of the SHA-256 of an identifier, in hexadecimal: names nobody who does not know it already."""
    return hashlib.sha256(f"enrollment-station person {person_id}".encode()).hexdigest()[:DIGEST_HEX]


def compact(node: Mapping[str, Any]) -> bytes:
    """JSON, sorted and without blanks: the same bytes for the same content."""
    return json.dumps(node, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def to_be_signed(receipt: Receipt) -> bytes:
    """What the signature of a receipt covers."""
    return f"{PREFIX}.{_text(receipt.payload)}".encode()


def receipt_text(receipt: Receipt, signature: bytes) -> str:
    """The text of the QR code."""
    return f"{to_be_signed(receipt).decode()}.{_text(signature)}"


def read_receipt(text: str) -> tuple[Receipt, bytes, bytes]:
    """The receipt, what is signed, the signature. InvalidInput when the text is no receipt."""
    try:
        prefix, payload, signature = text.strip()[:LONGEST].split(".")
        node = json.loads(_bytes(payload))
        if prefix != PREFIX:
            raise InvalidInput(field="receipt")
        at = datetime.fromtimestamp(int(node["t"]), UTC)
        head, words = str(node["j"]), tuple(str(word) for word in node["m"])
        return Receipt(str(node["p"]), at, str(node["s"]), head, words), _signed(prefix, payload), _bytes(signature)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        raise InvalidInput(field="receipt") from None


def certificate_body(certificate: Mapping[str, Any]) -> bytes:
    """What the signature of a certificate covers."""
    return compact({name: value for name, value in certificate.items() if name != SIGNATURE})


def read_certificate(text: str) -> Mapping[str, Any]:
    """A certificate's members. InvalidInput when the text is none."""
    try:
        node = json.loads(text, object_pairs_hook=_once)
        signature = node[SIGNATURE]
        plain = bytes.fromhex(signature).hex() == signature
    except (ValueError, RecursionError, KeyError, TypeError):
        raise InvalidInput(field="certificate") from None
    if not plain:
        raise InvalidInput(field="certificate")
    return dict(node)


def _signed(prefix: str, payload: str) -> bytes:
    return f"{prefix}.{payload}".encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Only the one way in which we write these bytes: otherwise a changed character could still pass."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput(field="receipt") from None
    if _text(data) != text:
        raise InvalidInput(field="receipt")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A member that stands there twice would be read by one and checked by another."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)
