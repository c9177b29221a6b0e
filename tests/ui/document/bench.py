"""A Compare page with everything real behind it: the journey, the client, the simulated service, recorded cameras."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from app.bioserver.client import BioServerClient
from app.bioserver.keys import KeyRing
from app.bioserver.matcher import BioServerMatcher, Terms
from app.bioserver.preflight import Preflight
from app.bioserver.recheck import Rechecker
from app.bioserver.transport import Access, Transport
from app.devices.camera import FileCameras
from app.domain.document import MatchPolicy
from app.domain.evidence import Evidence, EvidenceSummary
from app.journeys.document_match import DocumentMatch
from app.journeys.station import Station
from app.simulators.bioserver import BioServer
from app.simulators.people import person, photos
from app.ui.document.page import ComparePage
from app.ui.document.picture_card import PictureCard
from tests.ui.conftest import Desk, until
from tests.ui.fakes import Setting

CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
SIZE = (800, 600)


class KeptEvidence:
    """EvidenceStore in memory."""

    def __init__(self) -> None:
        self.records: dict[str, Evidence] = {}

    async def keep(self, evidence: Evidence) -> None:
        self.records[evidence.evidence_id] = evidence

    async def remove(self, evidence_id: str) -> None:
        self.records.pop(evidence_id, None)

    async def load(self, evidence_id: str) -> Evidence | None:
        return self.records.get(evidence_id)

    async def summaries(self, *, limit: int = 200) -> tuple[EvidenceSummary, ...]:
        latest = sorted(self.records.values(), key=lambda record: record.decided_at, reverse=True)
        return tuple(
            EvidenceSummary(one.evidence_id, one.decided_at, one.decision, one.signature, one.score)
            for one in latest[:limit]
        )

    async def purge(self, older_than: datetime) -> int:
        del older_than
        return 0


@dataclass
class Bench:
    """The page and what is behind it."""

    desk: Desk
    page: ComparePage
    server: BioServer
    evidence: KeptEvidence

    async def idle(self) -> None:
        await until(lambda: not self.desk.tasks.running(), 20)

    async def put(self, card: PictureCard, data: bytes) -> None:
        """Drop a picture on a card and wait for what is said about it."""
        card.use(data)
        await until(lambda: card.checked is not None, 20)
        await self.idle()

    async def both(self, number: int = 4, other: int | None = None) -> None:
        """A document of one person and a selfie of the same, or another."""
        await self.put(self.page.reference, document(number))
        await self.put(self.page.probes[0], selfie(number if other is None else other))

    async def compared(self) -> None:
        self.page.compare.click()
        await self.idle()


@dataclass(frozen=True)
class Behind:
    """What a test wants differently."""

    keys: bool = True
    policy: MatchPolicy = field(default_factory=MatchPolicy)
    cameras: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Desked:
    """The journey over the simulated service, and what evidence it kept."""

    journey: DocumentMatch
    evidence: KeptEvidence


@asynccontextmanager
async def desked(server: BioServer, behind: Behind) -> AsyncIterator[Desked]:
    """The client is closed at the end."""
    async with AsyncExitStack() as stack:
        client = BioServerClient(Transport(Access(server.base_url, server.make.api_key, timeout_s=5), CONTEXT))
        stack.push_async_callback(client.close)
        keys = KeyRing.of([server.certificate_pem]) if behind.keys else KeyRing()
        kept = KeptEvidence()
        matcher = BioServerMatcher(client, Terms(keys=keys))
        yield Desked(DocumentMatch(matcher, Preflight(), kept, Rechecker(), behind.policy), kept)


@asynccontextmanager
async def bench(
    desk: Desk, server: BioServer, behind: Behind, size: tuple[int, int] = (1000, 760)
) -> AsyncIterator[Bench]:
    """The page, shown; the client is closed at the end."""
    async with desked(server, behind) as made:
        station = station_with(made.journey, behind)
        page = desk.show(ComparePage(station, desk.tasks, desk.messages, made.journey), *size)
        page.entered()
        shown = Bench(desk, page, server, made.evidence)
        await shown.idle()
        yield shown
        await page.finish()


def station_with(journey: DocumentMatch | None, behind: Behind) -> Station:
    """A station of fakes that can compare."""
    return replace(Setting().station(), documents=journey, cameras=FileCameras(behind.cameras))


@lru_cache(maxsize=8)
def selfie(number: int) -> bytes:
    return photos.selfie(person(number), size=SIZE).data


@lru_cache(maxsize=8)
def document(number: int) -> bytes:
    return photos.id_document(person(number)).data
