"""Where the wrapping key comes from that protects the data keys: the system's keyring, or a passphrase."""

import base64
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.domain.errors import InvalidInput, KeyringClosed, StationError, StoreDamaged, StoreKeyMissing, StoreKeyWrong
from app.store.crypto import KEY_BYTES, new_key

SERVICE = "enrollment-station"
KEYRING = "keyring"
PASSPHRASE = "passphrase"  # noqa: S105 (the name of a method)
MINIMUM_LENGTH = 8

MEMORY_KIB = 64 * 1024
ITERATIONS = 3
LANES = 4
SALT_BYTES = 16

Parameters = Mapping[str, str | int]


@dataclass(frozen=True)
class WrappingKey:
    """A 32-byte key, how it is got, and what must be remembered (readable) to get it again."""

    method: str
    parameters: Parameters
    key: bytes = field(repr=False)


class KeySource(Protocol):
    """Makes wrapping keys and gets them again; called on the store's thread, may take half a second."""

    def make(self) -> WrappingKey:
        """A fresh wrapping key, already where it can be got again. StoreKeyMissing when there is no such place."""

    def recall(self, method: str, parameters: Parameters) -> WrappingKey:
        """The wrapping key made earlier. StoreKeyMissing when it is not there or another method was used."""

    def forget(self, method: str, parameters: Parameters) -> None:
        """Destroy a wrapping key; absent already is fine."""


class Vault(Protocol):
    """The three calls used of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class MemoryVault:
    """A keyring that forgets at exit: for tests, and for practice that shall leave no trace."""

    def __init__(self, entries: Mapping[tuple[str, str], str] | None = None) -> None:
        self.entries = dict(entries or {})

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class SystemKeyring:
    """The operating system's keyring (Secret Service, KWallet, Windows Credential Locker), or the vault given."""

    def __init__(self, vault: Vault | None = None) -> None:
        self._given = vault

    @staticmethod
    def available() -> bool:
        """Whether this computer has one; takes up to 200 ms the first time, so ask on a worker thread."""
        import keyring
        from keyring.backends import fail, null

        return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)

    def make(self) -> WrappingKey:
        entry, key = os.urandom(8).hex(), new_key()
        text = base64.b64encode(key).decode()
        with _Asking():
            self._vault().set_password(SERVICE, entry, text)
            if self._vault().get_password(SERVICE, entry) != text:
                raise KeyringClosed(method=KEYRING, reason="not-kept")
        return WrappingKey(KEYRING, {"entry": entry}, key)

    def recall(self, method: str, parameters: Parameters) -> WrappingKey:
        _same_method(KEYRING, method)
        with _Asking():
            text = self._vault().get_password(SERVICE, str(parameters.get("entry", "")))
        if text is None:
            raise StoreKeyMissing(method=KEYRING, reason="no-entry")
        return WrappingKey(KEYRING, parameters, _key_from(text))

    def forget(self, method: str, parameters: Parameters) -> None:
        if method != KEYRING:
            return
        with _Asking():
            entry = str(parameters.get("entry", ""))
            if self._vault().get_password(SERVICE, entry) is not None:
                self._vault().delete_password(SERVICE, entry)

    def _vault(self) -> Vault:
        if self._given is not None:
            return self._given
        if not self.available():
            raise KeyringClosed(method=KEYRING, reason="no-keyring")
        import keyring

        return keyring.get_keyring()


class Passphrase:
    """Argon2id (64 MiB, 3 passes, 4 lanes; RFC 9106) over a passphrase of at least 8 characters."""

    def __init__(self, passphrase: str) -> None:
        self._passphrase = unicodedata.normalize("NFC", passphrase)

    def make(self) -> WrappingKey:
        if len(self._passphrase) < MINIMUM_LENGTH:
            raise InvalidInput(field="passphrase", minimum=MINIMUM_LENGTH)
        salt = base64.b64encode(os.urandom(SALT_BYTES)).decode()
        parameters: Parameters = {"salt": salt, "memory_kib": MEMORY_KIB, "iterations": ITERATIONS, "lanes": LANES}
        return self._derive(parameters)

    def recall(self, method: str, parameters: Parameters) -> WrappingKey:
        _same_method(PASSPHRASE, method)
        return self._derive(parameters)

    def forget(self, method: str, parameters: Parameters) -> None:
        """Nothing is kept anywhere."""

    def _derive(self, parameters: Parameters) -> WrappingKey:
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        try:
            function = Argon2id(
                salt=base64.b64decode(str(parameters["salt"]), validate=True),
                length=KEY_BYTES,
                iterations=_bounded(parameters["iterations"], 64),
                lanes=_bounded(parameters["lanes"], 64),
                memory_cost=_bounded(parameters["memory_kib"], 1024 * 1024),
            )
        except (KeyError, ValueError, TypeError):
            raise StoreDamaged(reason="key-file") from None
        return WrappingKey(PASSPHRASE, parameters, function.derive(self._passphrase.encode()))


def _bounded(value: str | int, most: int) -> int:
    """A parameter of the key file; an absurd one must not eat the machine."""
    if not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError("out of bounds")
    return value


def _same_method(ours: str, stored: str) -> None:
    if ours != stored:
        raise StoreKeyMissing(method=stored, reason="other-method")


def _key_from(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreKeyWrong(method=KEYRING)
    return key


class _Asking:
    """Turns a keyring's own failures (locked, dismissed, gone) into KeyringClosed."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, StationError):  # backends let their bus's errors out
            raise KeyringClosed(method=KEYRING, reason="refused", warning_type=type(error).__name__) from None
