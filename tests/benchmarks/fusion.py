"""How the weights and the calibration in `app/matching/scoring.py` were found: synthetic fingers, logistic regression.

    python -m tests.benchmarks.fusion [--fingers N] [--set-fingers N] [--impostors N]

Prints the constants to be written there, and how well they do on fingers they have not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt

from app.matching.calibration import priced
from app.matching.extraction import best, extract
from app.matching.features import Features, features_of
from app.matching.minutiae import Minutiae
from app.matching.pairing import EVIDENCE, Evidence, compare
from app.matching.scoring import MEASURES, measures, raw_scores
from app.simulators.fingers import Conditions, Finger, finger_seed
from tests.benchmarks import sensors
from tests.benchmarks._options import parser as arguments
from tests.benchmarks.sensors import SENSORS

Floats = npt.NDArray[np.float64]

SIZES = (
    (388, 374), (300, 300), (296, 560), (300, 480), (640, 480), (328, 364), (260, 300), (160, 160), (200, 200),
    (256, 180),
)  # fmt: skip
TOUCHES = 4
SET_TOUCHES = 6
SIZABLE = 25
NEGATIVE = ("roughness", "smaller", "larger")
"""Measures that speak against a match when they grow."""


def conditions(rng: np.random.Generator, size: tuple[int, int]) -> Conditions:
    """A touch between everyday and poor, written as vendors do."""
    return Conditions(
        width=size[0],
        height=size[1],
        coverage=float(rng.choice([0.45, 0.6, 0.75, 0.9])),
        missing=rng.uniform(0.08, 0.28),
        spurious=rng.uniform(0.05, 0.25),
        jitter=rng.uniform(1.2, 2.6),
        jitter_angle=rng.uniform(4, 9),
        distortion=rng.uniform(0.5, 3.2),
        shift=rng.uniform(14, 32),
        rotation=rng.uniform(8, 16),
        two_degree=bool(rng.random() < 0.7),
        report_quality=False,
    )


def twin(finger: Finger, number: int) -> Finger:
    """Another finger with the very same ridge flow: the hardest impostor there is."""
    other = Finger(finger_seed(991, number))
    other.field, other.pad = finger.field, finger.pad
    return other


def touches(finger: Finger, rng: np.random.Generator, size: tuple[int, int]) -> list[Features]:
    shown = (finger.impression(k, conditions(rng, size)) for k in range(TOUCHES))
    return [features_of(Minutiae(p.x, p.y, p.angle, p.kind, p.quality, p.width, p.height)) for p in shown]


def _compared(pairs: Iterator[tuple[Features, Features]]) -> Floats:
    """(n, EVIDENCE)."""
    rows = []
    for probe, reference in pairs:
        out = np.empty(EVIDENCE)
        compare(probe.words, reference.words, 0.0, out)
        rows.append(out)
    return np.array(rows)


def comparisons(seed: int, fingers: int) -> tuple[Floats, Floats, Floats]:
    """Evidence of mated pairs, of impostor pairs, and of impostors with the same ridge flow."""
    rng = np.random.default_rng(seed)
    people, twins = [], []
    for number in range(fingers):
        finger, size = Finger(finger_seed(seed, number)), SIZES[number % len(SIZES)]
        people.append(touches(finger, rng, size))
        twins.append(touches(twin(finger, number + seed * fingers), rng, size)[:2])
    mated = ((shown[a], shown[b]) for shown in people for a in range(TOUCHES) for b in range(a))
    others = ((people[i][rng.integers(4)], people[j][rng.integers(4)]) for i in range(fingers) for j in range(i))
    same_flow = ((people[i][k], twins[i][n]) for i in range(fingers) for k in range(TOUCHES) for n in range(2))
    return _compared(mated), _compared(others), _compared(same_flow)


def fit(x: Floats, y: Floats, weights: Floats, ridge: float = 1e-4) -> tuple[float, Floats]:
    """Logistic regression by Newton steps; offset and weights in units of the measures."""
    mean, scale = x.mean(axis=0), x.std(axis=0)
    z = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    beta, penalty = np.zeros(z.shape[1]), ridge * np.r_[0, np.ones(x.shape[1])]
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -40, 40)))
        gradient = z.T @ (weights * (p - y)) + penalty * beta
        hessian = (z * (weights * p * (1 - p))[:, None]).T @ z + np.diag(penalty + 1e-9)
        beta -= np.linalg.solve(hessian, gradient)
    slopes = beta[1:] / scale
    return float(beta[0] - slopes @ mean), slopes


def fit_signed(x: Floats, y: Floats, weights: Floats) -> tuple[float, Floats]:
    """The fit with the measures left out whose weight comes out against their meaning."""
    wanted = np.array([-1.0 if name in NEGATIVE else 1.0 for name in MEASURES])
    used = np.ones(len(MEASURES), bool)
    while True:
        offset, slopes = fit(x[:, used], y, weights)
        wrong = slopes * wanted[used] < 0
        if not wrong.any():
            full = np.zeros(len(MEASURES))
            full[used] = slopes
            return offset, full
        worst = np.flatnonzero(used)[np.argmin(slopes * wanted[used] * x[:, used].std(axis=0))]
        used[worst] = False


def rates(mated: Floats, impostors: Floats) -> str:
    """EER and false non-match rates at false match rates of 1 in 100, 1,000 and 10,000, percent."""
    ordered = np.sort(impostors)
    marks = [ordered[min(len(ordered) - 1, int(len(ordered) * (1 - rate)))] for rate in (1e-2, 1e-3, 1e-4)]
    at = np.unique(np.concatenate([mated, impostors]))
    misses = np.searchsorted(np.sort(mated), at) / len(mated)
    matches = 1 - np.searchsorted(ordered, at) / len(ordered)
    equal = np.argmin(np.abs(misses - matches))
    return f"EER {50 * (misses[equal] + matches[equal]):.2f}  " + "  ".join(
        f"{100 * np.mean(mated <= mark):.2f}" for mark in marks
    )


@dataclass(frozen=True)
class Shown:
    """One touch of a difficult set: whose it is, and its features."""

    owner: tuple[str, str]
    features: Features = field(repr=False)


def shown(fingers: int, seed: int) -> tuple[list[list[Shown]], list[list[Shown]]]:
    """Touches of every set of `tests.benchmarks.sensors`: as extracted from pictures, and as vendors write them."""
    images: list[list[Shown]] = []
    records: list[list[Shown]] = []
    for name, sensor in SENSORS.items():
        images.append([])
        records.append([])
        for finger, _, image, record in sensors.touches(name, fingers, SET_TOUCHES, seed):
            images[-1].append(Shown((name, finger), features_of(best(extract(image, sensor.dpi).minutiae))))
            records[-1].append(Shown((name, finger), features_of(record)))
    return images, records


def set_comparisons(sets: list[list[Shown]], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Evidence of all mated pairs, and of a fifth of the impostor pairs, within each set."""
    pairs = [pair for one in sets for pair in combinations(one, 2)]
    mated = ((a.features, b.features) for a, b in pairs if a.owner == b.owner)
    others = ((a.features, b.features) for a, b in pairs if a.owner != b.owner and rng.random() < 0.2)
    return _compared(mated), _compared(others)


