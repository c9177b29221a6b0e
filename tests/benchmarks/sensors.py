"""Recognition on difficult synthetic sets, each like one kind of sensor and its public collections.

    python -m tests.benchmarks.sensors [--only NAME ...] [--fingers 20] [--impressions 6] [--json FILE]
        error rates of images and of records for every set, their mean, and minutiae and time a picture
    python -m tests.benchmarks.sensors --write DIR [--only NAME ...]
        DIR/<set>/<finger>_<impression>.png and .iso for the recognition benchmark; the set's resolution is printed

The sets follow what is published about FVC2002 and FVC2004 (Maio et al. 2002, 2004): size, resolution and principle of
the sensor, and that fingers were dried, moistened, turned up to 35 degrees, shifted and dragged on purpose. `child`
has ridges of two thirds of the usual period, `large` of nearly one and a third. `records` are the minutiae of
the same ridges as an ordinary vendor's extractor delivers them: a tenth to a fifth missing, as many invented, a pixel
or two and a few degrees off, kinds unreliable, no qualities.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.matching.extraction import extract
from app.matching.minutiae import Minutiae
from app.matching.records import FingerView, write
from app.matching.warmup import warm
from app.simulators.fingers import Conditions, Finger, Look, MasterPrint, finger_seed
from tests.benchmarks._data import Print, as_minutiae, rates, usable
from tests.benchmarks._options import parser as arguments
from tests.benchmarks.recognition import compared

_SHINY = Look(background=250, ridge=70, pores=0.8)
_DRY = replace(_SHINY, moisture=-0.55, dotted=0.7, noise=7, uneven=0.8, ridge=110)
_DAMP = replace(_SHINY, moisture=0.6, ridge=40, uneven=0.7, pores=0.1, blur=0.9)
_PALE = replace(_DRY, dotted=0.9, ridge=165, background=225, noise=6, uneven=1.0, spotty=0.2)
_CHIP = Look(background=205, ridge=40, noise=9, blur=0.9, uneven=0.8, stripes=2)
_THERMAL = Look(background=150, ridge=50, noise=11, blur=0.8, uneven=0.7, stripes=5, wander=5, pores=0.2)


@dataclass(frozen=True)
class Sensor:
    """One set: a picture of `width` x `height` pixels at `dpi`, how fingers are pressed, and how they look.

    `scale` is the size of the finger against an adult's.
    """

    width: int
    height: int
    dpi: float
    conditions: Conditions
    looks: Sequence[Look]
    coverage: tuple[float, float] = (0.6, 1.0)
    scale: float = 1.0

    def touch(self, master: MasterPrint, k: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """The picture of touch number `k`."""
        look = self.looks[int(rng.integers(len(self.looks)))]
        return master.impression(k, self._landing(k), look, self.dpi * self.scale).image

    def record(self, master: MasterPrint, k: int, rng: np.random.Generator) -> Minutiae:
        """The same touch as a vendor's extractor writes it down."""
        missing, spurious, jitter, turn = rng.uniform((0.1, 0.1, 1.2, 4), (0.2, 0.2, 2.0, 7)).tolist()
        written = replace(
            self._landing(k), missing=missing, spurious=spurious, jitter=jitter / self.scale, jitter_angle=turn,
            confused=0.35, two_degree=True, report_quality=False,
        )  # fmt: skip
        found = as_minutiae(master.points(k, written))
        x, y = (np.rint(place * self.scale).astype(np.int16) for place in (found.x, found.y))
        width, height = (round(side * 500 / self.dpi) for side in (self.width, self.height))
        return Minutiae(x, y, found.angle, found.kind, found.quality, width, height)

    def _landing(self, k: int) -> Conditions:
        width, height = (round(side * 500 / self.dpi / self.scale) for side in (self.width, self.height))
        low, high = self.coverage
        coverage = low + (high - low) * (k * 0.618 % 1)
        return replace(self.conditions, width=width, height=height, coverage=coverage)


_CALM = Conditions(rotation=8, shift=18, distortion=1.2)
_MOVED = Conditions(rotation=12, shift=24, distortion=2.0)
_DRAGGED = Conditions(rotation=16, shift=24, distortion=3.2)

