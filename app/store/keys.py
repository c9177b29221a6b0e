"""The key file: the data keys, each wrapped with AES-256-GCM by the wrapping key of a KeySource.

    {"format": 1, "store": "<random>", "method": "keyring", "parameters": {...}, "active": 2,
     "keys": {"1": "<base64>", "2": "<base64>"}, "forget": [{"method": ..., "parameters": {...}}]}

`forget` names wrapping keys that were replaced and are still to be destroyed at their source; a killed program
destroys them at its next start.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.errors import KeyFileMissing, StoreDamaged, StoreKeyMissing, StoreKeyWrong, StoreNewer
from app.paths import write_private
from app.store.crypto import NONCE_BYTES, KeyRing, new_key
from app.store.sources import KeySource, Parameters, WrappingKey

FORMAT = 1
Retired = tuple[str, Parameters]


@dataclass(frozen=True)
class _Content:
    store: str
    method: str
    parameters: Parameters
    active: int
    wrapped: Mapping[int, bytes]
    forget: tuple[Retired, ...] = ()


def key_method(path: Path) -> str | None:
    """How the keys of a store are protected ("keyring" or "passphrase"); None when there is no key file."""
    return _read(path).method if path.exists() else None


class KeyFile:
    """Creates, loads and changes the key ring; every change is on disk before it returns."""

    def __init__(self, path: Path, source: KeySource) -> None:
        self._path = path
        self._source = source
        self._store = ""
        self._wrapping: WrappingKey | None = None

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._path.parent

    def exists(self) -> bool:
        """Whether a key file is there."""
        return self._path.exists()

    def create(self) -> KeyRing:
        """The first data key of a new store."""
        self._store = new_key().hex()[:16]
        self._wrapping = self._source.make()
        return self._write(KeyRing(1, {1: new_key()}), self._wrapping)

    def adopt(self, ring: KeyRing) -> None:
        """Protect the keys of a restored store with a wrapping key of this source."""
        self._store = new_key().hex()[:16]
        self._wrapping = self._source.make()
        self._write(ring, self._wrapping)

    def load(self) -> KeyRing:
        """Unwrap the ring. StoreKeyMissing, StoreKeyWrong, StoreNewer, StoreDamaged."""
        if not self.exists():
            raise KeyFileMissing()
        content = _read(self._path)
        wrapping = self._source.recall(content.method, content.parameters)
        ring = KeyRing(content.active, {one: _unwrap(wrapping, content, one) for one in content.wrapped})
        self._store, self._wrapping = content.store, wrapping
        if content.forget:
            self._forget(ring, wrapping, content.forget)
        return ring

    def add(self, ring: KeyRing) -> KeyRing:
        """A new data key, active from now on."""
        assert self._wrapping is not None, "load() or create() first"
        key_id = max(ring.keys) + 1
        return self._write(KeyRing(key_id, {**ring.keys, key_id: new_key()}), self._wrapping)

    def keep_only(self, ring: KeyRing, keep: frozenset[int]) -> KeyRing:
        """Destroy the other data keys; what remains is wrapped anew, so an old copy of the file opens nothing."""
        kept = replace(ring, keys={key_id: key for key_id, key in ring.keys.items() if key_id in keep})
        return self.rewrap(kept, self._source)

    def rewrap(self, ring: KeyRing, source: KeySource) -> KeyRing:
        """Protect the ring with a fresh wrapping key of this source; the former one is destroyed at its source."""
        assert self._wrapping is not None, "load() or create() first"
        former, former_source = self._wrapping, self._source
        wrapping = source.make()
        self._write(ring, wrapping, forget=((former.method, former.parameters),))
        self._wrapping, self._source = wrapping, source  # only now: a full disk leaves everything as it was
        former_source.forget(former.method, former.parameters)
        return self._write(ring, wrapping)

    def _forget(self, ring: KeyRing, wrapping: WrappingKey, retired: tuple[Retired, ...]) -> None:
        try:
            for method, parameters in retired:
                self._source.forget(method, parameters)
        except StoreKeyMissing:  # the keyring does not want to now: the note stays for the next start
            return
        self._write(ring, wrapping)

    def _write(self, ring: KeyRing, wrapping: WrappingKey, forget: tuple[Retired, ...] = ()) -> KeyRing:
        node = {
            "format": FORMAT,
            "store": self._store,
            "method": wrapping.method,
            "parameters": dict(wrapping.parameters),
            "active": ring.active,
            "keys": {str(one): _text(_wrap(wrapping, self._store, one, key)) for one, key in ring.keys.items()},
            "forget": [{"method": method, "parameters": dict(parameters)} for method, parameters in forget],
        }
        write_private(self._path, json.dumps(node, indent=1).encode())
        return ring


def _read(path: Path) -> _Content:
    try:
        node: dict[str, Any] = json.loads(path.read_bytes())
        if int(node["format"]) > FORMAT:
            raise StoreNewer(reason="key-file")
        content = _Content(
            store=str(node["store"]),
            method=str(node["method"]),
            parameters=dict(node["parameters"]),
            active=int(node["active"]),
            wrapped={int(one): base64.b64decode(text, validate=True) for one, text in node["keys"].items()},
            forget=tuple((str(one["method"]), dict(one["parameters"])) for one in node.get("forget", ())),
        )
        if content.active not in content.wrapped:
            raise StoreDamaged(reason="key-file")
        return content
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StoreDamaged(reason="key-file") from None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bound(store: str, key_id: int) -> bytes:
    return f"data key {key_id} of store {store}".encode()


def _wrap(wrapping: WrappingKey, store: str, key_id: int, key: bytes) -> bytes:
    nonce = new_key()[:NONCE_BYTES]
    return nonce + AESGCM(wrapping.key).encrypt(nonce, key, _bound(store, key_id))


def _unwrap(wrapping: WrappingKey, content: _Content, key_id: int) -> bytes:
    wrapped = content.wrapped[key_id]
    bound = _bound(content.store, key_id)
    try:
        return AESGCM(wrapping.key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise StoreKeyWrong(method=wrapping.method) from None
