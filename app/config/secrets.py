"""Fetches secrets from where the configuration says they are kept; the values are never logged or shown.

A keyring may take 200 ms or ask its user to unlock it: call this off the UI thread.
"""

import os
from collections.abc import Mapping
from typing import Protocol

from app.config.values import SecretRef
from app.domain.errors import ConfigurationInvalid


class Keyring(Protocol):
    """The part of the keyring library that is used."""

    def get_password(self, service_name: str, username: str) -> str | None: ...

    def set_password(self, service_name: str, username: str, password: str) -> None: ...


class SecretResolver:
    """Looks references up in the system's keyring and in environment variables."""

    def __init__(self, keyring: Keyring | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._keyring = keyring
        self._environment = os.environ if environment is None else environment

    def __repr__(self) -> str:
        return "SecretResolver()"

    def resolve(self, key: str, ref: SecretRef) -> str:
        """The secret that configuration key `key` refers to. Raises ConfigurationInvalid naming the key."""
        secret = self._environment.get(ref.name) if ref.scheme == "env" else self._from_keyring(key, ref)
        if not secret:
            raise ConfigurationInvalid({key: _absent(ref)})
        return secret

    def resolve_all(self, refs: Mapping[str, SecretRef]) -> dict[str, str]:
        """Every secret by its key. Raises one ConfigurationInvalid with all that cannot be had."""
        found: dict[str, str] = {}
        problems: dict[str, str] = {}
        for key, ref in refs.items():
            try:
                found[key] = self.resolve(key, ref)
            except ConfigurationInvalid as invalid:
                problems |= invalid.problems
        if problems:
            raise ConfigurationInvalid(problems)
        return found

    def remember(self, key: str, ref: SecretRef, secret: str) -> None:
        """Put a secret into the keyring. Raises ConfigurationInvalid when it cannot be kept there."""
        if ref.scheme == "env":
            raise ConfigurationInvalid({key: f"is kept in the environment variable {ref.name}; set it there."})
        try:
            self._backend().set_password(ref.service, ref.name, secret)
        except Exception as error:  # keyring backends raise what they like
            raise ConfigurationInvalid({key: _broken(error)}) from None

    def _from_keyring(self, key: str, ref: SecretRef) -> str | None:
        try:
            return self._backend().get_password(ref.service, ref.name)
        except Exception as error:  # keyring backends raise what they like
            raise ConfigurationInvalid({key: _broken(error)}) from None

    def _backend(self) -> Keyring:
        if self._keyring is None:
            import keyring  # the first look costs 90-170 ms

            self._keyring = keyring.get_keyring()
        return self._keyring


def _absent(ref: SecretRef) -> str:
    if ref.scheme == "env":
        return f"needs the environment variable {ref.name}, which is not set."
    return f"is not in the keyring; put it there with `enrollment-station secret set {ref}`."


def _broken(error: Exception) -> str:
    return (
        f"cannot be fetched: the system's keyring does not answer ({type(error).__name__})."
        " Unlock it, or name an environment variable instead."
    )
