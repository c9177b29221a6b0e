"""What lies on disk for one device: a note while we connected it, what it captures, configurations as they were."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import paths
from app.devices.notes import NoteFile, stem


@dataclass(frozen=True)
class Note:
    """A device that we connected for a while: it is let go by whoever finds this note."""

    gateway: str
    number: int


class NoteBook(NoteFile[Note]):
    """One device's files in a private folder. Reads and writes the disk: call from a worker thread."""

    def __init__(self, folder: Path, device_id: str) -> None:
        self._folder = folder
        self._stem = stem("gsdk", device_id)
        super().__init__(self._path_of("note.json"), _note)

    def remember_modalities(self, names: tuple[str, ...]) -> None:
        """What the device turned out to capture, for the next start."""
        self._put("modalities.json", json.dumps(names).encode())

    def modalities(self) -> tuple[str, ...]:
        """What was remembered; empty when nothing is known yet."""
        try:
            found = json.loads(self._path_of("modalities.json").read_bytes())
        except (OSError, ValueError):
            return ()
        return tuple(str(name) for name in found) if isinstance(found, list) else ()

    def keep_original(self, kind: str, config: bytes) -> None:
        """Keep a configuration as it was found; the first one stays until it is restored or given up."""
        if not self._path_of(f"{kind}.original").exists():
            self._put(f"{kind}.original", config)

    def original(self, kind: str) -> bytes | None:
        """The kept configuration, None when it was never changed by us."""
        try:
            return self._path_of(f"{kind}.original").read_bytes()
        except FileNotFoundError:
            return None

    def give_up_original(self, kind: str) -> None:
        """What the device has now is as it should be."""
        self._path_of(f"{kind}.original").unlink(missing_ok=True)

    def _path_of(self, name: str) -> Path:
        return self._folder / f"{self._stem}-{name}"

    def _put(self, name: str, data: bytes) -> None:
        paths.make_private(self._folder)
        paths.write_private(self._path_of(name), data)


def _note(found: Any) -> Note:
    return Note(str(found["gateway"]), int(found["number"]))
