"""Stored images made visible: decoded and shrunk on a thread, painted by a plain widget."""

import asyncio

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme


def decode(data: bytes, width: int, height: int) -> QImage | None:
    """The BMP, JPEG or PNG as an image no larger than the box in pixels; None when it cannot be read.

    Runs on a worker thread: cv2 gives other threads way while it decodes, Qt's own reader does not.
    """
    import cv2

    if not data:
        return None
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    if pixels is None:
        return None
    scale = min(width / pixels.shape[1], height / pixels.shape[0], 1.0)
    if scale < 1.0:
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    rows = np.ascontiguousarray(pixels)
    image = QImage(rows.data, rows.shape[1], rows.shape[0], rows.strides[0], QImage.Format.Format_BGR888)
    return image.copy()


async def load(data: bytes, box: QSize, scale: float = 1.0) -> QImage | None:
    """`decode` off the UI thread for a box in device-independent pixels on a screen of this scale."""
    return await asyncio.to_thread(decode, data, round(box.width() * scale), round(box.height() * scale))


class PictureView(QWidget):
    """An image in a rounded frame, whole and centered; while there is none, a word in its place."""

    def __init__(self, word: str, box: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word, self._box = word, box
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(word)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def show_image(self, image: QImage | None, word: str = "") -> None:
        """Show an image, or the word instead of it."""
        self._image, self._word = image, word
        self.setAccessibleDescription(word)
        self.update()

    def sizeHint(self) -> QSize:
        return self._box

    def minimumSizeHint(self) -> QSize:
        return QSize(self._box.width() // 2, self._box.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), theme.RADIUS, theme.RADIUS)
        painter.setClipPath(frame)
        painter.fillRect(self.rect(), QColor(theme.colors().sunken))
        if self._image is None:
            painter.setPen(QColor(theme.colors().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(8, 8, -8, -8), flags, self._word)
            return
        painter.drawImage(self._fitted(self._image), self._image)

    def _fitted(self, image: QImage) -> QRectF:
        scale = min(self.width() / image.width(), self.height() / image.height())
        width, height = image.width() * scale, image.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
