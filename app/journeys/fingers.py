"""A station without an eye for fingerprints: prints are kept as they come and nobody is found by them."""

from collections.abc import Sequence

from app.domain.comparison import Candidate, Score
from app.domain.finger import FingerExamination, Readiness
from app.domain.sample import Sample


class NoFingers:
    """The Fingers port where none is wired."""

    readiness = Readiness.READY

    async def examine(self, sample: Sample) -> FingerExamination:
        """As the device judged it."""
        return FingerExamination(sample.quality)

    async def compare(self, one: Sequence[Sample], other: Sequence[Sample]) -> Score:
        """Never the same finger."""
        return Score(0.0, 1.0)

    async def search(self, samples: Sequence[Sample]) -> tuple[Candidate, ...]:
        """Nobody."""
        return ()
