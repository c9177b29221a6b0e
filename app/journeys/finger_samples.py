"""Prints on their way into a draft: each is examined, and the same finger under two names is noticed."""

from collections.abc import Mapping

from app.domain.comparison import Decision
from app.domain.modality import FINGERS, Position
from app.domain.records import KeptSample
from app.domain.sample import RECORDS, Sample, Template
from app.journeys.ports import Fingers


async def examined(fingers: Fingers, samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """The samples, prints among them with the quality that was found and their ISO template."""
    return tuple([await _examined(fingers, sample) for sample in samples])


async def _examined(fingers: Fingers, sample: Sample) -> Sample:
    if sample.position not in FINGERS:
        return sample
    return (await fingers.examine(sample)).applied_to(sample)


async def twins(
    fingers: Fingers, samples: tuple[Sample, ...], before: Mapping[Position, tuple[KeptSample, ...]]
) -> dict[Position, tuple[str, ...]]:
    """For each finger among `samples`, the samples captured before under another finger's name that show this one."""
    found: dict[Position, tuple[str, ...]] = {}
    for position in dict.fromkeys(sample.position for sample in samples if sample.position in FINGERS):
        presses = [sample for sample in samples if sample.position is position]
        for other, kept in before.items():
            if other is not position and await _same(fingers, presses, kept):
                found[position] = found.get(position, ()) + tuple(one.sample_id for one in kept)
    return found


def only_for_devices(
    one: tuple[Sample, ...], other: tuple[Sample, ...]
) -> tuple[tuple[Template, ...], tuple[Template, ...]] | None:
    """The templates of two fingers that the station itself cannot compare: a side has no record; None where it can."""
    if all(any(each.format in RECORDS for each in _templates(side)) for side in (one, other)):
        return None
    mine, theirs = _templates(one), _templates(other)
    return (mine, theirs) if mine and theirs else None


def _templates(samples: tuple[Sample, ...]) -> tuple[Template, ...]:
    return tuple(template for sample in samples for template in sample.templates)


async def _same(fingers: Fingers, presses: list[Sample], kept: tuple[KeptSample, ...]) -> bool:
    score = await fingers.compare(presses, [one.sample for one in kept])
    return score.decision is Decision.MATCH
