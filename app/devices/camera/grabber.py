"""Pictures one after the other, from a webcam or from a recorded file. Used on the camera's thread only."""

import time
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
WANTED = (1920, 1080)
"""A document's portrait needs every pixel a webcam has; cameras that cannot do it answer with what they can."""


class Backend(IntEnum):
    """OpenCV's readers, named so that it never probes the others."""

    V4L2 = cv2.CAP_V4L2
    DIRECTSHOW = cv2.CAP_DSHOW
    MEDIA_FOUNDATION = cv2.CAP_MSMF
    RECORDING = cv2.CAP_OPENCV_MJPEG


class Grabber(Protocol):
    """Where pictures come from."""

    def open(self) -> bool:
        """Whether pictures can be read now."""

    def read(self) -> Pixels | None:
        """The next picture, 8-bit BGR; waits for it. None: it is gone."""

    def release(self) -> None:
        """Let it go; may be called at any time."""


Target = str | int
"""A device path, or a number where the system gives none."""


class WebcamGrabber:
    """A camera that `find` finds anew at each opening: plugged in again, it may be at another place."""

    def __init__(self, find: Callable[[], Target | None], backend: Backend) -> None:
        self._find, self._backend = find, backend
        self._capture: cv2.VideoCapture | None = None

    def open(self) -> bool:
        """Ask for motion JPEG at full size, without a queue of old pictures."""
        target = self._find()
        if target is None:
            return False
        capture = self._capture = _capture(target, self._backend)
        if capture.isOpened():
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, WANTED[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, WANTED[1])
            capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture.isOpened()

    def read(self) -> Pixels | None:
        """The next picture."""
        return _next(self._capture)

    def release(self) -> None:
        """Let it go."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


class RecordingGrabber:
    """A motion JPEG AVI played again and again at its own speed; a file that is taken away is a camera unplugged."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._capture: cv2.VideoCapture | None = None
        self._due = 0.0
        self._period = 1 / 30

    def open(self) -> bool:
        """Begin at the first picture."""
        self.release()
        if not self._file.is_file():
            return False
        self._capture = _capture(str(self._file), Backend.RECORDING)
        self._period = 1 / (self._capture.get(cv2.CAP_PROP_FPS) or 30)
        return self._capture.isOpened()

    def read(self) -> Pixels | None:
        """The next picture when its time has come."""
        if not self._file.is_file():
            return None
        time.sleep(max(0.0, self._due - time.monotonic()))
        self._due = time.monotonic() + self._period
        picture = _next(self._capture)
        if picture is None and self.open():
            picture = _next(self._capture)
        return picture

    def release(self) -> None:
        """Close the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


def _capture(target: Target, backend: Backend) -> cv2.VideoCapture:
    # An absent camera is ordinary; OpenCV would write about it to the terminal.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    if isinstance(target, str):
        return cv2.VideoCapture(target, int(backend))
    return cv2.VideoCapture(target, int(backend))


def _next(capture: cv2.VideoCapture | None) -> Pixels | None:
    if capture is None:
        return None
    good, picture = capture.read()
    return np.asarray(picture, np.uint8) if good and picture is not None else None
