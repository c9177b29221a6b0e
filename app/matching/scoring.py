"""From evidence to a score, and from a score to the false match rate it stands for.

The score is a logistic sum of measures of one comparison; each weight has the sign that its meaning asks
for, and measures that add nothing to the others are left out. Weights and the curve of the false match rate were
fitted by `tests/benchmarks/fusion.py` on synthetic fingers only: minutiae scattered and minutiae extracted from
difficult pictures (partial contact, dragged skin, dry, wet and dirty, missing and spurious minutiae, directions
in steps of two degrees, no qualities), and impostors that include fingers with the very same ridge flow. No real
print was looked at.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching.pairing.tables import Evidence

Floats = npt.NDArray[np.float64]

OFFSET: Final = -10.693
WEIGHTS: Final = {
    "confirmed": 2.023,
    "share": 18.921,
    "rigid": 1.293,
    "spread": 7.241,
    "roughness": -3.714,
    "agreed": 3.671,
    "smaller": -2.748,
    "larger": -1.552,
}
"""Of each measure, in the order of the columns of `measures`."""
MEASURES: Final = tuple(WEIGHTS)

_WEIGHTS: Final = np.array(list(WEIGHTS.values()))


def raw_scores(evidence: Floats) -> Floats:
    """(n,) from (n, EVIDENCE): about the logarithm of how much likelier a mate is than an impostor."""
    raw: Floats = OFFSET + measures(evidence) @ _WEIGHTS
    return raw


def measures(evidence: Floats) -> Floats:
    """(n, len(MEASURES)) from (n, EVIDENCE): bounded growth, so that no single one decides alone."""
    e = evidence.T
    paired = e[Evidence.PAIRED]
    shared = np.sqrt(np.maximum(e[Evidence.SHARED_PROBE], 1) * np.maximum(e[Evidence.SHARED_REFERENCE], 1))
    shared = np.maximum(shared, paired)
    columns = (
        np.sqrt(e[Evidence.CONFIRMED]),
        e[Evidence.CLOSENESS] / (shared + 3),
        np.sqrt(e[Evidence.RIGID]),
        np.log1p(e[Evidence.SPREAD] / 20),
        e[Evidence.ROUGHNESS] / 10,
        e[Evidence.AGREED],
        np.log1p(np.minimum(e[Evidence.PROBE], e[Evidence.REFERENCE])),
        np.log1p(np.maximum(e[Evidence.PROBE], e[Evidence.REFERENCE])),
    )
    return np.stack(columns, axis=1)
