"""Minutiae extraction: a gray fingerprint picture in, minutiae and a judgment of the picture out.

Any thread; no state. `extract` never raises for what a picture contains.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching.extraction.assess import measure, quality, reason
from app.matching.extraction.detect import minutiae
from app.matching.extraction.intake import intake
from app.matching.extraction.pipeline import ridges, whole
from app.matching.extraction.result import Extraction, Reason
from app.matching.minutiae import DPI, Minutiae

__all__ = ["ISO_SLOT_LIMIT", "Extraction", "Reason", "best", "extract"]

ISO_SLOT_LIMIT: Final = 59
"""Minutiae of an ISO/IEC 19794-2:2005 record that fit a slot of 384 bytes."""


def extract(image: npt.ArrayLike, dpi: float = DPI) -> Extraction:
    """The minutiae of one picture.

    image  (height, width) uint8 gray levels, ridges dark on light or the reverse; colors, other number types and
           sizes are taken when they make sense
    dpi    its resolution, pixels an inch; everything answered is at 500 dpi

    Whatever the picture, the answer is an `Extraction`; its `reason` names what is wrong.
    """
    gray = intake(image, dpi)
    if isinstance(gray, Reason):
        return Extraction.nothing(gray)
    found = ridges(gray)
    points = minutiae(found)
    measures = measure(found, points)
    score = quality(measures)
    drawn = np.clip(128 - 110 * found.enhanced, 0, 255).astype(np.uint8)
    mask = whole(found.usable, drawn.shape)
    drawn[~mask] = 255
    turn = np.where(found.usable, found.flow.turn, np.float32(np.nan)).astype(np.float32)
    return Extraction(points, score, reason(measures, score), turn, drawn, mask)


def best(points: Minutiae, limit: int = ISO_SLOT_LIMIT) -> Minutiae:
    """At most `limit` minutiae, those of the highest quality; the order stays."""
    if len(points) <= limit:
        return points
    chosen = np.sort(np.argsort(-points.quality.astype(np.int16), kind="stable")[:limit])
    return points.take(chosen)
