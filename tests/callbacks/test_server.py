"""What a terminal meets when it posts: answers per path, results stored before they are acknowledged, nobody else's."""

import asyncio
import base64
import json
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.callbacks.guard import Guard
from app.callbacks.office import PostOffice
from app.callbacks.server import CallbackServer
from app.callbacks.spool import Spool
from app.devices.controlid.codec import Kind
from app.devices.controlid.push import Job, Post
from app.domain.errors import Unreachable
from tests.callbacks.conftest import KEY, LARGEST, make_office

NUMBER = 6613047045004349
IMAGE = bytes(range(256)) * 20
TEXT = base64.b64encode(IMAGE).decode()


def job(kind: Kind = Kind.FACE, user_id: int = 7, number: int = NUMBER, host: str = "127.0.0.1") -> Job:
    return Job("desk-1", number, host, user_id, kind, "face")


def face(user_id: int = 7, image: str = TEXT) -> dict[str, object]:
    return {"user_id": user_id, "device_id": NUMBER, "user_image": image}


def lying(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def post(client: httpx.Client, path: str, **what: object) -> httpx.Response:
    return await asyncio.to_thread(lambda: client.post(path, **what))  # type: ignore[arg-type]


async def nothing_left(folder: Path) -> None:
    async with asyncio.timeout(5):
        while lying(folder):  # noqa: ASYNC110 - it becomes true on a callbacks thread
            await asyncio.sleep(0.01)


async def test_a_result_reaches_its_job_and_is_forgotten_once_settled(
    office: PostOffice, terminal: httpx.Client, folder: Path
) -> None:
    waiting = await office.expect(job())
    answer = await post(terminal, "/api/notifications/user_image", json=face())
    assert (answer.status_code, answer.content) == (200, b"")
    assert len(lying(folder)) == 1
    assert IMAGE[:64] not in lying(folder)[0].read_bytes()
    parcel = await waiting.next(5)
    assert parcel is not None
    assert parcel.result.face == IMAGE
    await parcel.settle()
    assert not lying(folder)
    await waiting.close()


async def test_what_cannot_be_stored_is_not_acknowledged(
    office: PostOffice, terminal: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> str:
        raise OSError(28, "full")

    waiting = await office.expect(job())
    with monkeypatch.context() as broken:
        broken.setattr(Spool, "put", full)
        assert (await post(terminal, "/p/user_image", json=face())).status_code == 503
    assert (await post(terminal, "/p/user_image", json=face())).status_code == 200
    assert await waiting.next(5) is not None
    await waiting.close()


async def test_an_acknowledged_result_survives_a_kill(
    office: PostOffice, server: CallbackServer, terminal: httpx.Client, folder: Path
) -> None:
    waiting = await office.expect(job())
    await post(terminal, "/p/user_image", json=face())
    server.stop()
    later = make_office(folder)
    later.wake()
    for other in (job(user_id=8), replace(job(), position="left-index"), replace(job(), device_id="desk-2")):
        stranger = await later.expect(other)
        assert await stranger.next(0) is None
        await stranger.close()
    same = await later.expect(job())
    parcel = await same.next(5)
    assert parcel is not None
    assert parcel.result.face == IMAGE
    await same.close()
    assert not lying(folder)
    await waiting.close()


async def test_old_and_unreadable_leftovers_go_at_the_next_start(folder: Path) -> None:
    office = make_office(folder)
    (folder / "0123.post").write_bytes(b"half")
    (folder / ".0124.post.77.new").write_bytes(b"half")
    Spool(folder, bytes(32)).put(Post("card", {}, "", b"", "127.0.0.1", datetime.now(UTC)))
    office.wake()
    assert not lying(folder)


@pytest.mark.parametrize(
    "body",
    [
        face(user_id=8),
        {**face(), "device_id": NUMBER + 1},
        {**face(), "device_id": str(NUMBER - 1)},
    ],
)
async def test_foreign_results_are_acknowledged_and_not_attached(
    office: PostOffice, terminal: httpx.Client, folder: Path, body: dict[str, object]
) -> None:
    waiting = await office.expect(job())
    assert (await post(terminal, "/p/user_image", json=body)).status_code == 200
    await nothing_left(folder)
    assert await waiting.next(0) is None
    await waiting.close()


async def test_late_results_are_acknowledged_and_not_kept(
    office: PostOffice, terminal: httpx.Client, folder: Path
) -> None:
    waiting = await office.expect(job())
    await waiting.close()
    assert (await post(terminal, "/p/user_image", json=face())).status_code == 200
    assert not lying(folder)


async def test_duplicates_and_both_families_are_one_result(
    office: PostOffice, terminal: httpx.Client, folder: Path
) -> None:
    waiting = await office.expect(job())
    online = {"user_id": 7, "device_id": NUMBER, "face": {"image": TEXT, "width": 3, "height": 2}}
    for path, body in (("user_image", face()), ("user_image", face()), ("face_create.fcgi", online)):
        assert (await post(terminal, f"/p/{path}", json=body)).status_code == 200
    assert await waiting.next(5) is not None
    async with asyncio.timeout(5):
        while len(lying(folder)) > 1:  # noqa: ASYNC110 - it becomes true on a callbacks thread
            await asyncio.sleep(0.01)
    assert await waiting.next(0) is None
    await waiting.close()


async def test_the_same_card_may_come_again_for_another_job(office: PostOffice, terminal: httpx.Client) -> None:
    body = {"user_id": 7, "device_id": NUMBER, "value": 132456789}
    for _ in range(2):
        waiting = await office.expect(job(Kind.CARD))
        await post(terminal, "/p/card", json=body)
        assert await waiting.next(5) is not None
        await waiting.close()


async def test_a_result_without_a_number_is_its_senders(office: PostOffice, terminal: httpx.Client) -> None:
    here, there = await office.expect(job()), await office.expect(job(number=0, host="192.0.2.9"))
    body = {"user_id": 7, "user_image": TEXT}
    await post(terminal, "/p/user_image", json=body)
    assert await here.next(5) is not None
    assert await there.next(0) is None
    await here.close()
    await there.close()


@pytest.mark.parametrize(
    ("method", "path", "status", "answer"),
    [
        ("POST", "/session_is_valid.fcgi", 200, {"session_is_valid": True}),
        ("POST", "/x/device_is_alive", 200, {}),
        ("POST", "/device_is_alive.fcgi", 200, {}),
        ("POST", "/api/notifications/dao", 200, None),
        ("POST", "/api/notifications/operation_mode", 200, None),
        ("POST", "/api/notifications/pin", 200, None),
        ("POST", "/never/heard/of", 200, None),
        ("POST", "/", 200, None),
        ("GET", "/user_get_image.fcgi", 404, None),
    ],
)
def test_answers(terminal: httpx.Client, method: str, path: str, status: int, answer: object) -> None:
    response = terminal.request(method, path)
    assert response.status_code == status
    assert (response.json() if response.content else None) == answer


@pytest.mark.parametrize("topic", ["new_user_identified", "new_card", "new_biometric_image", "new_rex_log"])
def test_nobody_is_let_in(terminal: httpx.Client, topic: str) -> None:
    response = terminal.post(f"/{topic}.fcgi", data={"user_id": "7", "event": "7"})
    assert response.json()["result"]["event"] == 14


@pytest.mark.parametrize(
    ("path", "body", "form"),
    [
        ("/p/device_is_alive", {"device_id": NUMBER, "access_logs": 0, "time": 1}, False),
        ("/p/device_is_alive", {"device_id": str(NUMBER)}, False),
        ("/device_is_alive.fcgi", {"device_id": str(NUMBER)}, True),
        (f"/device_is_alive.fcgi?session=&device_id={NUMBER}", {"access_logs": 3}, False),
        ("/device_is_alive.fcgi", {"access_logs": 3}, False),
    ],
)
def test_heartbeats(office: PostOffice, terminal: httpx.Client, path: str, body: dict[str, str], form: bool) -> None:
    assert office.last_heard(NUMBER, "127.0.0.1") is None
    terminal.post(path, data=body) if form else terminal.post(path, json=body)
    assert office.last_heard(NUMBER, "127.0.0.1") is not None


def test_strangers_are_refused(folder: Path) -> None:
    server = CallbackServer(PostOffice(Spool(folder, KEY), Guard()), "127.0.0.1", 0, "p", max_body=LARGEST)
    server.start()
    try:
        response = httpx.post(f"http://127.0.0.1:{server.port}/p/user_image", json=face(), trust_env=False)
    finally:
        server.stop()
    assert response.status_code == 403


async def test_five_megabytes_come_through_and_too_much_does_not(office: PostOffice, terminal: httpx.Client) -> None:
    waiting = await office.expect(job())
    large = base64.b64encode(bytes(3_900_000)).decode()
    assert (await post(terminal, "/p/user_image", json=face(image=large))).status_code == 200
    parcel = await waiting.next(5)
    assert parcel is not None
    assert len(parcel.result.face) == 3_900_000
    await waiting.close()
    assert (await post(terminal, "/p/user_image", content=bytes(LARGEST + 1))).status_code == 413


async def test_chunks_and_slow_senders(office: PostOffice, server: CallbackServer) -> None:
    waiting = await office.expect(job())
    body = json.dumps(face()).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST /p/user_image HTTP/1.1\r\nHOST: h\r\ntransfer-encoding: chunked\r\n\r\n")
    for at in range(0, len(body), 1000):
        piece = body[at : at + 1000]
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0)
    writer.write(b"0\r\n\r\n")
    assert b"200" in await reader.readline()
    writer.close()
    assert await waiting.next(5) is not None
    await waiting.close()


def test_a_taken_port_is_told(server: CallbackServer, folder: Path) -> None:
    second = CallbackServer(make_office(folder), "127.0.0.1", server.port, "p", max_body=LARGEST)
    with pytest.raises(Unreachable) as told:
        second.start()
    assert told.value.fact("reason") == "port-taken"


def test_a_caller_that_is_no_http_at_all(server: CallbackServer, terminal: httpx.Client) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
        peer.sendall(b"\x16\x03\x01\0\xff garbage \r\n\r\n")
        peer.recv(1000)
    assert terminal.post("/p/dao").status_code == 200
