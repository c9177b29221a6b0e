"""What the matching benchmarks share: prints from a folder or of synthetic fingers, and error rates."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.domain.errors import RecordRefused
from app.matching.features import Features, features_of
from app.matching.minutiae import Minutiae
from app.matching.pairing.tables import LEAST_MINUTIAE
from app.matching.records import FingerView, RecordFormat, parse, write
from app.simulators.fingers import Conditions, Finger, Points, finger_seed

Floats = npt.NDArray[np.float64]

IMAGES = (".tif", ".tiff", ".png", ".bmp")
RECORDS = {".iso": RecordFormat.ISO_19794_2_2005, ".ansi": RecordFormat.ANSI_378_2004, ".fmr": None}

VENDOR = Conditions(
    width=388, height=374, rotation=10, shift=20, coverage=0.8, distortion=1.5, missing=0.15, spurious=0.12,
    jitter=1.8, jitter_angle=6, two_degree=True, report_quality=False,
)  # fmt: skip
"""Touches as a common reader and a vendor's extractor deliver them."""


@dataclass(frozen=True)
class Print:
    """One file or touch: its finger, its impression, its features (None when nothing could be extracted)."""

    finger: str
    impression: str
    features: Features | None = field(repr=False)


def files(folder: Path, endings: Sequence[str]) -> list[tuple[str, str, Path]]:
    """Finger, impression and path of every `<finger>_<impression>.<ext>`, in natural order."""
    found = []
    for path in folder.iterdir():
        finger, mark, impression = path.stem.rpartition("_")
        if mark and path.suffix.lower() in endings and path.is_file():
            found.append((finger, impression, path))
    if not found:
        raise SystemExit(f"no files named <finger>_<impression> with {', '.join(endings)} in {folder}")
    return sorted(found, key=lambda one: (_natural(one[0]), _natural(one[1])))


def _natural(name: str) -> tuple[int, str]:
    digits = "".join(letter for letter in name if letter.isdigit())
    return int(digits or 0), name


def records(folder: Path) -> list[Print]:
    """Every record of a folder; one that is refused or has too few minutiae has no features."""
    return [Print(finger, number, _of_record(path)) for finger, number, path in files(folder, tuple(RECORDS))]


def _of_record(path: Path) -> Features | None:
    try:
        record = parse(path.read_bytes(), RECORDS[path.suffix.lower()])
    except RecordRefused as error:
        print(f"{path.name} is refused: {error}")
        return None
    return usable(max((view.minutiae for view in record.views), key=len, default=Minutiae.empty()))


def usable(minutiae: Minutiae) -> Features | None:
    """Features, or None when there is too little to compare."""
    return features_of(minutiae) if len(minutiae) >= LEAST_MINUTIAE else None


def as_minutiae(points: Points) -> Minutiae:
    return Minutiae(points.x, points.y, points.angle, points.kind, points.quality, points.width, points.height)


def synthetic(count: int, seed: int, touches: int = 1) -> Iterator[list[Minutiae]]:
    """The impressions of `count` synthetic fingers."""
    for number in range(count):
        finger = Finger(finger_seed(seed, number))
        yield [as_minutiae(finger.impression(k, VENDOR)) for k in range(touches)]


def synthetic_records(count: int, touches: int) -> list[bytes]:
    """Padded ISO records of synthetic fingers."""
    every = (minutiae for shown in synthetic(count, 11, touches) for minutiae in shown)
    return [write([FingerView(minutiae)], limit=384).ljust(384, b"\0") for minutiae in every]


@dataclass(frozen=True)
class Rates:
    """Percent."""

    eer: float
    fmr100: float
    fmr1000: float
    zero_fmr: float


def rates(mated: Floats, impostors: Floats) -> Rates:
    """EER, and the lowest false non-match rate at false match rates of at most 1/100, 1/1000 and 0."""
    ordered = np.sort(impostors)
    thresholds = np.unique(np.concatenate([mated, impostors, [np.inf]]))
    misses = np.searchsorted(np.sort(mated), thresholds, side="left") / len(mated)
    matches = 1 - np.searchsorted(ordered, thresholds, side="left") / len(ordered)
    cross = int(np.argmin(np.abs(misses - matches)))

    def at(limit: float) -> float:
        return float(100 * misses[matches <= limit + 1e-12].min())

    return Rates(float(50 * (misses[cross] + matches[cross])), at(0.01), at(0.001), at(0.0))


def by_finger(prints: Sequence[Print]) -> dict[str, list[Print]]:
    groups: dict[str, list[Print]] = defaultdict(list)
    for one in prints:
        groups[one.finger].append(one)
    return dict(groups)


def clock() -> float:
    return time.perf_counter()


def report(figures: dict[str, float], path: str | None) -> None:
    """Print every figure; write them as JSON too when a path is given."""
    for name, value in figures.items():
        print(f"{name:22s} {value:,.3f}")
    if path:
        Path(path).write_text(json.dumps(figures, indent=1), encoding="utf-8")
