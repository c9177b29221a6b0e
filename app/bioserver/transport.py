"""One HTTP exchange with the server: own base address only, key in its header only, bounded, retried where allowed."""

import asyncio
import contextlib
import email.utils
import logging
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx

from app import logs
from app.bioserver.faults import DEVICE, FAULTS, fault_of, nonsense, refusal
from app.domain.errors import ConfigurationInvalid

LOG = logging.getLogger(__name__)

LARGEST_REPLY = 32 * 1024 * 1024
RETRIED = frozenset({429, 502, 503, 504})
BACK_OFF_S = (0.5, 1.0, 2.0)
LONGEST_WAIT_S = 30.0
READS, CREATES = 4, 2
"""How often a call is made at most: reading and deleting, and creating."""

Part = tuple[str, tuple[str | None, bytes, str]]
Pause = Callable[[float], Awaitable[None]]
_LOST = (TimeoutError, httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


@dataclass(frozen=True)
class Access:
    """Where the server is and how to be let in."""

    base_url: str
    api_key: str = field(repr=False)
    header: str = "apikey"
    timeout_s: float = 20.0


@dataclass(frozen=True)
class Answer:
    """A success: status, headers (case-insensitive) and the whole body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Call:
    """What to ask: `path` starts at the base address; `json` is text exactly as it goes out."""

    step: str
    method: str
    path: str
    json: str | None = field(default=None, repr=False)
    parts: tuple[Part, ...] = field(default=(), repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
    keyed: bool = True

    @property
    def attempts(self) -> int:
        """Creating may have happened although the answer was lost: once more, no more."""
        return CREATES if self.method == "POST" else READS


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """The TLS context: the system's certificates, or only those of a file. Reads files: not on the loop's thread."""
    try:
        return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError):
        raise ConfigurationInvalid({"bioserver.ca_file": "cannot be read as certificates (PEM)."}) from None


class Transport:
    """Used by the client alone; `pause` waits between tries."""

    def __init__(self, access: Access, context: ssl.SSLContext, pause: Pause = asyncio.sleep) -> None:
        self._access = access
        self._pause = pause
        self._http = httpx.AsyncClient(
            base_url=access.base_url.rstrip("/"),
            verify=context,
            timeout=access.timeout_s,
            follow_redirects=False,
            trust_env=False,
            headers={"accept": "application/json"},
        )

    def __repr__(self) -> str:
        return "Transport()"

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def ask(self, call: Call) -> Answer:
        """The answer to a call whose status is a success; StationError leaves otherwise."""
        for attempt in range(1, call.attempts + 1):
            last = attempt == call.attempts
            try:
                answer = await self._once(call)
            except _LOST as error:
                told = fault_of(error, call.step)
                if last or told.fact("reason") == "certificate":
                    raise told from error
                wait = BACK_OFF_S[attempt - 1]
            except tuple(FAULTS) as error:
                raise fault_of(error, call.step) from error
            else:
                if 200 <= answer.status < 300:
                    return answer
                if last or answer.status not in RETRIED:
                    raise refusal(answer.status, answer.body, call.step)
                wait = _wait_of(answer.headers.get("retry-after", ""), attempt)
            logs.event(LOG, "bioserver-tried-again", device=DEVICE, step=call.step, attempt=attempt)
            await self._pause(wait)
        raise AssertionError("every attempt returns or raises")

    async def _once(self, call: Call) -> Answer:
        request = self._request(call)
        async with asyncio.timeout(self._access.timeout_s * 2), self._sent(request) as response:
            return Answer(response.status_code, response.headers, await _body(response, call.step))

    def _request(self, call: Call) -> httpx.Request:
        headers = {self._access.header: self._access.api_key} if call.keyed else {}
        extra: dict[str, Any] = {}
        if call.json is not None:
            headers["content-type"] = "application/json"
            extra["content"] = call.json.encode()
        elif call.parts:
            extra["files"] = list(call.parts)
        return self._http.build_request(
            call.method, call.path, headers=headers, params=dict(call.query) or None, **extra
        )

    @contextlib.asynccontextmanager
    async def _sent(self, request: httpx.Request) -> Any:
        response = await self._http.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()


async def _body(response: httpx.Response, step: str) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:12]) > LARGEST_REPLY:
        raise nonsense(step, "too-long")
    body = bytearray()
    async with contextlib.aclosing(cast(AsyncGenerator[bytes, None], response.aiter_bytes())) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > LARGEST_REPLY:
                raise nonsense(step, "too-long")
    return bytes(body)


def _wait_of(retry_after: str, attempt: int) -> float:
    """Seconds from Retry-After (a number or a date), at most LONGEST_WAIT_S; else the back-off of this attempt."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:6]), LONGEST_WAIT_S)
    with contextlib.suppress(ValueError, TypeError):
        until = email.utils.parsedate_to_datetime(text)
        return min(max((until - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_WAIT_S)
    return BACK_OFF_S[attempt - 1]
