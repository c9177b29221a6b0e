"""Synthetic people and samples for the store's tests."""

import random
from datetime import UTC, datetime, timedelta

from app.domain.enrollment import Enrollment, ExceptionReason, FailureToAcquire
from app.domain.modality import FaceVariant, Position
from app.domain.person import Consent, Person
from app.domain.records import KeptSample
from app.domain.sample import Quality, QualityReason, Sample, Source, Template

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TERMINAL = Source("iris-1", "ef45", serial="EF45-0001", encounter="e-1")


def sample(position: Position, *, seed: int = 0, image_bytes: int = 3000) -> Sample:
    """A sample of random bytes; equal seeds give equal samples."""
    dice = random.Random(f"{position}-{seed}")
    template = Template("synthetic", dice.randbytes(512), version=2, attributes={"x": 320, "ratio": 0.5})
    return Sample(
        position,
        TERMINAL,
        START + timedelta(seconds=seed),
        Quality(81.5, QualityReason.OK, {"usable": 93.0, "lens": False}),
        image=dice.randbytes(image_bytes),
        media_type="image/png",
        variant=FaceVariant.COLOR if position is Position.FACE else None,
        templates=(template,),
    )


def card(number: str) -> Sample:
    """A card that was read."""
    return Sample(Position.CARD, TERMINAL, START, Quality(100.0), card=number)


def kept(position: Position, *, seed: int = 0, image_bytes: int = 3000) -> KeptSample:
    """A sample of a draft."""
    return KeptSample(
        f"{position.value}-{seed}", "capture", seed + 1, sample(position, seed=seed, image_bytes=image_bytes)
    )


def enrollment(person_id: str, *, seed: int = 0, last: str = "Specimen", first: str = "Ana", **more: str) -> Enrollment:
    """A whole enrollment: both irises, a face, one finger, a consent, one failure; `more` are the person's fields."""
    positions = (Position.LEFT_IRIS, Position.RIGHT_IRIS, Position.FACE, Position.RIGHT_INDEX)
    return Enrollment(
        Person(person_id, last, first, more),
        Consent("2026-1", "es", "ab" * 32, START),
        tuple(sample(position, seed=seed) for position in positions),
        (FailureToAcquire(Position.LEFT_INDEX, ExceptionReason.BANDAGED, 1, "hand in plaster", START),),
        START + timedelta(minutes=seed),
        "desk-1",
    )
