"""Which fingers, one after the other; the same finger twice, the silent alarm, and nothing lost on the way."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.enrollment import ExceptionReason, FailureToAcquire
from app.domain.errors import InvalidInput
from app.domain.modality import Modality, Position
from app.domain.person import Person
from app.domain.policy import EnrollmentPolicy
from app.domain.sample import QualityReason
from app.journeys import flow, state_codec
from app.journeys.flow_inputs import BeginTry, ChooseFingers, EndTry, Except, Input, Keep, MarkDuress, Restore
from app.journeys.flow_state import Kept, Need, Problem, State

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
POLICY = EnrollmentPolicy(fingers=2, duress=True)
KEY = "fingers"
RIGHT, LEFT, THUMB = Position.RIGHT_INDEX, Position.LEFT_INDEX, Position.RIGHT_THUMB


def begin(*enrolled: Position) -> State:
    plan = flow.make_plan(POLICY, frozenset({Modality.FINGER}), enrolled)
    return State("draft", plan, person=Person("100000001"))


def after(state: State, *inputs: Input) -> State:
    for each in inputs:
        state = flow.advance(state, each, POLICY)
    return state


def presses(position: Position, attempt: int, *scores: float, same_as: tuple[str, ...] = ()) -> tuple[Kept, ...]:
    return tuple(
        Kept(f"{position}-{attempt}-{n}", position, attempt, score, QualityReason.OK, same_as=same_as)
        for n, score in enumerate(scores)
    )


def pressed(state: State, position: Position, *scores: float, same_as: tuple[str, ...] = ()) -> State:
    attempt = len(state.capture(KEY).attempts) + 1
    kept = presses(position, attempt, *scores, same_as=same_as)
    return after(state, BeginTry(KEY, (position,), NOW), Keep(KEY, kept), EndTry(KEY, "captured"))


def crossed_out(position: Position, reason: ExceptionReason = ExceptionReason.MISSING) -> Except:
    return Except(KEY, FailureToAcquire(position, reason, decided_at=NOW))


def positions(state: State) -> tuple[Position, ...]:
    return next(step.positions for step in state.plan if step.key == KEY)


def test_fingers_are_wanted_one_after_the_other() -> None:
    state = begin()
    assert flow.wanted(state, POLICY, KEY) == (RIGHT,)
    state = pressed(state, RIGHT, 80, 70, 90)
    assert flow.wanted(state, POLICY, KEY) == (LEFT,)
    assert flow.problems(pressed(state, LEFT, 80, 70, 90), POLICY, KEY) == ()


def test_three_presses_are_one_try() -> None:
    state = pressed(pressed(begin(), RIGHT, 50, 60, 55), RIGHT, 40, 90, 51)
    capture = state.capture(KEY)
    assert capture.tries(RIGHT) == 2
    assert [(kept.attempt, kept.score) for kept in capture.best(RIGHT)] == [(2, 90), (2, 51), (2, 40)]


def test_any_finger_can_take_anothers_place_and_nothing_is_lost() -> None:
    state = pressed(begin(), RIGHT, 80)
    state = after(state, ChooseFingers(KEY, (THUMB, LEFT)))
    assert (positions(state), flow.wanted(state, POLICY, KEY)) == ((THUMB, LEFT), (THUMB,))
    assert flow.samples_used(state) == ()
    state = after(state, ChooseFingers(KEY, (RIGHT, LEFT)))
    assert [kept.position for kept in flow.samples_used(state)] == [RIGHT]


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ((RIGHT,), "count"),
        ((RIGHT, RIGHT), "count"),
        ((RIGHT, LEFT, THUMB), "count"),
        ((RIGHT, Position.FACE), "not-fingers"),
        ((RIGHT, Position.LEFT_RING), "crossed-out"),
    ],
)
def test_a_choice_must_make_sense(chosen: tuple[Position, ...], why: str) -> None:
    state = after(begin(), crossed_out(Position.LEFT_RING))
    with pytest.raises(InvalidInput) as refused:
        after(state, ChooseFingers(KEY, chosen))
    assert refused.value.facts["why"] == why


def test_a_finger_that_is_missing_is_crossed_out_and_another_takes_its_place() -> None:
    state = after(begin(), crossed_out(RIGHT))
    assert flow.wanted(state, POLICY, KEY) == (LEFT,)
    state = after(state, ChooseFingers(KEY, (THUMB, LEFT)))
    assert state.capture(KEY).failure(RIGHT) is not None
    assert [problem.where for problem in flow.problems(state, POLICY, KEY)] == [THUMB, LEFT]
    assert state.capture(KEY).failures == after(state, Restore(KEY, LEFT)).capture(KEY).failures


def test_the_same_finger_twice_is_noticed_before_the_step_is_left() -> None:
    first = pressed(begin(), RIGHT, 80, 80)
    shown = tuple(kept.sample_id for kept in first.capture(KEY).best(RIGHT))
    state = pressed(first, LEFT, 90, 90, same_as=shown)
    assert flow.problems(state, POLICY, KEY) == (Problem(Need.SAME_FINGER, LEFT),)
    assert flow.wanted(state, POLICY, KEY) == (LEFT,)
    assert flow.problems(state_kept_as_exhausted(state), POLICY, KEY) == (Problem(Need.SAME_FINGER, LEFT),)
    assert flow.problems(pressed(state, LEFT, 99), POLICY, KEY) == ()
    # or the first one was the mistake, and is captured anew
    assert flow.problems(pressed(state, RIGHT, 99), POLICY, KEY) == ()
    assert flow.problems(after(state, crossed_out(LEFT)), POLICY, KEY) == ()
    assert flow.problems(after(state, ChooseFingers(KEY, (THUMB, LEFT))), POLICY, KEY) == (Problem(Need.SAMPLE, THUMB),)


def test_a_poorer_try_of_the_right_finger_counts_more_than_a_good_one_of_the_wrong_finger() -> None:
    first = pressed(begin(), RIGHT, 90)
    shown = tuple(kept.sample_id for kept in first.capture(KEY).best(RIGHT))
    twin = pressed(first, LEFT, 95, same_as=shown)
    right_again, left_again = pressed(twin, RIGHT, 60), pressed(twin, LEFT, 60)
    assert [kept.score for kept in flow.samples_used(right_again)] == [60, 95]
    assert [kept.score for kept in flow.samples_used(left_again)] == [90, 60]
    assert not flow.problems(right_again, POLICY, KEY)
    assert not flow.problems(left_again, POLICY, KEY)


def state_kept_as_exhausted(state: State) -> State:
    failure = FailureToAcquire(LEFT, ExceptionReason.QUALITY_EXHAUSTED)
    capture = replace(state.capture(KEY), failures=(failure,))
    return replace(state, captures={KEY: capture})


def test_a_finger_raises_a_silent_alarm_only_while_another_one_does_not() -> None:
    state = after(begin(), MarkDuress(KEY, LEFT, True))
    assert state.capture(KEY).duress == (LEFT,)
    with pytest.raises(InvalidInput):
        after(state, MarkDuress(KEY, RIGHT, True))
    with pytest.raises(InvalidInput):
        after(state, MarkDuress(KEY, THUMB, True))
    assert after(state, MarkDuress(KEY, LEFT, False)).capture(KEY).duress == ()
    assert after(state, ChooseFingers(KEY, (RIGHT, THUMB))).capture(KEY).duress == ()
    with pytest.raises(InvalidInput):
        flow.advance(begin(), MarkDuress(KEY, LEFT, True), EnrollmentPolicy())


def test_enrolled_fingers_are_wanted_again() -> None:
    assert positions(begin(Position.FACE, Position.LEFT_RING)) == (Position.LEFT_RING, RIGHT)


def test_everything_survives_a_kill() -> None:
    state = after(begin(), ChooseFingers(KEY, (RIGHT, THUMB)), MarkDuress(KEY, THUMB, True), crossed_out(LEFT))
    state = pressed(state, RIGHT, 80, same_as=("a", "b"))
    assert state_codec.load(state_codec.dump(state)) == state
