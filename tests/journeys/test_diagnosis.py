"""A diagnosis waits for nobody too long, and a system that fails is a finding."""

import asyncio

import pytest

from app.domain.device import Finding, Health
from app.journeys.diagnosis import Diagnosis, diagnose_all

GOOD = Finding("address", Health.GOOD)


class System:
    """A system that answers as it is told to."""

    vendor = "fake"

    def __init__(self, device_id: str, answer: list[Finding] | Exception | None) -> None:
        self.device_id = self.label = device_id
        self.answer = answer
        self.closed = 0

    async def diagnose(self) -> list[Finding]:
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or []

    async def close(self) -> None:
        self.closed += 1


class BadToClose(System):
    async def close(self) -> None:
        raise OSError


async def test_each_system_has_its_say_and_is_closed() -> None:
    systems = [
        System("good", [GOOD]),
        System("hangs", None),
        System("fails", ValueError("a name")),
        BadToClose("clings", [GOOD]),
    ]
    report = await diagnose_all(systems, 0.05)
    assert [(found.device_id, found.health) for found in report] == [
        ("good", Health.GOOD),
        ("hangs", Health.BAD),
        ("fails", Health.BAD),
        ("clings", Health.BAD),
    ]
    assert report[2].findings == (Finding("diagnosis", Health.BAD, "ValueError", "support"),)
    assert [system.closed for system in systems[:3]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("found", "health"),
    [
        ([], Health.GOOD),
        ([Health.GOOD, Health.WARNING], Health.WARNING),
        ([Health.BAD, Health.GOOD, Health.WARNING], Health.BAD),
    ],
)
def test_health_is_the_worst_finding(found: list[Health], health: Health) -> None:
    assert Diagnosis("a", "a", "a", tuple(Finding("x", each) for each in found)).health is health


async def test_systems_are_asked_at_the_same_time() -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    await diagnose_all([System(f"hangs-{number}", None) for number in range(20)], 0.1)
    assert loop.time() - start < 1
