"""The enrollment's decisions, pure: a state and an input give the next state; nothing here waits, stores or draws.

    consent -> person -> capture (one step per group of modalities) -> review -> done

States are in flow_state, inputs in flow_inputs; an input that does not fit raises InvalidInput and changes nothing.
Back never drops anything: the state only ever grows until the person is saved.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.domain.comparison import Decision
from app.domain.enrollment import ExceptionReason
from app.domain.errors import InvalidInput
from app.domain.modality import FINGERS, Modality, Position
from app.domain.person import Person
from app.domain.policy import NUMBER, DocumentRule, EnrollmentPolicy, PersonField
from app.domain.sample import QualityReason
from app.journeys.flow_inputs import (
    Back,
    BeginTry,
    ChooseDevice,
    ChooseFingers,
    EndTry,
    Except,
    GiveConsent,
    GoTo,
    Input,
    Keep,
    MarkDuress,
    MarkSaved,
    Next,
    NoteDocument,
    NoteDuplicate,
    NoteTwins,
    Restore,
    SetPerson,
)
from app.journeys.flow_state import EARLIER, Attempt, CaptureState, Kept, Need, Problem, State, Step, StepKind

FINGER_PREFERENCE = (
    Position.RIGHT_INDEX,
    Position.LEFT_INDEX,
    Position.RIGHT_THUMB,
    Position.LEFT_THUMB,
    Position.RIGHT_MIDDLE,
    Position.LEFT_MIDDLE,
    Position.RIGHT_RING,
    Position.LEFT_RING,
    Position.RIGHT_LITTLE,
    Position.LEFT_LITTLE,
)


def make_plan(
    policy: EnrollmentPolicy,
    modalities: frozenset[Modality],
    enrolled: tuple[Position, ...] = (),
    *,
    documents: bool = False,
) -> tuple[Step, ...]:
    """The steps for a station whose devices capture `modalities`; steps without a device do not appear.

    Fingers that are `enrolled` already are wanted before others; `documents` says that faces can be compared with
    documents here.
    """
    fingers = tuple(dict.fromkeys((*(each for each in enrolled if each in FINGERS), *FINGER_PREFERENCE)))
    steps = [Step("consent", StepKind.CONSENT)] if policy.consents else []
    steps.append(Step("person", StepKind.PERSON))
    if documents and policy.document is not DocumentRule.OFF:
        steps.append(Step("document", StepKind.DOCUMENT))
    groups: tuple[tuple[str, tuple[Position, ...]], ...] = (
        ("eyes-face", (Position.LEFT_IRIS, Position.RIGHT_IRIS, Position.FACE)),
        ("fingers", fingers[: policy.fingers]),
        ("card", (Position.CARD,)),
    )
    for key, wanted in groups:
        positions = tuple(position for position in wanted if _captured(position.modality, policy, modalities))
        if positions:
            steps.append(Step(key, StepKind.CAPTURE, positions))
    return (*steps, Step("review", StepKind.REVIEW), Step("done", StepKind.DONE))


def _captured(modality: Modality, policy: EnrollmentPolicy, modalities: frozenset[Modality]) -> bool:
    return modality in modalities and policy.of(modality).offered


def problems(state: State, policy: EnrollmentPolicy, key: str | None = None) -> tuple[Problem, ...]:
    """What blocks going on from a step (the current one by default); the review gathers every step's."""
    step = _step(state, key) if key else state.step
    if step.kind is StepKind.REVIEW:
        before = (each for each in state.plan if each.kind not in {StepKind.REVIEW, StepKind.DONE})
        return tuple(problem for each in before for problem in problems(state, policy, each.key))
    if step.kind is StepKind.CONSENT:
        return () if state.consent else (Problem(Need.CONSENT, "consent"),)
    if step.kind is StepKind.PERSON:
        number = number_problem(state.person.person_id, policy) if may_renumber(state) else None
        return (*person_problems(state.person, policy), *([number] if number else []))
    if step.kind is StepKind.DOCUMENT:
        return tuple(_document_problems(state, policy))
    return tuple(_sample_problems(state.capture(step.key), step, policy))


def good_enough(kept: Kept, policy: EnrollmentPolicy) -> bool:
    """Whether a sample meets the policy of its modality."""
    return kept.reason is QualityReason.OK and kept.score >= policy.of(kept.position.modality).threshold


