"""Where a device's worker thread leaves its frames, and the UI thread picks up the latest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from app.domain.preview import Picture, PreviewFrame, View
from app.ui.preview.mailbox import Mailbox

_FORMATS = {1: QImage.Format.Format_Grayscale8, 4: QImage.Format.Format_RGB32}


def picture_image(picture: Picture) -> QImage:
    """A QImage over the picture's own bytes, no copy: it lives only as long as `picture.data` is held.

    A picture whose bytes do not cover height * stride, or of unknown depth, gives a null image.
    """
    shape = _FORMATS.get(picture.channels)
    if shape is None or len(picture.data) < picture.height * picture.stride:
        return QImage()
    return QImage(picture.data, picture.width, picture.height, picture.stride, shape)


@dataclass(frozen=True)
class Shot:
    """A frame with its pictures ready to paint; holding the frame keeps the pixels alive."""

    frame: PreviewFrame
    images: Mapping[View, QImage] = field(repr=False)

    @classmethod
    def of(cls, frame: PreviewFrame) -> "Shot":
        """Ready to paint; runs on the worker thread."""
        return cls(frame, {view: picture_image(picture) for view, picture in frame.pictures.items()})


class PreviewSink(QObject):
    """`preview` may be called from any thread and returns at once; `arrived` comes on the sink's own thread."""

    arrived = Signal(object)
    """The latest Shot."""
    _knock = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._box: Mailbox[Shot] = Mailbox()
        self._knock.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def dropped(self) -> int:
        """Frames that came while an earlier one still waited to be painted."""
        return self._box.dropped

    def preview(self, frame: PreviewFrame) -> None:
        """Take a new frame from a device's worker thread."""
        if self._box.put(Shot.of(frame)):
            self._knock.emit()

    def clear(self) -> None:
        """Forget a frame that still waits: its capture is over."""
        self._box.take()

    def _deliver(self) -> None:
        shot = self._box.take()
        if shot is not None:
            self.arrived.emit(shot)
