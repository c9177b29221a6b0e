"""Firmware upload in pieces of about 1 MB, with progress; stopping the iteration aborts it (REST API, firmware)."""

from collections.abc import AsyncIterator
from pathlib import Path

from app.devices.base import Worker
from app.devices.ef45.client import Ef45Client
from app.domain.console import Step
from app.domain.errors import InvalidInput

PIECE = 786_432
"""Bytes that make exactly 1 MiB of base64."""

LARGEST = 1024 * 1024 * 1024


async def upload(client: Ef45Client, worker: Worker, path: Path, *, forced: bool) -> AsyncIterator[Step]:
    """Send a firmware file; `forced` also allows a downgrade. The terminal installs it by itself afterwards.

    An upload that is not finished changes nothing: the terminal throws the pieces away at the next start.
    InvalidInput when the file cannot be read, is empty or larger than 1 GiB.
    """
    size = await worker.run(_size, path)
    await client.update_start(forced=forced)
    yield Step(0, size, "started")
    sent = 0
    while size - sent > PIECE:
        piece = await worker.run(_piece, path, sent, PIECE)
        await client.update_chunk(piece, forced=forced)
        sent += len(piece)
        yield Step(sent, size, "sending")
    await client.update_done(await worker.run(_piece, path, sent, size - sent), forced=forced)
    yield Step(size, size, "done")


def _size(path: Path) -> int:
    try:
        size = path.stat().st_size if path.is_file() else 0
    except OSError:
        raise InvalidInput(field="file", reason="not-readable") from None
    if not 0 < size <= LARGEST:
        raise InvalidInput(field="file", reason="wrong-size", bytes=size)
    return size


def _piece(path: Path, at: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(at)
            piece = file.read(length)
    except OSError:
        raise InvalidInput(field="file", reason="not-readable") from None
    if len(piece) != length:
        raise InvalidInput(field="file", reason="changed-while-reading")
    return piece
