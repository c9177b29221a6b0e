"""Fakes that fit the real ports and device contract: everything in memory, scripted by the test."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from app.domain.audit import AuditFinding, AuditReport, JournalHead
from app.domain.capture import Captured, CaptureRequest, CaptureWatcher, Outcome
from app.domain.console import Action, ActionResult, Danger, Field, FieldKind, Section, Step, Table, Values
from app.domain.device import Device, DeviceInfo, Finding, Health
from app.domain.enrollment import Delivery, DeliveryState, Enrollment, Lane, Tally
from app.domain.errors import LockHeld
from app.domain.modality import Modality, Position
from app.domain.person import Person
from app.domain.policy import ConsentText, EnrollmentPolicy, ModalityPolicy, PersonField
from app.domain.sample import Quality, Sample, Source
from app.journeys.operators import Operators
from app.journeys.ports import (
    Draft,
    DraftSummary,
    Job,
    JournalEntry,
    JournalQuery,
    KeptSample,
    NoQueue,
    PeoplePage,
    PersonRecord,
    PersonSummary,
    Recorded,
    SupervisorQueue,
)
from app.journeys.station import Station
from app.journeys.supervision import Supervision

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PASSCODE = "correct horse"


def gray_bmp(width: int = 64, height: int = 48, shade: int = 128) -> bytes:
    """A gray 8-bit BMP with a darker disc in the middle, so that one sees it was really decoded."""
    stride = (width + 3) // 4 * 4
    palette = b"".join(struct.pack("<4B", i, i, i, 0) for i in range(256))
    rows = bytearray()
    for y in range(height):
        row = bytearray(shade for _ in range(stride))
        for x in range(width):
            if (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2:
                row[x] = shade // 3
        rows += row
    offset = 54 + len(palette)
    head = b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 0, len(rows), 2835, 2835, 256, 0)
    return head + info + palette + bytes(rows)


def a_sample(position: Position = Position.LEFT_IRIS, score: float = 82.0, device_id: str = "door") -> Sample:
    """A synthetic sample with an image (a card has its number instead)."""
    card = position is Position.CARD
    return Sample(
        position=position,
        source=Source(device_id, "fake", serial="F-100"),
        captured_at=NOON,
        quality=Quality(score, figures={"sharpness": 71}),
        image=b"" if card else gray_bmp(shade=120 + len(position.value)),
        media_type="" if card else "image/bmp",
        card="04A1B2C3" if card else "",
    )


def an_enrollment(person_id: str = "P-1001", name: tuple[str, str] = ("Ada", "Testperson")) -> Enrollment:
    """A finished enrollment of a synthetic person: both irises and a face."""
    positions = (Position.LEFT_IRIS, Position.RIGHT_IRIS, Position.FACE)
    return Enrollment(
        person=Person(person_id, last_name=name[1], first_name=name[0], fields={"department": "Assembly"}),
        consent=None,
        samples=tuple(a_sample(position, score) for position, score in zip(positions, (82.0, 64.0, 91.0), strict=True)),
        enrolled_at=NOON,
        station="test station",
    )


class _Scripted:
    """Raises the next scripted error, and waits while the test holds the gate."""

    def __init__(self) -> None:
        self.errors: dict[str, BaseException] = {}
        self.calls: list[tuple[str, tuple[object, ...]]] = []
        self.gates: dict[str, asyncio.Event] = {}

    async def step(self, name: str, *arguments: object) -> None:
        """Record a call, give way, then wait or fail as scripted."""
        self.calls.append((name, arguments))
        await asyncio.sleep(0)
        if name in self.gates:
            await self.gates[name].wait()
        error = self.errors.pop(name, None)
        if error is not None:
            raise error

    def called(self, name: str) -> list[tuple[object, ...]]:
        """The arguments of every call of this name."""
        return [arguments for called, arguments in self.calls if called == name]


class FakePeople(_Scripted):
    """PeopleStore in memory."""

    def __init__(self, *records: PersonRecord) -> None:
        super().__init__()
        self.records = {record.enrollment.person.person_id: record for record in records}

    async def save(
        self, enrollment: Enrollment, *, targets: tuple[str, ...], actor: str, draft_id: str | None = None
    ) -> None:
        await self.step("save", enrollment.person.person_id, targets, actor, draft_id)
        person_id = enrollment.person.person_id
        revision = self.records[person_id].revision + 1 if person_id in self.records else 1
        deliveries = tuple(Delivery(target, DeliveryState.WAITING, updated_at=NOON) for target in targets)
        self.records[person_id] = PersonRecord(enrollment, revision, deliveries)

    async def search(self, text: str, *, limit: int = 50, offset: int = 0) -> PeoplePage:
        await self.step("search", text)
        words = text.casefold().split()
        found = [record for record in self.records.values() if _holds(record, words)]
        return PeoplePage(tuple(_summary(record) for record in found[offset : offset + limit]), len(found))

    async def get(self, person_id: str) -> PersonRecord | None:
        await self.step("get", person_id)
        return self.records.get(person_id)

    async def remove(self, person_id: str, *, actor: str) -> bool:
        await self.step("remove", person_id, actor)
        return self.records.pop(person_id, None) is not None

    async def find_field(self, name: str, value: str) -> str | None:
        await self.step("find_field", name, value)
        for person_id, record in self.records.items():
            if record.enrollment.person.fields.get(name) == value:
                return person_id
        return None


def _holds(record: PersonRecord, words: list[str]) -> bool:
    person = record.enrollment.person
    hay = " ".join((person.full_name, person.person_id, *person.fields.values())).casefold()
    return all(word in hay for word in words)


def _summary(record: PersonRecord) -> PersonSummary:
    enrollment = record.enrollment
    return PersonSummary(
        enrollment.person.person_id,
        enrollment.person.full_name,
        enrollment.enrolled_at or NOON,
        tuple(sample.position for sample in enrollment.samples),
        record.deliveries,
    )


@dataclass
class _StoredDraft:
    state: bytes
    label: str
    step: str
    samples: tuple[KeptSample, ...] = ()
    created_at: datetime = NOON
    updated_at: datetime = NOON


class FakeDrafts(_Scripted):
    """DraftStore in memory; `now` is when changes are stamped."""

    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[str, _StoredDraft] = {}
        self.now = NOON

    async def create(self, draft_id: str, state: bytes, *, label: str, step: str) -> None:
        await self.step("create", draft_id)
        self.stored[draft_id] = _StoredDraft(state, label, step, created_at=self.now, updated_at=self.now)

    async def create_all(self, rows: tuple[tuple[str, bytes, str, str], ...]) -> None:
        for draft_id, state, label, step in rows:
            await self.create(draft_id, state, label=label, step=step)

    async def save_state(self, draft_id: str, state: bytes, *, label: str, step: str) -> None:
        await self.step("save_state", draft_id)
        kept = self.stored[draft_id]
        self.stored[draft_id] = replace(kept, state=state, label=label, step=step, updated_at=self.now)

    async def keep(self, draft_id: str, samples: tuple[KeptSample, ...], state: bytes) -> None:
        await self.step("keep", draft_id)
        kept = self.stored[draft_id]
        self.stored[draft_id] = replace(kept, state=state, samples=kept.samples + samples, updated_at=self.now)

    async def drafts(self) -> tuple[DraftSummary, ...]:
        await self.step("drafts")
        latest = sorted(self.stored.items(), key=lambda item: item[1].updated_at, reverse=True)
        return tuple(
            DraftSummary(key, kept.label, kept.step, kept.created_at, kept.updated_at, len(kept.samples))
            for key, kept in latest
        )

    async def load(self, draft_id: str) -> Draft | None:
        await self.step("load", draft_id)
        kept = self.stored.get(draft_id)
        return None if kept is None else Draft(draft_id, kept.state, kept.samples)

    async def discard(self, draft_id: str) -> None:
        await self.step("discard", draft_id)
        self.stored.pop(draft_id, None)


class FakeOutbox(_Scripted):
    """Outbox in memory: counts, and remembers what was asked to be retried."""

    def __init__(self, pending: int = 0) -> None:
        super().__init__()
        self.waiting = pending
        self.known: dict[str, Lane] = {}
        self.counts: dict[str, Tally] = {}

    async def due(self, now: datetime) -> tuple[Job, ...]:
        await self.step("due", now)
        return ()

    async def report(self, job: Job, delivery: Delivery, *, due_at: datetime | None = None) -> None:
        await self.step("report", job, delivery, due_at)

    async def retry_now(self, person_id: str, device_id: str) -> None:
        await self.step("retry_now", person_id, device_id)

    async def pending(self) -> int:
        await self.step("pending")
        return self.waiting

    async def lanes(self) -> Mapping[str, Lane]:
        await self.step("lanes")
        return dict(self.known)

    async def pause(self, device_id: str, *, actor: str, reason: str = "") -> None:
        await self.step("pause", device_id)
        self.known[device_id] = Lane(device_id, paused=True, reason=reason)

    async def resume(self, device_id: str, *, actor: str) -> None:
        await self.step("resume", device_id)
        self.known.pop(device_id, None)

    async def note(self, device_id: str, *, serial: str | None = None, checked_at: datetime | None = None) -> None:
        await self.step("note", device_id)

    async def redeliver(self, device_id: str, *, actor: str) -> int:
        await self.step("redeliver", device_id)
        return self.counts[device_id].done if device_id in self.counts else 0

    async def lost(self, device_id: str, held: frozenset[str], before: datetime) -> tuple[str, ...]:
        await self.step("lost", device_id)
        return ()

    async def to_compare(self, device_id: str, count: int) -> Mapping[str, str]:
        await self.step("to_compare", device_id)
        return {}

    async def different(self, device_id: str, people: Mapping[str, str]) -> tuple[str, ...]:
        await self.step("different", device_id)
        return ()

    async def tallies(self) -> Mapping[str, Tally]:
        await self.step("tallies")
        return dict(self.counts)


def _asked_for(query: JournalQuery, each: Recorded) -> bool:
    at = each.entry.at or datetime.now(UTC)
    return (
        each.number < (query.before or each.number + 1)
        and query.person_id in {"", each.entry.person_id}
        and query.action in {"", each.entry.action}
        and (query.since or at) <= at
        and (query.until is None or at < query.until)
    )


class FakeJournal(_Scripted):
    """Journal in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[JournalEntry] = []
        self.findings: tuple[AuditFinding, ...] = ()

    async def append(self, entry: JournalEntry) -> None:
        await self.step("append", entry)
        self.written.append(entry)

    async def entries(self, *, person_id: str = "", limit: int = 200) -> tuple[JournalEntry, ...]:
        await self.step("entries", person_id)
        found = [entry for entry in reversed(self.written) if not person_id or entry.person_id == person_id]
        return tuple(found[:limit])

    async def find(self, query: JournalQuery) -> tuple[Recorded, ...]:
        await self.step("find", query)
        numbered = [Recorded(number, entry) for number, entry in enumerate(self.written, 1)]
        return tuple(each for each in reversed(numbered) if _asked_for(query, each))[: query.limit]

    async def head(self) -> JournalHead:
        await self.step("head")
        return JournalHead(len(self.written))

    async def verify(self, *, head: str = "") -> AuditReport:
        await self.step("verify", head)
        count = len(self.written)
        return AuditReport(count, 1, JournalHead(count), count, "0011223344556677", self.findings)

    async def export(self) -> bytes:
        await self.step("export")
        return b"{}\n"


