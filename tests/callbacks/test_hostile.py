"""Peers that hold connections, speak old or odd HTTP, or come by IPv6: results still arrive, once, at their job."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.callbacks.guard import Guard
from app.callbacks.office import PostOffice
from app.callbacks.routes import Routes
from app.callbacks.server import CallbackServer
from app.callbacks.spool import Spool
from app.devices.controlid.codec import Kind
from tests.callbacks.conftest import KEY, LARGEST
from tests.callbacks.test_server import IMAGE, NUMBER, face, job, post

BODY = json.dumps(face()).encode()
LENGTH = f"content-length: {len(BODY)}\r\n".encode()
CARD = json.dumps({"user_id": 7, "device_id": NUMBER, "value": (1 << 63) + 1}).encode()


async def told(port: int, *sent: bytes, host: str = "127.0.0.1", answers: int = 1) -> bytes:
    """What comes back until so many answers have come, or the peer closes."""
    reader, writer = await asyncio.open_connection(host, port)
    for piece in sent:
        writer.write(piece)
        await writer.drain()
    heard = b""
    async with asyncio.timeout(10):
        while heard.count(b"HTTP/1.1 ") < answers or not heard.endswith(b"\r\n\r\n"):
            piece = await reader.read(4096)
            heard += piece
            if not piece:
                break
    writer.close()
    return heard


@pytest.mark.parametrize(
    "sent",
    [
        (b"POST /p/user_image HTTP/1.0\r\n", LENGTH, b"\r\n", BODY),
        (b"POST /p/user_image HTTP/1.0\r\nConnection: keep-alive\r\n", LENGTH, b"\r\n", BODY),
        (b"POST http://station:1/p/user_image HTTP/1.1\r\nhost: h\r\n", LENGTH, b"\r\n", BODY),
        (b"POST /p/user%5fimage HTTP/1.1\r\nhost: h\r\n", LENGTH, b"\r\n", BODY),
        (b"POST /p//a/../user_image/ HTTP/1.1\r\nhost: h\r\n", LENGTH, b"\r\n", BODY),
        (b"POST /p/user_image?%zz=%&&=&x HTTP/1.1\r\nhost: h\r\n", LENGTH, b"\r\n", BODY),
        (b"POST /p/user_image HTTP/1.1\r\nhost: h\r\nContent-Type: image/x-nonsense; =\r\n", LENGTH, b"\r\n", BODY),
        (b"POST /p/user_image HTTP/1.1\r\nhost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
         b"%x;x=y\r\n" % len(BODY), BODY, b"\r\n0\r\nx-trailer: 1\r\n\r\n"),
    ],
)  # fmt: skip
async def test_odd_but_lawful_http(office: PostOffice, server: CallbackServer, sent: tuple[bytes, ...]) -> None:
    waiting = await office.expect(job())
    assert b" 200 " in await told(server.port, *sent)
    parcel = await waiting.next(5)
    assert parcel is not None
    assert parcel.result.face == IMAGE
    await waiting.close()


async def test_posts_in_one_breath_are_all_taken(office: PostOffice, server: CallbackServer) -> None:
    both = await office.expect(job()), await office.expect(job(Kind.CARD))
    head = b"POST /p/card HTTP/1.1\r\nhost: h\r\ncontent-length: %d\r\n\r\n" % len(CARD)
    sent = b"POST /p/user_image HTTP/1.1\r\nhost: h\r\n" + LENGTH + b"\r\n" + BODY + head + CARD
    assert (await told(server.port, sent, answers=2)).count(b" 200 ") == 2
    parcels = [await waiting.next(5) for waiting in both]
    assert [parcel.result.card for parcel in parcels if parcel] == [None, (1 << 63) + 1]
    for waiting in both:
        await waiting.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"HEAD /p/user_image HTTP/1.1\r\nhost: h\r\n\r\n", b" 200 "),
        (b"GET /p/user_image HTTP/1.1\r\nhost: h\r\n\r\n", b" 200 "),
        (b"HEAD /new_card.fcgi HTTP/1.1\r\nhost: h\r\n\r\n", b" 200 "),
        (b"POST /p/user_image HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\ncontent-length: 9\r\n\r\nhello", b" 400 "),
        (b"POST /p/user_image HTTP/1.1\r\nhost: h\r\ncontent-length: -5\r\n\r\nhello", b" 400 "),
        (b"POST /p/user_image HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", b""),
        (b"GET / HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", b" 200 "),
        (b"POST /" + b"a" * 70_000, b" 400 "),
    ],
)
async def test_what_brings_nothing_is_answered_and_harms_nobody(
    office: PostOffice, server: CallbackServer, terminal: httpx.Client, sent: bytes, status: bytes
) -> None:
    waiting = await office.expect(job())
    assert status in await told(server.port, sent)
    assert (await post(terminal, "/p/user_image", json=face())).status_code == 200
    assert await waiting.next(5) is not None
    await waiting.close()


@asynccontextmanager
async def listening(folder: Path, office: PostOffice, host: str, **settings: float) -> AsyncIterator[CallbackServer]:
    server = CallbackServer(office, host, 0, "p", max_body=LARGEST, **settings)  # type: ignore[arg-type]
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


def held(stack: ExitStack, port: int, count: int, said: bytes) -> None:
    """So many connections that say this much and then nothing more."""
    for _ in range(count):
        peer = stack.enter_context(socket.create_connection(("127.0.0.1", port), 5))
        peer.sendall(said)


async def test_held_connections_do_not_keep_a_terminal_out(office: PostOffice, folder: Path) -> None:
    waiting = await office.expect(job())
    async with listening(folder, office, "127.0.0.1", head_s=0.3) as server:
        with ExitStack() as stack:
            await asyncio.to_thread(held, stack, server.port, 220, b"POST /p/user_image HTTP/1.1\r\nhost")
            async with asyncio.timeout(10), httpx.AsyncClient(trust_env=False) as client:
                url = f"http://127.0.0.1:{server.port}/p/user_image"
                while (await client.post(url, json=face())).status_code != 200:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
    assert await waiting.next(5) is not None
    await waiting.close()


async def test_strangers_have_few_places(folder: Path) -> None:
    office = PostOffice(Spool(folder, KEY), Guard(["192.0.2.0/24"]))
    async with listening(folder, office, "127.0.0.1") as server:
        with ExitStack() as stack:
            peers = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 5)) for _ in range(40)]
            closed = await asyncio.to_thread(lambda: sum(_is_closed(peer) for peer in peers[20:]))
    assert closed == 20


def _is_closed(peer: socket.socket) -> bool:
    try:
        return peer.recv(1) == b""
    except ConnectionResetError:
        return True


async def came_from(address: str, office: PostOffice, path: str, body: bytes) -> int:
    """The status of a post of a peer with this address, as a socket of both families would show it."""
    answers: list[Any] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        answers.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}
    with ThreadPoolExecutor(1) as work:
        await Routes(office, work, max_body=LARGEST)(scope | {"client": (address, 9)}, receive, send)
    return int(answers[0]["status"])


@pytest.mark.parametrize(
    ("configured", "address"),
    [("192.0.2.7", "::ffff:192.0.2.7"), ("192.0.2.7", "::FFFF:c000:207"), ("fe80::7", "fe80:0::7%eth0")],
)
async def test_a_terminal_without_a_number_is_known_by_its_address_in_any_dress(
    office: PostOffice, configured: str, address: str
) -> None:
    office.admit(configured)
    waiting = await office.expect(job(host=configured))
    body = json.dumps({"user_id": 7, "user_image": face()["user_image"]}).encode()
    assert await came_from(address, office, "/p/user_image", body) == 200
    assert await waiting.next(5) is not None
    assert await came_from(address, office, "/device_is_alive.fcgi", b"") == 200
    assert office.last_heard(0, configured) is not None
    await waiting.close()
