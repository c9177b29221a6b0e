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


def framed(gray: Image) -> tuple[slice, slice]:
    """(rows, columns) of the picture inside its frame; the whole picture when there is none."""
    return _inside(gray), _inside(gray.T)


def _inside(gray: Image) -> slice:
    height = gray.shape[0]
    reach = int(height * _DEPTH)
    top = _last_edge(gray[:reach])
    bottom = _last_edge(gray[: height - reach - 1 : -1])
    return slice(top, height - bottom)


def _last_edge(lines: Image) -> int:
    """How many lines from the rim on belong to the frame."""
    if len(lines) < 4:
        return 0
    sampled = lines[:, ::3]
    steps = np.abs(np.median(sampled[3:] - sampled[:-3], axis=1))
    edges = np.flatnonzero(steps > _STEP)
    return min(len(lines), int(edges[-1]) + 3 + _MARGIN) if len(edges) else 0
