"""How a capture step stands, read from the state for its page: pure, no Qt."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.capture import RetryReason
from app.domain.enrollment import ExceptionReason, FailureToAcquire
from app.domain.modality import Position
from app.domain.policy import EnrollmentPolicy
from app.domain.sample import QualityReason
from app.journeys import flow
from app.journeys.flow_state import Attempt, CaptureState, Kept, State
from app.journeys.suggestions import Suggestion, suggest


class Verdict(StrEnum):
    """What a tile says about its position."""

    OPEN = "open"
    POOR = "poor"
    TWIN = "twin"
    """The very finger that was captured as another one."""
    GOOD = "good"
    EXCEPTED = "excepted"


@dataclass(frozen=True)
class PositionStanding:
    """One position: what was kept, how it measures up, how many tries it took."""

    position: Position
    verdict: Verdict
    best: tuple[Kept, ...]
    failure: FailureToAcquire | None
    tries: int
    tries_allowed: int
    threshold: float
    twin: Position | None = None

    @property
    def settled(self) -> bool:
        """Nothing more is needed here."""
        return self.verdict in {Verdict.GOOD, Verdict.EXCEPTED}

    @property
    def kept_best(self) -> bool:
        """Every try was used and the best sample is taken although it is poor."""
        failure = self.failure
        return failure is not None and failure.reason is ExceptionReason.QUALITY_EXHAUSTED and bool(self.best)


@dataclass(frozen=True)
class Standing:
    """A whole capture step."""

    positions: tuple[PositionStanding, ...]
    attempts: int
    last: Attempt | None
    suggestion: Suggestion | None
    may_go_on: bool

    @property
    def open(self) -> tuple[PositionStanding, ...]:
        """Positions that still want a good sample."""
        return tuple(each for each in self.positions if not each.settled)

    @property
    def next_try(self) -> tuple[int, int]:
        """The number of the coming try and how many there are, for what is still open."""
        most = max(self.open or self.positions, key=lambda each: each.tries)
        return most.tries + 1, max(most.tries_allowed, most.tries + 1)

    @property
    def exhausted(self) -> bool:
        """Something is open and every try for it is used."""
        return bool(self.open) and all(each.tries >= each.tries_allowed for each in self.open)


def standing(state: State, policy: EnrollmentPolicy, key: str) -> Standing:
    """Read a capture step; ValueError when there is no such step."""
    step = next((each for each in state.plan if each.key == key), None)
    if step is None:
        raise ValueError(key)
    capture = state.capture(key)
    finished = tuple(attempt for attempt in capture.attempts if attempt.outcome)
    given = _suggestions(capture, step.positions, policy)
    return Standing(
        positions=tuple(position_standing(capture, each, policy, step.positions) for each in step.positions),
        attempts=len(finished),
        last=finished[-1] if finished else None,
        suggestion=given[-1] if given else None,
        may_go_on=not flow.problems(state, policy, key),
    )


def position_standing(
    capture: CaptureState, position: Position, policy: EnrollmentPolicy, among: tuple[Position, ...]
) -> PositionStanding:
    """How one position stands `among` those that count, be it one of them or not."""
    best, failure = capture.best(position), capture.failure(position)
    rule, twin = policy.of(position.modality), capture.twin(position, among) if position in among else None
    if twin is not None and (failure is None or failure.reason is ExceptionReason.QUALITY_EXHAUSTED):
        verdict = Verdict.TWIN
    elif failure is not None:
        verdict = Verdict.EXCEPTED
    elif not best:
        verdict = Verdict.OPEN
    else:
        verdict = Verdict.GOOD if flow.good_enough(best[0], policy) else Verdict.POOR
    tries = capture.tries(position)
    return PositionStanding(position, verdict, best, failure, tries, rule.tries, rule.threshold, twin)


def _suggestions(
    capture: CaptureState, positions: tuple[Position, ...], policy: EnrollmentPolicy
) -> tuple[Suggestion, ...]:
    """An idea for every try that was not good enough, each different from the ones before."""
    given: list[Suggestion] = []
    for attempt in capture.attempts:
        wrong = _what_was_wrong(capture, attempt, policy)
        if wrong is not None:
            position, reason = wrong
            given.append(suggest(position.modality, reason, tuple(given)))
    return tuple(given)


def _what_was_wrong(capture: CaptureState, attempt: Attempt, policy: EnrollmentPolicy) -> tuple[Position, str] | None:
    """The position a try failed at first and why; None when it was fine or was cut short."""
    if not attempt.outcome or not attempt.positions:
        return None
    poor = [kept for kept in capture.kept if kept.attempt == attempt.number and not flow.good_enough(kept, policy)]
    if attempt.outcome in set(RetryReason) - {RetryReason.POOR_QUALITY}:
        return attempt.positions[0], attempt.outcome
    if poor:
        worst = min(poor, key=lambda kept: kept.score)
        reason = QualityReason.LOW_SCORE if worst.reason is QualityReason.OK else worst.reason
        return worst.position, reason
    return (attempt.positions[0], attempt.outcome) if attempt.outcome == RetryReason.POOR_QUALITY else None
