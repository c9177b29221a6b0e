"""What a supervisor decided about a draft while the clerk was not at it, and what that allows."""

from collections.abc import Sequence

from app.domain.question import Question, Subject, Verdict
from app.journeys.flow_inputs import Except, Input, NoteDuplicate


def allow(decided: Sequence[Question], given: Input) -> bool:
    """Whether a supervisor approved this input: a duplicate, or leaving exactly this position out."""
    approved = [each for each in decided if each.verdict is Verdict.APPROVED]
    if isinstance(given, NoteDuplicate):
        return any(each.subject is Subject.DUPLICATE for each in approved)
    if isinstance(given, Except):
        position = given.failure.position.value
        return any(each.subject is Subject.EXCEPTION and each.about in {"", position} for each in approved)
    return False


def duplicate_note(decided: Sequence[Question]) -> str:
    """Why the last approved duplicate is a different person; empty when none was approved."""
    reasons = [each.reason for each in decided if allow([each], NoteDuplicate(""))]
    return reasons[-1] if reasons else ""
