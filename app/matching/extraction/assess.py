"""How good a picture is for comparison, and what is wrong with it when it is not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.matching.extraction.pipeline import Ridges, whole
from app.matching.extraction.region import depth
from app.matching.extraction.result import CELL, Mask, Reason
from app.matching.minutiae import DPI, Minutiae

_CELL_MM2: Final = (CELL * 25.4 / DPI) ** 2
_NO_FINGER: Final = 12.0
_SMALL: Final = 70.0
_FULL: Final = 180.0
"""Readable area, square millimeters: no finger at all, too little of it, as much as a flat print has."""
_FEW: Final = 10
_ENOUGH: Final = 30
"""Minutiae: twelve agreeing ones decide; a flat print shows thirty or more."""
_DRY: Final = 0.41
_WET: Final = 0.525
"""Share of the contact that is dark."""
_RIM: Final = 14.0
"""Pixels at the edge of the contact that say little about the skin."""
_VAGUE: Final = 0.5
_SMUDGED: Final = 0.25
_WEAK: Final = 5.0
_GOOD: Final = 75


@dataclass(frozen=True)
class Measures:
    """area: readable, mm2. clarity: 0..1. dark: share of dark pixels there. lost: share of the contact that cannot be
    read. contrast: deviation in gray levels. minutiae: how many."""

    area: float
    clarity: float
    dark: float
    lost: float
    contrast: float
    minutiae: int


def measure(found: Ridges, minutiae: Minutiae) -> Measures:
    """The figures behind a picture's quality."""
    usable = found.usable
    inner = usable & (depth(usable) > _RIM)
    if not inner.any():
        return Measures(float(usable.sum()) * _CELL_MM2, 0.0, 0.5, 1.0, 0.0, len(minutiae))
    return Measures(
        area=float(usable.sum()) * _CELL_MM2,
        clarity=float(found.clarity[inner].mean()),
        dark=float((found.wave[whole(inner, found.wave.shape)] > 0).mean()),
        lost=_lost(found, inner),
        contrast=float(np.median(found.strength[inner])),
        minutiae=len(minutiae),
    )


def _lost(found: Ridges, inner: Mask) -> float:
    """Share of the contact (as dark as the ridges' neighborhood) that shows no clear ridges."""
    outside = ~found.touched & ~found.usable
    empty = np.median(found.level[outside]) if outside.any() else np.float32(255)
    finger = np.median(found.level[inner])
    contact = inner | (np.abs(found.level - empty) > 0.6 * abs(finger - empty)) & (found.touched | found.usable)
    return float((found.clarity[contact] < _VAGUE).mean())


def quality(measures: Measures) -> int:
    """0..100: clear ridges times enough of them times enough minutiae."""
    area = min(1.0, measures.area / _FULL)
    count = min(1.0, measures.minutiae / _ENOUGH)
    clear = min(1.0, max(0.0, (measures.clarity - 0.35) / 0.5))
    uneven = min(1.0, abs(measures.dark - 0.5) / 0.25)
    return round(100 * clear * (1 - 0.5 * uneven * uneven) * math.sqrt(area * count))


def reason(measures: Measures, score: int) -> Reason:
    """What to tell the clerk; the most fundamental fault when there are several."""
    smudged = measures.lost > _SMUDGED
    signs = {
        Reason.NOT_A_FINGER: measures.area < _NO_FINGER,
        Reason.TOO_SMALL: measures.area < _SMALL and not smudged,
        Reason.TOO_FEW_MINUTIAE: measures.minutiae < _FEW and not smudged,
        Reason.TOO_DRY: measures.dark < _DRY,
        Reason.TOO_WET: measures.dark > _WET,
        Reason.SMUDGED: smudged,
        Reason.LOW_CONTRAST: measures.contrast < _WEAK and score < _GOOD,
    }
    return next((fault for fault, seen in signs.items() if seen), Reason.OK)
