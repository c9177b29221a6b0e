"""Compares probes with references, one to one and one to many; any thread, no state but its helpers.

A search ranks the whole gallery by a vote, compares the best templates as in a one-to-one comparison, and
fuses what belongs to one person: the best of several templates and views of a finger, then the evidence of
several fingers. Every score comes with the false match rate it stands for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from app.domain.comparison import Candidate, Score
from app.matching.calibration import NOTHING, Calibrated, calibrated, fused, threshold_for
from app.matching.crew import Crew
from app.matching.features import ANGLE, Features, Words
from app.matching.gallery import Snapshot
from app.matching.pairing import EVIDENCE, Evidence, compare

VOTING: Final = 24
"""Probe minutiae that vote on the whole gallery: those with the richest surroundings."""
COMPARED: Final = 200
LARGE: Final = 20_000
COMPARED_LARGE: Final = 400
"""Templates compared, in a gallery of up to LARGE templates and beyond."""
SURE: Final = 40
"""The first of them in full; the others only while they relax as well as the middle of these; none of
them once one of the first is beyond the threshold: whoever else has that finger stands as high in the vote."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Progress = Callable[[], None]
"""Called between parts of a search on either thread; ends the search by raising."""


@dataclass(frozen=True)
class Probe:
    """One finger view to look for; `finger` as in the gallery, empty when it may be any finger."""

    features: Features = field(repr=False)
    finger: str = ""


_PART: Final = 20
"""Full comparisons between two looks at the clock: about two milliseconds."""


def _no_progress() -> None:
    """Never ends a search."""


def _may_be_same(finger: str, other: str) -> bool:
    return not finger or not other or finger == other


def _rarity(result: Calibrated) -> float:
    return result.rarity


def _best_of_each(fingers: Sequence[str], results: Sequence[Calibrated]) -> list[tuple[Calibrated, int]]:
    """The best comparison of each finger, and how many there were of it."""
    made = Counter(fingers)
    best = dict.fromkeys(made, NOTHING)
    for finger, result in zip(fingers, results, strict=True):
        best[finger] = max(best[finger], result, key=_rarity)
    return [(result, made[finger]) for finger, result in best.items()]


def voting_rows(features: Features) -> Words:
    """The minutiae of a probe that vote, those with most bits set in their codes."""
    bits = features.words[:, ANGLE] >> 16
    order = np.argsort(-bits.astype(np.int64), kind="stable")[:VOTING]
    return np.ascontiguousarray(features.words[order[bits[order] > 0]])


class Matcher:
    """Verification and identification, several at a time. `threads` is 1 or 2; close it (or use `with`) to end its
    helpers, which help only while `spare` says so (Crew).
    """

    def __init__(self, threads: int | None = None, spare: Callable[[], bool] | None = None) -> None:
        self._crew = Crew(threads) if spare is None else Crew(threads, spare)

    def __enter__(self) -> Matcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for the helpers to end."""
        self._crew.close()

    def verify(self, probe: Sequence[Probe], reference: Sequence[Probe], *, false_match_rate: float = 1e-4) -> Score:
        """One person's probe views against one person's references, held against a false match rate.

        Prints that cannot be compared (too few minutiae, no finger in common) score 0 and never match.
        """
        pairs = [(view, other) for view in probe for other in reference if _may_be_same(view.finger, other.finger)]
        evidence = np.zeros((len(pairs), EVIDENCE))
        for (view, other), out in zip(pairs, evidence, strict=True):
            compare(view.features.words, other.features.words, 0.0, out)
        fingers = [view.finger or other.finger for view, other in pairs]
        return fused(_best_of_each(fingers, calibrated(evidence)), threshold_for(false_match_rate, 1))

    def search(
        self,
        snapshot: Snapshot,
        probe: Sequence[Probe],
        *,
        target_fpir: float = 0.01,
        limit: int = 10,
        progress: Progress = _no_progress,
    ) -> tuple[Candidate, ...]:
        """The persons most like the probe, best first, at most `limit`.

        Each score is held against the threshold that lets at most `target_fpir` of the searches for
        strangers come up with a person in a gallery of this size.
        """
        threshold = threshold_for(target_fpir, max(snapshot.people, 1))
        found: dict[str, list[tuple[str, Calibrated]]] = defaultdict(list)
        for view in probe:
            for person, result in self._ranked(snapshot, view, threshold / 10, progress):
                found[person].append((view.finger, result))
        made = round(snapshot.templates / max(snapshot.people, 1))
        asked = Counter(view.finger for view in probe)

        def score(results: list[tuple[str, Calibrated]]) -> Score:
            best = dict.fromkeys(asked, NOTHING)
            for finger, result in results:
                best[finger] = max(best[finger], result, key=_rarity)
            return fused([(result, made * asked[finger]) for finger, result in best.items()], threshold)

        candidates = [Candidate(person, score(results)) for person, results in found.items()]
        return tuple(sorted(candidates, key=lambda one: -one.score.value)[:limit])

    def _ranked(
        self, snapshot: Snapshot, view: Probe, enough: float, progress: Progress
    ) -> list[tuple[str, Calibrated]]:
        """The compared templates' owners and results; those beyond the first only while none is `enough`."""
        rows = voting_rows(view.features)
        if not len(rows) or not snapshot.templates:
            return []
        chosen = self._best_by_vote(snapshot, view, rows, progress)
        evidence = self._weighed(snapshot, view, chosen[:SURE], 0.0, progress)
        if len(chosen) > SURE and max(calibrated(evidence), key=_rarity).rarity < enough:
            least = float(np.median(evidence[:, Evidence.RELAXED]))
            rest = self._weighed(snapshot, view, chosen[SURE:], least, progress)
            evidence = np.concatenate([evidence, rest])
        return list(zip(snapshot.owners(chosen[: len(evidence)]), calibrated(evidence), strict=True))

    def _weighed(self, snapshot: Snapshot, view: Probe, chosen: Integers, least: float, progress: Progress) -> Floats:
        """Evidence for each chosen template, in order."""
        evidence = np.zeros((len(chosen), EVIDENCE))

        def weigh(number: int) -> None:
            progress()
            part = slice(number * _PART, (number + 1) * _PART)
            snapshot.sweep.compare(view.features.words, chosen[part], least, evidence[part])

        self._crew.each(weigh, -(-len(chosen) // _PART))
        return evidence

    def _best_by_vote(self, snapshot: Snapshot, view: Probe, rows: Words, progress: Progress) -> Integers:
        sweep = snapshot.sweep
        votes = sweep.votes()

        def vote(number: int) -> None:
            progress()
            sweep.vote(number, rows, votes)

        self._crew.each(vote, sweep.parts)
        heard = sweep.by_template(votes)
        heard[~snapshot.searched(view.finger)] = -1
        wanted = min(len(heard), COMPARED if snapshot.templates <= LARGE else COMPARED_LARGE)
        best = np.argpartition(-heard, wanted - 1)[:wanted]
        best = best[heard[best] >= 0]
        found: Integers = best[np.argsort(-heard[best], kind="stable")]
        return found
