"""What the journeys need from the outside, as protocols; the store and the drivers fit them.

Every method is a coroutine on the main loop; implementations do their work on threads of their own. A value
that came back from a `keep`, `save` or `append` is on disk. All raise StoreError leaves.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.audit import AuditReport, JournalHead
from app.domain.comparison import Candidate, Score
from app.domain.enrollment import Delivery, Enrollment, Lane, Tally
from app.domain.errors import InvalidInput
from app.domain.finger import FingerExamination, Readiness
from app.domain.question import Question, Verdict
from app.domain.records import (
    Draft,
    DraftSummary,
    ErasureOrder,
    FeatureRow,
    Job,
    JournalEntry,
    JournalQuery,
    KeptSample,
    PeoplePage,
    PersonRecord,
    PersonSummary,
    Recorded,
)
from app.domain.sample import Sample

__all__ = [
    "Draft",
    "DraftStore",
    "DraftSummary",
    "ErasureOrder",
    "ErasureStore",
    "FeatureRow",
    "FeatureStore",
    "Fingers",
    "Job",
    "Journal",
    "JournalEntry",
    "JournalQuery",
    "KeptSample",
    "Outbox",
    "PeoplePage",
    "PeopleStore",
    "PersonRecord",
    "PersonSummary",
    "Recorded",
]


class DraftStore(Protocol):
    """Unfinished enrollments."""

    async def create(self, draft_id: str, state: bytes, *, label: str, step: str) -> None:
        """Begin a draft."""

    async def create_all(self, rows: tuple[tuple[str, bytes, str, str], ...]) -> None:
        """Begin many drafts in one transaction, all or none; a row is id, state, label, step."""

    async def save_state(self, draft_id: str, state: bytes, *, label: str, step: str) -> None:
        """Replace the state of a draft."""

    async def keep(self, draft_id: str, samples: tuple[KeptSample, ...], state: bytes) -> None:
        """Put samples and the state that knows them on disk in one transaction."""

    async def drafts(self) -> tuple[DraftSummary, ...]:
        """All drafts, the latest first."""

    async def load(self, draft_id: str) -> Draft | None:
        """One draft with its samples in the order they were kept."""

    async def discard(self, draft_id: str) -> None:
        """Remove a draft and its samples; absent already is fine."""


class PeopleStore(Protocol):
    """Enrolled persons."""

    async def save(
        self, enrollment: Enrollment, *, targets: tuple[str, ...], actor: str, draft_id: str | None = None
    ) -> None:
        """One transaction: the record, its references, the journal entry, one outbox job per target device, and the
        draft gone. An existing person is replaced, with a new revision."""

    async def search(self, text: str, *, limit: int = 50, offset: int = 0) -> PeoplePage:
        """Persons whose name, identifier or fields contain every word of `text`, latest first."""

    async def get(self, person_id: str) -> PersonRecord | None:
        """One person with samples and deliveries."""

    async def remove(self, person_id: str, *, actor: str) -> bool:
        """Delete locally, with its jobs; False when there is none. The freed pages are overwritten."""

    async def find_field(self, name: str, value: str) -> str | None:
        """The person whose field has this value, such as a document number or a card."""


class Outbox(Protocol):
    """Deliveries waiting for their device."""

    async def due(self, now: datetime) -> tuple[Job, ...]:
        """Jobs whose time has come, oldest first."""

    async def report(self, job: Job, delivery: Delivery, *, due_at: datetime | None = None) -> None:
        """Record how a job stands; `due_at` sets the next try."""

    async def retry_now(self, person_id: str, device_id: str) -> None:
        """Make a waiting or failed job due."""

    async def pending(self) -> int:
        """Jobs that are not done, removals among them."""

    async def lanes(self) -> Mapping[str, Lane]:
        """How deliveries to each device go on; the empty name is all devices."""

    async def pause(self, device_id: str, *, actor: str, reason: str = "") -> None:
        """Let deliveries to a device rest (empty: to all devices), also after a restart; `reason` is an error code."""

    async def resume(self, device_id: str, *, actor: str) -> None:
        """Go on; jobs that the stopping error failed are due again."""

    async def note(self, device_id: str, *, serial: str | None = None, checked_at: datetime | None = None) -> None:
        """Remember which device was delivered to, or when everybody there was last looked for."""

    async def redeliver(self, device_id: str, *, actor: str) -> int:
        """Bring everybody to this device again, whatever was there before; returns how many."""

    async def lost(self, device_id: str, held: frozenset[str], before: datetime) -> tuple[str, ...]:
        """Who was written there before this moment and is not held any more: they are due again."""

    async def to_compare(self, device_id: str, count: int) -> Mapping[str, str]:
        """The next few people who were written there, with the digest of what was read back; round and round."""

    async def different(self, device_id: str, people: Mapping[str, str]) -> tuple[str, ...]:
        """Who of these (with the digest asked about) is still said to be written there: they are due again."""

    async def tallies(self) -> Mapping[str, Tally]:
        """How many people each device has, waits for or refuses."""


class ErasureStore(Protocol):
    """Orders to erase a person everywhere, and their certificates."""

    async def order(
        self, person_id: str, devices: Sequence[str], *, actor: str, reason: str, exports: int = 0
    ) -> ErasureOrder:
        """One transaction: everything of the person leaves the store, one removal per device comes.

        InvalidInput when there is no such person."""

    async def orders(self) -> tuple[ErasureOrder, ...]:
        """Every order, the latest first."""

    async def finish(self, order_id: str, certificate: str, *, actor: str) -> None:
        """Keep the certificate and forget who it was."""

    async def held_again(self, device_id: str, held: frozenset[str]) -> int:
        """Order the removal of whoever was erased, is not enrolled again, and is nevertheless held by this device."""

    async def retire(self, device_id: str, *, actor: str, reason: str) -> int:
        """A device is gone for good: nothing waits for it any more; how many removals ended unconfirmed by it."""

    async def retry(self, order_id: str, *, actor: str) -> None:
        """Every removal of an order that is not done is due now."""


class Journal(Protocol):
    """The append-only record of what was done."""

    async def append(self, entry: JournalEntry) -> None:
        """Write one act, time added when missing."""

    async def entries(self, *, person_id: str = "", limit: int = 200) -> tuple[JournalEntry, ...]:
        """Latest first."""

    async def find(self, query: JournalQuery) -> tuple[Recorded, ...]:
        """Acts with their numbers, latest first; fewer than the limit only when there are no more."""

    async def head(self) -> JournalHead:
        """How far the journal goes; its `short` form is for receipts."""

    async def verify(self, *, head: str = "") -> AuditReport:
        """Look through the whole chain; changes nothing. `head`: a short form that must be of this journal."""

    async def export(self) -> bytes:
        """The whole journal as a file that can be checked anywhere with the station's public key; readable."""


