"""Gateways, drivers, people and enrollments the tests of the gateway's driver share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.devices.gsdk.build import build
from app.devices.gsdk.driver import GsdkDevice
from app.devices.gsdk.templates import trimmed
from app.devices.values import Value
from app.domain.console import Action, ActionResult, Section, Table
from app.domain.enrollment import Enrollment
from app.domain.modality import Position
from app.domain.person import Person
from app.domain.sample import ISO_FINGER, Quality, Sample, Source, Template
from app.simulators.gsdk import Make, Model, SimulatedGateway, devices, finger_template
from app.simulators.people import person

ISO = 1
VERSIONS = {"A": "1.6.0", "B": "1.7.1", "C": "1.8.0"}
CARD = "04 1D 18 EA D3 53 80"
SOURCE = Source("desk-9", "test")


@contextmanager
def gateway(folder: Path, version: str = "1.8.0", model: Model = Model.BIOSTATION_2, count: int = 1,
            master: bool = False) -> Iterator[SimulatedGateway]:  # fmt: skip
    """A running gateway whose devices scan in ISO; its files lie in `folder`."""
    made = SimulatedGateway(Make(version, devices(count, model), master=master, speed=100.0, scan_seconds=2000.0))
    for device in made.world.devices.values():
        device.configs["finger"].templateFormat = ISO
        device.configs["finger"].scanTimeout = 20
    with made:
        (folder / "ca.crt").write_bytes(made.ca_pem)
        yield made


def values(made: SimulatedGateway, folder: Path, **more: Value) -> dict[str, Value]:
    """A driver's settings for the gateway's first device."""
    make = made.device().make
    given: dict[str, Value] = {
        "device_number": make.device_id,
        "address": make.address,
        "gateway_address": made.target,
        "gateway_ca_file": str(folder / "ca.crt"),
    }
    return given | more


def driver(made: SimulatedGateway, folder: Path, **more: Value) -> GsdkDevice:
    """A closed driver for the first device."""
    return build("desk-1", "Desk", values(made, folder, **more), folder / "recovery")


def finger(position: Position = Position.RIGHT_INDEX, who: int = 3, *, duress: bool = False) -> Sample:
    """A print as another device would have brought it: one ISO record."""
    data = trimmed(finger_template(person(who), 2, 1, ISO), ISO_FINGER)
    made = Template(ISO_FINGER, data)
    return Sample(position, SOURCE, datetime.now(UTC), Quality(80.0), templates=(made,), duress=duress)


def card(number: str = CARD) -> Sample:
    return Sample(Position.CARD, SOURCE, datetime.now(UTC), Quality(100.0), card=number)


def enrollment(*samples: Sample, who: Person | None = None) -> Enrollment:
    return Enrollment(who or Person("1000", "Lovelace", "Ada"), None, samples or (finger(), card()))


def section(device: GsdkDevice, name: str) -> Section:
    return next(found for found in device.console() if found.name == name)


def action(device: GsdkDevice, name: str) -> Action:
    return next(found for part in device.console() for found in part.actions if found.name == name)


async def load(device: GsdkDevice, name: str, page: int = 1, /, **given: str | int) -> Table:
    loader = section(device, name).load
    assert loader is not None
    return await loader(page, given)


def named(table: Table) -> dict[str, str]:
    """A table of names and values."""
    return {row[0]: row[1] for row in table.rows}


async def run(device: GsdkDevice, name: str, /, **given: str | int | float | bool) -> ActionResult:
    runner = action(device, name).run
    assert runner is not None
    return await runner(given)
