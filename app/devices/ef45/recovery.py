"""A note on disk while a terminal is ours, so that a killed station gives it back at its next start."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.devices.notes import NoteFile, stem


@dataclass(frozen=True)
class Note:
    """What it takes to give a terminal back. An empty `lock_uid` means: about to be locked."""

    base_url: str
    serial: str
    lock_uid: str


class NoteBook(NoteFile[Note]):
    """One device's note in a folder."""

    def __init__(self, folder: Path, device_id: str) -> None:
        super().__init__(folder / f"{stem('ef45', device_id)}.json", _note)


def _note(found: Any) -> Note:
    return Note(str(found["base_url"]), str(found["serial"]), str(found["lock_uid"]))
