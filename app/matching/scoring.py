"""From evidence to a score, and from a score to the false match rate it stands for.

The score is a logistic sum of measures of one comparison; each weight has the sign that its meaning asks
for. Weights and the curve of the false match rate were fitted by `tests/benchmarks/fusion.py` on synthetic
fingers only: touches from everyday to poor (partial contact, dragged skin, missing and spurious minutiae,
directions in steps of two degrees, no qualities), and impostors that include fingers with the very same
ridge flow. No real print was looked at.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching.pairing.tables import Evidence

Floats = npt.NDArray[np.float64]

OFFSET: Final = 6.422
WEIGHTS: Final = {
    "relaxed": 2.070,
    "confirmed": 1.971,
    "closeness": 1.140,
    "share": 20.916,
    "rigid": 2.824,
    "turned": -1.406,
    "spread": 3.801,
    "smaller": -2.019,
    "larger": -5.326,
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
        np.log(e[Evidence.RELAXED] + 1e-3),
        np.sqrt(e[Evidence.CONFIRMED]),
        np.sqrt(e[Evidence.CLOSENESS]),
        e[Evidence.CLOSENESS] / (shared + 3),
        np.sqrt(e[Evidence.RIGID]),
        e[Evidence.TURNED] / 10,
        np.log1p(e[Evidence.SPREAD] / 20),
        np.log1p(np.minimum(e[Evidence.PROBE], e[Evidence.REFERENCE])),
        np.log1p(np.maximum(e[Evidence.PROBE], e[Evidence.REFERENCE])),
    )
    return np.stack(columns, axis=1)
