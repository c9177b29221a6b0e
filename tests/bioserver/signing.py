"""Makes signed replies as a server does, with keys of the test's own."""

import base64
import datetime as dt
import json
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

RS256 = '{"alg":"RS256"}'
DAY = dt.timedelta(days=1)


@cache
def private_key(number: int = 0, bits: int = 2048) -> RSAPrivateKey:
    """One of the test's keys; the number only tells them apart."""
    return generate_private_key(65537, bits)


def public_pem(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def certificate(key: RSAPrivateKey, begins: dt.datetime, ends: dt.datetime) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Biometric Services of a test")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begins, ends)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def encoded(data: bytes | str) -> str:
    data = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(payload: str, key: RSAPrivateKey, header: str = RS256) -> str:
    """A compact JWS over the payload's bytes."""
    head = f"{encoded(header)}.{encoded(payload)}"
    return f"{head}.{encoded(key.sign(head.encode(), PKCS1v15(), SHA256()))}"


def signed(body: str, key: RSAPrivateKey, payload: str | None = None, header: str = RS256) -> str:
    """An object's text with its signature as last member; the payload is the object unless given."""
    made = token(body if payload is None else payload, key, header)
    return f'{body.rstrip()[:-1]},"signature":{json.dumps(made)}}}'


def detached(body: str, key: RSAPrivateKey, payload: str | None = None) -> str:
    """The same with the middle part of the token left out."""
    head, _, signature = token(body if payload is None else payload, key).split(".")
    return f'{body.rstrip()[:-1]},"signature":{json.dumps(f"{head}..{signature}")}}}'