def any_impostors(sets: list[list[Shown]], wanted: int, rng: np.random.Generator) -> Floats:
    """Evidence of `wanted` impostor pairs from all sets mixed."""
    every = [one for part in sets for one in part]
    drawn = (rng.integers(len(every), size=2).tolist() for _ in range(wanted))
    pairs = ((every[a], every[b]) for a, b in drawn)
    return _compared((a.features, b.features) for a, b in pairs if a.owner != b.owner)


def tail(impostors: Floats, offset: float, slopes: Floats) -> None:
    """Print the curve of `app/matching/calibration.py` from priced raw score to false match rate."""
    scores = offset + measures(impostors) @ slopes + priced(impostors) - raw_scores(impostors)
    ordered = np.sort(scores)
    wanted = np.array([0.05, 0.3, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0])
    wanted = wanted[wanted < np.log10(len(ordered) / 5)]  # at least five impostors beyond the last
    print("KNOTS   ", np.round(np.quantile(ordered, 1 - 10**-wanted), 2).tolist())
    print("RARITIES", wanted.tolist())
    smaller = np.minimum(impostors[:, Evidence.PROBE], impostors[:, Evidence.REFERENCE])
    for low, high in ((0, 10), (10, 15), (15, 20), (20, 30), (30, 45), (45, 200)):
        group = scores[(smaller >= low) & (smaller < high)]
        if len(group) > 200:
            marks = np.round(np.quantile(group, [0.9, 0.99, 0.999, 0.9999]), 2).tolist()
            print(f"   {low:3d} to {high:3d} minutiae: {len(group):7d} impostors, raw at 1 in 10 to 10,000", marks)


def _larger(evidence: Floats) -> Floats:
    larger: Floats = np.maximum(evidence[:, Evidence.PROBE], evidence[:, Evidence.REFERENCE])
    return larger


def weights(groups: Sequence[tuple[Floats, bool, float]]) -> tuple[float, Floats]:
    """Fit and print the constants of `app/matching/scoring.py`, from pairs with at least one sizable print.

    Each group is evidence, whether its pairs are mated, and how much all of them together count.
    """
    sizable = [(group[_larger(group) >= SIZABLE], mated, weight) for group, mated, weight in groups]
    x = measures(np.concatenate([group for group, _, _ in sizable]))
    y = np.concatenate([np.full(len(group), float(mated)) for group, mated, _ in sizable])
    share = np.concatenate([np.full(len(group), weight / len(group)) for group, _, weight in sizable])
    offset, slopes = fit_signed(x, y, share)
    print("OFFSET", round(offset, 3))
    for name, slope in zip(MEASURES, slopes, strict=True):
        print(f"    {name!r}: {slope:.3f},")
    return offset, slopes


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--fingers", type=int, default=210)
    parser.add_argument("--set-fingers", type=int, default=16)
    parser.add_argument("--impostors", type=int, default=150_000)
    options = parser.parse_args()
    rng = np.random.default_rng(9)
    images, records = shown(options.set_fingers, 7100)
    groups: list[tuple[Floats, bool, float]] = []
    for sets in (images, records):
        mated, others = set_comparisons(sets, rng)
        groups += [(mated, True, 0.1), (others, False, 1.0)]
    mated, others, same_flow = comparisons(501, options.fingers)
    groups += [(mated, True, 0.1), (others, False, 1.0), (same_flow, False, 0.02)]
    offset, slopes = weights(groups)
    mated, others, same_flow = comparisons(777, 2 * options.fingers)
    scores = [offset + measures(group) @ slopes for group in (mated, others, same_flow)]
    print("fresh fingers:      ", rates(scores[0], scores[1]))
    print("against same flow:  ", rates(scores[0], scores[2]))
    for number, name in enumerate(MEASURES):
        sign = -1 if name in NEGATIVE else 1
        print(f"   alone {name:10s}", rates(sign * measures(mated)[:, number], sign * measures(others)[:, number]))
    tail(np.concatenate([any_impostors(sets, options.impostors, rng) for sets in (images, records)]), offset, slopes)


if __name__ == "__main__":
    main()
