"""Where the station keeps things: private folders per profile, and resources in any kind of installation."""

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from platformdirs import PlatformDirs

APP = "enrollment-station"
BASE_VARIABLE = "ENROLLMENT_STATION_DATA"
"""Names one folder that holds everything instead of the system's usual places."""

_PACKAGE = Path(__file__).resolve().parent


class Profile(StrEnum):
    """Whose data is worked on; practice never touches the real store, configuration or logs."""

    REAL = "real"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Folders:
    """The four folders of one profile; `create()` makes them, readable by this user alone."""

    data: Path
    config: Path
    logs: Path
    cache: Path

    @property
    def config_file(self) -> Path:
        """The configuration read when none is named."""
        return self.config / "station.toml"

    def create(self) -> "Folders":
        """Make what is missing and take other users' rights away from what is there."""
        for folder in (self.data, self.config, self.logs, self.cache):
            make_private(folder)
        return self


def folders(profile: Profile = Profile.REAL, base: Path | None = None) -> Folders:
    """The folders of a profile: below `base`, else below $ENROLLMENT_STATION_DATA, else where the system keeps such."""
    chosen = base or _base_from_environment()
    return _below(chosen, profile) if chosen else _usual(profile)


def kernel_folder() -> Path:
    """Where compiled code is kept for this user; it holds nothing of anybody, so every profile shares it."""
    return PlatformDirs(APP, appauthor=False).user_cache_path / "kernels"


def make_private(folder: Path) -> Path:
    """Make a folder that only this user can enter (0700; on Windows the profile folder is private already)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def keep_or_make(folder: Path) -> Path:
    """A folder that somebody chose: made for this user alone when it is missing, else left to whoever shares it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, data: bytes) -> None:
    """Replace a file in one step: a reader, or a power cut, finds the old content or the new, never a half.

    Raises OSError; the old file is untouched then.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        _write_synced(temporary, data, os.O_TRUNC)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file for this user alone that must not be there yet; FileExistsError when it is."""
    _write_synced(path, data, os.O_EXCL)


def resources() -> Path:
    """The folder of icons, styles, translations and samples: frozen program, wheel or source tree."""
    frozen = getattr(sys, "_MEIPASS", None)
    places = [Path(frozen) / "resources"] if frozen else []
    places += [_PACKAGE / "_resources", _PACKAGE.parent / "resources"]
    return next((place for place in places if place.is_dir()), places[-1])


def resource(*parts: str) -> Path:
    """One resource by its path below `resources()`; FileNotFoundError when the installation lacks it."""
    path = resources().joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(path.as_posix())
    return path


def _base_from_environment() -> Path | None:
    named = os.environ.get(BASE_VARIABLE, "").strip()
    return Path(named).expanduser().absolute() if named else None


def _below(base: Path, profile: Profile) -> Folders:
    base = base / profile.value
    return Folders(base / "data", base / "config", base / "logs", base / "cache")


def _usual(profile: Profile) -> Folders:
    name = APP if profile is Profile.REAL else f"{APP}-{profile.value}"
    usual = PlatformDirs(name, appauthor=False, roaming=False)
    return Folders(
        _distinct(usual.user_data_path, "data"),
        _distinct(usual.user_config_path, "config"),
        usual.user_log_path,
        usual.user_cache_path,
    )


def _distinct(path: Path, name: str) -> Path:
    """Windows gives data and configuration the same folder; a backup or an erasure must not mix them."""
    return path / name if os.name == "nt" else path


def _write_synced(path: Path, data: bytes, there_already: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | there_already, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable; Windows has no such call and does not need it."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
