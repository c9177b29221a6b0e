"""The decision is one rule applied to score, signature, threshold and policy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.comparison import Decision
from app.domain.document import FaceQuality, LivenessOutcome, MatchPolicy, PictureKind, Rule, face_quality
from app.domain.evidence import SignatureOutcome
from app.domain.verdict import decide, expected_far_percent, far_odd

VALID = SignatureOutcome.VALID


@pytest.mark.parametrize(("score", "percent"), [(2500, 1), (3000, 0.1), (3500, 0.01), (4000, 0.001), (4500, 0.0001)])
def test_the_rate_follows_the_published_table(score: float, percent: float) -> None:
    assert expected_far_percent(score) == pytest.approx(percent)


@pytest.mark.parametrize(
    ("score", "far", "odd"),
    [
        (7771.43408203125, 2.8650475616752694e-11, False),
        (7771.43408203125, 2.865e-10, False),
        (10269.44, 1e-16, False),
        (3000.0, 0.001, True),
        (3000.0, 2.1, True),
        (0.0, 100.0, False),
        (None, 1.0, False),
        (3000.0, None, False),
    ],
)
def test_a_rate_off_by_more_than_twenty_times_is_odd(score: float | None, far: float | None, odd: bool) -> None:
    assert far_odd(score, far) is odd


def test_thresholds_go_by_what_is_compared() -> None:
    policy = MatchPolicy()
    assert policy.threshold(PictureKind.DOCUMENT, PictureKind.SELFIE) == 3000
    assert policy.threshold(PictureKind.SELFIE, PictureKind.SELFIE) == 3500


@pytest.mark.parametrize(
    ("score", "decision", "rule"),
    [
        (3000.0, Decision.MATCH, Rule.SCORE_REACHED),
        (2999.999, Decision.NO_MATCH, Rule.SCORE_BELOW),
        (math.nan, Decision.UNDECIDED, Rule.SCORE_MISSING),
        (math.inf, Decision.UNDECIDED, Rule.SCORE_MISSING),
        (None, Decision.UNDECIDED, Rule.SCORE_MISSING),
    ],
)
def test_the_score_decides_against_the_threshold(score: float | None, decision: Decision, rule: Rule) -> None:
    verdict = decide(score, None, VALID, 3000, MatchPolicy())
    assert (verdict.decision, verdict.rule) == (decision, rule)


@given(
    st.none() | st.floats(),
    st.none() | st.floats(),
    st.sampled_from(SignatureOutcome),
    st.booleans(),
    st.booleans(),
    st.none() | st.sampled_from(LivenessOutcome),
)
def test_a_match_always_has_score_signature_and_liveness(
    score: float | None,
    far: float | None,
    signature: SignatureOutcome,
    required: bool,
    alive: bool,
    liveness: LivenessOutcome | None,
) -> None:
    policy = MatchPolicy(signature_required=required, liveness_required=alive)
    verdict = decide(score, far, signature, 3000, policy, liveness)
    if verdict.decision is Decision.MATCH:
        assert score is not None
        assert 3000 <= score < math.inf
        assert signature not in {SignatureOutcome.INVALID, SignatureOutcome.MISMATCH}
        assert signature is VALID or not required
        assert liveness is LivenessOutcome.LIVE or not alive
    assert verdict.verified is (signature is VALID)


@pytest.mark.parametrize(
    ("value", "word"),
    [(320.0, "good"), (100.0, "usable"), (0.0, "usable"), (-1.0, "retake"), (None, "unknown"), (math.nan, "unknown")],
)
def test_quality_in_words(value: float | None, word: str) -> None:
    assert face_quality(value) is FaceQuality(word)
