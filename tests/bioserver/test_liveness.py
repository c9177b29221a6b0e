"""Liveness results are read with suspicion: each status is its own outcome, and only one of them is a success."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from app.bioserver.client import BioServerClient
from app.bioserver.keys import KeyRing
from app.bioserver.matcher import BioServerMatcher, Terms
from app.bioserver.signatures import check_detached
from app.bioserver.transport import Access, Transport
from app.domain.document import LivenessOutcome
from app.domain.evidence import SignatureOutcome
from app.simulators.bioserver import DEFAULT_KEY, BioServer, Mischief
from app.simulators.bioserver.settings import Variants
from app.simulators.faults import Fault
from tests.bioserver.conftest import CONTEXT

MODE = "LIVENESS_HIGH"
RESULT = "getLivenessChallengeResult"
DEVICE = {"deviceModel": "Synthetic 7", "osType": "Android", "osVersion": "7.1"}


@pytest.fixture(scope="module")
def running() -> Iterator[BioServer]:
    with BioServer() as simulated:
        yield simulated


@pytest_asyncio.fixture
async def caller(running: BioServer) -> AsyncIterator[BioServerClient]:
    made = BioServerClient(Transport(Access(running.base_url, DEFAULT_KEY), CONTEXT))
    yield made
    await made.close()
    running.faults.clear()
    running.vary(**vars(Variants()))


def matcher(running: BioServer, caller: BioServerClient, *, keyed: bool = True) -> BioServerMatcher:
    return BioServerMatcher(caller, Terms(keys=KeyRing.of([running.certificate_pem] if keyed else [])))


async def finished(running: BioServer, caller: BioServerClient, **outcome: Any) -> str:
    """A session whose challenge ended in a certain way."""
    session = await caller.create_session(ttl_s=60)
    await caller.init_liveness(session, "HIGH", security_level="HIGH", timeout_s=10)
    await caller.replay_liveness(session, b"\x01" * 99, b"\x02" * 256, DEVICE)
    running.finish_liveness(session_id=session, **outcome)
    return session


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({}, LivenessOutcome.LIVE),
        ({"status": "FAILED"}, LivenessOutcome.FAILED),
        ({"status": "SPOOF"}, LivenessOutcome.SPOOF),
        ({"status": "SPOOF_JS"}, LivenessOutcome.SPOOF_JS),
        ({"status": "ERROR"}, LivenessOutcome.ERROR),
        ({"status": "TIMEOUT"}, LivenessOutcome.TIMEOUT),
        ({"status": "NEW_WORD"}, LivenessOutcome.UNKNOWN),
        ({"mode": "NO_LIVENESS"}, LivenessOutcome.OTHER_MODE),
        ({"fake_webcam": True}, LivenessOutcome.FAKE_WEBCAM),
    ],
)
async def test_each_end_is_its_own_outcome(
    running: BioServer, caller: BioServerClient, told: dict[str, Any], outcome: LivenessOutcome
) -> None:
    session = await finished(running, caller, **told)
    result = await matcher(running, caller).liveness(session, MODE, signature_required=True)
    assert result.outcome is outcome
    assert result.reply.signature.outcome is SignatureOutcome.VALID


@pytest.mark.parametrize("spelling", ["fakewebcam", "fake webcam", "fakeWebcam"])
async def test_a_fake_webcam_is_seen_in_every_spelling(
    running: BioServer, caller: BioServerClient, spelling: str
) -> None:
    running.vary(fake_webcam=spelling)
    session = await finished(running, caller, fake_webcam=True)
    result = await matcher(running, caller).liveness(session, MODE, signature_required=False)
    assert result.outcome is LivenessOutcome.FAKE_WEBCAM


@pytest.mark.parametrize(
    ("trick", "required", "outcome"),
    [
        (Mischief.UNSIGNED, True, LivenessOutcome.UNPROVEN),
        (Mischief.UNSIGNED, False, LivenessOutcome.LIVE),
        (Mischief.ALG_NONE, False, LivenessOutcome.UNPROVEN),
        (Mischief.ADDED_MEMBER, False, LivenessOutcome.UNPROVEN),
        (Mischief.OTHER_MODE, False, LivenessOutcome.OTHER_MODE),
        (Mischief.FAKE_WEBCAM, False, LivenessOutcome.FAKE_WEBCAM),
    ],
)
async def test_a_success_has_to_be_proven(
    running: BioServer, caller: BioServerClient, trick: Mischief, required: bool, outcome: LivenessOutcome
) -> None:
    session = await finished(running, caller)
    running.faults.add(Fault(trick, RESULT))
    result = await matcher(running, caller).liveness(session, MODE, signature_required=required)
    assert result.outcome is outcome


async def test_without_a_key_a_success_is_unproven_where_proof_is_required(
    running: BioServer, caller: BioServerClient
) -> None:
    session = await finished(running, caller)
    result = await matcher(running, caller, keyed=False).liveness(session, MODE, signature_required=True)
    assert result.outcome is LivenessOutcome.UNPROVEN


@pytest.mark.parametrize("told", ["body", "compact", "trimmed", "pretty_lf", "pretty_crlf"])
@pytest.mark.parametrize("style", ["compact", "spaced", "pretty_lf"])
async def test_the_detached_signature_of_a_replay_verifies(
    running: BioServer, caller: BioServerClient, told: str, style: str
) -> None:
    running.vary(detached=told, body_style=style)
    session = await finished(running, caller)
    reply = await caller.replay_status(session)
    keys = KeyRing.of([running.certificate_pem])
    assert reply.status == "SUCCESS"
    assert check_detached(reply.raw, keys, datetime.now(UTC)).outcome is SignatureOutcome.VALID
    changed = reply.raw.replace("SUCCESS", "FAILED")
    assert check_detached(changed, keys, datetime.now(UTC)).outcome is SignatureOutcome.INVALID
