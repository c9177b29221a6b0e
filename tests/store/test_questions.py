"""Questions to a supervisor: asked once, decided once, journaled, gone with their draft."""

import pytest

from app.domain.errors import InvalidInput, StoreError
from app.domain.question import Question, Subject, Verdict
from app.store import Store
from tests.store.people import enrollment

ABOUT = Question("d-1", Subject.DUPLICATE, about="door/P-7", label="Ada Testperson", text="Twins?", asked_by="ana")


async def _asked(store: Store) -> Question:
    await store.drafts.create("d-1", b"state", label="Ada Testperson", step="review")
    return await store.questions.ask(ABOUT)


async def test_a_question_waits_until_a_supervisor_decides_it_with_a_reason(store: Store) -> None:
    asked = await _asked(store)
    assert await store.questions.ask(ABOUT) == asked, "asking twice changes nothing"
    assert await store.questions.waiting() == (asked,)
    with pytest.raises(InvalidInput):
        await store.questions.decide(asked.question_id, Verdict.APPROVED, reason="  ", actor="sup")
    decided = await store.questions.decide(asked.question_id, Verdict.APPROVED, reason="Twins, seen both", actor="sup")
    assert (decided.verdict, decided.decided_by, decided.reason) == (Verdict.APPROVED, "sup", "Twins, seen both")
    assert await store.questions.waiting() == ()
    assert await store.questions.of("d-1") == (decided,)
    with pytest.raises(InvalidInput):
        await store.questions.decide(asked.question_id, Verdict.REFUSED, reason="no", actor="other")
    last, first = await store.journal.entries()
    assert (first.action, first.actor) == ("supervisor-asked", "ana")
    assert (last.action, last.actor, last.facts["verdict"]) == ("supervisor-decided", "sup", "approved")


async def test_it_goes_with_its_draft_saved_or_discarded(store: Store) -> None:
    await _asked(store)
    await store.people.save(enrollment("P-1"), targets=(), actor="ana", draft_id="d-1")
    assert await store.questions.waiting() == ()
    assert await store.questions.of("d-1") == ()
    with pytest.raises(StoreError):
        await store.questions.ask(ABOUT)
    await _asked(store)
    await store.drafts.discard("d-1")
    assert await store.questions.waiting() == ()


async def test_a_new_key_opens_them(store: Store) -> None:
    asked = await _asked(store)
    await store.rotate_key()
    assert await store.questions.waiting() == (asked,)
