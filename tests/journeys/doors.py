"""Doors that keep people: honest, forgetful, exchanged, away; and a station with a real store around them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.device import DeviceInfo, Written
from app.domain.enrollment import Delivery, Enrollment
from app.domain.errors import DuplicateFound, StationError, Unreachable
from app.domain.policy import EnrollmentPolicy
from app.domain.sample import Template
from app.journeys.station import Station
from app.journeys.supervision import Supervision, no_secret
from app.store import Store
from tests.ui.fakes import FakeDevice


class Door(FakeDevice):
    """Keeps people in memory; `held` is what a person standing before it would find."""

    def __init__(self, device_id: str, serial: str = "S-1") -> None:
        super().__init__(device_id, device_id)
        self.held: dict[str, Enrollment] = {}
        self.serial = serial
        self.away = False
        self.lies = False
        self.writes: list[str] = []
        self.refuse: StationError | None = None

    async def open(self, *, take_over: bool = False) -> DeviceInfo:
        if self.away:
            raise Unreachable(device=self.device_id, step="open")
        if self.refuse is not None:
            raise self.refuse
        return replace(await super().open(take_over=take_over), serial=self.serial)

    @property
    def info(self) -> DeviceInfo | None:
        found = super().info
        return None if found is None else replace(found, serial=self.serial)

    async def find_duplicate(self, templates: tuple[Template, ...]) -> str | None:
        return None

    async def write_person(self, enrollment: Enrollment, *, replace: bool = False) -> Written:
        number = enrollment.person.person_id
        known = self.held.get(number)
        if known is not None and known != enrollment and not replace:
            raise DuplicateFound(device=self.device_id, step="register", same_identifier=True)
        if known != enrollment:
            self.writes.append(number)
        self.held[number] = enrollment
        return Written(self.device_id, self._digest(enrollment), datetime.now(UTC))

    async def remove_person(self, person_id: str) -> None:
        if not self.lies:
            self.held.pop(person_id, None)

    async def digest_of(self, person_id: str) -> str | None:
        known = self.held.get(person_id)
        return None if known is None else self._digest(known)

    def _digest(self, enrollment: Enrollment) -> str:
        return f"digest of {enrollment.person.person_id} with {[one.digest for one in enrollment.samples]}"

    async def list_people(self) -> list[str]:
        return list(self.held)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def turn(self, **by: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**by)


def station_with(store: Store, doors: Sequence[Door], clock: Clock) -> Station:
    """A station that delivers to these doors."""
    return Station(
        name="Test desk",
        policy=EnrollmentPolicy(modalities={}),
        devices={door.device_id: door for door in doors},
        drafts=store.drafts,
        people=store.people,
        outbox=store.outbox,
        journal=store.journal,
        supervision=Supervision(no_secret),
        deliver_to=frozenset(door.device_id for door in doors),
        now=clock,
    )


async def delivery(store: Store, person_id: str, device_id: str) -> Delivery:
    """How a delivery stands."""
    record = await store.people.get(person_id)
    assert record is not None
    return next(one for one in record.deliveries if one.device_id == device_id)
