"""A station process made to be killed: opens a device, starts a capture, and waits for its end."""

import asyncio
import json
import sys
from pathlib import Path

from app.devices.registry import build
from app.domain.capture import CaptureRequest
from app.domain.modality import Modality, Position
from tests.devices.watching import Watcher


async def main(vendor: str, values: str, recovery: str, modality: str, positions: str) -> None:
    wanted = tuple(Position(name) for name in positions.split(","))
    async with build(vendor, "desk-1", "Desk", json.loads(values), Path(recovery)) as device:
        await device.capture(CaptureRequest(Modality(modality), wanted, 600.0), Watcher())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
