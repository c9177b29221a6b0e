"""The first steps of every device's check: does its name resolve, does its port accept."""

import asyncio
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.device import Finding, Health

LOOK_UP_S = 3.0


@dataclass(frozen=True)
class Reach:
    """What a vendor calls the check of its port, and the cures it advises."""

    port_check: str = "reachable"
    name_cure: str = "check-address"
    port_cure: str = "check-cable"


USUAL = Reach()


def place_of(base: str) -> tuple[str, int]:
    """Host and port of a base URL that names both."""
    parts = urlsplit(base)
    return parts.hostname or "", parts.port or 0


async def network_findings(host: str, port: int, reach: Reach = Reach()) -> list[Finding]:
    """Does the name resolve, does the port accept; ends with the first that does not."""
    try:
        async with asyncio.timeout(LOOK_UP_S):
            await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError):
        return [Finding("name", Health.BAD, host, reach.name_cure)]
    found = [Finding("name", Health.GOOD, host)]
    try:
        async with asyncio.timeout(LOOK_UP_S):
            _, writer = await asyncio.open_connection(host, port)
        writer.close()
    except (OSError, TimeoutError):
        return [*found, Finding(reach.port_check, Health.BAD, f"{host}:{port}", reach.port_cure)]
    return [*found, Finding(reach.port_check, Health.GOOD, f"{host}:{port}")]
