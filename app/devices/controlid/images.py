"""What a picture is, decided by its bytes (facts, section 7); bare pixels become a PNG that holds exactly them."""

import struct
from dataclasses import dataclass, field

import cv2
import numpy as np

from app.domain.errors import ProtocolError

MAX_PIXELS = 16_000_000
TEMPLATE_MAGIC = b"ICRS21\x00\x00"

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"BM", "image/bmp"),
)
_FASTEST = (cv2.IMWRITE_PNG_COMPRESSION, 1)


@dataclass(frozen=True)
class Image:
    """An encoded picture as a file, its type and its true size in pixels."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


def identify(data: bytes, width: int = 0, height: int = 0) -> Image:
    """A picture from what a terminal sent: a file, or `width` times `height` bytes of gray, top row first.

    A length that fits the pixels is looked at first: bare pixels may begin with any bytes. Where a file's own size
    differs from what was said, the file is right. ProtocolError when it is neither.
    """
    if 0 < width * height <= MAX_PIXELS and len(data) == width * height:
        return Image(_png(data, width, height), "image/png", width, height)
    media_type = next((name for magic, name in _SIGNATURES if data.startswith(magic)), "")
    if not media_type:
        raise ProtocolError(step="decode", reason="not-an-image", length=len(data), width=width, height=height)
    pixels = _decoded(data)
    return Image(data, media_type, pixels.shape[1], pixels.shape[0])


def gray(image: Image) -> bytes:
    """The picture's pixels as 8-bit gray, top row first."""
    return _decoded(image.data).tobytes()


def is_template(data: bytes) -> bool:
    """Whether this looks like a template of these terminals, whole: its magic, and its length as it says itself."""
    return data.startswith(TEMPLATE_MAGIC) and len(data) >= 24 and struct.unpack_from(">H", data, 8)[0] <= len(data)


def _png(data: bytes, width: int, height: int) -> bytes:
    pixels = np.frombuffer(data, np.uint8).reshape(height, width)
    done, file = cv2.imencode(".png", pixels, _FASTEST)
    if not done:
        raise ProtocolError(step="decode", reason="not-an-image", width=width, height=height)
    return file.tobytes()


def _decoded(data: bytes) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        pixels = None
    if pixels is None or pixels.size > MAX_PIXELS:
        raise ProtocolError(step="decode", reason="image-damaged", length=len(data))
    return pixels  # type: ignore[return-value]
