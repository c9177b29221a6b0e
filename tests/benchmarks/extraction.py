"""Minutiae extraction against the truth of synthetic fingers.

python -m tests.benchmarks.extraction [--fingers 6] [--json FILE]
    precision, recall and time for every kind of picture, good and ugly
python -m tests.benchmarks.extraction --write DIR --fingers 30 --impressions 8
    a folder of <finger>_<impression>.png for the recognition benchmark
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.matching.extraction import extract
from app.matching.minutiae import Minutiae
from app.simulators.fingers import Conditions, Finger, Look, MasterPrint, Points
from app.simulators.fingers import look as looks
from tests.benchmarks._options import parser as arguments

LOOKS: dict[str, Look] = {
    name.lower(): value for name, value in vars(looks).items() if name.isupper() and isinstance(value, Look)
}
NEAR = 12.0
"""Pixels within which a found minutia is the true one."""
TURNED = np.pi / 8
WINDOW = Conditions(width=388, height=374)


def agreeing(truth: Points, found: Minutiae) -> int:
    """How many minutiae are both true and found, one to one, nearest first."""
    apart = np.hypot(truth.x[:, None].astype(float) - found.x, truth.y[:, None].astype(float) - found.y)
    turn = (truth.angle[:, None].astype(int) - found.angle + 128) % 256 - 128
    apart[np.abs(turn) * 2 * np.pi / 256 > TURNED] = np.inf
    count = 0
    while apart.size and apart.min() <= NEAR:
        row, column = np.unravel_index(apart.argmin(), apart.shape)
        apart[row, :] = np.inf
        apart[:, column] = np.inf
        count += 1
    return count


def pictures(fingers: int, first: int = 9000) -> Iterator[tuple[str, NDArray[np.uint8], Points]]:
    """Every look of every finger, with its truth."""
    for number in range(fingers):
        master = MasterPrint(Finger(first + number))
        for k, (name, look) in enumerate(LOOKS.items()):
            capture = master.impression(k, WINDOW, look)
            yield name, capture.image, capture.truth


def measure(fingers: int) -> dict[str, dict[str, float]]:
    """Precision and recall (percent) and median time (milliseconds) by look and over all."""
    sums: dict[str, list[tuple[int, int, int, float]]] = {}
    for name, image, truth in pictures(fingers):
        started = time.perf_counter()
        found = extract(image).minutiae
        spent = 1000 * (time.perf_counter() - started)
        row = (agreeing(truth, found), len(found), len(truth), spent)
        sums.setdefault(name, []).append(row)
    sums["all"] = [row for rows in sums.values() for row in rows]
    return {name: _summary(rows) for name, rows in sums.items()}


def _summary(rows: list[tuple[int, int, int, float]]) -> dict[str, float]:
    right, found, true, _ = (sum(column) for column in zip(*rows, strict=True))
    return {
        "precision": 100 * right / max(1, found),
        "recall": 100 * right / max(1, true),
        "found": found / len(rows),
        "extract_ms_median": float(np.median([row[3] for row in rows])),
    }


def write(folder: Path, fingers: int, impressions: int, seed: int) -> None:
    """A folder like a collection from many sensors: sizes, touches and looks vary within every finger."""
    folder.mkdir(parents=True, exist_ok=True)
    values = list(LOOKS.values())
    for number in range(fingers):
        master = MasterPrint(Finger(seed + number))
        for k in range(impressions):
            rng = np.random.default_rng((seed + number, k))
            conditions = Conditions(388, 374, rotation=12, shift=22, coverage=rng.uniform(0.6, 1), distortion=1.6)
            capture = master.impression(k, conditions, values[int(rng.integers(len(values)))])
            cv2.imwrite(str(folder / f"{number + 1}_{k + 1}.png"), capture.image)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--fingers", type=int, default=6)
    parser.add_argument("--impressions", type=int, default=8)
    parser.add_argument("--seed", type=int, default=9000)
    parser.add_argument("--write", type=Path, metavar="DIR")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    if chosen.write:
        write(chosen.write, chosen.fingers, chosen.impressions, chosen.seed)
        return
    extract(np.zeros((374, 388), np.uint8))
    figures = measure(chosen.fingers)
    for name, row in figures.items():
        print(f"{name:9s}" + "  ".join(f"{key} {value:5.1f}" for key, value in row.items()))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
