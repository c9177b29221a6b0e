"""Which cameras there are, and how each is opened: by name on Linux, by number on Windows, by file in practice."""

import asyncio
import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from app.devices.camera.grabber import Backend, RecordingGrabber, Target, WebcamGrabber
from app.devices.camera.guide import Guide
from app.devices.camera.running import RunningCamera
from app.domain.camera import Aim, CameraName, CameraRun, CameraWatcher
from app.domain.errors import InvalidInput

LISTED_BY_LINUX = Path("/sys/class/video4linux")
ON_WINDOWS = os.name == "nt"
BACKEND = Backend.DIRECTSHOW if ON_WINDOWS else Backend.V4L2
TRIED_ON_WINDOWS = 4
_NODE = re.compile(r"video\d+")
_NUMBERED = re.compile(r"Camera (\d)")


class Webcams:
    """The webcams the system knows. `listing` is where Linux tells their names."""

    def __init__(self, listing: Path = LISTED_BY_LINUX) -> None:
        self._listing = listing

    async def names(self) -> tuple[CameraName, ...]:
        """Named by their makers on Linux; numbered on Windows, where OpenCV cannot ask."""
        found = await asyncio.to_thread(self._targets)
        return tuple(CameraName(label, label) for label in found)

    async def open(self, camera_id: str, aim: Aim, watcher: CameraWatcher) -> CameraRun:
        """Read it on a thread of its own. One that is not plugged in is LOST until it is."""
        if not camera_id:
            raise InvalidInput(what="camera")
        grabber = WebcamGrabber(lambda: self._target(camera_id), BACKEND)
        return RunningCamera(grabber, Guide(aim), watcher)

    def _targets(self) -> dict[str, Target]:
        return _numbered() if ON_WINDOWS else _listed(self._listing)

    def _target(self, label: str) -> Target | None:
        number = _NUMBERED.fullmatch(label)
        if ON_WINDOWS and number:
            return int(number.group(1)) - 1
        return self._targets().get(label)


class FileCameras:
    """Recordings (motion JPEG AVI) that behave like webcams, by their labels; for practice and tests."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = dict(files)

    async def names(self) -> tuple[CameraName, ...]:
        """Those whose file is there: a missing file is a camera that is not plugged in."""
        return await asyncio.to_thread(self._plugged)

    def _plugged(self) -> tuple[CameraName, ...]:
        return tuple(CameraName(label, label) for label, file in self._files.items() if file.is_file())

    async def open(self, camera_id: str, aim: Aim, watcher: CameraWatcher) -> CameraRun:
        """Play it on a thread of its own."""
        if camera_id not in self._files:
            raise InvalidInput(what="camera")
        return RunningCamera(RecordingGrabber(self._files[camera_id]), Guide(aim), watcher)


def _listed(listing: Path) -> dict[str, Target]:
    """One entry a camera: further nodes of the same one (`index` above 0) carry metadata, not pictures."""
    found: dict[str, Target] = {}
    nodes = [node for node in listing.glob("video*") if _NODE.fullmatch(node.name)]
    for node in sorted(nodes, key=lambda each: int(each.name.removeprefix("video"))):
        if _read(node / "index") in {"", "0"}:
            label = _read(node / "name") or node.name
            found[_not_taken(label, found)] = f"/dev/{node.name}"
    return found


def _not_taken(label: str, taken: Mapping[str, Target]) -> str:
    """The label, numbered from the second camera of the same make on."""
    number, free = 1, label
    while free in taken:
        number += 1
        free = f"{label} ({number})"
    return free


def _numbered() -> dict[str, Target]:
    found: dict[str, Target] = {}
    for number in range(TRIED_ON_WINDOWS):
        grabber = WebcamGrabber(partial(int, number), BACKEND)
        if grabber.open():
            found[f"Camera {number + 1}"] = number
        grabber.release()
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
