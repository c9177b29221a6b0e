"""The enrollment's decisions: what blocks, what counts, what is never lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.enrollment import ExceptionReason, FailureToAcquire
from app.domain.errors import InvalidInput
from app.domain.modality import FaceVariant, Modality, Position
from app.domain.person import Consent, Person
from app.domain.policy import NUMBER, ConsentText, EnrollmentPolicy, ModalityPolicy, PersonField
from app.domain.sample import QualityReason
from app.journeys import flow, state_codec
from app.journeys.flow_inputs import (
    Back,
    BeginTry,
    EndTry,
    Except,
    GiveConsent,
    GoTo,
    Input,
    Keep,
    MarkSaved,
    Next,
    NoteDuplicate,
    Restore,
    SetPerson,
)
from app.journeys.flow_state import Kept, Need, Problem, State, StepKind

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
TEXT = ConsentText("1", "en", "I agree to the capture of my irises and face.")
POLICY = EnrollmentPolicy(
    modalities={
        Modality.IRIS: ModalityPolicy(Modality.IRIS, threshold=60, tries=3),
        Modality.FACE: ModalityPolicy(Modality.FACE, threshold=50, tries=2),
    },
    fields=(PersonField("document", "Document", required=True, pattern=r"[A-Z0-9]{4,12}"),),
    consents=(TEXT,),
)
EYES = "eyes-face"
CONSENT = GiveConsent(Consent("1", "en", TEXT.digest, NOW))
PERSON = SetPerson(Person("100000001", "Sample", "Sam", {"document": "AB1234"}))


def begin(modalities: frozenset[Modality] = frozenset({Modality.IRIS, Modality.FACE})) -> State:
    return State("draft", flow.make_plan(POLICY, modalities), person=Person("100000001"))


def after(state: State, *inputs: Input) -> State:
    for each in inputs:
        state = flow.advance(state, each, POLICY)
    return state


def at_capture() -> State:
    return after(begin(), CONSENT, Next(), PERSON, Next())


def kept(position: Position, score: float, attempt: int = 1, reason: QualityReason = QualityReason.OK) -> Kept:
    variant = FaceVariant.COLOR if position is Position.FACE else None
    return Kept(f"{position}-{attempt}-{score}", position, attempt, score, reason, variant)


def one_try(state: State, *samples: Kept, outcome: str = "captured") -> State:
    positions = flow.wanted(state, POLICY, EYES)
    state = after(state, BeginTry(EYES, positions, NOW))
    state = after(state, Keep(EYES, samples)) if samples else state
    return after(state, EndTry(EYES, outcome))


ALL_GOOD = (kept(Position.LEFT_IRIS, 90), kept(Position.RIGHT_IRIS, 80), kept(Position.FACE, 70))


def test_steps_without_a_device_do_not_appear() -> None:
    assert [step.key for step in begin().plan] == ["consent", "person", EYES, "review", "done"]
    assert [step.key for step in begin(frozenset()).plan] == ["consent", "person", "review", "done"]
    assert [step.key for step in begin(frozenset({Modality.FINGER})).plan][2] == "fingers"


def test_a_step_captures_only_what_the_devices_can() -> None:
    assert begin(frozenset({Modality.FACE})).plan[2].positions == (Position.FACE,)


def test_consent_must_be_one_of_the_configured_texts() -> None:
    with pytest.raises(InvalidInput) as refused:
        after(begin(), GiveConsent(Consent("1", "en", "0" * 64, NOW)))
    assert refused.value.facts["field"] == "consent"


@pytest.mark.parametrize(
    ("person", "problem"),
    [
        (Person("100000001", "", "Sam", {"document": "AB1234"}), Problem(Need.REQUIRED, "last_name")),
        (Person("100000001", "Sample", "Sam"), Problem(Need.REQUIRED, "document")),
        (Person("100000001", "Sample", "Sam", {"document": "no!"}), Problem(Need.PATTERN, "document")),
        (Person("100000001", "Sample" * 20, "Sam", {"document": "AB1234"}), Problem(Need.TOO_LONG, "last_name")),
    ],
)
def test_each_person_problem_is_named_by_its_field(person: Person, problem: Problem) -> None:
    state = after(begin(), CONSENT, Next(), SetPerson(person))
    assert flow.problems(state, POLICY) == (problem,)
    with pytest.raises(InvalidInput):
        after(state, Next())


def test_another_person_number_may_be_typed_until_a_device_knows_it() -> None:
    typed = SetPerson(Person("AB-7", "Sample", "Sam", {"document": "AB1234"}))
    assert after(begin(), typed).person.person_id == "AB-7"
    with pytest.raises(InvalidInput):
        after(one_try(at_capture(), *ALL_GOOD), typed)
    with pytest.raises(InvalidInput):
        after(replace(begin(), replaces="100000001"), typed)


def test_a_person_number_must_be_what_the_site_asks_and_what_devices_take() -> None:
    asked = replace(POLICY, number=replace(NUMBER, pattern="[A-Z]{2}\\d{4}.*"))
    state = flow.advance(begin(), PERSON, asked)
    at_person = flow.advance(flow.advance(state, CONSENT, asked), Next(), asked)
    assert flow.problems(at_person, asked) == (Problem(Need.PATTERN, "person_id"),)
    for number in ("AB123", "AB1234 x", "AB1234ü"):
        with pytest.raises(InvalidInput):
            flow.advance(at_person, SetPerson(Person(number, "Sample", "Sam", {"document": "AB1234"})), asked)
    named = flow.advance(at_person, SetPerson(Person("AB1234", "Sample", "Sam", {"document": "AB1234"})), asked)
    assert flow.problems(named, asked) == ()


def test_a_good_try_opens_the_way_to_review() -> None:
    state = after(one_try(at_capture(), *ALL_GOOD), Next())
    assert state.step.kind is StepKind.REVIEW
    assert {each.position for each in flow.samples_used(state)} == set(state.plan[2].positions)


def test_the_next_try_wants_only_what_is_missing() -> None:
    state = one_try(at_capture(), kept(Position.LEFT_IRIS, 90), kept(Position.FACE, 70))
    assert flow.wanted(state, POLICY, EYES) == (Position.RIGHT_IRIS,)
    assert flow.problems(state, POLICY) == (Problem(Need.SAMPLE, "right-iris"),)


def test_the_best_try_is_used_and_a_later_worse_one_does_not_replace_it() -> None:
    state = one_try(at_capture(), kept(Position.LEFT_IRIS, 55))
    state = one_try(state, kept(Position.LEFT_IRIS, 40, attempt=2))
    assert [each.score for each in state.capture(EYES).best(Position.LEFT_IRIS)] == [55]


def test_a_flawed_sample_never_beats_a_sound_one() -> None:
    state = one_try(at_capture(), kept(Position.LEFT_IRIS, 99, reason=QualityReason.CONTACT_LENS))
    state = one_try(state, kept(Position.LEFT_IRIS, 61, attempt=2))
    assert state.capture(EYES).best(Position.LEFT_IRIS)[0].attempt == 2


def test_exhausted_quality_is_an_exception_only_after_all_tries_and_keeps_the_best() -> None:
    spent = FailureToAcquire(Position.LEFT_IRIS, ExceptionReason.QUALITY_EXHAUSTED)
    state = one_try(at_capture(), kept(Position.LEFT_IRIS, 55))
    with pytest.raises(InvalidInput):
        after(state, Except(EYES, spent))
    state = one_try(one_try(state, outcome="timed-out"), outcome="timed-out")
    state = after(state, Except(EYES, spent))
    failure = state.capture(EYES).failure(Position.LEFT_IRIS)
    assert failure is not None
    assert failure.tries == 3
    assert [each.score for each in flow.samples_used(state)] == [55]


def test_a_lawful_reason_goes_on_at_once_and_can_be_taken_back() -> None:
    state = after(at_capture(), Except(EYES, FailureToAcquire(Position.LEFT_IRIS, ExceptionReason.INJURED)))
    assert Position.LEFT_IRIS not in flow.wanted(state, POLICY, EYES)
    state = after(state, Restore(EYES, Position.LEFT_IRIS))
    assert Position.LEFT_IRIS in flow.wanted(state, POLICY, EYES)


def test_capturing_a_position_after_all_ends_its_exception() -> None:
    state = after(at_capture(), Except(EYES, FailureToAcquire(Position.FACE, ExceptionReason.RELIGIOUS)))
    state = after(state, BeginTry(EYES, (Position.FACE,), NOW), Keep(EYES, (kept(Position.FACE, 90),)))
    assert state.capture(EYES).failure(Position.FACE) is None


def test_samples_need_a_running_try() -> None:
    with pytest.raises(InvalidInput):
        after(at_capture(), Keep(EYES, ALL_GOOD))
    with pytest.raises(InvalidInput):
        after(one_try(at_capture(), *ALL_GOOD), Keep(EYES, ALL_GOOD))


def test_saving_needs_everything_and_ends_the_enrollment() -> None:
    with pytest.raises(InvalidInput):
        after(at_capture(), MarkSaved())
    state = after(one_try(at_capture(), *ALL_GOOD), Next(), MarkSaved())
    assert state.saved
    assert state.step.kind is StepKind.DONE
    with pytest.raises(InvalidInput):
        after(state, Back())


def test_jumping_ahead_over_a_gap_is_refused_and_back_is_free() -> None:
    with pytest.raises(InvalidInput):
        after(at_capture(), GoTo("review"))
    assert after(at_capture(), GoTo("consent")).step.key == "consent"


def test_a_recapture_uses_earlier_samples_only_until_new_ones_exist() -> None:
    earlier = kept(Position.LEFT_IRIS, 95, attempt=0)
    state = at_capture()
    capture = replace(state.capture(EYES), kept=(earlier,))
    state = replace(state, captures={EYES: capture})
    assert state.capture(EYES).best(Position.LEFT_IRIS) == (earlier,)
    state = one_try(state, kept(Position.LEFT_IRIS, 70))
    assert [each.score for each in state.capture(EYES).best(Position.LEFT_IRIS)] == [70]


def test_a_duplicate_needs_a_written_reason() -> None:
    with pytest.raises(InvalidInput):
        after(at_capture(), NoteDuplicate("  "))
    assert after(at_capture(), NoteDuplicate(" twins ")).duplicate_note == "twins"


POSITIONS = st.sampled_from([Position.LEFT_IRIS, Position.RIGHT_IRIS, Position.FACE, Position.CARD])
INPUTS: st.SearchStrategy[Input] = st.one_of(
    st.just(CONSENT),
    st.builds(SetPerson, st.builds(Person, st.just("100000001"), st.text(max_size=70), st.text(max_size=70))),
    st.just(PERSON),
    st.builds(BeginTry, st.just(EYES), st.tuples(POSITIONS), st.just(NOW)),
    st.builds(Keep, st.just(EYES), st.tuples(st.builds(kept, POSITIONS, st.floats(0, 100), st.integers(1, 4)))),
    st.builds(EndTry, st.just(EYES), st.sampled_from(["captured", "timed-out"])),
    st.builds(Except, st.just(EYES), st.builds(FailureToAcquire, POSITIONS, st.sampled_from(list(ExceptionReason)))),
    st.builds(Restore, st.just(EYES), POSITIONS),
    st.builds(GoTo, st.sampled_from(["consent", "person", EYES, "review", "done", "nowhere"])),
    st.just(Next()),
    st.just(Back()),
    st.just(MarkSaved()),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(INPUTS, max_size=25))
def test_no_order_of_inputs_loses_a_sample_or_breaks_the_state(inputs: list[Input]) -> None:
    state = begin()
    for each in inputs:
        before = {entry.sample_id for entry in state.capture(EYES).kept}
        try:
            state = flow.advance(state, each, POLICY)
        except InvalidInput:
            continue
        assert before <= {entry.sample_id for entry in state.capture(EYES).kept}
        assert 0 <= state.at < len(state.plan)
        assert not state.saved or not flow.problems(replace(state, at=len(state.plan) - 2), POLICY)
    assert state_codec.load(state_codec.dump(state)) == state
