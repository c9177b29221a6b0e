"""The station's signing key (Ed25519): made with the store, sealed like everything else; the public half may leave."""

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from sqlalchemy import Connection, insert, select

from app.domain.errors import InvalidInput
from app.store.database import Database
from app.store.tables import identity
from app.store.thread import StoreThread

ONLY = 1
FINGERPRINT_CHARS = 16


class Identity:
    """The SigningKey protocol."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread

    async def sign(self, data: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes."""
        return await self._thread.run(sign, data)

    async def public_key(self) -> str:
        """The public key as PEM."""
        return await self._thread.run(public_pem)


def ensure_identity(connection: Connection, database: Database) -> None:
    """Make the key where there is none."""
    if connection.scalar(select(identity.c.id).where(identity.c.id == ONLY)) is None:
        raw = Ed25519PrivateKey.generate().private_bytes_raw()
        values = {"id": ONLY, "private_key": database.seal(identity.c.private_key, ONLY, raw)}
        connection.execute(insert(identity).values(values))


def sign(database: Database, data: bytes) -> bytes:
    """An Ed25519 signature, 64 bytes."""
    return _key(database).sign(data)


def derived(connection: Connection, database: Database, purpose: bytes) -> bytes:
    """32 bytes that stay the same as long as the signing key does, whatever the data keys are."""
    sealed = connection.scalar(select(identity.c.private_key).where(identity.c.id == ONLY))
    raw = database.unseal(identity.c.private_key, ONLY, sealed or b"")
    return hmac.digest(raw, purpose, hashlib.sha256)


def public_pem(database: Database) -> str:
    """The public key as PEM."""
    return pem_of(_key(database).public_key())


def pem_of(key: Ed25519PublicKey) -> str:
    """A public key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(pem: str) -> str:
    """What a key is called: SHA-256 over its 32 bytes, the first 64 bits in hexadecimal. InvalidInput: no such key."""
    return hashlib.sha256(read_pem(pem).public_bytes_raw()).hexdigest()[:FINGERPRINT_CHARS]


def read_pem(pem: str) -> Ed25519PublicKey:
    """A public key from PEM. InvalidInput when it is none."""
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        raise InvalidInput(field="key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidInput(field="key")
    return key


def holds(key: Ed25519PublicKey, signature: str, data: bytes) -> bool:
    """Whether a signature (hexadecimal) is this key's over the data."""
    try:
        key.verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _key(database: Database) -> Ed25519PrivateKey:
    with database.begin() as connection:
        sealed = connection.scalar(select(identity.c.private_key).where(identity.c.id == ONLY))
    return Ed25519PrivateKey.from_private_bytes(database.unseal(identity.c.private_key, ONLY, sealed or b""))