class FakeDevice(Device, _Scripted):
    """A device that answers at once; script `outcomes`, `errors`, `gates`, `findings` and `sections`.

    Without scripted outcomes a capture brings one good sample of every position asked for, kept by the watcher.
    """

    def __init__(self, device_id: str = "door", label: str = "Terminal at the door") -> None:
        Device.__init__(self, device_id, label)
        _Scripted.__init__(self)
        self.can: frozenset[Modality] = frozenset({Modality.IRIS, Modality.FACE})
        self.opened: DeviceInfo | None = None
        self.held_by_other = False
        self.outcomes: list[Outcome | BaseException] = []
        self.findings = [Finding("network", Health.GOOD, "8 ms"), Finding("clock", Health.WARNING, "3 s", "set-clock")]
        self.sections: tuple[Section, ...] = ()

    @property
    def vendor(self) -> str:
        return "fake"

    @property
    def info(self) -> DeviceInfo | None:
        return self.opened

    @property
    def modalities(self) -> frozenset[Modality]:
        return self.can

    async def open(self, *, take_over: bool = False) -> DeviceInfo:
        await self.step("open", take_over)
        if self.held_by_other and not take_over:
            raise LockHeld(device=self.device_id, step="lock")
        self.held_by_other = False
        self.opened = DeviceInfo(self.device_id, "fake", "F-1", serial="F-100", firmware="1.0")
        return self.opened

    async def close(self) -> None:
        await self.step("close")
        self.opened = None

    async def capture(self, request: CaptureRequest, watcher: CaptureWatcher) -> Outcome:
        await self.step("capture", request)
        outcome = self.outcomes.pop(0) if self.outcomes else self._good(request)
        if isinstance(outcome, BaseException):
            raise outcome
        await watcher.keep(outcome.samples)
        return outcome

    def _good(self, request: CaptureRequest) -> Captured:
        return Captured(tuple(a_sample(position, device_id=self.device_id) for position in request.positions))

    async def diagnose(self) -> list[Finding]:
        await self.step("diagnose")
        return list(self.findings)