def wanted(state: State, policy: EnrollmentPolicy, key: str) -> tuple[Position, ...]:
    """The positions the next try should capture: everything without a good sample or an exception, else all.

    Fingers come one after the other: a sensor takes one at a time.
    """
    step = _step(state, key)
    open_ones = tuple(position for position in step.positions if not settled(state, policy, key, position))
    chosen = open_ones or step.positions
    return chosen[:1] if capture_of_fingers(step) else chosen


def capture_of_fingers(step: Step) -> bool:
    """Whether a step captures fingers, which the clerk chooses."""
    return step.kind is StepKind.CAPTURE and all(each in FINGERS for each in step.positions)


def settled(state: State, policy: EnrollmentPolicy, key: str, position: Position) -> bool:
    """Whether a position has a good sample of its own, or an exception."""
    step, capture = _step(state, key), state.capture(key)
    return _settled(capture, position, policy) and not _twin(capture, step, position)


def _twin(capture: CaptureState, step: Step, position: Position) -> Position | None:
    failure = capture.failure(position)
    unused = failure is not None and failure.reason is not ExceptionReason.QUALITY_EXHAUSTED
    return None if unused else capture.twin(position, step.positions)


def tries_left(state: State, policy: EnrollmentPolicy, key: str) -> int:
    """Tries before the exception by exhausted quality is offered."""
    capture = state.capture(key)
    return min(
        max(0, policy.of(position.modality).tries - capture.tries(position)) for position in wanted(state, policy, key)
    )


def samples_used(state: State) -> tuple[Kept, ...]:
    """The samples an enrollment is made of: the best try per position, none where an exception excludes them."""
    planned = {position for step in state.plan for position in step.positions}
    chosen = [kept for kept in state.capture(EARLIER).kept if kept.position not in planned]
    for step in state.plan:
        capture = state.capture(step.key)
        for position in step.positions:
            failure = capture.failure(position)
            if failure is None or failure.reason is ExceptionReason.QUALITY_EXHAUSTED:
                chosen.extend(capture.best(position))
    return tuple(chosen)


def advance(state: State, given: Input, policy: EnrollmentPolicy) -> State:
    """The next state. Raises InvalidInput for what does not fit, with `field` naming it."""
    if state.saved and not isinstance(given, MarkSaved):
        raise InvalidInput(field="state", why="saved")
    return _HANDLERS[type(given)](state, given, policy)


def _give_consent(state: State, given: GiveConsent, policy: EnrollmentPolicy) -> State:
    known = {(text.version, text.language, text.digest) for text in policy.consents}
    if (given.consent.version, given.consent.language, given.consent.text_digest) not in known:
        raise InvalidInput(field="consent", why="unknown-text")
    return replace(state, consent=given.consent)


def _set_person(state: State, given: SetPerson, policy: EnrollmentPolicy) -> State:
    if given.person.person_id != state.person.person_id:
        if not may_renumber(state):
            raise InvalidInput(field="person_id", why="changed")
        if number_problem(given.person.person_id, policy):
            raise InvalidInput(field="person_id", why="pattern")
    return replace(state, person=given.person)


def _note_document(state: State, given: NoteDocument, _policy: EnrollmentPolicy) -> State:
    return replace(state, document=given.check)


def _choose_device(state: State, given: ChooseDevice, _policy: EnrollmentPolicy) -> State:
    return _with(state, given.step, replace(_capture(state, given.step), device_id=given.device_id))


def _begin_try(state: State, given: BeginTry, _policy: EnrollmentPolicy) -> State:
    capture = _capture(state, given.step)
    number = max((attempt.number for attempt in capture.attempts), default=0) + 1
    attempt = Attempt(number, given.positions, given.at)
    return _with(state, given.step, replace(capture, attempts=(*capture.attempts, attempt)))


def _keep(state: State, given: Keep, _policy: EnrollmentPolicy) -> State:
    capture = _capture(state, given.step)
    if any(kept.attempt != _running(capture).number for kept in given.kept):
        raise InvalidInput(field="attempt", why="not-running")
    good = {kept.position for kept in given.kept}
    failures = tuple(failure for failure in capture.failures if failure.position not in good)
    return _with(state, given.step, replace(capture, kept=(*capture.kept, *given.kept), failures=failures))


