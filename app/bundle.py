"""`enrollment-station diagnostics`: a ZIP for support without a byte of biometric data, a name or a secret in it."""

import asyncio
import json
import platform
import sys
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from app import __version__
from app.check import Build, check, running_report
from app.config import Configuration, load_or_default
from app.domain.device import Device
from app.domain.errors import ConfigurationInvalid, StoreError
from app.journeys.diagnosis import Diagnosis, look_over
from app.paths import Folders

PACKAGES = ("PySide6-Essentials", "qasync", "httpx", "grpcio", "protobuf", "opencv-python-headless", "numpy", "numba")
Writer = Callable[[Path], Awaitable[None]]
TAIL_BYTES = 1_000_000
SAFE_SECTIONS = {
    "station": ("id", "language", "theme", "text_percent"),
    "store": ("key", "backup_every_h", "backups_kept"),
    "devices": ("id", "vendor", "enabled", "deliver"),
}
"""What of the configuration may leave: chosen by name, so that a new key stays here until somebody decides."""


def write(file: Path, config_path: Path | None, folders: Folders, build: Build) -> str:
    """Write the bundle; what to tell."""
    report, _code = check(config_path, folders, build, as_json=True)
    _write(file, report, configuration(partial(load_or_default, config_path, folders.config_file)), folders)
    return f"{file}: for your support. It holds versions, settings without secrets, the checks and the logs."


def of_running(read: Callable[[], Configuration], folders: Folders, devices: Sequence[Device]) -> Writer:
    """What writes the bundle of a station that is running: its devices stay as they are."""

    async def write_it(file: Path) -> None:
        found = await asyncio.gather(*(look_over(device) for device in devices))
        try:
            await asyncio.to_thread(_write_running, file, read, folders, found)
        except OSError:
            raise StoreError(reason="file") from None

    return write_it


def _write_running(file: Path, read: Callable[[], Configuration], folders: Folders, found: Sequence[Diagnosis]) -> None:
    _write(file, running_report(read(), folders, found), configuration(read), folders)


def _write(file: Path, report: str, told: dict[str, Any], folders: Folders) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("versions.json", json.dumps(versions(), indent=2))
        bundle.writestr("configuration.json", json.dumps(told, indent=2))
        bundle.writestr("check.json", json.dumps(_impersonal(json.loads(report)), indent=2))
        for log in sorted(folders.logs.glob("*.log*")):
            bundle.writestr(f"logs/{log.name}", _tail(log))
        bundle.writestr("files.json", json.dumps(sizes(folders.data), indent=2))


def versions() -> dict[str, str]:
    """Of the program, Python, the system and the packages that matter."""
    found = {"station": __version__, "python": sys.version.split()[0], "system": platform.platform()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "missing"
    return found


def configuration(read: Callable[[], Configuration]) -> dict[str, Any]:
    """The settings that may leave, or which keys are wrong."""
    try:
        whole = read().model_dump(mode="json")
    except ConfigurationInvalid as invalid:
        return {"problems": sorted(invalid.problems)}
    devices = [_chosen(one, SAFE_SECTIONS["devices"]) for one in whole["devices"]]
    return {name: _chosen(whole[name], SAFE_SECTIONS[name]) for name in ("station", "store")} | {"devices": devices}


def sizes(folder: Path) -> dict[str, int]:
    """How large the store's own files are; other names are not told."""
    return {path.name: path.stat().st_size for path in sorted(folder.glob("station.*")) if path.is_file()}


def _impersonal(report: dict[str, Any]) -> dict[str, Any]:
    """The checks without labels that people chose and folders that carry a user's name."""
    for system in report.get("systems", ()):
        system.pop("label", None)
        for finding in system["findings"]:
            if finding["check"] in {"data-folder", "configuration", "secrets"}:
                finding.pop("detail", None)
    return {name: value for name, value in report.items() if name != "problems"}


def _chosen(node: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: node[name] for name in names if name in node}


def _tail(path: Path) -> bytes:
    """The end of a log, from a whole line on."""
    data = path.read_bytes()[-TAIL_BYTES:]
    return data if len(data) < TAIL_BYTES else data.partition(b"\n")[2]
