"""Checks a draft of the configuration as a start of the station would, and saves it in one step; runs on a thread."""

from pathlib import Path

from app.config import Configuration, emit, load, save
from app.paths import keep_or_make, write_private


def check_and_save(draft: Configuration, path: Path) -> Configuration:
    """The configuration as saved. Raises ConfigurationInvalid with every mistake, OSError; the file is untouched then.

    The draft is read back from a file beside the real one, so that files named in it are looked for as at start.
    """
    trial = path.with_name(f".{path.name}.draft")
    keep_or_make(path.parent)
    try:
        write_private(trial, emit(draft).encode())
        checked = load(trial)
    finally:
        trial.unlink(missing_ok=True)
    save(checked, path)
    return checked
