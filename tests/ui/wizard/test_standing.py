"""Reading a capture step from the state, without a window."""

from datetime import UTC, datetime

import pytest

from app.domain.capture import RetryReason
from app.domain.modality import Modality, Position
from app.domain.policy import ConsentText, EnrollmentPolicy, ModalityPolicy
from app.domain.sample import QualityReason
from app.journeys.flow_state import Attempt, CaptureState, Kept, State, Step, StepKind
from app.journeys.suggestions import Suggestion
from app.ui.wizard.consent_page import current_texts
from app.ui.wizard.standing import Verdict, standing

NOW = datetime(2026, 3, 2, tzinfo=UTC)
EYES = (Position.LEFT_IRIS, Position.RIGHT_IRIS)
POLICY = EnrollmentPolicy({Modality.IRIS: ModalityPolicy(Modality.IRIS, threshold=60)})


def state_of(*attempts: Attempt, kept: tuple[Kept, ...] = ()) -> State:
    plan = (Step("eyes", StepKind.CAPTURE, EYES), Step("review", StepKind.REVIEW))
    return State("d", plan, captures={"eyes": CaptureState("door", attempts, kept)})


def attempt(number: int, outcome: str = "captured") -> Attempt:
    return Attempt(number, EYES, NOW, outcome)


def kept(position: Position, number: int, score: float, reason: QualityReason = QualityReason.OK) -> Kept:
    return Kept(f"{position}-{number}", position, number, score, reason)


def test_nothing_tried_yet() -> None:
    now = standing(state_of(), POLICY, "eyes")
    assert now.attempts == 0
    assert now.suggestion is None
    assert [each.verdict for each in now.positions] == [Verdict.OPEN, Verdict.OPEN]
    assert now.next_try == (1, 3)
    assert not now.may_go_on


def test_a_good_and_a_poor_eye() -> None:
    samples = (kept(Position.LEFT_IRIS, 1, 80), kept(Position.RIGHT_IRIS, 1, 40))
    now = standing(state_of(attempt(1), kept=samples), POLICY, "eyes")
    assert [each.verdict for each in now.positions] == [Verdict.GOOD, Verdict.POOR]
    assert [each.position for each in now.open] == [Position.RIGHT_IRIS]
    assert now.next_try == (2, 3)
    assert now.suggestion is Suggestion.LOOK_INTO_MIRROR


def test_suggestions_differ_from_try_to_try() -> None:
    lens = kept(Position.LEFT_IRIS, 1, 40, QualityReason.CONTACT_LENS)
    tries = (attempt(1), attempt(2, RetryReason.TIMED_OUT), attempt(3, RetryReason.NOBODY_SEEN))
    seen = [standing(state_of(*tries[: count + 1], kept=(lens,)), POLICY, "eyes").suggestion for count in range(3)]
    assert seen[0] is Suggestion.REMOVE_LENSES
    assert seen[2] is Suggestion.FOLLOW_DISTANCE
    assert len(set(seen)) == 3


def test_a_try_that_was_cut_short_suggests_nothing() -> None:
    now = standing(state_of(attempt(1, "")), POLICY, "eyes")
    assert now.attempts == 0
    assert now.suggestion is None


def test_exhausted_when_every_try_is_used() -> None:
    now = standing(state_of(*(attempt(number) for number in (1, 2, 3))), POLICY, "eyes")
    assert now.exhausted
    assert now.next_try == (4, 4)


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        standing(state_of(), POLICY, "nowhere")


def test_the_newest_consent_of_each_language_is_offered() -> None:
    texts = [
        ConsentText(version, language, f"{language} {version}")
        for language, version in (("en", "2"), ("es", "1"), ("en", "10"), ("en", "9"))
    ]
    assert [(text.language, text.version) for text in current_texts(texts)] == [("en", "10"), ("es", "1")]
