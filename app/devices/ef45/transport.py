"""Requests over the network: one asynchronous sender, one blocking sender for the preview thread; same judgment."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TypeVar
from urllib.parse import quote, urlsplit

import httpx

from app.devices.base import Worker
from app.devices.ef45.replies import Call, judge
from app.devices.http import closed_while_idle, faults_told, plain_context
from app.domain.errors import InvalidInput, LockLost, OutcomeUnknown, ProtocolError, StationError, Unreachable

T = TypeVar("T")
Reader = Callable[[object], T]

PORT = 9980
CONNECT_S = 3.0
PREVIEW_S = 2.0
MAX_ANSWER = 64 * 1024 * 1024
SMALL_ANSWER = 32 * 1024
"""Answers up to here are parsed where they arrive (under 1 ms); larger ones on the device's thread."""

_HEADERS = {"Accept": "application/json"}
_KEPT = httpx.Limits(max_connections=4, keepalive_expiry=3.0)
_FRESH = httpx.Limits(max_connections=4, max_keepalive_connections=0)


def base_url(address: str) -> str:
    """`http://host:9980/1.0` from a host, host:port or URL; InvalidInput for anything but plain HTTP."""
    written = address.strip()
    parts = urlsplit(written if "//" in written else f"//{written}")
    try:
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme not in ("", "http") or parts.username or parts.query or any(c.isspace() for c in host):
        raise InvalidInput(field="address", reason="not-a-terminal-address")
    path = parts.path.rstrip("/") or "/1.0"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{path}"


def url_of(base: str, call: Call, lock_uid: str) -> str:
    """The full address; the lock goes in the query once, percent-encoded. LockLost when there is none to send."""
    query = call.query
    if call.locked:
        if not lock_uid:
            raise LockLost(step=call.step, reason="no-lock")
        query = (("lock_uid", lock_uid), *query)
    pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    return f"{base}{call.path}{'?' if pairs else ''}{pairs}"


class Transport:
    """Sends calls; closed by close(). Bodies and answers of megabytes are encoded and parsed on `worker`.

    Reads share kept connections, and are repeated once when the terminal had closed such a one while it was idle.
    Everything else gets a fresh connection, so that a lost answer always means that the call may have arrived.
    """

    def __init__(self, base: str, device_id: str, worker: Worker) -> None:
        self.base = base
        self._device_id = device_id
        self._worker = worker
        self._reader = _client(_KEPT)
        self._writer = _client(_FRESH)

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.aclose()
        await self._writer.aclose()

    async def send(self, call: Call, lock_uid: str, read: Reader[T]) -> T:
        """Send, wait at most the call's time in all, judge, and turn the JSON into a value with `read`."""
        request = await self._request(call, lock_uid)
        with faults_told(device=self._device_id, step=call.step, changes=call.changes):
            try:
                async with asyncio.timeout(CONNECT_S + call.read_s):
                    status, body = await self._exchange(request, call)
            except TimeoutError:
                leaf = OutcomeUnknown if call.changes else Unreachable
                raise leaf(device=self._device_id, step=call.step, cause="too-slow") from None
        return await self._digest(call, status, body, read)

    async def _request(self, call: Call, lock_uid: str) -> httpx.Request:
        content = None
        headers = {}
        if call.body is not None:
            content = await self._worker.run(_encode, call.body) if call.bulk else _encode(call.body)
            headers["Content-Type"] = "application/json"
        return self._reader.build_request(
            call.method,
            url_of(self.base, call, lock_uid),
            content=content,
            headers=headers,
            timeout=httpx.Timeout(call.read_s, connect=CONNECT_S),
        )

    async def _exchange(self, request: httpx.Request, call: Call) -> tuple[int, bytes]:
        if call.method != "GET":
            return await self._once(self._writer, request, call)
        try:
            return await self._once(self._reader, request, call)
        except httpx.RemoteProtocolError as error:
            if not closed_while_idle(error):
                raise
            return await self._once(self._reader, request, call)

    async def _once(self, client: httpx.AsyncClient, request: httpx.Request, call: Call) -> tuple[int, bytes]:
        response = await client.send(request, stream=True)
        try:
            return response.status_code, await _collect(response.aiter_bytes(), call)
        finally:
            await response.aclose()

    async def _digest(self, call: Call, status: int, body: bytes, read: Reader[T]) -> T:
        def work() -> T:
            return read(judge(call, status, body))

        try:
            return await self._worker.run(work) if len(body) > SMALL_ANSWER else work()
        except StationError as error:
            error.facts.setdefault("device", self._device_id)
            raise


class BlockingTransport:
    """The preview thread's own connection: made, used and closed on that thread."""

    def __init__(self, base: str, device_id: str) -> None:
        self._base = base
        self._device_id = device_id
        self._client = httpx.Client(
            verify=plain_context(), trust_env=False, follow_redirects=False, headers=_HEADERS, timeout=PREVIEW_S
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def send(self, call: Call, lock_uid: str, stop: threading.Event) -> object:
        """Like Transport.send(); an answer still coming when `stop` is set is dropped as Unreachable."""
        with faults_told(device=self._device_id, step=call.step):
            address = url_of(self._base, call, lock_uid)
            with self._client.stream(call.method, address, timeout=call.read_s) as response:
                body = _collect_now(_until(response.iter_bytes(), stop, call), call)
                return judge(call, response.status_code, body)


def _client(limits: httpx.Limits) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=plain_context(),
        trust_env=False,
        follow_redirects=False,
        headers=_HEADERS,
        timeout=CONNECT_S,
        limits=limits,
    )


def _encode(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


async def _collect(chunks: AsyncIterator[bytes], call: Call) -> bytes:
    parts: list[bytes] = []
    length = 0
    async for chunk in chunks:
        parts.append(chunk)
        length = _checked(length + len(chunk), call)
    return b"".join(parts)


def _collect_now(chunks: Iterable[bytes], call: Call) -> bytes:
    parts: list[bytes] = []
    length = 0
    for chunk in chunks:
        parts.append(chunk)
        length = _checked(length + len(chunk), call)
    return b"".join(parts)


def _checked(length: int, call: Call) -> int:
    if length > MAX_ANSWER:
        raise ProtocolError(step=call.step, reason="answer-too-long")
    return length


def _until(chunks: Iterator[bytes], stop: threading.Event, call: Call) -> Iterator[bytes]:
    for chunk in chunks:
        if stop.is_set():
            raise Unreachable(step=call.step, reason="stopped")
        yield chunk
