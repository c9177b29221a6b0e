"""Small wire objects for tests; every image and template in them is made of plain patterns."""

import base64
from typing import Any

import cv2
import numpy as np

SERIAL = "EF45-0001"


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def pattern(suffix: str, width: int = 64, height: int = 48, *, color: bool = False) -> bytes:
    """A gradient as an image file."""
    row = np.linspace(0, 255, width, dtype=np.uint8)
    pixels = np.tile(row, (height, 1))
    ok, data = cv2.imencode(suffix, cv2.merge([pixels] * 3) if color else pixels)
    assert ok
    return bytes(data)


def envelope(*items: Any, **more: Any) -> dict[str, Any]:
    return {"status_code": 200, "reason_phrase": "OK", "items": list(items), "has_more": False, **more}


def item(**members: Any) -> dict[str, Any]:
    """A good result of both irises."""
    eye = encoded(pattern(".bmp"))
    found: dict[str, Any] = {
        "encounter_id": "7f2c5a10-6291-11e8-b384-503f98000288",
        "serial_number": SERIAL,
        "error_message": "",
    }
    for side in ("left", "right"):
        found |= {
            f"{side}_eye": eye,
            f"{side}_eye_enrol_template": encoded(f"{side} iris template".encode()),
            f"{side}_eye_quality_ok": True,
            f"{side}_eye_quality_score": 92.5,
            f"{side}_eye_usable_iris_area": 88,
        }
    return found | members
