"""Synthetic prints as devices deliver them, grown once for all tests of a process."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import cv2

from app.domain.comparison import Candidate, Score
from app.domain.enrollment import Enrollment
from app.domain.finger import FingerExamination, Readiness
from app.domain.modality import Position
from app.domain.person import Person
from app.domain.sample import CONTROLID_FINGER, ISO_FINGER, Quality, Sample, Source, Template
from app.matching import examiner
from app.matching.matcher import Matcher
from app.simulators.fingers import GOOD, Conditions, Finger, Look, MasterPrint, finger_seed, iso_record

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SENSOR = Source("reader", "fake", "R-100")
WINDOW = Conditions(width=260, height=320)
ALL_WELL = Quality(100.0)
"""What a device says that does not judge its pictures."""


@cache
def grown(finger: int) -> MasterPrint:
    """The ridges of synthetic finger number `finger`; half a second the first time."""
    return MasterPrint(Finger(finger_seed(31, finger)))


@cache
def picture(finger: int, touch: int = 0, look: Look = GOOD) -> bytes:
    """The PNG of one touch."""
    done, data = cv2.imencode(".png", grown(finger).impression(touch, WINDOW, look).image)
    assert done
    return data.tobytes()


def press(finger: int, position: Position, touch: int = 0, look: Look = GOOD) -> Sample:
    """One press as a device delivers it: a picture without any judgment."""
    return Sample(position, SENSOR, NOON, ALL_WELL, picture(finger, touch, look), "image/png")


def record_only(finger: int, position: Position, touch: int = 0) -> Sample:
    """One press of a device that delivers records."""
    record = iso_record(Finger(finger_seed(6, finger)).impression(touch))
    return Sample(position, SENSOR, NOON, Quality(80.0), templates=(Template(ISO_FINGER, record),))


def vendor_only(position: Position) -> Sample:
    """One press of a device that delivers nothing but its own template."""
    quality = Quality(80.0, figures={"template_only": 1})
    return Sample(position, SENSOR, NOON, quality, templates=(Template(CONTROLID_FINGER, b"ICRS21\0\0" * 40),))


def somebody(person_id: str, *samples: Sample) -> Enrollment:
    """An enrollment of these samples."""
    return Enrollment(Person(person_id, "Specimen", "Ana"), None, samples, enrolled_at=NOON)


def three(finger: int, position: Position) -> tuple[Sample, ...]:
    """Three presses with records, of synthetic finger number `finger`."""
    return tuple(replace(record_only(finger, position, touch)) for touch in range(3))


class Eye:
    """The Fingers port without a store: really examines and compares; `known` is what a search finds.

    With `compiling` examinations wait for it, as on the first start ever.
    """

    def __init__(self) -> None:
        self.known: tuple[Candidate, ...] = ()
        self.examined = 0
        self.compiling: asyncio.Event | None = None

    @property
    def readiness(self) -> Readiness:
        waiting = self.compiling is not None and not self.compiling.is_set()
        return Readiness.FIRST_TIME if waiting else Readiness.READY

    async def examine(self, sample: Sample) -> FingerExamination:
        if self.compiling is not None:
            await self.compiling.wait()
        self.examined += 1
        return await asyncio.to_thread(examiner.examine, sample)

    async def compare(self, one: Sequence[Sample], other: Sequence[Sample]) -> Score:
        with Matcher(1) as matcher:
            return await asyncio.to_thread(examiner.compare, one, other, matcher, false_match_rate=1e-5)

    async def search(self, samples: Sequence[Sample]) -> tuple[Candidate, ...]:
        return self.known if samples else ()
