"""A note on disk while a terminal is ours, so that a killed station gives it back at its next start."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from app import paths


@dataclass(frozen=True)
class Note:
    """What it takes to give a terminal back. An empty `lock_uid` means: about to be locked."""

    base_url: str
    serial: str
    lock_uid: str


class NoteBook:
    """One device's note in a folder. Reads and writes the disk: call from a worker thread."""

    def __init__(self, folder: Path, device_id: str) -> None:
        self._path = folder / f"ef45-{re.sub(r'[^A-Za-z0-9_-]', '_', device_id)}.json"

    def write(self, note: Note) -> None:
        """Put the note down, synced to disk before this returns; OSError when the disk refuses."""
        paths.make_private(self._path.parent)
        paths.write_private(self._path, json.dumps(asdict(note)).encode())

    def read(self) -> Note | None:
        """The note, None when there is none; one that cannot be read is thrown away."""
        try:
            found = json.loads(self._path.read_bytes())
            return Note(str(found["base_url"]), str(found["serial"]), str(found["lock_uid"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            self.tear_up()
            return None

    def tear_up(self) -> None:
        """Forget the note."""
        self._path.unlink(missing_ok=True)
