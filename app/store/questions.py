"""Questions to a supervisor, sealed whole; they go when their draft goes, the journal keeps what was decided."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.domain.errors import InvalidInput
from app.domain.question import Question, Verdict
from app.domain.records import JournalEntry
from app.store.codec import pack, unpack
from app.store.database import Database, next_id
from app.store.drafts import existing_draft, find_draft
from app.store.journal import write_entry
from app.store.tables import questions
from app.store.thread import StoreThread

ASKED, DECIDED = "supervisor-asked", "supervisor-decided"


class Questions:
    """The SupervisorQueue protocol."""

    def __init__(self, thread: StoreThread) -> None:
        self._thread = thread

    async def ask(self, question: Question) -> Question:
        """Put a question to the supervisors; back with its number and time. StoreError: the draft is gone."""
        return await self._thread.run(_ask, question)

    async def waiting(self) -> tuple[Question, ...]:
        """What nobody decided yet, oldest first."""
        return await self._thread.run(_waiting)

    async def of(self, draft_id: str) -> tuple[Question, ...]:
        """Everything asked about a draft, oldest first."""
        return await self._thread.run(_of, draft_id)

    async def decide(self, question_id: int, verdict: Verdict, *, reason: str, actor: str) -> Question:
        """Answer a question, once. InvalidInput: no reason, decided already, or gone with its draft."""
        return await self._thread.run(_decide, question_id, verdict, reason.strip(), actor)


def _ask(database: Database, question: Question) -> Question:
    with database.begin() as connection:
        draft = existing_draft(connection, database, question.draft_id)
        again = _same(connection, database, draft, question)
        if again is not None:
            return again
        record = next_id(connection, questions)
        asked = replace(question, question_id=record, asked_at=datetime.now(UTC), verdict=Verdict.WAITING)
        values = {"id": record, "draft": draft, "verdict": asked.verdict.value, "body": _sealed(database, asked)}
        connection.execute(insert(questions).values(values))
        write_entry(connection, database, _entry(ASKED, asked.asked_by, asked))
    return asked


def _same(connection: Connection, database: Database, draft: int, question: Question) -> Question | None:
    """The same question that still waits: asking twice changes nothing."""
    waiting = (questions.c.draft == draft) & (questions.c.verdict == Verdict.WAITING.value)
    for row in connection.execute(select(questions).where(waiting)):
        known = _opened(database, row)
        if (known.subject, known.about) == (question.subject, question.about):
            return known
    return None


def _waiting(database: Database) -> tuple[Question, ...]:
    wanted = select(questions).where(questions.c.verdict == Verdict.WAITING.value).order_by(questions.c.id)
    with database.begin() as connection:
        rows = connection.execute(wanted).all()
    return tuple(_opened(database, row) for row in rows)


def _of(database: Database, draft_id: str) -> tuple[Question, ...]:
    with database.begin() as connection:
        draft = find_draft(connection, database, draft_id)
        wanted = select(questions).where(questions.c.draft == draft).order_by(questions.c.id)
        rows = [] if draft is None else connection.execute(wanted).all()
    return tuple(_opened(database, row) for row in rows)


def _decide(database: Database, question_id: int, verdict: Verdict, reason: str, actor: str) -> Question:
    if not reason or verdict is Verdict.WAITING:
        raise InvalidInput(field="reason")
    with database.begin() as connection:
        row = connection.execute(select(questions).where(questions.c.id == question_id)).one_or_none()
        if row is None or row.verdict != Verdict.WAITING.value:
            raise InvalidInput(field="question", why="decided")
        known = _opened(database, row)
        decided = replace(known, verdict=verdict, reason=reason, decided_by=actor, decided_at=datetime.now(UTC))
        values = {"verdict": verdict.value, "body": _sealed(database, decided)}
        connection.execute(update(questions).where(questions.c.id == question_id).values(values))
        write_entry(connection, database, _entry(DECIDED, actor, decided))
    return decided


def _entry(action: str, actor: str, question: Question) -> JournalEntry:
    facts = {"draft": question.draft_id, "subject": question.subject.value, "about": question.about}
    if question.verdict is not Verdict.WAITING:
        facts |= {"verdict": question.verdict.value, "reason": question.reason, "asked_by": question.asked_by}
    return JournalEntry(action, actor, question.person_id, facts=facts)


def _sealed(database: Database, question: Question) -> bytes:
    return database.seal(questions.c.body, question.question_id, pack(question))


def _opened(database: Database, row: Any) -> Question:
    return unpack(Question, database.unseal(questions.c.body, row.id, row.body))