class SigningKey(Protocol):
    """The station's own key (Ed25519)."""

    async def sign(self, data: bytes) -> bytes:
        """A signature, 64 bytes."""

    async def public_key(self) -> str:
        """The public key as PEM."""


class SupervisorQueue(Protocol):
    """Questions of clerks that wait for a supervisor; they go with their draft, the journal keeps the decisions."""

    async def ask(self, question: Question) -> Question:
        """Put a question; back with number and time. The same question asked twice is one. Journaled."""

    async def waiting(self) -> tuple[Question, ...]:
        """What nobody decided yet, oldest first."""

    async def of(self, draft_id: str) -> tuple[Question, ...]:
        """Everything asked about a draft, oldest first."""

    async def decide(self, question_id: int, verdict: Verdict, *, reason: str, actor: str) -> Question:
        """Answer a question, once; journaled. InvalidInput: no reason, decided already, or gone with its draft."""


class NoQueue:
    """No supervisor can be asked here: every question waits for ever, and nobody is told."""

    async def ask(self, question: Question) -> Question:
        """The question as it is."""
        return question

    async def waiting(self) -> tuple[Question, ...]:
        """None."""
        return ()

    async def of(self, draft_id: str) -> tuple[Question, ...]:
        """None."""
        return ()

    async def decide(self, question_id: int, verdict: Verdict, *, reason: str, actor: str) -> Question:
        """Never possible."""
        raise InvalidInput(field="question")


class FeatureStore(Protocol):
    """Search features beside the finger references, read in bulk when the gallery is built."""

    async def put(self, rows: tuple[FeatureRow, ...]) -> None:
        """Store or replace by person and position."""

    async def all(self) -> tuple[FeatureRow, ...]:
        """Every row; 100,000 rows in under 3 seconds."""

    async def of(self, person_id: str) -> tuple[FeatureRow, ...]:
        """The rows of one person."""


class Fingers(Protocol):
    """The station's own eye for fingerprints: examines, compares, and knows everybody who is enrolled."""

    @property
    def readiness(self) -> Readiness:
        """Whether `examine` answers at once; it waits until then."""

    async def examine(self, sample: Sample) -> FingerExamination:
        """Quality with its reason, ISO template, features and what to draw, of one press. Never raises."""

    async def compare(self, one: Sequence[Sample], other: Sequence[Sample]) -> Score:
        """Whether presses said to be of two fingers are of one and the same, whichever it is."""

    async def search(self, samples: Sequence[Sample]) -> tuple[Candidate, ...]:
        """Enrolled people whose fingers match, the most alike first; changes nothing. Raises MatchingError leaves."""
