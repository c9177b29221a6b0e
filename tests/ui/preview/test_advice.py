"""One sentence at a time: the first a person can act on, and steady."""

import itertools

import pytest

from app.domain.preview import Distance, Guidance, PreviewFrame
from app.ui.preview.advice import ORDER, SteadyAdvice, advise

TICK = 1 / 30


def told(guidance: Guidance, millimeters: int | None = 400) -> PreviewFrame:
    return PreviewFrame(0.0, {}, guidance, Distance(millimeters, 350, 450))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def play(advice: SteadyAdvice, clock: Clock, said: list[Guidance]) -> list[Guidance]:
    shown = []
    for guidance in said:
        clock.now += TICK
        shown.append(advice.feed(guidance))
    return shown


def test_every_guidance_has_a_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(Guidance)


@pytest.mark.parametrize(
    ("guidance", "millimeters", "expected"),
    [
        (Guidance.HOLD_STILL, 400, Guidance.HOLD_STILL),
        (Guidance.OPEN_EYES, 600, Guidance.COME_CLOSER),
        (Guidance.TAKE_GLASSES_OFF, 200, Guidance.STEP_BACK),
        (Guidance.MOVE_UP, 400, Guidance.MOVE_UP),
        (Guidance.NOBODY, 600, Guidance.NOBODY),
        (Guidance.LOOK_AT_DEVICE, None, Guidance.LOOK_AT_DEVICE),
    ],
)
def test_distance_comes_before_what_needs_it(guidance: Guidance, millimeters: int | None, expected: Guidance) -> None:
    assert advise(told(guidance, millimeters)) is expected


def test_the_first_guidance_is_shown_at_once() -> None:
    assert SteadyAdvice(Clock()).feed(Guidance.OPEN_EYES) is Guidance.OPEN_EYES


def test_noise_at_a_border_does_not_flicker() -> None:
    clock = Clock()
    advice = SteadyAdvice(clock)
    said = list(itertools.islice(itertools.cycle([Guidance.HOLD_STILL, Guidance.COME_CLOSER]), 300))
    assert set(play(advice, clock, said)) == {Guidance.HOLD_STILL}


def test_a_lasting_change_is_shown_within_a_second() -> None:
    clock = Clock()
    advice = SteadyAdvice(clock)
    play(advice, clock, [Guidance.NOBODY] * 60)
    shown = play(advice, clock, [Guidance.COME_CLOSER] * 30)
    assert shown[-1] is Guidance.COME_CLOSER
    assert shown.index(Guidance.COME_CLOSER) * TICK < 0.5


def test_noise_between_two_others_still_leaves_what_is_over() -> None:
    clock = Clock()
    advice = SteadyAdvice(clock)
    play(advice, clock, [Guidance.NOBODY] * 60)
    shown = play(advice, clock, [Guidance.MOVE_UP, Guidance.OPEN_EYES] * 45)
    assert shown[-1] is not Guidance.NOBODY
    changes = sum(before is not after for before, after in itertools.pairwise(shown))
    assert changes == 1


def test_each_sentence_stays_long_enough_to_be_read() -> None:
    clock = Clock()
    advice = SteadyAdvice(clock)
    said = [guidance for guidance in Guidance for _ in range(12)] * 3
    shown = play(advice, clock, said)
    runs = [len(list(run)) * TICK for _, run in itertools.groupby(shown)]
    assert min(runs[:-1]) >= 0.65
