"""One gateway with a device of each model for all tests of a file, as new for each test."""

from collections.abc import Iterator

import pytest

from app.simulators.gsdk import EVERY_MODEL, Make, SimulatedGateway
from tests.simulators.gsdk.bench import Client, connected


@pytest.fixture(scope="module", params=["1.8.0"], ids=["C"])
def running(request: pytest.FixtureRequest) -> Iterator[SimulatedGateway]:
    with SimulatedGateway(Make(request.param, EVERY_MODEL, speed=200)) as gateway:
        yield gateway


@pytest.fixture
def gateway(running: SimulatedGateway) -> SimulatedGateway:
    running.reset()
    return running


@pytest.fixture
def client(gateway: SimulatedGateway) -> Iterator[Client]:
    with connected(gateway) as client:
        yield client
