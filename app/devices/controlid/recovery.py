"""A note on disk while a terminal is ours: the settings it had before, so that a killed station gives them back."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.devices.notes import NoteFile, stem

Modules = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Note:
    """What it takes to give a terminal back: where it is, its settings before and ours, the server row we made."""

    base_url: str
    before: Modules = field(default_factory=dict)
    ours: Modules = field(default_factory=dict)
    server_row: int = 0


class NoteBook(NoteFile[Note]):
    """One device's note in a folder."""

    def __init__(self, folder: Path, device_id: str) -> None:
        super().__init__(folder / f"{stem('controlid', device_id)}.json", _note)


def _note(found: Any) -> Note:
    before, ours = _modules(found["before"]), _modules(found["ours"])
    return Note(str(found["base_url"]), before, ours, int(found["server_row"]))


def _modules(found: object) -> Modules:
    if not isinstance(found, dict):
        raise TypeError("modules")
    return {str(name): {str(key): str(value) for key, value in keys.items()} for name, keys in found.items()}
