"""The minutiae of one synthetic print, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

OTHER, ENDING, BIFURCATION = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Points:
    """Minutiae in a window of `width` x `height` pixels at 500 dpi, origin top left, y downwards.

    x, y      int16, pixels
    angle     uint8, 256 to the turn, counter-clockwise from +x as seen; an ending points along its ridge, a
              bifurcation along the valley between its branches (ISO/IEC 19794-2:2005, 6.3)
    kind      uint8, 0 other, 1 ending, 2 bifurcation
    quality   uint8, 0 not reported, 1..100
    """

    x: NDArray[np.int16] = field(repr=False)
    y: NDArray[np.int16] = field(repr=False)
    angle: NDArray[np.uint8] = field(repr=False)
    kind: NDArray[np.uint8] = field(repr=False)
    quality: NDArray[np.uint8] = field(repr=False)
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Points:
        """The chosen rows, in the order given."""
        return Points(
            self.x[rows], self.y[rows], self.angle[rows], self.kind[rows], self.quality[rows], self.width, self.height
        )