class FakeConsoleDevice(FakeDevice):
    """A device with a console: facts, a paged and filtered table, and actions of every danger."""

    PAGE = 10

    def __init__(self, device_id: str = "door", label: str = "Terminal at the door") -> None:
        super().__init__(device_id, label)
        self.people = [(f"P-{1000 + n}", f"Person {n}") for n in range(23)]
        self.done: list[tuple[str, dict[str, object]]] = []
        self.long_gate = asyncio.Event()
        self.aborted = False

    def console(self) -> tuple[Section, ...]:
        return self.sections or self._sections()

    def _sections(self) -> tuple[Section, ...]:
        find = Field("text", "Name contains", required=False)
        user = Field("user", "User", column="User")
        return (
            Section("status", "Status", load=self._status, note="Read from the device just now."),
            Section(
                "users",
                "Users",
                load=self._users,
                filters=(find,),
                actions=(
                    self._act("rename", "Rename user", (user, Field("name", "New name")), Danger.CHANGES),
                    self._act("delete-user", "Delete user", (user,), Danger.DESTROYS),
                    Action("watch", "Watch users", run_long=self._watch, beside=True),
                ),
            ),
            Section(
                "firmware",
                "Firmware",
                supervisor=True,
                actions=(
                    Action(
                        "update",
                        "Update firmware",
                        run_long=self._update,
                        fields=(Field("file", "Firmware file", FieldKind.FILE, required=False),),
                        danger=Danger.CHANGES,
                        consequence="The device restarts and cannot be used for about two minutes.",
                    ),
                    self._act(
                        "settings",
                        "Set options",
                        (
                            Field("count", "Count", FieldKind.INTEGER, default=3),
                            Field("level", "Level", FieldKind.NUMBER, default=1.5),
                            Field("on", "Active", FieldKind.BOOLEAN, default=True),
                            Field("mode", "Mode", FieldKind.CHOICE, choices=("slave", "recog")),
                        ),
                        Danger.NONE,
                    ),
                ),
            ),
        )

    def _act(self, name: str, title: str, fields: tuple[Field, ...], danger: Danger) -> Action:
        async def run(values: Values) -> ActionResult:
            await self.step(name, dict(values))
            self.done.append((name, dict(values)))
            return ActionResult("Done.")

        consequence = "" if danger is Danger.NONE else "The user is changed on this device at once."
        return Action(name, title, run=run, fields=fields, danger=danger, consequence=consequence)

    async def _status(self, page: int, values: Values) -> Table:
        await self.step("status", page, dict(values))
        return Table(("Name", "Value"), (("Serial number", "F-100"), ("Version", "1.0"), ("Temperature", "41 °C")))

    async def _users(self, page: int, values: Values) -> Table:
        await self.step("users", page, dict(values))
        text = str(values.get("text", "")).casefold()
        found = [row for row in self.people if text in row[1].casefold()]
        rows = tuple(found[(page - 1) * self.PAGE : page * self.PAGE])
        return Table(("User", "Name"), rows, total=len(found), more=page * self.PAGE < len(found), page=page)

    async def _watch(self, _values: Values) -> AsyncIterator[Step]:
        try:
            yield Step(0, 9, "watching")
            yield Step(1, 9, "first came")
            yield Step(2, 9, "second came")
            yield Step(2, 9, "lost for a while")
            await self.long_gate.wait()
            yield Step(3, 9, "third came")
            await asyncio.Event().wait()
        finally:
            self.aborted = True

    async def _update(self, values: Values) -> AsyncIterator[Step]:
        self.done.append(("update", dict(values)))
        try:
            yield Step(1, 4, "Sending")
            await self.long_gate.wait()
            yield Step(4, 4, "Restarting")
        except (asyncio.CancelledError, GeneratorExit):
            self.aborted = True
            raise


