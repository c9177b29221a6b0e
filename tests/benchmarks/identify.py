"""Identification in a large gallery: who is found, how fast, at what cost in memory.

    python -m tests.benchmarks.identify --gallery N [--records DIR] [--threads T] [--json FILE]

The gallery holds the first impression of every finger of DIR and is filled with synthetic people up to N; the other
impressions are searched. Without records synthetic fingers take their place. FPIR is counted on the best wrong
person of each search, FNIR at the threshold where 1 % of the searches would name a wrong person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.matching.features import Features, features_of
from app.matching.gallery import Gallery, Snapshot
from app.matching.matcher import Matcher, Probe
from app.matching.warmup import warm
from tests.benchmarks._data import Floats, by_finger, clock, records, report, synthetic
from tests.benchmarks._options import parser as arguments

MATED = 250
"""Synthetic fingers with two further impressions each, when no records are given."""
FPIR = 0.01


@dataclass(frozen=True)
class Search:
    """One search: whose print it was (it is in the gallery), and its features."""

    person: str
    features: Features = field(repr=False)


def from_records(folder: Path) -> tuple[dict[str, Features], list[Search], int]:
    """Enrolled features, searches, and how many searches failed before they began."""
    enrolled, searches, failed = {}, [], 0
    for finger, prints in by_finger(records(folder)).items():
        first, *others = sorted(prints, key=lambda one: one.features is None)
        if first.features is None:
            failed += len(others)
            continue
        enrolled[f"real-{finger}"] = first.features
        searches += [Search(f"real-{finger}", one.features) for one in others if one.features is not None]
        failed += sum(one.features is None for one in others)
    return enrolled, searches, failed


def from_synthetic(count: int) -> tuple[dict[str, Features], list[Search], int]:
    enrolled, searches = {}, []
    for number, shown in enumerate(synthetic(count, 31, touches=3)):
        first, *others = (features_of(minutiae) for minutiae in shown)
        enrolled[f"mate-{number}"] = first
        searches += [Search(f"mate-{number}", features) for features in others]
    return enrolled, searches, 0


def stored(enrolled: dict[str, Features], size: int) -> list[tuple[str, str, bytes]]:
    """Rows as the store keeps them, the mates spread among synthetic people."""
    fill = max(0, size - len(enrolled))
    rows = [(person, "", features.to_bytes()) for person, features in enrolled.items()]
    for number, (minutiae,) in enumerate(synthetic(fill, 47)):
        rows.append((f"fill-{number}", "", features_of(minutiae).to_bytes()))
    order = np.random.default_rng(3).permutation(len(rows))
    return [rows[at] for at in order]


def searched(matcher: Matcher, gallery: Snapshot, searches: list[Search]) -> tuple[Floats, Floats, Floats, Floats]:
    """For each search: rank of the mate (0 = not named), score of the mate, best other score, seconds."""
    out = np.zeros((4, len(searches)))
    for at, search in enumerate(searches):
        start = clock()
        found = matcher.search(gallery, [Probe(search.features)], limit=20)
        out[3, at] = clock() - start
        for rank, candidate in enumerate(found, 1):
            if candidate.person_id == search.person:
                out[0, at], out[1, at] = rank, candidate.score.value
            else:
                out[2, at] = max(out[2, at], candidate.score.value)
    return out[0], out[1], out[2], out[3]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--gallery", type=int, required=True)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json")
    options = parser.parse_args()
    warm()
    enrolled, searches, failed = (
        from_records(options.records) if options.records else from_synthetic(min(MATED, options.gallery))
    )
    rows = stored(enrolled, options.gallery)
    start = clock()
    gallery = Gallery.load(rows).snapshot
    prepared = clock() - start
    with Matcher(threads=options.threads) as matcher:
        searched(matcher, gallery, searches[:5])
        rank, mate, other, seconds = searched(matcher, gallery, searches)
    total = len(searches) + failed
    threshold = np.sort(other)[max(0, len(other) - 1 - int(FPIR * len(other)))]
    hits = int((mate > threshold).sum())
    ms = 1000 * seconds
    print(f"{gallery.templates} templates, {len(searches)} searches, {failed} without features")
    print(f"stored bytes per template {np.mean([len(data) for _, _, data in rows]):.0f}")
    report(
        {
            "rank1": 100 * float((rank == 1).sum()) / total,
            "fnir_at_fpir1": 100 * (1 - hits / total),
            "latency_ms_median": float(np.median(ms)),
            "latency_ms_p95": float(np.quantile(ms, 0.95)),
            "latency_ms_p99": float(np.quantile(ms, 0.99)),
            "comparisons_per_s": gallery.templates * len(searches) / float(seconds.sum()),
            "bytes_per_template": gallery.nbytes / gallery.templates,
            "prepare_ms": 1000 * prepared,
        },
        options.json,
    )


if __name__ == "__main__":
    main()
