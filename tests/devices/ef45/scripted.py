"""A peer that answers exactly what a test says, byte for byte, and remembers exactly what it was sent."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl

LOCK = "6c45cc76-6291-11e8-b384-503f98000288"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; `target` is the raw request target."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0].removeprefix("/1.0")

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """One answer; a dict or list is written as JSON, text and bytes as they are."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        content = self.body if isinstance(self.body, bytes) else _encoded(self.body)
        lines = [f"HTTP/1.1 {self.status} Scripted", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass(frozen=True)
class Cut(Told):
    """Announces the whole answer, sends half of it and ends the connection."""

    def written(self) -> bytes:
        whole = super().written()
        head = whole.index(b"\r\n\r\n") + 4
        return whole[: (head + len(whole)) // 2]


def _encoded(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


Answer = Callable[[Asked], Any]


class Scripted:
    """`answers` maps "GET /preview" to a Told, a body, or a function of the request; anything else gets 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[Asked] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def on(self, operation: str, answer: Any) -> None:
        self.answers[operation] = answer

    def last(self, operation: str) -> Asked:
        return self.all(operation)[-1]

    def all(self, operation: str) -> list[Asked]:
        return [asked for asked in self.asked if f"{asked.method} {asked.path}" == operation]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._open):
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked = await _read(reader)
                self.asked.append(asked)
                told = self._told(asked)
                writer.write(told.written())
                await writer.drain()
                if isinstance(told, Cut):
                    break
        self._open.discard(writer)
        writer.close()

    def _told(self, asked: Asked) -> Told:
        answer = self.answers.get(f"{asked.method} {asked.path}", Told("not found", 404))
        if callable(answer):
            answer = answer(asked)
        return answer if isinstance(answer, Told) else Told(answer)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)
