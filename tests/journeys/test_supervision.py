"""Unlocking dangerous actions: right passcode, wrong passcode, growing delay, end of presence."""

from app.journeys.supervision import UNLOCKED_FOR_S, Supervision, no_secret


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def passcode() -> str | None:
    return "practice"


async def test_the_right_passcode_unlocks_for_a_while() -> None:
    clock = Clock()
    supervision = Supervision(passcode, clock)
    assert await supervision.unlock("practice")
    assert supervision.unlocked
    clock.now += UNLOCKED_FOR_S + 1
    assert not supervision.unlocked


async def test_each_wrong_try_doubles_the_wait_and_the_right_one_must_wait_too() -> None:
    clock = Clock()
    supervision = Supervision(passcode, clock)
    waits = []
    for _ in range(3):
        assert not await supervision.unlock("wrong")
        waits.append(supervision.wait_s)
        assert not await supervision.unlock("practice")
        clock.now += supervision.wait_s
    assert waits == [1.0, 2.0, 4.0]
    assert await supervision.unlock("practice")


async def test_without_a_configured_passcode_nothing_unlocks() -> None:
    supervision = Supervision(no_secret)
    assert not await supervision.configured()
    assert not await supervision.unlock("")


async def test_locking_ends_the_presence_at_once() -> None:
    supervision = Supervision(passcode)
    await supervision.unlock("practice")
    supervision.lock()
    assert not supervision.unlocked
