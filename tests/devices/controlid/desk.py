"""A driver at a simulated terminal, with a callback server it reports to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from app.callbacks.guard import Guard
from app.callbacks.office import PostOffice
from app.callbacks.server import CallbackServer
from app.callbacks.spool import Spool
from app.devices.controlid.build import build
from app.devices.controlid.driver import ControlId
from app.devices.controlid.options import ControlIdOptions
from app.devices.values import Value
from app.domain.capture import CaptureRequest, Outcome
from app.domain.modality import Modality, Position
from app.simulators.controlid import ControlIdTerminal
from tests.devices.watching import Watcher

PERSON = "731204455"
FINGER = CaptureRequest(Modality.FINGER, (Position.RIGHT_INDEX,), 20.0, person_id=PERSON)
FACE = CaptureRequest(Modality.FACE, (Position.FACE,), 20.0, person_id=PERSON)
CARD = CaptureRequest(Modality.CARD, (Position.CARD,), 20.0, person_id=PERSON)
ASYNC = ControlIdOptions(sync=False)


def driver(terminal: ControlIdTerminal, folder: Path, **values: Value) -> ControlId:
    """A closed one, quick to look and to give up."""
    quick: dict[str, Value] = {"state_every_s": 0.03, "settle_s": 0.5, "grace_s": 0.5}
    settings = {"address": terminal.base_url, "password": "admin", **quick, **values}
    return build("desk-1", "Desk", settings, folder / "recovery")


def make_server(folder: Path) -> CallbackServer:
    """A stopped one, whose posts lie below the folder."""
    office = PostOffice(Spool(folder / "posts", bytes(32)), Guard())
    return CallbackServer(office, "127.0.0.1", 0, "api/notifications", max_body=16_000_000, heartbeat_s=5)


@asynccontextmanager
async def reporting(
    terminal: ControlIdTerminal, folder: Path, **values: Value
) -> AsyncIterator[tuple[ControlId, CallbackServer]]:
    """The driver open, with a server it reports to."""
    server = make_server(folder)
    server.start()
    device = driver(terminal, folder, **values)
    device.connect(server.office)
    try:
        async with device:
            yield device, server
    finally:
        server.stop()


async def captured(device: ControlId, request: CaptureRequest, options: ControlIdOptions = ASYNC) -> Outcome:
    """One capture with these options."""
    return await device.capture(replace(request, options=options), Watcher())
