"""A clerk before a station with one or two terminals."""

from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from app.domain.policy import EnrollmentPolicy
from tests.ui.conftest import Desk
from tests.ui.fakes import Setting
from tests.ui.wizard.clerk import Clerk
from tests.ui.wizard.terminal import FakeTerminal

Hire = Callable[..., Clerk]


@pytest_asyncio.fixture
async def hire(desk: Desk) -> AsyncIterator[Hire]:
    """Clerks with devices and a policy of the test's choice; each leaves the desk as the window would."""
    hired: list[Clerk] = []

    def made(*devices: FakeTerminal, policy: EnrollmentPolicy | None = None) -> Clerk:
        hired.append(Clerk(desk, Setting(devices=devices), policy))
        return hired[-1]

    yield made
    for each in hired:
        assert await each.page.finish()


@pytest_asyncio.fixture
async def clerk(hire: Hire) -> Clerk:
    """A clerk with one terminal."""
    return hire(FakeTerminal())
