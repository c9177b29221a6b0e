"""Selfie against document with the simulated server: what a clerk is told, what is kept, what stays on the server."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from app.bioserver.client import BioServerClient
from app.bioserver.keys import KeyRing
from app.bioserver.matcher import BioServerMatcher, Terms
from app.bioserver.preflight import Limits, Preflight, examine
from app.bioserver.recheck import Rechecker
from app.bioserver.transport import Access, Transport, trusting
from app.domain.comparison import Decision
from app.domain.document import CheckedPicture, LivenessResult, MatchPolicy, PictureKind, Rule
from app.domain.errors import DeviceError, ForeignData, InvalidInput, RemoteRefused, StationError
from app.domain.evidence import EvidenceFault, SignatureOutcome, SignatureReason
from app.journeys.document_match import DocumentMatch, Phase
from app.simulators.bioserver import DEFAULT_KEY, BioServer, Mischief
from app.simulators.faults import Fault, Kind
from app.simulators.people import person, photos
from app.store import MemoryVault, Store, SystemKeyring

DOCUMENT, SELFIE = PictureKind.DOCUMENT, PictureKind.SELFIE
CONTEXT = trusting(None)
ONE, OTHER = 3, 7
REQUIRED = MatchPolicy()
SHOWN = MatchPolicy(signature_required=False)
IMAGES_MATCH = "*match*"


@cache
def picture(number: int, kind: PictureKind) -> CheckedPicture:
    """A checked picture of a synthetic person."""
    photo = photos.id_document(person(number)) if kind is DOCUMENT else photos.selfie(person(number))
    checked = examine(photo.data, kind, Limits())
    assert checked.usable, checked.findings
    return checked


async def no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


class Desk:
    """The journey with everything it needs; `phases` is what the screen was told."""

    def __init__(self, server: BioServer, store: Store) -> None:
        self.server, self.store = server, store
        self.phases: list[Phase] = []
        self.on_evidence: Callable[[], object] = bool
        transport = Transport(Access(server.base_url, DEFAULT_KEY, timeout_s=20), CONTEXT, no_pause)
        self.client = BioServerClient(transport)

    def journey(self, policy: MatchPolicy = REQUIRED, pems: tuple[str, ...] | None = None) -> DocumentMatch:
        keys = KeyRing.of((self.server.certificate_pem,) if pems is None else pems)
        matcher = BioServerMatcher(self.client, Terms(keys=keys, session_ttl_s=60))
        return DocumentMatch(
            matcher,
            Preflight(),
            self.store.evidence,
            Rechecker(),
            policy,
            actor=lambda: "clerk",
            on_phase=self._phase,
        )

    def _phase(self, phase: Phase) -> None:
        self.phases.append(phase)
        if phase is Phase.KEEPING_EVIDENCE:
            self.on_evidence()

    def faces_left(self) -> int:
        return sum(len(session.faces) for session in self.server.sessions)


@pytest.fixture(scope="module")
def running() -> Iterator[BioServer]:
    with BioServer() as server:
        yield server


@pytest_asyncio.fixture
async def desk(running: BioServer, tmp_path: Path) -> AsyncIterator[Desk]:
    for session in running.sessions:
        running.end_session(session.session_id)
    running.faults.clear()
    running.forget_requests()
    store = await Store.open(tmp_path, SystemKeyring(MemoryVault()))
    made = Desk(running, store)
    yield made
    await made.client.close()
    await store.close()
    running.faults.clear()


async def test_the_same_person_matches_and_it_is_proven(desk: Desk) -> None:
    journey = desk.journey()
    result = await journey.compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE), person_id="P-1")
    verdict = result.verdict
    assert (verdict.decision, verdict.rule) == (Decision.MATCH, Rule.SCORE_REACHED)
    assert (verdict.signature, verdict.verified, verdict.far_odd) == (SignatureOutcome.VALID, True, False)
    assert verdict.threshold == 3000
    assert verdict.score is not None
    assert verdict.score >= 4000
    assert desk.server.sessions == ()
    assert journey.remote_until is None
    assert desk.phases == [Phase.COMPARING, Phase.KEEPING_EVIDENCE, Phase.IDLE]


async def test_another_person_does_not_match(desk: Desk) -> None:
    result = await desk.journey().compare(picture(ONE, DOCUMENT), picture(OTHER, SELFIE))
    assert (result.verdict.decision, result.verdict.rule) == (Decision.NO_MATCH, Rule.SCORE_BELOW)


async def test_two_selfies_are_held_to_more(desk: Desk) -> None:
    result = await desk.journey().compare(picture(ONE, SELFIE), picture(ONE, SELFIE))
    assert result.verdict.threshold == 3500


async def test_evidence_holds_what_was_sent_and_no_picture_or_template(desk: Desk) -> None:
    journey = desk.journey()
    result = await journey.compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE), person_id="P-1")
    record = await desk.store.evidence.load(result.evidence_id)
    assert record is not None
    assert record.reference.digest == hashlib.sha256(picture(ONE, DOCUMENT).image).hexdigest()
    assert record.probe.size == len(picture(ONE, SELFIE).image)
    assert '"template"' not in record.reply
    assert (record.key_pem.strip(), record.actor) == (desk.server.certificate_pem.strip(), "clerk")
    report = await journey.verify(result.evidence_id)
    assert (report.holds, report.proven, report.signature) == (True, True, SignatureOutcome.VALID)
    (listed,) = await journey.evidence()
    assert (listed.evidence_id, listed.decision) == (result.evidence_id, Decision.MATCH)
    with pytest.raises(InvalidInput):
        await journey.verify("nothing")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"score": 9999.0}, EvidenceFault.SCORE),
        ({"far_percent": 1.0}, EvidenceFault.FAR),
        ({"decision": Decision.NO_MATCH}, EvidenceFault.DECISION),
        ({"rule": "score-below"}, EvidenceFault.DECISION),
        ({"threshold": 99999.0}, EvidenceFault.DECISION),
        ({"reply": '{"score":9999}', "score": 9999.0}, EvidenceFault.SIGNATURE),
        ({"token": ""}, EvidenceFault.SIGNATURE),
        ({"signature": SignatureOutcome.UNSIGNED}, EvidenceFault.SIGNATURE),
        ({"key_fingerprint": "00" * 32}, EvidenceFault.KEY),
        ({"key_pem": ""}, EvidenceFault.KEY),
        ({"correlation_id": "other"}, EvidenceFault.SIGNATURE),
        ({"reply": "{"}, EvidenceFault.UNREADABLE),
        ({"key_pem": "x"}, EvidenceFault.UNREADABLE),
    ],
)
async def test_evidence_that_was_tampered_with_is_told(
    desk: Desk, changes: dict[str, Any], fault: EvidenceFault
) -> None:
    journey = desk.journey()
    result = await journey.compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE))
    record = await desk.store.evidence.load(result.evidence_id)
    assert record is not None
    report = await Rechecker().recheck(replace(record, **changes))
    assert not report.holds
    assert not report.proven
    assert fault in report.faults


async def test_evidence_with_another_picture_is_told(desk: Desk) -> None:
    result = await desk.journey().compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE))
    record = await desk.store.evidence.load(result.evidence_id)
    assert record is not None
    report = await Rechecker().recheck(replace(record, probe=picture(OTHER, SELFIE).sent))
    assert EvidenceFault.PICTURES in report.faults


FORGED = (
    Mischief.ALG_NONE, Mischief.ALG_LOWER, Mischief.HS256, Mischief.HS256_CERTIFICATE, Mischief.PS256,
    Mischief.WRONG_KEY, Mischief.EMBEDDED_KEY, Mischief.CRIT, Mischief.B64, Mischief.PADDED, Mischief.FOUR_PARTS,
    Mischief.GARBLED, Mischief.DETACHED,
)  # fmt: skip
FOREIGN = (
    Mischief.SWAPPED_PAYLOAD, Mischief.RAISED_SCORE, Mischief.ADDED_MEMBER, Mischief.LOST_MEMBER, Mischief.STALE,
    Mischief.OLD, Mischief.FUTURE, Mischief.WRONG_DIGEST, Mischief.WRONG_CORRELATION, Mischief.NO_CORRELATION,
    Mischief.WRONG_TYPE_OF_IMAGE,
)  # fmt: skip


@pytest.mark.parametrize("trick", [*FORGED, *FOREIGN])
async def test_no_hostile_answer_decides_anything_even_where_unsigned_ones_may(desk: Desk, trick: Mischief) -> None:
    journey = desk.journey(SHOWN)
    if trick in {Mischief.STALE, Mischief.SWAPPED_PAYLOAD}:
        await journey.compare(picture(OTHER, DOCUMENT), picture(OTHER, SELFIE))
    desk.server.faults.add(Fault(trick))
    result = await journey.compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE))
    wrong = SignatureOutcome.INVALID if trick in FORGED else SignatureOutcome.MISMATCH
    assert result.verdict.signature is wrong
    assert (result.verdict.decision, result.verdict.rule) == (Decision.UNDECIDED, Rule.SIGNATURE_WRONG)
    report = await journey.verify(result.evidence_id)
    assert report.holds
    assert not report.proven


async def test_an_unsigned_answer_decides_only_where_policy_shows_it_as_unproven(desk: Desk) -> None:
    for policy, decision in ((REQUIRED, Decision.UNDECIDED), (SHOWN, Decision.MATCH)):
        desk.server.faults.add(Fault(Mischief.UNSIGNED))
        result = await desk.journey(policy).compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE))
        assert (result.verdict.signature, result.verdict.decision) == (SignatureOutcome.UNSIGNED, decision)
        assert not result.verdict.verified
        report = await desk.journey().verify(result.evidence_id)
        assert (report.holds, report.proven) == (True, False)


async def test_without_a_key_it_says_so(desk: Desk) -> None:
    result = await desk.journey(pems=()).compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE))
    assert (result.verdict.signature, result.verdict.rule) == (SignatureOutcome.NO_KEY, Rule.SIGNATURE_NEEDED)
    assert result.comparison.signature.reason is SignatureReason.NO_KEYS


@pytest.mark.parametrize("trick", [Mischief.NO_SCORE, Mischief.NAN_SCORE, Mischief.INFINITE_SCORE, Mischief.TEXT_SCORE])
async def test_a_score_that_is_none_decides_nothing(desk: Desk, trick: Mischief) -> None:
    desk.server.faults.add(Fault(trick))
    result = await desk.journey(SHOWN).compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE))
    assert result.verdict.decision is Decision.UNDECIDED
    assert result.verdict.score is None


@pytest.mark.parametrize("trick", [Mischief.FAR_OFF, Mischief.FAR_FRACTION])
async def test_a_rate_far_off_its_formula_is_told(desk: Desk, trick: Mischief) -> None:
    desk.server.faults.add(Fault(trick))
    result = await desk.journey().compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE))
    assert result.verdict.far_odd
    assert result.verdict.decision is Decision.MATCH, "the score decides, not the rate"


async def _read(desk: Desk, journey: DocumentMatch, **ends: bool | str) -> LivenessResult:
    """A liveness check that ended like this, as it is read."""
    session = await desk.client.create_session(ttl_s=60)
    desk.server.finish_liveness(None, session, **ends)
    return await journey.read_liveness(session, "LIVENESS_HIGH")


async def test_a_needed_liveness_check_decides_with_the_score(desk: Desk) -> None:
    journey = desk.journey(replace(REQUIRED, liveness_required=True))
    pictures = picture(ONE, DOCUMENT), picture(ONE, SELFIE)
    failed, fake = await _read(desk, journey, status="FAILED"), await _read(desk, journey, fake_webcam=True)
    for liveness in (None, failed, fake):
        result = await journey.compare(*pictures, liveness=liveness)
        assert (result.verdict.decision, result.verdict.rule) == (Decision.UNDECIDED, Rule.LIVENESS_NEEDED)
        assert (await journey.verify(result.evidence_id)).proven
    result = await journey.compare(*pictures, liveness=await _read(desk, journey))
    assert result.verdict.decision is Decision.MATCH
    assert (await journey.verify(result.evidence_id)).proven


async def test_a_liveness_outcome_is_proven_with_the_evidence(desk: Desk) -> None:
    journey = desk.journey(replace(REQUIRED, liveness_required=True))
    live = await _read(desk, journey)
    result = await journey.compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE), liveness=live)
    record = await desk.store.evidence.load(result.evidence_id)
    assert record is not None
    proof = record.liveness_proof
    assert proof is not None
    assert '"image"' not in proof.reply
    changed = (
        replace(proof, reply=proof.reply.replace("SUCCESS", "FAILED")),
        replace(proof, reply="{}"),
        replace(proof, reply="["),
        replace(proof, token=""),
        replace(proof, key_pem=""),
        replace(proof, key_pem="x"),
        replace(proof, asked_mode="LIVENESS_MEDIUM"),
    )
    for forged in changed:
        report = await Rechecker().recheck(replace(record, liveness_proof=forged))
        assert report.faults == (EvidenceFault.LIVENESS,)
    spoofed = replace(record, liveness="spoof")
    assert EvidenceFault.LIVENESS in (await Rechecker().recheck(spoofed)).faults


async def test_one_against_few_is_ordered_and_nothing_stays(desk: Desk) -> None:
    journey = desk.journey()
    probes = [picture(OTHER, SELFIE), picture(ONE, SELFIE)]
    desk.server.faults.add(Fault(Mischief.UNSORTED, "GetMatches"), Fault(Mischief.REFERENCE_AMONG, "GetMatches"))
    result = await journey.compare_few(picture(ONE, DOCUMENT), probes)
    assert [one.probe for one in result.candidates] == [probes[1], probes[0]]
    assert [one.verdict.decision for one in result.candidates] == [Decision.MATCH, Decision.NO_MATCH]
    assert all(one.verdict.verified for one in result.candidates)
    assert (result.remote_until, desk.faces_left()) == (None, 0)
    assert [(await journey.verify(one.evidence_id)).proven for one in result.candidates] == [True, True]
    assert all(not state.image_storage for state in desk.server.sessions)
    assert not any(name for state in desk.server.sessions for name in state.friendly_names)


async def test_matches_of_another_reference_prove_nothing(desk: Desk) -> None:
    desk.server.faults.add(Fault(Mischief.OTHER_REFERENCE, times=None))
    try:
        result = await desk.journey().compare_few(picture(ONE, DOCUMENT), [picture(ONE, SELFIE)])
    except ForeignData:
        pass
    else:
        assert all(one.verdict.decision is Decision.UNDECIDED for one in result.candidates)
    assert desk.faces_left() == 0


async def test_faces_are_deleted_when_something_fails(desk: Desk) -> None:
    desk.server.faults.add(Fault(Kind.REFUSE, "GetMatches", status=400, body='{"id":"s-9"}'))
    with pytest.raises(RemoteRefused):
        await desk.journey().compare_few(picture(ONE, DOCUMENT), [picture(ONE, SELFIE)])
    assert desk.faces_left() == 0
    assert desk.phases[-1] is Phase.IDLE


async def test_faces_are_deleted_when_the_clerk_cancels(desk: Desk) -> None:
    desk.server.faults.add(Fault(Kind.SLOW, "GetMatches", delay=5.0))
    journey = desk.journey()
    task = asyncio.create_task(journey.compare_few(picture(ONE, DOCUMENT), [picture(ONE, SELFIE)]))
    async with asyncio.timeout(20):
        while True:
            if desk.faces_left() == 2:
                break
            await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert desk.faces_left() == 0
    assert journey.remote_until is None


async def test_a_comparison_given_up_while_its_evidence_is_written_leaves_no_record(desk: Desk) -> None:
    task = asyncio.create_task(desk.journey().compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE)))
    desk.on_evidence = task.cancel
    with pytest.raises(asyncio.CancelledError):
        await task
    assert desk.phases == [Phase.COMPARING, Phase.KEEPING_EVIDENCE, Phase.IDLE]
    assert await desk.store.evidence.ids() == ()


async def test_when_deleting_fails_the_end_is_told_and_closing_tries_again(desk: Desk) -> None:
    journey = desk.journey()
    desk.server.faults.add(Fault(Mischief.FORGETS, "DeleteFaces"))
    result = await journey.compare_few(picture(ONE, DOCUMENT), [picture(ONE, SELFIE)])
    assert result.candidates[0].verdict.decision is Decision.MATCH
    assert result.remote_until is not None
    assert 0 < (result.remote_until - datetime.now(UTC)).total_seconds() <= 60
    assert desk.faces_left() == 2
    await journey.close()
    assert desk.faces_left() == 0
    assert journey.remote_until is None


async def test_a_session_that_ends_meanwhile_is_told_as_such(desk: Desk) -> None:
    desk.server.faults.add(Fault(Mischief.SESSION_ENDS, "GetMatches"))
    journey = desk.journey()
    with pytest.raises(StationError) as caught:
        await journey.compare_few(picture(ONE, DOCUMENT), [picture(ONE, SELFIE)])
    assert caught.value.fact("reason") == "session-ended"
    assert journey.remote_until is None


async def test_a_picture_that_failed_its_check_never_leaves(desk: Desk) -> None:
    journey = desk.journey()
    bad = await journey.check(photos.no_face(), SELFIE)
    assert not bad.usable
    for work in (
        journey.compare(picture(ONE, DOCUMENT), bad),
        journey.compare_few(picture(ONE, DOCUMENT), [bad]),
    ):
        with pytest.raises(InvalidInput):
            await work
    assert desk.server.requests == ()


@pytest.mark.parametrize("trick", [Mischief.TOO_LARGE, Mischief.GATEWAY, Mischief.TOO_MANY])
async def test_refusals_are_told_and_nothing_is_kept(desk: Desk, trick: Mischief) -> None:
    journey = desk.journey()
    desk.server.faults.add(Fault(trick, times=None, status=503))
    with pytest.raises(DeviceError):
        await journey.compare(picture(ONE, DOCUMENT), picture(ONE, SELFIE))
    assert await journey.evidence() == ()
