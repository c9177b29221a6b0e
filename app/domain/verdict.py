"""From a score, a signature and a policy to a decision, by one rule that is named; pure, and used again by audits."""

import math

from app.domain.comparison import Decision
from app.domain.document import LivenessOutcome, MatchPolicy, Rule, Verdict
from app.domain.evidence import SignatureOutcome

ODD_FACTOR = 20.0
_WRONG = frozenset({SignatureOutcome.INVALID, SignatureOutcome.MISMATCH})


def expected_far_percent(score: float) -> float:
    """The false acceptance rate in percent that a score stands for: 2500 is 1 %, every 500 more a tenth of it."""
    exponent = (2500.0 - score) / 500.0
    return math.inf if exponent > 300 else 10.0**exponent


def far_odd(score: float | None, far_percent: float | None) -> bool:
    """Whether the server's rate is more than 20 times off its own formula; very small rates are rounded by it."""
    if score is None or far_percent is None:
        return False
    expected = max(min(expected_far_percent(score), 100.0), 1e-16)
    told = max(far_percent, 1e-16)
    return not 1 / ODD_FACTOR <= told / expected <= ODD_FACTOR


def decide(
    score: float | None,
    far_percent: float | None,
    signature: SignatureOutcome,
    threshold: float,
    policy: MatchPolicy,
    liveness: LivenessOutcome | None = None,
) -> Verdict:
    """The verdict. A wrong signature never decides; a missing one does where policy allows; no number, no decision."""
    decision, rule = _rule(score, signature, threshold, policy, liveness)
    return Verdict(decision, rule, threshold, score, far_percent, far_odd(score, far_percent), signature)


def _rule(
    score: float | None,
    signature: SignatureOutcome,
    threshold: float,
    policy: MatchPolicy,
    liveness: LivenessOutcome | None,
) -> tuple[Decision, Rule]:
    if signature in _WRONG:
        return Decision.UNDECIDED, Rule.SIGNATURE_WRONG
    if policy.signature_required and signature is not SignatureOutcome.VALID:
        return Decision.UNDECIDED, Rule.SIGNATURE_NEEDED
    if score is None or not math.isfinite(score):
        return Decision.UNDECIDED, Rule.SCORE_MISSING
    if score < threshold:
        return Decision.NO_MATCH, Rule.SCORE_BELOW
    if policy.liveness_required and liveness is not LivenessOutcome.LIVE:
        return Decision.UNDECIDED, Rule.LIVENESS_NEEDED
    return Decision.MATCH, Rule.SCORE_REACHED
