"""Find the straight edges that a reader's own frame leaves around the picture."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.matching.extraction.result import Image

_DEPTH: Final = 0.12
"""Share of the picture in which a frame may lie, from each side."""
_STEP: Final = 14.0
"""Gray levels by which most of a line differs from the next but one: no ridge is straight over the whole picture."""
_MARGIN: Final = 3
_UNIFORM: Final = 8.0
"""Gray levels within which a line is one color: such lines around a picture were laid about it, however wide."""


def framed(gray: Image) -> tuple[slice, slice]:
    """(rows, columns) of the picture inside its frame; the whole picture when there is none."""
    return _inside(gray), _inside(gray.T)


def _inside(gray: Image) -> slice:
    height = gray.shape[0]
    mixed = np.flatnonzero(np.ptp(gray, axis=1) > _UNIFORM)
    if not len(mixed):
        return slice(0, height)
    above, below = int(mixed[0]), height - 1 - int(mixed[-1])
    top = max(above, _last_edge(gray[: _reach(height, above)]))
    bottom = max(below, _last_edge(gray[::-1][: _reach(height, below)]))
    return slice(top, height - bottom) if top + bottom < height else slice(0, height)


def _reach(height: int, uniform: int) -> int:
    """Lines from the rim among which a frame may end, behind `uniform` ones of one color."""
    return max(int(height * _DEPTH), uniform + 4)


def _last_edge(lines: Image) -> int:
    """How many lines from the rim on belong to the frame."""
    if len(lines) < 4:
        return 0
    sampled = lines[:, ::3]
    steps = np.abs(np.median(sampled[3:] - sampled[:-3], axis=1))
    edges = np.flatnonzero(steps > _STEP)
    return min(len(lines), int(edges[-1]) + 3 + _MARGIN) if len(edges) else 0
