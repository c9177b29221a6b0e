"""Everything a page may use, in one value: the ports, the policy and the devices, wired by main."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.domain.camera import Cameras, NoCameras
from app.domain.device import Device
from app.domain.policy import EnrollmentPolicy
from app.journeys.custody import Custody
from app.journeys.document_match import DocumentMatch
from app.journeys.doors import Doors
from app.journeys.fingers import NoFingers
from app.journeys.leases import Leases
from app.journeys.operators import Operators
from app.journeys.ports import DraftStore, Fingers, Journal, NoQueue, Outbox, PeopleStore, SupervisorQueue
from app.journeys.supervision import Supervision


def utc_now() -> datetime:
    """The present, with its time zone."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Station:
    """The running station; `practice` says that data are synthetic and kept apart from real data.

    Devices are in the order of the configuration; none of them is opened before somebody needs it.
    """

    name: str
    policy: EnrollmentPolicy
    devices: Mapping[str, Device]
    drafts: DraftStore
    people: PeopleStore
    outbox: Outbox
    journal: Journal
    supervision: Supervision
    deliver_to: frozenset[str] = frozenset()
    """Devices that enrolled persons are written to."""
    practice: bool = False
    leases: Leases = field(default_factory=Leases)
    documents: DocumentMatch | None = None
    """Compares faces with documents; None when no service for it is configured."""
    cameras: Cameras = field(default_factory=NoCameras)
    """The webcams at this desk."""
    operators: Operators = field(default_factory=Operators)
    """Who works here now."""
    queue: SupervisorQueue = field(default_factory=NoQueue)
    """Questions that wait for a supervisor."""
    fingers: Fingers = field(default_factory=NoFingers)
    doors: Doors | None = None
    """The doors the station answers for; None when the configuration wants none."""
    custody: Custody | None = None
    """What erasing and signing need; None where the station keeps nobody."""
    diagnostics: Callable[[Path], Awaitable[None]] | None = None
    """Writes the bundle for support; StoreError when it cannot be written."""
    jobs_waiting: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something was saved or a delivery shall be tried at once."""
    now: Callable[[], datetime] = utc_now

    @property
    def actor(self) -> str:
        """What the journal calls whoever works here now."""
        return self.operators.actor
