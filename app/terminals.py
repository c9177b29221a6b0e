"""The terminals that send to us: their callback server, wired to each of them before it is first opened."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Sequence
from pathlib import Path

from app import logs
from app.config import Configuration
from app.domain.device import Device
from app.domain.errors import Unreachable
from app.store import Store

LOG = logging.getLogger(__name__)

FOLDER = "callbacks"
MEGABYTE = 1024 * 1024


async def listen(
    stack: contextlib.AsyncExitStack, configuration: Configuration, store: Store, devices: Sequence[Device], data: Path
) -> None:
    """Hear the Control iD terminals among the devices; stops with the stack, after the devices gave back theirs.

    A port that is taken keeps nobody from working: synchronous captures go on, the diagnosis tells what is missing.
    """
    if not configuration.callbacks.enabled or not any(each.vendor == "controlid" for each in devices):
        return
    from app.callbacks.guard import Guard
    from app.callbacks.office import PostOffice
    from app.callbacks.server import CallbackServer
    from app.callbacks.spool import Spool
    from app.devices.controlid.driver import ControlId

    settings = configuration.callbacks
    key = await store.side_key(FOLDER)
    spool = await asyncio.to_thread(Spool, data / FOLDER, key)
    office = PostOffice(spool, Guard(str(each) for each in settings.allowed_senders))
    terminals = [each for each in devices if isinstance(each, ControlId)]
    for terminal in terminals:
        terminal.connect(office)
        for address in await _addresses(terminal.host):
            office.admit(address)
    server = CallbackServer(
        office,
        settings.host,
        settings.port,
        settings.path,
        max_body=settings.max_body_mb * MEGABYTE,
        heartbeat_s=settings.heartbeat_s,
    )
    stack.push_async_callback(asyncio.to_thread, server.stop)
    try:
        await asyncio.to_thread(server.start)
    except Unreachable as error:
        logs.event(LOG, "callbacks-not-listening", logging.ERROR, error=error, port=settings.port)


async def _addresses(host: str) -> list[str]:
    """Where posts of a terminal may come from; a name nobody knows is looked up again when it is opened."""
    try:
        async with asyncio.timeout(2.0):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError):
        return []
    return [str(entry[4][0]) for entry in found]
