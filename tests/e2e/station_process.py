"""A station that enrolls one person after the other until somebody kills it; says each thing once it is safe.

Lines: `ready` · `begun DRAFT` · `accepted DRAFT SAMPLE...` · `saved PERSON DRAFT` · `delivered PERSON`
"""

import asyncio
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from app.domain.device import RecoversAfterCrash
from app.domain.errors import DuplicateFound
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_inputs import Next
from app.journeys.flow_state import State
from app.journeys.provisioning import Provisioning
from app.journeys.station import Station
from app.store import SystemKeyring
from tests.e2e.headless import DEVICE, EYES, View, fill_in, open_station
from tests.e2e.vault import FileVault

Say = Callable[..., None]


async def enroll_one(station: Station, say: Say) -> None:
    """One whole enrollment."""
    journey = await EnrollmentJourney.begin(station)
    draft = journey.state.draft_id
    say("begun", draft)
    shown: set[str] = set()

    def tell(state: State) -> None:
        fresh = [kept.sample_id for kept in state.capture(EYES).kept if kept.sample_id not in shown]
        if fresh:
            shown.update(fresh)
            say("accepted", draft, *fresh)

    journey.listen(tell)
    await fill_in(journey)
    await journey.capture(EYES, DEVICE, View())
    await journey.apply(Next())
    await journey.apply(Next())
    await journey.save()
    say("saved", journey.state.person.person_id, draft)
    await journey.close()
    await Provisioning(station).deliver_due()
    say("delivered", journey.state.person.person_id)


async def work(folder: Path, address: str, say: Say) -> None:
    """Until killed."""
    station, _store = await open_station(address, folder, SystemKeyring(FileVault(folder / "vault.json")))
    device = station.devices[DEVICE]
    assert isinstance(device, RecoversAfterCrash)
    await device.recover()
    say("ready")
    while True:
        try:
            await enroll_one(station, say)
        except DuplicateFound:
            continue


def run(folder: Path, address: str, ears: "Connection[str, str]") -> None:
    """The process: tells everything through `ears`, which the killer holds the other end of."""
    asyncio.run(work(folder, address, lambda *words: ears.send(" ".join(words))))
