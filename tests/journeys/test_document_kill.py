"""A station killed while it compares: the outcome is in the draft with its evidence, or it is not there at all."""

import random
from functools import partial
from pathlib import Path

from app.bioserver.client import BioServerClient
from app.bioserver.keys import KeyRing
from app.bioserver.matcher import BioServerMatcher, Terms
from app.bioserver.preflight import Limits, examine
from app.bioserver.recheck import Rechecker
from app.bioserver.transport import Access, Transport, trusting
from app.domain.comparison import Decision
from app.domain.document import PictureKind
from app.journeys.document_match import verify_one
from app.journeys.enrollment import EnrollmentJourney
from app.simulators.bioserver import DEFAULT_KEY, BioServer
from app.simulators.people import person, photos
from app.store import Store
from tests.journeys.comparing import Answered, compare_until_killed, comparing_station
from tests.store.scripted import source_for
from tests.store.test_kill import Moment, killed

KILLS = 10
MOST_ACTS = 6
LATER_S = 0.03


async def _answered(server: BioServer) -> Answered:
    client = BioServerClient(Transport(Access(server.base_url, DEFAULT_KEY), trusting(None)))
    matcher = BioServerMatcher(client, Terms(keys=KeyRing.of([server.certificate_pem])))
    photo, selfie = photos.id_document(person(3)), photos.selfie(person(3))
    pictures = (
        examine(photo.data, PictureKind.DOCUMENT, Limits()),
        examine(selfie.data, PictureKind.SELFIE, Limits()),
    )
    comparison = await matcher.compare(*pictures)
    await client.close()
    return Answered(comparison, pictures)


async def test_an_outcome_survives_a_kill_whole_or_is_not_there(tmp_path: Path) -> None:
    dice, folder = random.Random(20261129), tmp_path / "store"
    with BioServer() as server:
        target = partial(compare_until_killed, await _answered(server))
    accepted: set[tuple[str, str]] = set()
    for run in range(KILLS):
        for line in killed(target, folder, run, Moment(dice.randint(0, MOST_ACTS), dice.uniform(0, LATER_S))):
            _, draft, evidence = line.decode().split()
            accepted.add((draft, evidence))
    assert len(accepted) > KILLS
    async with await Store.open(folder, source_for(folder)) as store:
        assert (await store.inspect()).sound
        drafts = {one.draft_id for one in await store.drafts.drafts()}
        assert {draft for draft, _ in accepted} <= drafts
        for _, evidence in accepted:
            assert await store.evidence.load(evidence)
        for draft in drafts:
            await _is_whole(store, draft, draft in {one for one, _ in accepted})


async def _is_whole(store: Store, draft: str, told: bool) -> None:
    journey = await EnrollmentJourney.resume(comparing_station(store), draft)
    check = journey.state.document
    await journey.close()
    assert check is not None or not told, "what was told is there"
    if check is not None:
        report = await verify_one(store.evidence, Rechecker(), check.evidence_id)
        kept = await store.evidence.load(check.evidence_id)
        assert kept is not None
        assert (report.faults, kept.decision, kept.score) == ((), check.decision, check.score)
        assert kept.person_id == journey.state.person.person_id
        assert check.decision is Decision.MATCH
