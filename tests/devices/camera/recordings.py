"""Motion JPEG recordings of synthetic people, and one who looks through a camera."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.domain.camera import CameraState
from app.domain.preview import PreviewFrame
from app.simulators.people import FacePose, empty_scene, face_shot, person

SIZE = (1280, 720)


def record(file: Path, pose: FacePose | None = None, *, frames: int = 4, fps: float = 30.0) -> Path:
    """A few pictures of a person before the camera, or of the bare wall without a pose."""
    pixels = empty_scene(SIZE) if pose is None else face_shot(person(4), size=SIZE, pose=pose).image
    writer = cv2.VideoWriter(str(file), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), fps, SIZE)
    assert writer.isOpened()
    for _ in range(frames):
        writer.write(pixels)
    writer.release()
    return file


def decoded(data: bytes) -> NDArray[np.uint8]:
    """The pixels of a JPEG."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


class Looker:
    """Remembers what was seen."""

    def __init__(self) -> None:
        self.frames: list[PreviewFrame] = []
        self.states: list[CameraState] = []

    def preview(self, frame: PreviewFrame) -> None:
        self.frames.append(frame)

    def camera_state(self, state: CameraState) -> None:
        self.states.append(state)
