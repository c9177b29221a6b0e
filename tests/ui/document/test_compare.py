"""From two pictures to a verdict that holds, over the simulated service."""

import pytest
from PySide6.QtCore import Qt

from app.domain.comparison import Decision
from app.domain.document import MatchPolicy, Rule
from app.domain.evidence import SignatureOutcome
from app.simulators.bioserver import Mischief
from app.simulators.faults import Fault, Kind
from app.ui import comparison_words as words
from tests.ui.conftest import until
from tests.ui.document.bench import Behind, Bench, selfie
from tests.ui.hands import press


async def test_the_same_person_is_verified_and_the_evidence_holds(at: Bench) -> None:
    await at.both()
    assert at.page.compare.isEnabled()
    await at.compared()
    result = at.page.result
    assert result.isVisible()
    assert result.verdict.text() == "Same person"
    assert "threshold of 3000" in result.rule.text()
    assert result.signature.text.text() == words.say(SignatureOutcome.VALID)
    assert result.privacy.text.text() == "Nothing is left on the service."
    result.recheck.click()
    await at.idle()
    assert result.rechecked.text.text() == words.evidence_proven()
    assert at.page.evidence.list.count() == 1


async def test_somebody_else_is_not_the_person_on_the_document(at: Bench) -> None:
    await at.both(4, other=7)
    await at.compared()
    assert at.page.result.verdict.text() == "Not the same person"
    assert words.rule(Rule.SCORE_BELOW, 3000) == at.page.result.rule.text()


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (Mischief.GARBLED, SignatureOutcome.INVALID),
        (Mischief.RAISED_SCORE, SignatureOutcome.MISMATCH),
        (Mischief.UNSIGNED, SignatureOutcome.UNSIGNED),
    ],
)
async def test_each_signature_state_has_its_own_words_and_decides_nothing(
    at: Bench, kind: Mischief, outcome: SignatureOutcome
) -> None:
    await at.both()
    at.server.faults.add(Fault(kind, "ImagesMatch"))
    await at.compared()
    assert at.page.result.signature.text.text() == words.say(outcome)
    assert at.page.result.signature.lamp is words.SIGNATURE_LAMPS[outcome]
    assert at.page.result.verdict.text() == words.say(Decision.UNDECIDED)


@pytest.mark.parametrize("behind", [Behind(keys=False, policy=MatchPolicy(signature_required=False))])
async def test_without_a_key_it_is_told_that_nothing_was_checked(at: Bench, behind: Behind) -> None:
    del behind
    await at.both()
    await at.compared()
    assert at.page.result.signature.text.text() == words.say(SignatureOutcome.NO_KEY)
    at.page.result.recheck.click()
    await at.idle()
    assert at.page.result.rechecked.text.text() == words.evidence_unproven()


async def test_the_best_of_a_few_is_named_and_nothing_stays_on_the_service(at: Bench) -> None:
    await at.both(4, other=7)
    at.page.more.click()
    await at.put(at.page.probes[1], selfie(4))
    await at.compared()
    table = at.page.result.candidates
    assert table.isVisible()
    shown = [[table.item(row, column).text() for column in (1, 3)] for row in range(2)]  # type: ignore[union-attr]
    assert shown == [["Person, picture 2", "Same person"], ["Person", "Not the same person"]]
    assert all(not session.faces for session in at.server.sessions)


async def test_when_deleting_fails_the_screen_says_until_when_data_live(at: Bench) -> None:
    await at.both(4)
    at.page.more.click()
    await at.put(at.page.probes[1], selfie(7))
    at.server.faults.add(Fault(Mischief.FORGETS, "DeleteFaces", times=None))
    await at.compared()
    assert "live there until" in at.page.result.privacy.text.text()


async def test_the_service_going_away_is_told_and_nothing_is_decided(at: Bench) -> None:
    await at.both()
    at.server.stop()
    await at.compared()
    assert at.page.result.isHidden()
    assert at.desk.told[-1].code == "ES-101"
    assert at.page.compare.isEnabled()


async def test_another_picture_takes_the_verdict_away(at: Bench) -> None:
    await at.both()
    await at.compared()
    await at.put(at.page.probes[0], selfie(7))
    assert at.page.result.isHidden()


@pytest.mark.parametrize("behind", [Behind(policy=MatchPolicy(liveness_required=True))])
async def test_without_liveness_where_it_is_demanded_nothing_is_decided(at: Bench, behind: Behind) -> None:
    del behind
    await at.both()
    assert "liveness check is demanded" in at.page.standing.text.text()
    await at.compared()
    assert at.page.result.rule.text() == words.say(Rule.LIVENESS_NEEDED)


async def test_the_next_person_finds_an_empty_page(at: Bench) -> None:
    await at.both()
    at.page.more.click()
    await at.compared()
    at.page.again.click()
    await at.idle()
    assert [card.checked for card in at.page.cards] == [None, None]
    assert at.page.result.isHidden()
    assert not at.page.compare.isEnabled()


async def test_escape_stops_a_comparison_and_what_was_sent_is_deleted(at: Bench) -> None:
    await at.both(4)
    at.page.more.click()
    await at.put(at.page.probes[1], selfie(7))
    at.server.faults.add(Fault(Kind.SLOW, "GetMatches", delay=3.0))
    at.page.compare.click()
    await until(lambda: any(len(session.faces) == 3 for session in at.server.sessions), 10)
    assert at.page.stop.isVisible()
    press(at.page, Qt.Key.Key_Escape)
    await at.idle()
    assert at.page.result.isHidden()
    assert at.page.compare.isEnabled()
    assert not at.evidence.records
    assert all(not session.faces for session in at.server.sessions)
