"""Comparing two templates: pairs of minutiae, relaxed by their neighbors, then laid upon each other."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from app.matching import jit
from app.matching.pairing import compiled, plain
from app.matching.pairing.tables import EVIDENCE, Evidence

__all__ = ["EVIDENCE", "Evidence", "compare"]

Words = npt.NDArray[np.uint32]

compare: Callable[[Words, Words, float, npt.NDArray[np.float64]], None] = (
    compiled.compare if jit.COMPILED else plain.compare
)
"""Fills EVIDENCE float64 from the words of a probe and of a reference (columns: `Evidence`), as long as
RELAXED reaches a least value."""
