"""What lies on disk for one device: a note while we connected it, what it captures, configurations as they were."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from app import paths


@dataclass(frozen=True)
class Note:
    """A device that we connected for a while: it is let go by whoever finds this note."""

    gateway: str
    number: int


class NoteBook:
    """One device's files in a private folder. Reads and writes the disk: call from a worker thread."""

    def __init__(self, folder: Path, device_id: str) -> None:
        self._folder = folder
        self._stem = f"gsdk-{re.sub(r'[^A-Za-z0-9_-]', '_', device_id)}"

    def write(self, note: Note) -> None:
        """Put the note down, synced to disk before this returns."""
        self._put("note.json", json.dumps(asdict(note)).encode())

    def read(self) -> Note | None:
        """The note, None when there is none; one that cannot be read is thrown away."""
        try:
            found = json.loads(self._path("note.json").read_bytes())
            return Note(str(found["gateway"]), int(found["number"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            self.tear_up()
            return None

    def tear_up(self) -> None:
        """Forget the note."""
        self._path("note.json").unlink(missing_ok=True)

    def remember_modalities(self, names: tuple[str, ...]) -> None:
        """What the device turned out to capture, for the next start."""
        self._put("modalities.json", json.dumps(names).encode())

    def modalities(self) -> tuple[str, ...]:
        """What was remembered; empty when nothing is known yet."""
        try:
            found = json.loads(self._path("modalities.json").read_bytes())
        except (OSError, ValueError):
            return ()
        return tuple(str(name) for name in found) if isinstance(found, list) else ()

    def keep_original(self, kind: str, config: bytes) -> None:
        """Keep a configuration as it was found; the first one stays until it is restored or given up."""
        if not self._path(f"{kind}.original").exists():
            self._put(f"{kind}.original", config)

    def original(self, kind: str) -> bytes | None:
        """The kept configuration, None when it was never changed by us."""
        try:
            return self._path(f"{kind}.original").read_bytes()
        except FileNotFoundError:
            return None

    def give_up_original(self, kind: str) -> None:
        """What the device has now is as it should be."""
        self._path(f"{kind}.original").unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{self._stem}-{name}"

    def _put(self, name: str, data: bytes) -> None:
        paths.make_private(self._folder)
        paths.write_private(self._path(name), data)
