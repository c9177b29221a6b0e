"""Verification error rates on a folder of fingerprint images or minutiae records.

    python -m tests.benchmarks.recognition --images DIR [--dpi N] [--json FILE]
    python -m tests.benchmarks.recognition --records DIR [--json FILE]

Files are named `<finger>_<impression>.<ext>` (tif, png, bmp; iso, ansi). All pairs of one finger are mated,
all pairs of different fingers are impostors; a print from which nothing could be extracted matches nothing.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import cv2
import numpy as np

from app.matching.extraction import extract
from app.matching.matcher import Matcher, Probe
from app.matching.warmup import warm
from tests.benchmarks._data import IMAGES, Floats, Print, clock, files, rates, records, report, usable
from tests.benchmarks._options import parser as arguments


def images(folder: Path, dpi: float) -> tuple[list[Print], Floats]:
    """Every image of a folder as features, and the milliseconds each extraction took."""
    prints, spent = [], []
    named = files(folder, IMAGES)
    for finger, impression, path in named:
        image = _gray(path)
        if image is None:
            print(f"{path.name} cannot be read as an image")
            prints.append(Print(finger, impression, None))
            continue
        start = clock()
        minutiae = extract(image, dpi).minutiae
        spent.append(1000 * (clock() - start))
        prints.append(Print(finger, impression, usable(minutiae)))
    return prints, np.array(spent or [0.0])


def _gray(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None:
    """The picture, or None when the file is none."""
    data = np.frombuffer(path.read_bytes() or b"-", np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return None if image is None else np.asarray(image, np.uint8)


def compared(prints: list[Print]) -> tuple[Floats, Floats, Floats]:
    """Scores of mated and of impostor pairs, and the microseconds each comparison took."""
    scores: dict[bool, list[float]] = {True: [], False: []}
    spent = []
    with Matcher(threads=1) as matcher:
        for one, other in combinations(prints, 2):
            value = 0.0
            if one.features is not None and other.features is not None:
                start = clock()
                value = matcher.verify([Probe(one.features)], [Probe(other.features)]).value
                spent.append(1e6 * (clock() - start))
            scores[one.finger == other.finger].append(value)
    if not scores[True] or not scores[False]:
        raise SystemExit("two impressions of one finger and two fingers are needed at least")
    return np.array(scores[True]), np.array(scores[False]), np.array(spent or [0.0])


def main() -> None:
    parser = arguments(__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--images", type=Path)
    source.add_argument("--records", type=Path)
    parser.add_argument("--dpi", type=float, default=500)
    parser.add_argument("--json")
    options = parser.parse_args()
    warm()
    spent: Floats = np.zeros(1)
    if options.images:
        prints, spent = images(options.images, options.dpi)
    else:
        prints = records(options.records)
    mated, impostors, each = compared(prints)
    found = rates(mated, impostors)
    print(f"{len(prints)} prints, {len(mated)} mated pairs, {len(impostors)} impostor pairs")
    print(f"extraction p95 {np.quantile(spent, 0.95):.1f} ms, comparison p95 {np.quantile(each, 0.95):.0f} us")
    report(
        {
            "eer": found.eer,
            "fmr100": found.fmr100,
            "fmr1000": found.fmr1000,
            "zero_fmr": found.zero_fmr,
            "failed_extractions": sum(one.features is None for one in prints),
            "extract_ms_median": float(np.median(spent)),
            "compare_us_median": float(np.median(each)),
        },
        options.json,
    )


if __name__ == "__main__":
    main()
