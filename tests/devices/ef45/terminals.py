"""A terminal, a driver for it, and people to enroll: what the driver tests begin with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.devices.ef45.build import build
from app.devices.ef45.driver import Ef45
from app.domain.capture import Captured, CaptureRequest
from app.domain.enrollment import Enrollment
from app.domain.modality import IRISES, FaceVariant, Modality, Position
from app.domain.person import Person
from app.domain.sample import Quality, Sample, Source, Template
from app.simulators.ef45 import Ef45Terminal, Make
from app.simulators.people import person
from tests.devices.watching import Watcher

ADA = person(3)
BRUNO = person(4)
VERSION = 8976
IRIS = CaptureRequest(Modality.IRIS, IRISES, 20.0)
FACE = CaptureRequest(Modality.FACE, (Position.FACE,), 20.0)
BLANK = Sample(Position.LEFT_IRIS, Source("iris-1", "ef45"), datetime(2026, 1, 1, tzinfo=UTC), Quality(90.0))


def quick(**changes: Any) -> Make:
    return replace(Make(speed=100.0, reboot_seconds=40.0, preview_size=(320, 180)), **changes)


def driver(terminal: Ef45Terminal, recovery: Path, **values: Any) -> Ef45:
    usual: dict[str, Any] = {"address": f"127.0.0.1:{terminal.port}", "result_every_s": 0.03, "card_every_s": 0.03}
    return build("iris-1", "Desk terminal", usual | values, recovery)


@asynccontextmanager
async def opened(terminal: Ef45Terminal, recovery: Path, **values: Any) -> AsyncIterator[Ef45]:
    async with driver(terminal, recovery, **values) as device:
        yield device


async def captured(device: Ef45, request: CaptureRequest = IRIS) -> tuple[Sample, ...]:
    outcome = await device.capture(request, Watcher())
    assert isinstance(outcome, Captured)
    return outcome.samples


def enrolled(*samples: Sample, person_id: str = "p-1", last: str = "Specimen") -> Enrollment:
    return Enrollment(Person(person_id, last, "Ada"), None, samples)


def made(position: Position, version: int = VERSION, form: str = "", **changes: Any) -> Sample:
    """A sample that never saw a terminal; its template is a plain pattern."""
    iris = position in IRISES
    form = form or ("cmitech-iris" if iris else "cmitech-face")
    attributes: dict[str, Any] = {} if iris else {"sub_id": 0, "eye_width": 60, "score": 91.5}
    template = Template(form, f"template of {position.value}".encode() * 8, version, attributes)
    return replace(
        BLANK, position=position, templates=(template,), variant=None if iris else FaceVariant.COLOR, **changes
    )


def asked(terminal: Ef45Terminal, method: str, start: str) -> list[str]:
    """Paths of the requests so far with this method and beginning."""
    return [seen.path for seen in terminal.requests if seen.method == method and start in seen.path]


def notes(recovery: Path) -> list[Path]:
    """The recovery notes there are."""
    return sorted(recovery.iterdir()) if recovery.exists() else []