SENSORS: Final = {
    "optical": Sensor(388, 374, 500, _CALM, (_SHINY, _DRY, _DAMP, replace(_SHINY, creases=4, scratches=6))),
    "optical-569": Sensor(296, 560, 569, _CALM, (_SHINY, _DRY, _DAMP, replace(_SHINY, latent=0.35))),
    "capacitive": Sensor(
        300, 300, 500, _MOVED,
        (_CHIP, replace(_CHIP, moisture=-0.6, dotted=0.9, spotty=0.35), replace(_CHIP, moisture=0.85, uneven=1.6)),
        coverage=(0.6, 1.1),
    ),
    "drawn": Sensor(288, 384, 500, _MOVED, (Look(scratches=12, noise=14, uneven=1.2), replace(_DRY, scratches=10))),
    "dragged": Sensor(
        640, 480, 500, _DRAGGED, (_SHINY, _DRY, _DAMP, replace(_PALE, dotted=0.5)), coverage=(0.45, 1.0)
    ),
    "pale": Sensor(328, 364, 500, _DRAGGED, (_PALE, replace(_PALE, latent=0.4), _DRY, replace(_DAMP, ridge=120))),
    "sweep": Sensor(
        300, 480, 512, _DRAGGED,
        (_THERMAL, replace(_THERMAL, moisture=0.6), replace(_THERMAL, moisture=-0.4, dotted=0.6)),
    ),
    "torn": Sensor(
        288, 384, 500, _DRAGGED,
        (replace(_DRY, creases=5, scratches=20, spotty=0.3), replace(_DAMP, uneven=1.8), Look(smudge=0.5, noise=12)),
    ),
    "child": Sensor(300, 400, 500, _MOVED, (_SHINY, _DRY, _DAMP), coverage=(0.7, 1.2), scale=0.68),
    "large": Sensor(388, 480, 500, _CALM, (_SHINY, _DRY, _DAMP), scale=1.28),
}  # fmt: skip


def touches(
    name: str, fingers: int, impressions: int, seed: int
) -> Iterator[tuple[str, str, NDArray[np.uint8], Minutiae]]:
    """Finger, impression, picture and record of every touch of a set."""
    sensor, population = SENSORS[name], list(SENSORS).index(name)
    for number in range(fingers):
        master = MasterPrint(Finger(finger_seed(seed + population, number)))
        for k in range(impressions):
            rng = np.random.default_rng((seed + population, number, k))
            image = sensor.touch(master, k, rng)
            yield str(number + 1), str(k + 1), image, sensor.record(master, k, rng)


def measured(name: str, fingers: int, impressions: int, seed: int) -> dict[str, float]:
    """Error rates (percent) of images and of records of a set; minutiae and milliseconds of a picture."""
    images, records, counts, spent = [], [], [], []
    for finger, impression, image, record in touches(name, fingers, impressions, seed):
        start = time.process_time()
        found = extract(image, SENSORS[name].dpi).minutiae
        spent.append(1000 * (time.process_time() - start))
        counts.append(len(found))
        images.append(Print(finger, impression, usable(found)))
        records.append(Print(finger, impression, usable(record)))
    figures: dict[str, float] = {}
    for kind, prints in (("image", images), ("record", records)):
        mated, impostors, _ = compared(prints)
        found_rates = rates(mated, impostors)
        figures |= {f"{kind}_eer": found_rates.eer, f"{kind}_fmr1000": found_rates.fmr1000}
    return figures | {"minutiae": float(np.median(counts)), "extract_ms": float(np.median(spent))}


def save(folder: Path, names: Sequence[str], fingers: int, impressions: int, seed: int) -> None:
    """Pictures and records of the sets, each in a folder of its own."""
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
        print(f"{name}: --dpi {SENSORS[name].dpi:g}")
        for finger, impression, image, record in touches(name, fingers, impressions, seed):
            stem = folder / name / f"{finger}_{impression}"
            stem.with_suffix(".iso").write_bytes(write([FingerView(record)], limit=384))
            cv2.imwrite(str(stem.with_suffix(".png")), image)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--only", nargs="+", choices=list(SENSORS), default=list(SENSORS), metavar="NAME")
    parser.add_argument("--fingers", type=int, default=20)
    parser.add_argument("--impressions", type=int, default=6)
    parser.add_argument("--seed", type=int, default=6100)
    parser.add_argument("--write", type=Path, metavar="DIR")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.write:
        save(options.write, options.only, options.fingers, options.impressions, options.seed)
        return
    warm()
    figures = {name: measured(name, options.fingers, options.impressions, options.seed) for name in options.only}
    keys = list(next(iter(figures.values())))
    figures["mean"] = {key: float(np.mean([row[key] for row in figures.values()])) for key in keys}
    for name, row in figures.items():
        print(f"{name:12s}" + "  ".join(f"{key} {value:6.2f}" for key, value in row.items()))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
