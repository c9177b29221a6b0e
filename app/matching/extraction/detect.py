"""Read minutiae off the enhanced ridges: position, direction, kind and quality."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching.extraction.cleanup import faults
from app.matching.extraction.pipeline import Ridges, at
from app.matching.extraction.region import depth
from app.matching.extraction.thinning import thinned
from app.matching.extraction.tracing import Nodes, nodes
from app.matching.minutiae import ANGLES_PER_TURN, KIND_BIFURCATION, KIND_ENDING, Minutiae

Floats = npt.NDArray[np.float64]

_BORDER: Final = 1.2
"""Ridge periods from the edge of the readable region within which a minutia is not believed."""
_AROUND: Final = 1.8
"""Ridge periods to either side of a minutia that must be readable, too."""
_CROWD: Final = 4
_CROWD_RADIUS: Final = 2.6
"""More than so many neighbors within so many periods: a damaged spot, not a finger."""
_BACK: Final = 2.0
"""Pixels by which thinning shortens a ridge; the record wants the end of the ridge itself."""


def minutiae(found: Ridges) -> Minutiae:
    """The minutiae of an enhanced picture, best first."""
    height, width = found.enhanced.shape
    skeleton = thinned((found.enhanced > 0).astype(np.uint8))
    raw = nodes(skeleton)
    inside = at(depth(found.usable), raw.x, raw.y)
    turn, period = at(found.flow.turn, raw.x, raw.y), at(found.flow.period, raw.x, raw.y)
    bad = faults(raw, turn.astype(np.float64), period.astype(np.float64))
    heading = _headings(raw, turn)
    kept = np.flatnonzero(~bad & (inside > _BORDER * period) & _surrounded(found, raw, heading, period))
    kept = kept[_uncrowded(raw.x[kept], raw.y[kept], period[kept])]
    quality = _qualities(found, raw, kept, (inside[kept] / period[kept]).astype(np.float64))
    order = np.argsort(-quality, kind="stable")
    kept, quality = kept[order], quality[order]
    shift = np.where(raw.ending[kept], _BACK, -_BACK)
    x = np.clip(np.rint(raw.x[kept] - shift * np.cos(heading[kept])), 0, width - 1)
    y = np.clip(np.rint(raw.y[kept] + shift * np.sin(heading[kept])), 0, height - 1)
    angle = np.rint(heading[kept] / (2 * np.pi) * ANGLES_PER_TURN).astype(np.int64) % ANGLES_PER_TURN
    kind = np.where(raw.ending[kept], KIND_ENDING, KIND_BIFURCATION)
    return Minutiae(
        x.astype(np.int16), y.astype(np.int16), angle.astype(np.uint8), kind.astype(np.uint8), quality, width, height
    )


def _headings(raw: Nodes, turn: npt.NDArray[np.float32]) -> Floats:
    """ISO direction, radians: an ending along its ridge, a bifurcation between the two branches that are closest."""
    sense = np.where(raw.ending, raw.toward[:, 0], _between(raw.toward))
    line = turn.astype(np.float64)
    return np.asarray(np.where(np.cos(sense - line) >= 0, line, line + np.pi), np.float64)


def _between(toward: Floats) -> Floats:
    first, second = toward, np.roll(toward, -1, axis=1)
    apart = np.abs((first - second + np.pi) % (2 * np.pi) - np.pi)
    rows, pair = np.arange(len(toward)), apart.argmin(axis=1)
    a, b = first[rows, pair], second[rows, pair]
    return np.asarray(np.arctan2(np.sin(a) + np.sin(b), np.cos(a) + np.cos(b)), np.float64)


def _surrounded(found: Ridges, raw: Nodes, heading: Floats, period: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Ridges go on on both sides: not merely the place where the contact stops."""
    way = _AROUND * period
    x, y = way * np.cos(heading), way * np.sin(heading)
    usable = found.usable.astype(np.float32)
    inside = (at(usable, raw.x + x, raw.y - y) > 0) & (at(usable, raw.x - x, raw.y + y) > 0)
    return np.asarray(inside, np.bool_)


def _uncrowded(x: Floats, y: Floats, period: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    return np.asarray((apart < _CROWD_RADIUS * period[:, None]).sum(axis=1) <= _CROWD + 1, np.bool_)


def _qualities(found: Ridges, raw: Nodes, kept: npt.NDArray[np.intp], deep: Floats) -> npt.NDArray[np.uint8]:
    clear = at(found.clarity, raw.x[kept], raw.y[kept])
    edge = np.clip(deep / 4, 0.4, 1)
    return np.clip(np.rint(100 * clear * edge), 1, 100).astype(np.uint8)
