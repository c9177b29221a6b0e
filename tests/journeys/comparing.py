"""A station that compares and notes the outcome until it is killed. Imports little: each run is a new process."""

import asyncio
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from app.domain.document import CheckedPicture, Comparison, DocumentCheck, MatchPolicy
from app.domain.policy import DocumentRule
from app.journeys.document_match import DocumentMatch
from app.journeys.document_ports import DocumentMatcher
from app.journeys.enrollment import EnrollmentJourney
from app.journeys.flow_inputs import NoteDocument
from app.journeys.station import Station
from app.store import Store
from tests.journeys.doors import Clock, station_with
from tests.store.scripted import source_for


@dataclass(frozen=True)
class Answered:
    """The service's answer about two pictures, given at once, so that a kill meets the storing of it."""

    comparison: Comparison
    pictures: tuple[CheckedPicture, CheckedPicture]

    async def compare(self, _reference: CheckedPicture, _probe: CheckedPicture) -> Comparison:
        return self.comparison


def compare_until_killed(service: Answered, folder: str, _run: int, told: Connection) -> None:
    """The process that is killed: one draft, compared again and again; each outcome is told once it is in the draft."""
    asyncio.run(_compare_on(service, Path(folder), told))


async def _compare_on(service: Answered, folder: Path, told: Connection) -> None:
    async with await Store.open(folder, source_for(folder)) as store:
        matcher, unused = cast(DocumentMatcher, service), cast(Any, None)
        station = comparing_station(store, DocumentMatch(matcher, unused, store.evidence, unused, MatchPolicy()))
        desk = station.documents
        assert desk is not None
        journey = await EnrollmentJourney.begin(station)
        told.send_bytes(b"begun")
        while True:
            result = await desk.compare(*service.pictures, person_id=journey.state.person.person_id)
            verdict = result.verdict
            check = DocumentCheck(
                result.evidence_id, station.now(), verdict.decision, verdict.signature, verdict.score, verdict.threshold
            )
            await journey.apply(NoteDocument(check))
            told.send_bytes(f"accepted {journey.state.draft_id} {result.evidence_id}".encode())


def comparing_station(store: Store, desk: DocumentMatch | None = None) -> Station:
    """A station where nobody is enrolled without a matching document."""
    made = station_with(store, (), Clock())
    return replace(made, policy=replace(made.policy, document=DocumentRule.REQUIRED), documents=desk)
