"""Enrolling a person: drives the pure flow, keeps every change on disk, captures with a device, saves.

Main loop only. The state is on disk before any method that changed it returns, so a killed station reopens
on the same step. Captures may be cancelled at any moment; the device is left idle.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace

from app.domain.capture import Outcome
from app.domain.device import Device
from app.domain.enrollment import Enrollment, FailureToAcquire
from app.domain.errors import DuplicateFound, InvalidInput, StoreDamaged, SupervisorNeeded
from app.domain.modality import Modality, Position
from app.domain.person import Person
from app.domain.policy import DuplicateRule, EnrollmentPolicy
from app.domain.question import Question, Subject
from app.domain.sample import Sample
from app.domain.usability import Usability, usability
from app.journeys import decisions, duplicates, flow, state_codec
from app.journeys.captures import Captures, CaptureView, as_kept
from app.journeys.draft import OpenDraft
from app.journeys.duplicates import Findings
from app.journeys.flow_inputs import Except, Input, MarkSaved, NoteDuplicate
from app.journeys.flow_state import EARLIER, CaptureState, Kept, State, Step, StepKind
from app.journeys.ports import JournalEntry, KeptSample, PersonRecord
from app.journeys.station import Station


class EnrollmentJourney:
    """One enrollment from consent to saved. Make it with `begin` or `resume`; `close` when leaving it."""

    def __init__(self, station: Station, state: State, samples: tuple[KeptSample, ...] = ()) -> None:
        self._station = station
        self._draft = OpenDraft(station, state, samples)
        self._captures = Captures(station, self._draft)
        self._decided: tuple[Question, ...] = ()

    @classmethod
    async def begin(cls, station: Station, *, replaces: PersonRecord | None = None) -> "EnrollmentJourney":
        """A new draft, on disk before this returns; with `replaces`, an enrolled person is captured again."""
        enrolled = tuple(sample.position for sample in replaces.enrollment.samples) if replaces else ()
        compares = station.documents is not None
        plan = flow.make_plan(station.policy, modalities_of(station), enrolled, documents=compares)
        person = replaces.enrollment.person if replaces else Person(await free_person_id(station))
        consent = replaces.enrollment.consent if replaces else None
        state = State(
            secrets.token_hex(8), plan, person=person, consent=consent, replaces=person.person_id if replaces else ""
        )
        earlier = _earlier_samples(plan, replaces)
        document = replaces.enrollment.document if replaces else None
        state = replace(state, captures=_earlier_captures(earlier), document=document)
        journey = cls(station, state, earlier)
        data = state_codec.dump(state)
        await station.drafts.create(state.draft_id, data, label=person.full_name, step=plan[0].key)
        if earlier:
            await station.drafts.keep(state.draft_id, earlier, data)
        await journey._tell("enrollment-begun")
        return journey

    @classmethod
    async def resume(cls, station: Station, draft_id: str) -> "EnrollmentJourney":
        """Go on with a draft on the step it was left at. Raises StoreDamaged when it is gone or unreadable."""
        draft = await station.drafts.load(draft_id)
        if draft is None:
            raise StoreDamaged(what="draft", why="gone")
        journey = cls(station, state_codec.load(draft.state), draft.samples)
        await journey._draft.mend_cut_try()
        await journey._take_decisions()
        await journey._tell("enrollment-resumed")
        return journey

    @property
    def state(self) -> State:
        """The current state; replaced, never changed."""
        return self._draft.state

    @property
    def station(self) -> Station:
        """The station this enrollment runs on."""
        return self._station

    def sample(self, kept: Kept) -> Sample:
        """The sample behind a flow's entry."""
        return self._draft.samples[kept.sample_id].sample

    def listen(self, listener: Callable[[State], None]) -> None:
        """Call `listener` on the main loop with every new state."""
        self._draft.listen(listener)

    def devices_for(self, step: Step) -> tuple[Device, ...]:
        """The station's devices that capture at least one of the step's modalities, the most capable first."""
        wanted = {position.modality for position in step.positions}
        able = [device for device in self._station.devices.values() if device.modalities & wanted]
        return tuple(sorted(able, key=lambda device: -len(device.modalities & wanted)))

    async def apply(self, given: Input) -> State:
        """Advance by one input and put the new state on disk.

        Raises InvalidInput, SupervisorNeeded for what only a supervisor may decide, or DuplicateFound for a duplicate
        that nobody may save; nothing changes then.
        """
        self._check_rights(given)
        before, state = await self._draft.advance(given)
        if state.step is not before.step and before.step.kind is StepKind.CAPTURE:
            await self.release()
        return state

    async def capture(
        self,
        key: str,
        device_id: str,
        view: CaptureView,
        *,
        positions: tuple[Position, ...] = (),
        glasses: bool = False,
        countdown_s: int | None = None,
        take_over: bool = False,
    ) -> Outcome:
        """One try at a capture step. What was captured is on disk when this returns.

        Raises the device's errors; the try then counts for nothing and may be repeated.
        """
        return await self._captures.capture(
            key,
            device_id,
            view,
            positions=positions,
            glasses=glasses,
            countdown_s=countdown_s,
            take_over=take_over,
        )

    async def find_duplicates(self) -> Findings:
        """Whether this person is enrolled already, as far as the station and the devices in use know; changes nothing.

        Nothing is found when the policy wants nobody asked.
        """
        if not self._station.policy.check_duplicates:
            return Findings()
        devices = self._capture_devices()
        return await duplicates.search(self._station, self.enrollment(), devices, replaces=self.state.replaces)

    async def supervisors_answer(self) -> Question | None:
        """How the latest question about a duplicate stands; an approval counts from now on."""
        await self._take_decisions()
        asked = [one for one in self._decided if one.subject is Subject.DUPLICATE]
        return asked[-1] if asked else None

    async def continue_as(self, record: PersonRecord) -> "EnrollmentJourney":
        """It is the same person: what was captured becomes an update of the earlier record, this draft ends."""
        person, consent = record.enrollment.person, self.state.consent or record.enrollment.consent
        earlier = _earlier_samples(self.state.plan, record)
        captures = dict(self.state.captures)
        for key, before in _earlier_captures(earlier).items():
            mine = captures.get(key, CaptureState())
            captures[key] = replace(mine, kept=(*before.kept, *mine.kept))
        state = replace(
            self.state,
            draft_id=secrets.token_hex(8),
            person=person,
            consent=consent,
            captures=captures,
            replaces=person.person_id,
        )
        samples = (*earlier, *(replace(one, sample_id=sample_id) for sample_id, one in self._draft.samples.items()))
        data = state_codec.dump(state)
        await self._station.drafts.create(state.draft_id, data, label=person.full_name, step=state.step.key)
        await self._station.drafts.keep(state.draft_id, samples, data)
        other = EnrollmentJourney(self._station, state, samples)
        await other._tell("enrollment-continued-as-update")
        await self.discard()
        return other

    async def ask_supervisor(
        self, subject: Subject, text: str, about: str = "", facts: dict[str, str] | None = None
    ) -> Question:
        """Put a question about this draft into the supervisors' queue; `resume` takes the answer."""
        person = self.state.person
        question = Question(self.state.draft_id, subject, about, person.full_name, text, dict(facts or {}))
        return await self._station.queue.ask(
            replace(question, asked_by=self._station.actor, person_id=person.person_id)
        )

    def enrollment(self) -> Enrollment:
        """The enrollment as it would be saved now."""
        failures: list[FailureToAcquire] = []
        for capture in self.state.captures.values():
            failures.extend(capture.failures)
        samples = tuple(self._used(kept) for kept in flow.samples_used(self.state))
        return Enrollment(
            self.state.person,
            self.state.consent,
            samples,
            tuple(failures),
            self._station.now(),
            self._station.name,
            self.state.document,
        )

    def _used(self, kept: Kept) -> Sample:
        marked = {position for capture in self.state.captures.values() for position in capture.duress}
        return replace(self.sample(kept), duress=kept.position in marked)

    def usability(self) -> tuple[Usability, ...]:
        """How each device that the person is brought to can use what was captured, before anything is saved."""
        enrollment = self.enrollment()
        return tuple(usability(device, enrollment) for device in self._targets())

    async def save(self) -> None:
        """Save for good, in one transaction with the jobs that bring the person to the devices.

        Raises InvalidInput while something is missing or the number was taken meanwhile, StoreError leaves (the draft
        is then untouched).
        """
        targets = tuple(device.device_id for device in self._targets())
        async with self._draft.order:
            saved = flow.advance(self.state, MarkSaved(), self._station.policy)
            await self._check_number()
            await self._station.people.save(
                self.enrollment(), targets=targets, actor=self._station.actor, draft_id=self.state.draft_id
            )
            self._draft.publish(saved)
        self._station.jobs_waiting.set()
        await self.release()

    async def _check_number(self) -> None:
        """A number typed in two drafts belongs to the one that is saved first."""
        number = self.state.person.person_id
        if not self.state.replaces and await self._station.people.get(number) is not None:
            raise InvalidInput(field="person_id", why="taken")

    async def discard(self) -> None:
        """Drop the draft with everything captured."""
        await self.release()
        await self._station.drafts.discard(self.state.draft_id)
        await self._tell("enrollment-discarded")

    async def release(self) -> None:
        """Give the capture device back."""
        await self._captures.release()

    async def close(self) -> None:
        """Leave the enrollment; the draft stays."""
        self._draft.silence()
        await self.release()

    async def _take_decisions(self) -> None:
        """What a supervisor decided meanwhile counts from now on."""
        self._decided = await self._station.queue.of(self.state.draft_id)
        note = decisions.duplicate_note(self._decided)
        if note and not self.state.duplicate_note:
            await self.apply(NoteDuplicate(note))

    def needs_supervisor(self, given: Input) -> bool:
        """Whether a supervisor must decide this first: none has unlocked the station or approved it earlier."""
        free = self._station.supervision.unlocked or decisions.allow(self._decided, given)
        return not free and _supervised(given, self._station.policy)

    def _check_rights(self, given: Input) -> None:
        policy = self._station.policy
        if isinstance(given, NoteDuplicate) and policy.duplicates is DuplicateRule.REFUSE:
            raise DuplicateFound(step="review")
        if self.needs_supervisor(given):
            raise SupervisorNeeded()

    def _capture_devices(self) -> list[Device]:
        chosen = {capture.device_id for capture in self.state.captures.values()}
        return [device for device_id, device in self._station.devices.items() if device_id in chosen]

    def _targets(self) -> list[Device]:
        station = self._station
        return [each for each in station.devices.values() if each.device_id in station.deliver_to]

    async def _tell(self, action: str) -> None:
        await self._station.journal.append(
            JournalEntry(action, self._station.actor, self.state.person.person_id, facts={"draft": self.state.draft_id})
        )


