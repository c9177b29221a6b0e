"""Judging an answer: what counts as success, what as a no, what as a lost lock (facts rows 3 to 8)."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from app.devices.ef45 import wire
from app.devices.ef45.codec import CommandReply
from app.domain.errors import DeviceFull, LockLost, ProtocolError, RemoteRefused

LOCK_CODES = frozenset({401, 403, 404, 409, 410, 412, 423})
DETAIL_LENGTH = 200

_LOCK_WORD = re.compile(r"(?<![a-z])lock", re.IGNORECASE)
_FULL_WORD = re.compile(r"\b(db|database|storage|memory) (is )?full\b", re.IGNORECASE)
_TAG = re.compile(r"<(style|script)[^>]*>.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_LONG_RUN = re.compile(r"[A-Za-z0-9+/_=-]{40,}")
_TOLD = ("reason_phrase", "status", "message", "error", "detail", "description")


@dataclass(frozen=True)
class Call:
    """One request, complete but for the lock's uid.

    `path` is percent-encoded already. `own_codes` are error codes that mean something else here than a lost lock.
    `changes` says that repeating it blindly could do harm; `bulk` that its body or answer may have megabytes.
    """

    step: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, object] | str | None = field(default=None, repr=False)
    read_s: float = 10.0
    locked: bool = True
    changes: bool = False
    bulk: bool = False
    own_codes: frozenset[int] = frozenset()


def judge(call: Call, status: int, body: bytes) -> object:
    """The answer's JSON, None when it has no body.

    Raises LockLost when the lock may be the reason (the caller must make sure), DeviceFull, RemoteRefused with
    `remote` and `detail`, ProtocolError for what cannot be understood.
    """
    if 400 <= status < 600:
        refuse(call, status, safe_detail(body, call.body), html=is_html(body))
    if not 200 <= status < 300:
        raise ProtocolError(step=call.step, remote=status)  # a redirect is never followed
    payload = _parse(call, body)
    _check_envelope(call, payload)
    return payload


def command(call: Call, payload: object) -> CommandReply:
    """A command's answer; an absent `success` counts as yes. Raises what judge() raises when it says no."""
    source = wire.members(payload, call.step)
    reply = CommandReply(wire.flag(source, "success") is not False, wire.text(source, "status"))
    if not reply.success:
        status = safe_detail(reply.status.encode(), call.body)
        refuse(call, status or "not-successful", status)
    return reply


def accepted(call: Call, payload: object) -> wire.Members:
    """An answer whose content does not matter, unless it says no although HTTP says yes."""
    source = payload if isinstance(payload, dict) else {}
    command(call, source)
    return source


def refuse(call: Call, remote: int | str, detail: str, *, html: bool = False) -> NoReturn:
    """Raise the error that a no with this code and text stands for; `html` marks a page instead of an answer."""
    if _FULL_WORD.search(detail) or remote == 507:
        raise DeviceFull(step=call.step, remote=remote, detail=detail)
    suspicious = remote in LOCK_CODES and remote not in call.own_codes
    if call.locked and (suspicious or _LOCK_WORD.search(detail)):
        raise LockLost(step=call.step, remote=remote, detail=detail)
    raise RemoteRefused(step=call.step, remote=remote, detail=detail, html=html or None)


def safe_detail(body: bytes, sent: object = None) -> str:
    """The first 200 characters of an error text without markup, long encoded runs, or anything we sent ourselves."""
    told = _told(body[:20_000].decode("utf-8", "replace"))
    told = _LONG_RUN.sub("...", _TAG.sub(" ", told))
    for secret in sorted(set(_texts(sent)), key=len, reverse=True):
        told = told.replace(secret, "...")
    return " ".join("".join(c if c.isprintable() else " " for c in told).split())[:DETAIL_LENGTH]


def is_html(body: bytes) -> bool:
    """True for a page instead of an answer: a proxy, a portal, another product."""
    return body.lstrip()[:1] == b"<"


def _parse(call: Call, body: bytes) -> object:
    if not body.strip():
        return None
    try:
        payload: object = json.loads(body)
    except (ValueError, RecursionError):
        raise ProtocolError(step=call.step, reason="not-json", length=len(body)) from None
    return payload


def _check_envelope(call: Call, payload: object) -> None:
    if not isinstance(payload, dict) or wire.pick(payload, "status_code") is None:
        return
    code = wire.integer(payload, "status_code")
    if code != 0 and not 200 <= code < 300:
        refuse(call, code, safe_detail(wire.text(payload, "reason_phrase").encode(), call.body))


def _told(written: str) -> str:
    try:
        payload = json.loads(written)
    except (ValueError, RecursionError):
        return written
    if isinstance(payload, dict):
        return " ".join(filter(None, (wire.text(payload, name) for name in _TOLD)))
    return str(payload) if isinstance(payload, (str, int, float)) else ""


def _texts(sent: object) -> Iterator[str]:
    if isinstance(sent, str):
        if len(sent) > 1:
            yield sent
    elif isinstance(sent, Mapping):
        for value in sent.values():
            yield from _texts(value)
    elif isinstance(sent, (list, tuple)):
        for value in sent:
            yield from _texts(value)