def _note_twins(state: State, given: NoteTwins, _policy: EnrollmentPolicy) -> State:
    capture = _capture(state, given.step)
    running = _running(capture).number
    kept = tuple(
        replace(each, same_as=(*each.same_as, *given.same_as))
        if each.attempt == running and each.sample_id in given.samples
        else each
        for each in capture.kept
    )
    return _with(state, given.step, replace(capture, kept=kept))


def _end_try(state: State, given: EndTry, _policy: EnrollmentPolicy) -> State:
    capture = _capture(state, given.step)
    ended = replace(_running(capture), outcome=given.outcome, detail=given.detail, duplicate_of=given.duplicate_of)
    return _with(state, given.step, replace(capture, attempts=(*capture.attempts[:-1], ended)))


def _except(state: State, given: Except, policy: EnrollmentPolicy) -> State:
    step, capture = _step(state, given.step), _capture(state, given.step)
    position, reason = given.failure.position, given.failure.reason
    if position not in step.positions and not (capture_of_fingers(step) and position in FINGERS):
        raise InvalidInput(field="position", why="not-in-step")
    tries, rules = capture.tries(position), policy.of(position.modality)
    if reason is ExceptionReason.QUALITY_EXHAUSTED and not rules.keep_best:
        raise InvalidInput(field="reason", why="not-allowed")
    if reason is ExceptionReason.QUALITY_EXHAUSTED and tries < rules.tries:
        raise InvalidInput(field="reason", why="tries-left")
    others = tuple(failure for failure in capture.failures if failure.position is not position)
    failure = replace(given.failure, tries=tries)
    return _with(state, given.step, replace(capture, failures=(*others, failure)))


def _restore(state: State, given: Restore, _policy: EnrollmentPolicy) -> State:
    capture = _capture(state, given.step)
    failures = tuple(failure for failure in capture.failures if failure.position is not given.position)
    return _with(state, given.step, replace(capture, failures=failures))


def _choose_fingers(state: State, given: ChooseFingers, _policy: EnrollmentPolicy) -> State:
    step, chosen = _step(state, given.step), given.positions
    if not capture_of_fingers(step) or not set(chosen) <= set(FINGERS):
        raise InvalidInput(field="positions", why="not-fingers")
    if len(set(chosen)) != len(chosen) or len(chosen) != len(step.positions):
        raise InvalidInput(field="positions", why="count")
    if any(state.capture(given.step).failure(each) for each in set(chosen) - set(step.positions)):
        raise InvalidInput(field="positions", why="crossed-out")
    capture = state.capture(given.step)
    state = _with(state, given.step, replace(capture, duress=tuple(each for each in capture.duress if each in chosen)))
    return replace(state, plan=tuple(replace(each, positions=chosen) if each is step else each for each in state.plan))


def _mark_duress(state: State, given: MarkDuress, policy: EnrollmentPolicy) -> State:
    step, capture = _step(state, given.step), _capture(state, given.step)
    if not policy.duress:
        raise InvalidInput(field="duress", why="not-allowed")
    others = tuple(each for each in capture.duress if each is not given.position)
    marked = (*others, given.position) if given.on else others
    if not capture_of_fingers(step) or given.position not in step.positions:
        raise InvalidInput(field="position", why="not-in-step")
    if set(marked) >= {each for each in step.positions if not capture.failure(each)}:
        raise InvalidInput(field="position", why="no-other-finger")
    return _with(state, given.step, replace(capture, duress=marked))


def _note_duplicate(state: State, given: NoteDuplicate, _policy: EnrollmentPolicy) -> State:
    if not given.note.strip():
        raise InvalidInput(field="note", why="empty")
    return replace(state, duplicate_note=given.note.strip())


def _next(state: State, _given: Next, policy: EnrollmentPolicy) -> State:
    if state.step.kind in {StepKind.REVIEW, StepKind.DONE}:
        raise InvalidInput(field="step", why="save-first")
    blocking = problems(state, policy)
    if blocking:
        raise InvalidInput(field=blocking[0].where, why=blocking[0].need.value)
    return replace(state, at=state.at + 1)


def _back(state: State, _given: Back, _policy: EnrollmentPolicy) -> State:
    return replace(state, at=max(0, state.at - 1))


