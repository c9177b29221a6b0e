"""Whether somebody is enrolled already: unique fields, cards, fingers, and what the devices know; changes nothing."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app import logs
from app.domain.comparison import Score
from app.domain.device import Device, HoldsPeople
from app.domain.enrollment import Enrollment
from app.domain.errors import DeviceError, MatchingError
from app.domain.modality import Modality
from app.domain.records import PersonRecord
from app.domain.sample import Template
from app.journeys.station import Station

LOG = logging.getLogger(__name__)
CARD_FIELD = "card"


class Clue(StrEnum):
    """What speaks for one and the same person."""

    FIELD = "field"
    CARD = "card"
    FINGER = "finger"
    DEVICE = "device"
    """A device recognized iris, face or template as its own."""


@dataclass(frozen=True)
class Duplicate:
    """Somebody seems to be known; an empty `device_id` is the station itself, else `person_id` is that device's.

    `what` names the field; `score` is how alike the fingers are.
    """

    device_id: str
    person_id: str
    clue: Clue = Clue.DEVICE
    what: str = ""
    score: Score | None = None


@dataclass(frozen=True)
class Findings:
    """What was found, whether the fingers could be searched at all, and which devices could not be asked."""

    found: tuple[Duplicate, ...] = ()
    fingers_searched: bool = True
    not_asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """One person who may be the same, with everything that speaks for it; no record when only a device knows them."""

    person_id: str
    clues: tuple[Duplicate, ...]
    record: PersonRecord | None = None


async def search(station: Station, enrollment: Enrollment, devices: Sequence[Device], *, replaces: str) -> Findings:
    """Ask the store, the fingers of everybody, and `devices`. A device that cannot be asked now holds nothing up."""
    mine = {enrollment.person.person_id, replaces} - {""}
    found = [*await _same_fields(station, enrollment), *await _same_cards(station, enrollment)]
    searched = True
    try:
        found += await _same_fingers(station, enrollment)
    except MatchingError as error:
        logs.event(LOG, "fingers-not-searched", logging.WARNING, error=error)
        searched = False
    not_asked: list[str] = []
    for device in devices:
        try:
            found += await _known_there(station, device, enrollment)
        except DeviceError as error:  # it is asked again when the person is brought to it
            logs.event(LOG, "duplicates-not-asked", logging.WARNING, device=device.device_id, error=error)
            not_asked.append(device.device_id)
    return Findings(tuple(each for each in found if each.person_id not in mine), searched, tuple(not_asked))


async def gathered(station: Station, found: Sequence[Duplicate]) -> tuple[Earlier, ...]:
    """What was found, by person, with the record where the station has one; the strongest case first."""
    people = dict.fromkeys(each.person_id for each in found)
    cases = [
        Earlier(one, tuple(each for each in found if each.person_id == one), await station.people.get(one))
        for one in people
    ]
    return tuple(sorted(cases, key=lambda case: (case.record is None, -len(case.clues))))


async def _same_fields(station: Station, enrollment: Enrollment) -> list[Duplicate]:
    fields = enrollment.person.fields
    unique = [field.name for field in station.policy.fields if field.unique and fields.get(field.name)]
    owners = [(name, await station.people.find_field(name, fields[name])) for name in unique]
    return [Duplicate("", owner, Clue.FIELD, name) for name, owner in owners if owner]


async def _same_cards(station: Station, enrollment: Enrollment) -> list[Duplicate]:
    cards = [sample.card for sample in enrollment.of(Modality.CARD) if sample.card]
    owners = [await station.people.find_field(CARD_FIELD, card) for card in cards]
    return [Duplicate("", owner, Clue.CARD) for owner in dict.fromkeys(owners) if owner]


async def _same_fingers(station: Station, enrollment: Enrollment) -> list[Duplicate]:
    prints = enrollment.of(Modality.FINGER)
    candidates = await station.fingers.search(prints) if prints else ()
    return [Duplicate("", each.person_id, Clue.FINGER, score=each.score) for each in candidates]


async def _known_there(station: Station, device: Device, enrollment: Enrollment) -> list[Duplicate]:
    if not isinstance(device, HoldsPeople):
        return []
    templates: tuple[Template, ...] = tuple(one for sample in enrollment.samples for one in sample.templates)
    async with station.leases.use(device), station.leases.turn(device):
        known = await device.find_duplicate(templates)
    return [Duplicate(device.device_id, known)] if known else []
