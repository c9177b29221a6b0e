"""A note on disk while a device is ours, so that a killed station gives it back at its next start."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from app import paths

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

N = TypeVar("N", bound="DataclassInstance")


class NoteFile(Generic[N]):
    """One file with one note. Reads and writes the disk: call from a worker thread."""

    def __init__(self, path: Path, parse: Callable[[Any], N]) -> None:
        self._path = path
        self._parse = parse

    def write(self, note: N) -> None:
        """Put the note down, synced to disk before this returns; OSError when the disk refuses."""
        paths.make_private(self._path.parent)
        paths.write_private(self._path, json.dumps(asdict(note)).encode())

    def read(self) -> N | None:
        """The note, None when there is none; one that cannot be read is thrown away."""
        try:
            return self._parse(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError):
            self.tear_up()
            return None

    def tear_up(self) -> None:
        """Forget the note."""
        self._path.unlink(missing_ok=True)


def stem(vendor: str, device_id: str) -> str:
    """How a device's files begin."""
    return f"{vendor}-{re.sub(r'[^A-Za-z0-9_-]', '_', device_id)}"
