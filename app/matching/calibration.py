"""Scores that mean something: ten times the negative decimal logarithm of the false match rate.

A score of 40 is reached by one impostor comparison in ten thousand, 60 by one in a million. Below the
rates that could be counted the curve is continued as the straight line it ends in, the exponential tail of
impostor scores. Several fingers are fused as independent tests (Fisher 1932), several templates or views of one
finger by counting every comparison made (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from app.domain.comparison import Score
from app.matching.pairing.tables import Evidence
from app.matching.scoring import raw_scores

Floats = npt.NDArray[np.float64]

KNOTS: Final[Floats] = np.array([-11.6, -7.7, -3.9, -0.8, 0.4, 1.4, 2.4, 3.35])
"""Raw scores at which the curve is given, counted on synthetic prints of every kind of sensor (minutiae extracted
from pictures, and as vendors write them), the rarer end moved a little up: impostors among real prints agree somewhat
more than those."""
RARITIES: Final[Floats] = np.array([0.05, 0.3, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0])
"""Negative decimal logarithm of the false match rate there."""
FEW: Final = (20, 0.08), (28, 0.10)
"""Prints with few minutiae need more: for each minutia that the smaller print has below the first number,
and the larger below the second, a raw score higher by the price beside it. Crowded on a small area, few minutiae
agree by chance more often than the curve tells."""
ALONE: Final = 1
EACH: Final = 0.75
"""Each paired minutia beyond the first makes a comparison rarer by 0.75 decades at most: five of them never
reach one in ten thousand, however well they lie."""
LEAST_RATE: Final = 1e-12
"""No smaller rate is stated, however far the line is continued."""


@dataclass(frozen=True)
class Calibrated:
    """One comparison: `rarity` is the negative decimal logarithm of its false match rate, 0 and more."""

    rarity: float


NOTHING: Final = Calibrated(0.0)


def priced(evidence: Floats) -> Floats:
    """(n,) raw scores with the prices for few minutiae taken off."""
    counts = evidence[:, [Evidence.PROBE, Evidence.REFERENCE]]
    (few, price), (few_larger, price_larger) = FEW
    missing = np.maximum(0, few - counts.min(axis=1)), np.maximum(0, few_larger - counts.max(axis=1))
    priced: Floats = raw_scores(evidence) - price * missing[0] - price_larger * missing[1]
    return priced


def calibrated(evidence: Floats) -> list[Calibrated]:
    """The comparisons of (n, EVIDENCE)."""
    raw = priced(evidence)
    slope = (RARITIES[-1] - RARITIES[-2]) / (KNOTS[-1] - KNOTS[-2])
    beyond = RARITIES[-1] + slope * (raw - KNOTS[-1])
    rarity = np.where(raw > KNOTS[-1], beyond, np.interp(raw, KNOTS, RARITIES))
    most = EACH * np.maximum(0, evidence[:, Evidence.PAIRED] - ALONE)
    return [Calibrated(float(one)) for one in np.clip(rarity, 0.0, most)]


def threshold_for(target_fpir: float, gallery_size: int) -> float:
    """The score at which a search for a stranger finds somebody with probability `target_fpir`.

    `gallery_size` is the number of persons searched; 1 gives the threshold of a verification at that false
    match rate. Raises ValueError for a rate outside 0..1 (both excluded) or an empty gallery.
    """
    if not 0 < target_fpir < 1 or gallery_size < 1:
        raise ValueError("a rate between 0 and 1 and at least one person are needed")
    return -10 * math.log10(-math.expm1(math.log1p(-target_fpir) / gallery_size))


def fused(fingers: Sequence[tuple[Calibrated, int]], threshold: float) -> Score:
    """One score from the best comparison of every finger and how many comparisons it was the best of."""
    if not fingers:
        return Score(0.0, threshold, 1.0)
    surprise = sum(max(0.0, best.rarity * math.log(10) - math.log(max(1, made))) for best, made in fingers)
    term = total = 1.0
    for number in range(1, len(fingers)):
        term *= surprise / number
        total += term
    rarity = max(0.0, (surprise - math.log(total)) / math.log(10))
    return Score(10 * rarity, threshold, max(LEAST_RATE, 10**-rarity))