@dataclass
class Setting:
    """A station of fakes, with each part at hand for scripting."""

    people: FakePeople = field(default_factory=FakePeople)
    drafts: FakeDrafts = field(default_factory=FakeDrafts)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    journal: FakeJournal = field(default_factory=FakeJournal)
    devices: tuple[FakeDevice, ...] = ()
    practice: bool = False
    passcode: str | None = PASSCODE
    clock: Callable[[], float] | None = None
    operators: Operators = field(default_factory=Operators)
    queue: SupervisorQueue = field(default_factory=NoQueue)

    def station(self) -> Station:
        """The station value that pages get."""

        async def secret() -> str | None:
            return self.passcode

        vouch = self.operators.vouch if self.operators.required else None
        supervision = Supervision(secret, self.clock or monotonic, vouch)
        return Station(
            name="Front desk",
            policy=a_policy(),
            devices={device.device_id: device for device in self.devices},
            drafts=self.drafts,
            people=self.people,
            outbox=self.outbox,
            journal=self.journal,
            supervision=supervision,
            operators=self.operators,
            queue=self.queue,
            practice=self.practice,
            now=lambda: NOON,
        )


def a_policy() -> EnrollmentPolicy:
    """Two modalities, two person fields, consent in two languages."""
    return EnrollmentPolicy(
        modalities={
            Modality.IRIS: ModalityPolicy(Modality.IRIS, threshold=60.0),
            Modality.FACE: ModalityPolicy(Modality.FACE, threshold=50.0),
        },
        fields=(
            PersonField("document", "Document number", required=True, pattern="[A-Z0-9]{5,12}", hint="Letters, digits"),
            PersonField("department", "Department"),
        ),
        consents=(
            ConsentText("1", "en", "I agree that my iris and face are stored to open doors."),
            ConsentText("1", "es", "Acepto que se guarden mi iris y mi rostro para abrir puertas."),
        ),
    )


def busy_setting(**changes: object) -> Setting:
    """A station in daily use: people with every delivery state, drafts, two devices."""
    done = Delivery("door", DeliveryState.DONE, 1, updated_at=NOON)
    failed = Delivery("gate", DeliveryState.FAILED, 5, "ES-110", {"device": "gate", "step": "write"}, updated_at=NOON)
    waiting = Delivery("gate", DeliveryState.WAITING, 0, updated_at=NOON)
    people = FakePeople(
        PersonRecord(an_enrollment("P-1001", ("Ada", "Testperson")), 1, (done, failed)),
        PersonRecord(an_enrollment("P-1002", ("Bruno", "Musterfall")), 2, (done, waiting)),
        PersonRecord(an_enrollment("P-1003", ("Chiyo", "Specimen-Beispiel")), 1, (done,)),
    )
    drafts = FakeDrafts()
    drafts.stored["d1"] = _StoredDraft(b"{}", "Dora Sample", "iris", updated_at=NOON - timedelta(hours=2))
    made = Setting(
        people=people,
        drafts=drafts,
        outbox=FakeOutbox(2),
        devices=(FakeConsoleDevice("door", "Terminal at the door"), FakeDevice("gate", "Terminal at the gate")),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made
