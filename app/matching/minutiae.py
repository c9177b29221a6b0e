"""The one shape in which minutiae travel between records, extraction and comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

DPI: Final = 500
"""Every coordinate inside the engine is in pixels at this resolution; readers scale at the border."""

KIND_OTHER: Final = 0
KIND_ENDING: Final = 1
KIND_BIFURCATION: Final = 2

ANGLES_PER_TURN: Final = 256

Int16Array = npt.NDArray[np.int16]
UInt8Array = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Minutiae:
    """The minutiae of one finger view, as parallel arrays of one length.

    `x`, `y`: int16 pixels at 500 dpi, origin top left, y down. `angle`: uint8, 256 per turn,
    counter-clockwise from +x as seen on screen; an ending points along its ridge, a bifurcation along
    the valley between its branches. `kind`: uint8, one of `KIND_*`. `quality`: uint8, 0 = not
    reported, 1..100. `width`, `height`: image size in pixels at 500 dpi.

    Raises ValueError when the arrays do not have one common length.
    """

    x: Int16Array = field(repr=False)
    y: Int16Array = field(repr=False)
    angle: UInt8Array = field(repr=False)
    kind: UInt8Array = field(repr=False)
    quality: UInt8Array = field(repr=False)
    width: int
    height: int

    def __post_init__(self) -> None:
        for name, kind in _COLUMNS.items():
            column: npt.NDArray[np.generic] = np.array(getattr(self, name), dtype=kind, ndmin=1)
            column.flags.writeable = False
            object.__setattr__(self, name, column)
        if len({len(getattr(self, name)) for name in _COLUMNS}) != 1:
            raise ValueError("the arrays of one finger view must have one length")

    def __len__(self) -> int:
        return len(self.x)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Minutiae):
            return NotImplemented
        same_size = (self.width, self.height) == (other.width, other.height)
        return same_size and all(np.array_equal(getattr(self, name), getattr(other, name)) for name in _COLUMNS)

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def empty(cls, width: int = 0, height: int = 0) -> Minutiae:
        """No minutiae on an image of the given size."""
        none = np.zeros(0)
        return cls(none, none, none, none, none, width, height)  # type: ignore[arg-type]

    def take(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Minutiae:
        """The minutiae that `index` (positions or a mask) selects, in its order."""
        return Minutiae(
            self.x[index],
            self.y[index],
            self.angle[index],
            self.kind[index],
            self.quality[index],
            self.width,
            self.height,
        )


_COLUMNS: Final[dict[str, type[np.generic]]] = {
    "x": np.int16,
    "y": np.int16,
    "angle": np.uint8,
    "kind": np.uint8,
    "quality": np.uint8,
}
