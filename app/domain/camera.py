"""An ordinary camera at the desk: its name, what it is pointed at, how it stands, and the contract to use it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.domain.errors import InvalidInput
from app.domain.preview import PreviewFrame


class Aim(StrEnum):
    """What the camera is pointed at; a portrait printed on a document is far smaller than a face."""

    FACE = "face"
    DOCUMENT = "document"


class CameraState(StrEnum):
    """How a camera that somebody uses stands; LOST is looked for again until it is closed."""

    OPENING = "opening"
    LIVE = "live"
    LOST = "lost"


@dataclass(frozen=True)
class CameraName:
    """A camera that can be chosen; `camera_id` is the same after a new start while the hardware is the same."""

    camera_id: str
    label: str


class CameraWatcher(Protocol):
    """Who looks through the camera."""

    def preview(self, frame: PreviewFrame) -> None:
        """A new picture under View.FACE; called from the camera's thread, must return at once."""

    def camera_state(self, state: CameraState) -> None:
        """The camera came or went; called on the event loop."""


class CameraRun(Protocol):
    """A camera in use."""

    async def still(self) -> bytes:
        """The next whole picture as JPEG of quality 95; Unreachable when none comes within three seconds."""

    async def close(self) -> None:
        """Let the camera go; bounded in time, may be called twice."""


class Cameras(Protocol):
    """The cameras of this computer."""

    async def names(self) -> tuple[CameraName, ...]:
        """What can be chosen now; empty is ordinary."""

    async def open(self, camera_id: str, aim: Aim, watcher: CameraWatcher) -> CameraRun:
        """Use a camera; returns at once, pictures follow. InvalidInput for a name that was never listed."""


class NoCameras:
    """A computer without a camera."""

    async def names(self) -> tuple[CameraName, ...]:
        """None."""
        return ()

    async def open(self, camera_id: str, aim: Aim, watcher: CameraWatcher) -> CameraRun:
        """There is nothing to open."""
        del camera_id, aim, watcher
        raise InvalidInput(what="camera")
