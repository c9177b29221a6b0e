"""A note on disk while a terminal is ours: the settings it had before, so that a killed station gives them back."""

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app import paths

Modules = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Note:
    """What it takes to give a terminal back: where it is, its settings before and ours, the server row we made."""

    base_url: str
    before: Modules = field(default_factory=dict)
    ours: Modules = field(default_factory=dict)
    server_row: int = 0


class NoteBook:
    """One device's note in a folder. Reads and writes the disk: call from a worker thread."""

    def __init__(self, folder: Path, device_id: str) -> None:
        self._path = folder / f"controlid-{re.sub(r'[^A-Za-z0-9_-]', '_', device_id)}.json"

    def write(self, note: Note) -> None:
        """Put the note down, synced to disk before this returns; OSError when the disk refuses."""
        paths.make_private(self._path.parent)
        paths.write_private(self._path, json.dumps(asdict(note)).encode())

    def read(self) -> Note | None:
        """The note, None when there is none; one that cannot be read is thrown away."""
        try:
            found = json.loads(self._path.read_bytes())
            before, ours = _modules(found["before"]), _modules(found["ours"])
            return Note(str(found["base_url"]), before, ours, int(found["server_row"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError):
            self.tear_up()
            return None

    def tear_up(self) -> None:
        """Forget the note."""
        self._path.unlink(missing_ok=True)


def _modules(found: object) -> Modules:
    if not isinstance(found, dict):
        raise TypeError("modules")
    return {str(name): {str(key): str(value) for key, value in keys.items()} for name, keys in found.items()}
