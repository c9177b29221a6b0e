"""What each path is answered (facts, sections 6 and 8): by its last segment, whatever stands before it."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from app import logs
from app.callbacks.guard import bare
from app.callbacks.office import PostOffice
from app.devices.controlid.push import HEARTBEATS, RESULT_TOPICS, Post

LOG = logging.getLogger(__name__)

NO_ACTION = {"result": {"event": 14, "user_id": 0, "user_name": "", "user_image": False, "portal_id": 1, "actions": []}}
"""The answer to who wants in: a station opens no door. 7 would open it."""

IDENTIFICATIONS = frozenset(
    f"new_{what}.fcgi"
    for what in (
        "biometric_image",
        "biometric_template",
        "card",
        "qrcode",
        "rex_log",
        "uhf_tag",
        "user_id_and_password",
        "user_identified",
    )
)
IGNORED = frozenset(
    (
        *("access_photo", "catra_event", "dao", "door", "face_template", "operation_mode", "secbox", "usb_drive"),
        *("pin", "pin_create.fcgi", "password", "password_create.fcgi"),
    )
)
"""Acknowledged and not looked at; pins and passwords come in clear."""


class Routes:
    """The ASGI application. Nothing a peer sends becomes an exception here."""

    def __init__(self, office: PostOffice, work: Executor, *, max_body: int, patience_s: float = 60.0) -> None:
        self._office = office
        self._work = work
        self._max_body = max_body
        self._patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except ClientDisconnect:
            return
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        peer = bare(request.client.host) if request.client else ""
        if not self._office.guard.allows(peer):
            logs.event(LOG, "callback-refused", logging.WARNING, reason="sender-not-allowed")
            return Response(status_code=403)
        try:
            async with asyncio.timeout(self._patience_s):
                body = await self._body(request)
        except TimeoutError:
            return Response(status_code=408)
        if body is None:
            logs.event(LOG, "callback-refused", logging.WARNING, reason="too-large")
            return Response(status_code=413)
        return await self._respond(request, _post(request, peer, body))

    async def _body(self, request: Request) -> bytes | None:
        parts: list[bytes] = []
        length = 0
        async for chunk in request.stream():
            length += len(chunk)
            if length > self._max_body:
                return None
            parts.append(chunk)
        return b"".join(parts)

    async def _respond(self, request: Request, post: Post) -> Response:
        topic = post.topic
        if topic in RESULT_TOPICS:
            return await self._result(post)
        if topic in HEARTBEATS:
            self._office.heard(post)
            return JSONResponse({})
        if topic == "session_is_valid.fcgi":
            return JSONResponse({"session_is_valid": True})
        if topic in IDENTIFICATIONS:
            return JSONResponse(NO_ACTION)
        if topic == "user_get_image.fcgi" and request.method == "GET":
            return Response(status_code=404)
        if topic not in IGNORED:
            logs.event(LOG, "callback-unknown", length=len(post.body))
        return Response()

    async def _result(self, post: Post) -> Response:
        """On disk first, then the answer, then the reading."""
        loop = asyncio.get_running_loop()
        try:
            name = await loop.run_in_executor(self._work, self._office.accept, post)
        except OSError as error:
            logs.event(LOG, "callback-not-stored", logging.ERROR, error=error)
            return Response(status_code=503)
        return _Then(lambda: self._work.submit(self._sort, name, post)) if name else Response()

    def _sort(self, name: str, post: Post) -> None:
        try:
            self._office.sort(name, post)
        except Exception as error:
            logs.event(LOG, "callback-failed", logging.ERROR, error=error)


class _Then(Response):
    """An empty answer, and what follows once it is sent."""

    def __init__(self, follow: Callable[[], object]) -> None:
        super().__init__()
        self._follow = follow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._follow()


def _post(request: Request, peer: str, body: bytes) -> Post:
    topic = str(request.scope["path"]).rstrip("/").rpartition("/")[2]  # request.url fails on a query that is no text
    raw = bytes(request.scope.get("query_string", b"")).decode("latin-1")
    try:
        query = dict(parse_qsl(raw, keep_blank_values=True, max_num_fields=100))
    except ValueError:
        query = {}
    return Post(topic, query, request.headers.get("content-type", "").lower(), body, peer, datetime.now(UTC))
