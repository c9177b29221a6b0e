"""The true minutiae of a grown ridge pattern: where its ridge phase winds.

Around a minutia the ridge phase gains one whole turn; on the side to which it points there is one ridge more (Larkin
and Fletcher, "A coherent framework for fingerprint analysis", 2007). Nothing is thinned or traced, so this truth is
independent of how an extractor works.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.simulators.fingers.field import Field
from app.simulators.fingers.growth import Image, Ridges

Floats = NDArray[np.float64]
_PAIR = 7.0  # pixels; two minutiae of opposite sense so near are a dent in a ridge, not minutiae
_SINGULAR = 8.0  # pixels about a loop or delta where direction has no meaning


def true_minutiae(ridges: Ridges, field: Field, pad: Floats) -> Floats:
    """(n, 5) of x, y (pixels about the pad's middle), direction (radians), kind, quality of a grown pattern."""
    height, width = ridges.even.shape
    rows, columns, sense = _windings(ridges)
    x, y = columns + 0.5 - width / 2, rows + 0.5 - height / 2
    kept = (x / pad[0]) ** 2 + (y / pad[1]) ** 2 < 1
    for px, py in (*field.loops, *field.deltas):
        kept &= np.hypot(x - px, y - py) > _SINGULAR
    direction = ridges.turn[rows, columns] + np.where(sense > 0, 0, np.pi)
    x, y, direction = x[kept], y[kept], direction[kept]
    alone = _unpaired(x, y, direction)
    x, y, direction = x[alone], y[alone], direction[alone]
    ahead = _value(ridges.even, x + 3.5 * np.cos(direction), y - 3.5 * np.sin(direction))
    kind = np.where(ahead > 0, 1.0, 2.0)  # a ridge ahead has just begun; a valley ahead lies between branches
    return np.column_stack([x, y, direction, kind, np.full(len(x), 90.0)])


def _windings(ridges: Ridges) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Rows, columns and senses of the 2 x 2 squares around which the phase gains or loses a turn."""
    even, odd, turn = ridges.even, ridges.odd, ridges.turn
    corners = [
        (slice(0, -1), slice(0, -1)),
        (slice(1, None), slice(0, -1)),
        (slice(1, None), slice(1, None)),
        (slice(0, -1), slice(1, None)),
    ]  # fmt: skip - counter-clockwise
    first = turn[corners[0]]
    phases = [np.arctan2(np.where(np.abs(turn[c] - first) > np.pi / 2, -odd[c], odd[c]), even[c]) for c in corners]
    steps = (np.subtract(b, a) for a, b in zip(phases, phases[1:] + phases[:1], strict=True))
    gained = sum(step - 2 * np.pi * np.round(step / 2 / np.pi) for step in steps)
    gained = np.where(np.abs(even[corners[0]]) + np.abs(odd[corners[0]]) > 0, np.rint(gained / 2 / np.pi), 0)
    rows, columns = np.nonzero(gained)
    return rows, columns, gained[rows, columns].astype(np.intp)


def _unpaired(x: Floats, y: Floats, direction: Floats) -> NDArray[np.bool_]:
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    opposed = np.cos(direction[:, None] - direction) < 0
    near = (apart < _PAIR) & opposed
    return np.asarray(~near.any(axis=1), np.bool_)


def _value(image: Image, x: Floats, y: Floats) -> Image:
    height, width = image.shape
    rows = np.clip(np.rint(y + height / 2), 0, height - 1).astype(np.intp)
    columns = np.clip(np.rint(x + width / 2), 0, width - 1).astype(np.intp)
    values: Image = image[rows, columns]
    return values
