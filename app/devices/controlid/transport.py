"""Commands over the network: `POST /<name>.fcgi?session=<token>`, JSON or octets in, JSON or a picture out."""

import asyncio
import json
import ssl
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx

from app.devices.base import Worker
from app.devices.controlid.replies import Call, Reply, judge
from app.devices.http import closed_while_idle, faults_told, plain_context
from app.domain.errors import InvalidInput, OutcomeUnknown, ProtocolError, Unreachable

CONNECT_S = 3.0
MAX_ANSWER = 64 * 1024 * 1024
SMALL = 32 * 1024
"""Bodies and answers up to here are handled where they are (under 1 ms); larger ones on the device's thread."""


@dataclass(frozen=True)
class Trust:
    """Whom to believe behind https: the file of a certificate, the system's authorities, or anybody."""

    ca_file: str = ""
    verify: bool = True


def base_url(address: str) -> str:
    """`http://host:port` from a host, host:port or URL; InvalidInput for anything else."""
    written = address.strip()
    parts = urlsplit(written if "//" in written else f"http://{written}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.query:
        raise InvalidInput(field="address", reason="not-a-terminal-address")
    if any(letter.isspace() for letter in host) or parts.path.strip("/"):
        raise InvalidInput(field="address", reason="not-a-terminal-address")
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port or usual}"


def url_of(base: str, call: Call, session: str) -> str:
    """The full address; the session goes in the query, percent-encoded: it may hold `/`, `+` and `=`."""
    query = call.query if call.free and not session else (("session", session), *call.query)
    pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    return f"{base}/{call.name}.fcgi{'?' if pairs else ''}{pairs}"


class Transport:
    """Sends calls; opened by open(), closed by close(). Every call gets a fresh connection, so that a lost answer
    always means that the call may have arrived; the small server in these terminals prefers it so."""

    def __init__(self, base: str, device_id: str, worker: Worker, trust: Trust, read_s: float) -> None:
        self.base = base
        self._device_id = device_id
        self._worker = worker
        self._trust = trust
        self._read_s = read_s
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Make the client; certificates are read on the device's thread. InvalidInput when they cannot be read."""
        if self._client is not None:
            return
        context = await self._worker.run(_context, self.base, self._trust)
        self._client = httpx.AsyncClient(
            verify=context,
            trust_env=False,
            follow_redirects=False,
            headers={"Accept": "application/json"},
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=0),
        )

    async def close(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def send(self, call: Call, session: str) -> Reply:
        """Send, wait at most the call's time in all, and judge."""
        if self._client is None:
            raise Unreachable(device=self._device_id, step=call.step, reason="closed")
        limit = call.read_s or self._read_s
        request = await self._request(self._client, call, session, limit)
        with faults_told(device=self._device_id, step=call.step, changes=call.changes):
            try:
                async with asyncio.timeout(CONNECT_S + limit):
                    status, kind, body = await self._exchange(self._client, request, call)
            except TimeoutError:
                leaf = OutcomeUnknown if call.changes else Unreachable
                raise leaf(device=self._device_id, step=call.step, cause="too-slow") from None
        if len(body) > SMALL:
            return await self._worker.run(judge, call, status, kind, body)
        return judge(call, status, kind, body)

    async def _request(self, client: httpx.AsyncClient, call: Call, session: str, limit: float) -> httpx.Request:
        headers = {}
        content = call.body if isinstance(call.body, bytes) else None
        if content is not None:
            headers["Content-Type"] = "application/octet-stream"
        elif call.body is not None:
            content = await self._worker.run(_encode, call.body)
            headers["Content-Type"] = "application/json"
        elif call.method == "POST":
            headers["Content-Type"], content = "application/json", b""
        timeout = httpx.Timeout(limit, connect=CONNECT_S)
        address = url_of(self.base, call, session)
        return client.build_request(call.method, address, content=content, headers=headers, timeout=timeout)

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request, call: Call) -> tuple[int, str, bytes]:
        try:
            return await self._once(client, request, call)
        except httpx.RemoteProtocolError as error:
            if call.changes or not closed_while_idle(error):
                raise
            return await self._once(client, request, call)

    async def _once(self, client: httpx.AsyncClient, request: httpx.Request, call: Call) -> tuple[int, str, bytes]:
        response = await client.send(request, stream=True)
        try:
            parts: list[bytes] = []
            length = 0
            async for chunk in response.aiter_bytes():
                parts.append(chunk)
                length += len(chunk)
                if length > MAX_ANSWER:
                    raise ProtocolError(step=call.step, reason="answer-too-long")
            kind = response.headers.get("content-type", "")
            return response.status_code, str(kind).lower(), b"".join(parts)
        finally:
            await response.aclose()


def _encode(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _context(base: str, trust: Trust) -> ssl.SSLContext:
    if not base.startswith("https:"):
        return plain_context()
    try:
        context = ssl.create_default_context(cafile=trust.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise InvalidInput(field="ca_file", reason="not-readable") from error
    if not trust.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
