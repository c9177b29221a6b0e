"""One-to-one latency from two records to a decision, parsing included.

    python -m tests.benchmarks.verify --records DIR [--json FILE]

Without records, padded ISO records of synthetic fingers are compared.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.domain.errors import RecordRefused
from app.matching.features import features_of
from app.matching.matcher import Matcher, Probe
from app.matching.records import parse
from app.matching.warmup import warm
from tests.benchmarks._data import RECORDS, clock, files, report, synthetic_records
from tests.benchmarks._options import parser as arguments

PAIRS = 2000


def probes(record: bytes) -> list[Probe]:
    return [Probe(features_of(view.minutiae)) for view in parse(record).views]


def readable(record: bytes) -> bool:
    try:
        return bool(parse(record).views)
    except RecordRefused:
        return False


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--json")
    options = parser.parse_args()
    if options.records:
        data = [path.read_bytes() for _, _, path in files(options.records, tuple(RECORDS))]
        data = [record for record in data if readable(record)]
    else:
        data = synthetic_records(60, touches=2)
    warm()
    chance = np.random.default_rng(1)
    spent = []
    with Matcher(threads=1) as matcher:
        for one, other in chance.integers(0, len(data), (PAIRS, 2)):
            start = clock()
            matcher.verify(probes(data[one]), probes(data[other]))
            spent.append(1000 * (clock() - start))
    report(
        {
            "verify_ms_median": float(np.median(spent)),
            "verify_ms_p95": float(np.quantile(spent, 0.95)),
            "verify_ms_p99": float(np.quantile(spent, 0.99)),
        },
        options.json,
    )


if __name__ == "__main__":
    main()
