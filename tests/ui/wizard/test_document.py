"""The document step: compared, bound to the person, kept over a restart, and skipped where it may be."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.domain.comparison import Decision
from app.domain.document import LivenessOutcome, MatchPolicy
from app.domain.policy import DocumentRule
from app.domain.records import PersonRecord
from app.simulators.bioserver import BioServer
from app.simulators.faults import Fault, Kind
from app.ui.people.person_detail import PersonDetail
from app.ui.wizard.document_page import DocumentPage
from app.ui.wizard.page import EnrollPage
from tests.ui.conftest import Desk, until
from tests.ui.document.bench import Behind, Desked, desked, document, selfie
from tests.ui.fakes import Setting, a_policy
from tests.ui.wizard.clerk import Clerk
from tests.ui.wizard.terminal import FakeTerminal

Work = Callable[[DocumentRule], Clerk]


@pytest.fixture(scope="module")
def server() -> Iterator[BioServer]:
    with BioServer() as running:
        yield running


@pytest_asyncio.fixture
async def compares(server: BioServer) -> AsyncIterator[Desked]:
    async with desked(server, Behind()) as made:
        yield made


@asynccontextmanager
async def hiring(desk: Desk, compares: Desked) -> AsyncIterator[Work]:
    hired: list[Clerk] = []

    def made(rule: DocumentRule) -> Clerk:
        policy = replace(a_policy(), document=rule)
        setting = Setting(devices=(FakeTerminal(),))
        hired.append(Clerk(desk, setting, policy, documents=compares.journey))
        return hired[-1]

    yield made
    for each in hired:
        assert await each.page.finish()


@pytest_asyncio.fixture
async def work(desk: Desk, compares: Desked) -> AsyncIterator[Work]:
    """A clerk at a station that can compare, under a rule."""
    async with hiring(desk, compares) as made:
        yield made


async def _to_document(clerk: Clerk) -> DocumentPage:
    await clerk.begin()
    await clerk.enter("person")
    clerk.write("wizard.person.last_name", "Testperson")
    clerk.write("wizard.person.document", "X12345")
    await clerk.enter("document")
    page = clerk.wizard.page
    assert isinstance(page, DocumentPage)
    return page


async def _put(clerk: Clerk, page: DocumentPage, number: int, other: int) -> None:
    page.reference.use(document(number))
    await until(lambda: page.reference.checked is not None, 20)
    page.probe.use(selfie(other))
    await until(lambda: page.probe.checked is not None, 20)
    await clerk.desk.idle()


async def _compare(clerk: Clerk, page: DocumentPage) -> None:
    assert clerk.wizard.primary.text() == "Compare"
    clerk.wizard.do_primary()
    await until(lambda: clerk.state.document is not None, 20)
    await clerk.desk.idle()


async def test_a_match_is_bound_to_the_person_and_reaches_their_record(work: Work, compares: Desked) -> None:
    clerk = work(DocumentRule.REQUIRED)
    page = await _to_document(clerk)
    await _put(clerk, page, 4, 4)
    await _compare(clerk, page)
    check = clerk.state.document
    assert check is not None
    assert check.decision is Decision.MATCH
    await until(lambda: not page.result.verdict.visibleRegion().isEmpty())  # scrolled to, also in a low window
    kept = compares.evidence.records[check.evidence_id]
    assert kept.person_id == clerk.state.person.person_id
    await clerk.enter("eyes-face")
    journey = clerk.page.journey
    assert journey is not None
    assert journey.enrollment().document == check


async def test_the_outcome_survives_a_restart_and_is_shown_on_review_and_under_people(work: Work, desk: Desk) -> None:
    clerk = work(DocumentRule.OPTIONAL)
    page = await _to_document(clerk)
    await _put(clerk, page, 4, 4)
    await _compare(clerk, page)
    draft, station = clerk.state.draft_id, clerk.station
    again = desk.show(EnrollPage(station, desk.tasks, desk.messages), 900, 600)  # as after a kill: from disk alone
    again.continue_draft(draft)
    await until(lambda: again.current_step == "document")
    assert again.wizard is not None
    reopened = again.wizard.page
    assert isinstance(reopened, DocumentPage)
    assert reopened.standing.text.text().startswith("Same person, score")
    assert again.wizard.primary.text() == "Continue"
    journey = again.journey
    assert journey is not None
    record = PersonDetail(PersonRecord(journey.enrollment(), 1, ()), (), {}, desk.tasks)
    desk.show(record)
    await until(lambda: any("Evidence" in one.text() for one in record.findChildren(QLabel)))
    assert await again.finish()


async def test_somebody_else_does_not_get_past_a_required_step(work: Work) -> None:
    clerk = work(DocumentRule.REQUIRED)
    page = await _to_document(clerk)
    await _put(clerk, page, 4, 7)
    await _compare(clerk, page)
    assert page.standing.text.text().startswith("Not the same person")
    clerk.wizard.do_primary()
    await clerk.desk.idle()
    assert clerk.page.current_step == "document"


def _esc(clerk: Clerk) -> None:
    clerk.press(Qt.Key.Key_Escape)


def _close(clerk: Clerk) -> None:
    clerk.desk.tasks.start(clerk.page.finish(), owner=clerk.desk.tasks)


@pytest.mark.parametrize("leave", [_esc, _close])
async def test_a_comparison_given_up_leaves_the_draft_as_it_was_and_nothing_on_the_service(
    work: Work, server: BioServer, compares: Desked, leave: Callable[[Clerk], None]
) -> None:
    clerk = work(DocumentRule.REQUIRED)
    page = await _to_document(clerk)
    await _put(clerk, page, 4, 4)
    before, kept = clerk.state, await clerk.station.drafts.load(clerk.state.draft_id)
    server.forget_requests()
    server.faults.add(Fault(Kind.SLOW, "*match*", delay=30.0))
    clerk.wizard.do_primary()
    await until(lambda: page.busy and server.requests, 10)
    leave(clerk)
    await until(lambda: not page.busy)
    await clerk.desk.idle()
    assert await clerk.station.drafts.load(before.draft_id) == kept
    assert compares.evidence.records == {}
    assert all(not session.faces for session in server.sessions)
    if leave is _esc:
        assert clerk.state == before
        assert clerk.page.current_step == "document"
        await _compare(clerk, page)  # the pictures are still there
        assert clerk.state.document is not None


async def test_an_optional_step_may_be_left_out(work: Work) -> None:
    clerk = work(DocumentRule.OPTIONAL)
    await _to_document(clerk)
    assert clerk.wizard.primary.text() == "Continue without document"
    clerk.wizard.do_primary()
    await clerk.on("eyes-face")
    assert clerk.state.document is None


async def test_where_it_is_off_there_is_no_step(work: Work) -> None:
    clerk = work(DocumentRule.OFF)
    await clerk.begin()
    assert "document" not in [step.key for step in clerk.state.plan]


def _session(server: BioServer, **ends: bool) -> str:
    """A session whose liveness check ended like this."""
    made = httpx.post(
        f"{server.base_url}/bio-sessions", json={"ttlSeconds": 60}, headers={"apikey": server.make.api_key}
    )
    session = made.headers["location"].rpartition("/")[2]
    server.finish_liveness(None, session, **ends)
    return session


async def test_where_liveness_is_demanded_its_result_is_read_before_the_comparison(
    desk: Desk, server: BioServer
) -> None:
    behind = Behind(policy=MatchPolicy(liveness_required=True))
    async with desked(server, behind) as compares, hiring(desk, compares) as work:
        clerk = work(DocumentRule.REQUIRED)
        page = await _to_document(clerk)
        await _put(clerk, page, 4, 4)
        assert clerk.wizard.primary.text() == "Read the liveness result"
        clerk.wizard.do_primary()
        await until(page.liveness.session.hasFocus)
        assert "demanded" in desk.told[-1].text
        page.liveness.mode.setCurrentIndex(page.liveness.mode.findData("LIVENESS_HIGH"))
        await _read_and_compare(clerk, page, _session(server, fake_webcam=True))
        assert (page.liveness.outcome, _decision(clerk)) == (LivenessOutcome.FAKE_WEBCAM, Decision.UNDECIDED)
        assert page.sentence.startswith("Nothing was decided")
        await _read_and_compare(clerk, page, _session(server))
        assert (page.liveness.outcome, _decision(clerk)) == (LivenessOutcome.LIVE, Decision.MATCH)
        assert {one.liveness for one in compares.evidence.records.values()} == {"fake-webcam", "live"}
        assert page.result.liveness.text.text().startswith("Liveness passed")
        await clerk.enter("eyes-face")


async def _read_and_compare(clerk: Clerk, page: DocumentPage, session: str) -> None:
    page.liveness.session.setText(session)
    clerk.press(Qt.Key.Key_Return)
    await until(lambda: page.liveness.outcome is not None, 20)
    await clerk.desk.idle()
    clerk.wizard.do_primary()
    await clerk.desk.idle()
    assert not page.ready


def _decision(clerk: Clerk) -> Decision | None:
    return clerk.state.document.decision if clerk.state.document else None


async def test_where_no_liveness_is_demanded_the_step_does_not_ask_for_it(work: Work) -> None:
    page = await _to_document(work(DocumentRule.OPTIONAL))
    assert page.liveness.isHidden()