def _supervised(given: Input, policy: EnrollmentPolicy) -> bool:
    """Whether only a supervisor may decide this."""
    if isinstance(given, NoteDuplicate):
        return policy.duplicates is DuplicateRule.SUPERVISOR
    return isinstance(given, Except) and policy.of(given.failure.position.modality).exception_needs_supervisor


def _earlier_samples(plan: tuple[Step, ...], record: PersonRecord | None) -> tuple[KeptSample, ...]:
    samples = record.enrollment.samples if record else ()
    where = {position: step.key for step in plan for position in step.positions}
    return tuple(KeptSample(secrets.token_hex(8), where.get(sample.position, EARLIER), 0, sample) for sample in samples)


def _earlier_captures(earlier: tuple[KeptSample, ...]) -> dict[str, CaptureState]:
    keys = dict.fromkeys(kept.step for kept in earlier)
    return {key: CaptureState(kept=tuple(as_kept(kept) for kept in earlier if kept.step == key)) for key in keys}


async def free_person_id(station: Station) -> str:
    """A nine-digit number nobody has: every vendor accepts it as a user identifier."""
    while True:
        candidate = str(secrets.randbelow(900_000_000) + 100_000_000)
        if await station.people.get(candidate) is None:
            return candidate


def modalities_of(station: Station) -> frozenset[Modality]:
    """What the station's devices capture together."""
    return frozenset(modality for device in station.devices.values() for modality in device.modalities)
