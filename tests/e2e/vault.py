"""A keyring in a file, so that a station killed by a test finds its key again."""

import json
from pathlib import Path


class FileVault:
    """The three calls of a keyring over one JSON file; for tests only, it protects nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_password(self, service: str, username: str) -> str | None:
        return self._entries().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write(self._entries() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        entries = self._entries()
        del entries[f"{service}/{username}"]
        self._write(entries)

    def _entries(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def _write(self, entries: dict[str, str]) -> None:
        self._path.write_text(json.dumps(entries))
