"""Small pictures of captured samples, decoded off the UI thread and kept for as long as the wizard needs them."""

from collections import OrderedDict

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from app.domain.sample import Sample
from app.ui import pictures

SIDE = 320
"""Longest side in pixels: sharp at 160 units on a screen of double density."""
ROOM = 64


class Thumbnails:
    """Decoded pictures by sample identifier, the least recently used dropped first."""

    def __init__(self) -> None:
        self._images: OrderedDict[str, QImage] = OrderedDict()

    def ready(self, sample_id: str) -> QImage | None:
        """The picture when it was decoded already; a null image when there is none to decode."""
        image = self._images.get(sample_id)
        if image is not None:
            self._images.move_to_end(sample_id)
        return image

    async def load(self, sample_id: str, sample: Sample) -> QImage:
        """Decode once, in a worker thread; a null image when the sample has none or it cannot be read."""
        image = self.ready(sample_id)
        if image is None:
            image = await pictures.load(sample.image, QSize(SIDE, SIDE)) or QImage()
            self._images[sample_id] = image
            while len(self._images) > ROOM:
                self._images.popitem(last=False)
        return image
