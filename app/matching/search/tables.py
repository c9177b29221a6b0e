"""Constants of the vote that ranks the whole gallery."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.matching.descriptor.cylinders import COSINES, SINES

ROTATION: Final = 48
"""Largest rotation considered, 1/256 turns."""
PRIOR: Final = 4
"""Added to the bits compared, so that nearly empty codes are not taken for alike."""
SCALE: Final = 255
"""Similarities are whole numbers up to this, so that every way of adding votes gives the same sum."""
LENGTH: Final = 8.0
STRETCH: Final = 0.03
TURN: Final = 18
PLACE: Final = 0.45
"""Two rows agree within 8 pixels and 3 % of their distance, 25 degrees of rotation, and 24 in placement."""
APART: Final = 12.0
"""Rows closer than this say nothing about each other."""

COSINES32: Final = COSINES.astype(np.float32)
SINES32: Final = SINES.astype(np.float32)
