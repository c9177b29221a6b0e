"""The local descriptor: one replaceable part behind a small protocol."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.matching.descriptor.cylinders import CylinderCodes

__all__ = ["CylinderCodes", "Descriptor"]


class Descriptor(Protocol):
    """Turns the neighborhood of each minutia into bits that can be compared by counting."""

    def describe(
        self, x: npt.NDArray[np.int32], y: npt.NDArray[np.int32], angle: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.uint64]:
        """(n, 7) uint64 for n minutiae: six planes of 64 cells and the validity mask of the cells.

        `x`, `y` pixels at 500 dpi with y upwards, `angle` 256 per turn. A mask of zero means that the
        minutia has too few neighbors to be described.
        """
        ...