def _go_to(state: State, given: GoTo, policy: EnrollmentPolicy) -> State:
    index = state.plan.index(_step(state, given.key))
    ahead = state.plan[state.at : index]
    if any(problems(state, policy, step.key) for step in ahead):
        raise InvalidInput(field="step", why="not-reached")
    if state.plan[index].kind is StepKind.DONE:
        raise InvalidInput(field="step", why="save-first")
    return replace(state, at=index)


def _mark_saved(state: State, _given: MarkSaved, policy: EnrollmentPolicy) -> State:
    blocking = problems(replace(state, at=len(state.plan) - 2), policy)
    if blocking:
        raise InvalidInput(field=blocking[0].where, why=blocking[0].need.value)
    return replace(state, saved=True, at=len(state.plan) - 1)


_HANDLERS: dict[type, Callable[[State, Any, EnrollmentPolicy], State]] = {
    GiveConsent: _give_consent,
    SetPerson: _set_person,
    NoteDocument: _note_document,
    ChooseDevice: _choose_device,
    BeginTry: _begin_try,
    Keep: _keep,
    NoteTwins: _note_twins,
    EndTry: _end_try,
    Except: _except,
    Restore: _restore,
    ChooseFingers: _choose_fingers,
    MarkDuress: _mark_duress,
    NoteDuplicate: _note_duplicate,
    Next: _next,
    Back: _back,
    GoTo: _go_to,
    MarkSaved: _mark_saved,
}


def _step(state: State, key: str) -> Step:
    for step in state.plan:
        if step.key == key:
            return step
    raise InvalidInput(field="step", why="unknown")


def _capture(state: State, key: str) -> CaptureState:
    if _step(state, key).kind is not StepKind.CAPTURE:
        raise InvalidInput(field="step", why="not-a-capture")
    return state.capture(key)


def _with(state: State, key: str, capture: CaptureState) -> State:
    return replace(state, captures={**state.captures, key: capture})


def _running(capture: CaptureState) -> Attempt:
    if not capture.attempts or capture.attempts[-1].outcome:
        raise InvalidInput(field="attempt", why="not-running")
    return capture.attempts[-1]


def _settled(capture: CaptureState, position: Position, policy: EnrollmentPolicy) -> bool:
    if capture.failure(position):
        return True
    best = capture.best(position)
    return bool(best) and good_enough(best[0], policy)


def may_renumber(state: State) -> bool:
    """Whether another person number may be typed: no device and no evidence knows this one yet."""
    used = any(each.attempts or each.kept for each in state.captures.values())
    return not (used or state.replaces or state.document)


def number_problem(number: str, policy: EnrollmentPolicy) -> Problem | None:
    """What is wrong with a person number; devices take nothing but letters, digits, `-` and `_`, whatever is asked."""
    return _field_problem(policy.number, number) or _field_problem(NUMBER, number)


def person_problems(person: Person, policy: EnrollmentPolicy) -> list[Problem]:
    """What is wrong with the names and fields of a person."""
    names = {"last_name": person.last_name, "first_name": person.first_name}
    found = [_field_problem(each, names[each.name]) for each in policy.names]
    found += [_field_problem(each, person.fields.get(each.name, "")) for each in policy.fields]
    return [problem for problem in found if problem]


def _document_problems(state: State, policy: EnrollmentPolicy) -> list[Problem]:
    if policy.document is not DocumentRule.REQUIRED:
        return []
    matched = state.document is not None and state.document.decision is Decision.MATCH
    return [] if matched else [Problem(Need.DOCUMENT, "document")]


def _field_problem(field: PersonField, value: str) -> Problem | None:
    value = value.strip()
    if not value:
        return Problem(Need.REQUIRED, field.name) if field.required else None
    if len(value) > field.max_length:
        return Problem(Need.TOO_LONG, field.name)
    if (field.pattern and not re.fullmatch(field.pattern, value)) or (field.choices and value not in field.choices):
        return Problem(Need.PATTERN, field.name)
    return None


def _sample_problems(capture: CaptureState, step: Step, policy: EnrollmentPolicy) -> list[Problem]:
    found: list[Problem] = []
    for position in step.positions:
        if _twin(capture, step, position):
            found.append(Problem(Need.SAME_FINGER, position.value))
            continue
        if _settled(capture, position, policy) or not policy.of(position.modality).required:
            continue
        need = Need.NOT_GOOD_ENOUGH if capture.best(position) else Need.SAMPLE
        found.append(Problem(need, position.value))
    return found
