"""Judging an answer: there is no single error envelope, so the body is read on every status (facts, section 3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from app.devices.controlid import wire
from app.domain.errors import (
    DeviceBusy,
    DeviceFull,
    DuplicateFound,
    MissingRights,
    NotCapable,
    ProtocolError,
    RemoteRefused,
    WrongCredential,
)

_FULL = re.compile(r"limit[_ ]reached|too many|storage full|database full|no space", re.IGNORECASE)
_UNIQUE = re.compile(r"unique constraint|already exists|template exists", re.IGNORECASE)
_RUNNING = re.compile(r"in progress|device busy", re.IGNORECASE)
_UNKNOWN_COMMAND = re.compile(r"invalid command", re.IGNORECASE)
_RIGHTS = re.compile(r"invalid access level", re.IGNORECASE)
_CREDENTIAL = re.compile(r"login or password", re.IGNORECASE)


class SessionDead(Exception):
    """The terminal does not know our session (any more); never leaves the client."""


@dataclass(frozen=True)
class Call:
    """One command, complete but for the session.

    `body` is sent as JSON when it is a mapping, as octets when it is bytes. `changes` says that repeating it blindly
    could do harm; `own_refusals` that a JSON answer with any status is the caller's to read.
    """

    name: str
    body: Mapping[str, object] | bytes | None = field(default=None, repr=False)
    query: tuple[tuple[str, str], ...] = ()
    method: str = "POST"
    read_s: float | None = None
    free: bool = False
    changes: bool = False
    own_refusals: bool = False

    @property
    def step(self) -> str:
        """The command's name as logs may carry it."""
        return self.name.replace("_", "-")


@dataclass(frozen=True)
class Reply:
    """A judged answer: the JSON (None when the body is empty), or bytes of another type."""

    payload: object = field(default=None, repr=False)
    data: bytes = field(default=b"", repr=False)


def judge(call: Call, status: int, content_type: str, body: bytes) -> Reply:
    """The answer of a success.

    Raises SessionDead, MissingRights, WrongCredential, DeviceBusy, DeviceFull, DuplicateFound, NotCapable,
    RemoteRefused with `remote`, ProtocolError for what cannot be understood.
    """
    if 300 <= status < 400 or status < 200:
        raise ProtocolError(step=call.step, http_status=status)  # a redirect is never followed
    if content_type.startswith("image/") and status < 300:
        return Reply(data=body)
    payload = _parsed(call, status, body)
    error = _error_of(payload)
    if status in {401, 403}:
        _refuse_access(call, status, error)
    told = call.own_refusals and isinstance(payload, dict) and status not in {404, 405}
    if not told and (status >= 400 or error):
        refuse(call, status, error)
    if told and (_UNKNOWN_COMMAND.search(error) or _RUNNING.search(error)):
        refuse(call, status, error)
    return Reply(payload, body)


def refuse(call: Call, status: int, error: str) -> NoReturn:
    """Raise the error that a no with this text stands for."""
    if _FULL.search(error):
        raise DeviceFull(step=call.step, remote=status)
    if _UNIQUE.search(error):
        raise DuplicateFound(step=call.step, remote=status)
    if _RUNNING.search(error):
        raise DeviceBusy(step=call.step, remote=status, busy_with="enrollment")
    if status in {404, 405} or _UNKNOWN_COMMAND.search(error):
        raise NotCapable(step=call.step, remote=status, reason="no-such-command")
    raise RemoteRefused(step=call.step, remote=status)


def _refuse_access(call: Call, status: int, error: str) -> NoReturn:
    if _RIGHTS.search(error):
        raise MissingRights(step=call.step, remote=status)
    if call.free or _CREDENTIAL.search(error):
        raise WrongCredential(step=call.step, remote=status)
    raise SessionDead


def _parsed(call: Call, status: int, body: bytes) -> object:
    if not body.strip():
        return None
    try:
        return wire.parse(body)
    except ValueError:
        if status >= 400:
            return None
        raise ProtocolError(step=call.step, reason="not-json", length=len(body)) from None


def _error_of(payload: object) -> str:
    """The error's text, for telling kinds apart only; it may name a person and is never kept."""
    if not isinstance(payload, dict):
        return ""
    error = payload.get("error")
    if isinstance(error, dict):
        error = error.get("message")
    if isinstance(error, str):
        return error
    return "unsaid" if error else ""
