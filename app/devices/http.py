"""The one table from httpx's exceptions to the station's errors; every HTTP driver goes through it.

connection never made              Unreachable
connection lost, no answer in time Unreachable, or OutcomeUnknown when the call may have changed something
an answer that is not HTTP         ProtocolError
a certificate we do not trust      WrongCredential
an address that is none            InvalidInput
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from app.domain.errors import (
    DeviceBusy,
    Fact,
    InvalidInput,
    OutcomeUnknown,
    ProtocolError,
    RemoteRefused,
    StationError,
    Unreachable,
    WrongCredential,
)

FAULTS: dict[type[Exception], type[StationError]] = {
    httpx.ConnectTimeout: Unreachable,
    httpx.ConnectError: Unreachable,
    httpx.ProxyError: Unreachable,
    httpx.ReadTimeout: Unreachable,
    httpx.WriteTimeout: Unreachable,
    httpx.ReadError: Unreachable,
    httpx.WriteError: Unreachable,
    httpx.CloseError: Unreachable,
    httpx.PoolTimeout: DeviceBusy,
    httpx.RemoteProtocolError: ProtocolError,
    httpx.LocalProtocolError: InvalidInput,
    httpx.DecodingError: ProtocolError,
    httpx.TooManyRedirects: ProtocolError,
    httpx.HTTPStatusError: RemoteRefused,
    httpx.CookieConflict: ProtocolError,
    httpx.UnsupportedProtocol: InvalidInput,
    httpx.InvalidURL: InvalidInput,
    httpx.StreamError: ProtocolError,
    httpx.StreamConsumed: ProtocolError,
    httpx.StreamClosed: ProtocolError,
    httpx.ResponseNotRead: ProtocolError,
    httpx.RequestNotRead: ProtocolError,
}
"""Concrete exceptions only; httpx's abstract branches are never raised."""

LOST_AFTER_SENDING = (
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.CloseError,
)


def fault_of(error: Exception, *, changes: bool = False, **facts: Fact) -> StationError:
    """The station's error for an httpx exception; `changes` says the call may already have had its effect."""
    if _distrusted(error):
        return WrongCredential(reason="certificate", **facts)
    if changes and (isinstance(error, LOST_AFTER_SENDING) or _cut(error)):
        return OutcomeUnknown(cause=_words(error), **facts)
    leaf = Unreachable if _cut(error) else FAULTS[type(error)]
    return leaf(cause=_words(error), **facts)


@contextmanager
def faults_told(*, changes: bool = False, **facts: Fact) -> Iterator[None]:
    """Turn every httpx exception inside into the station's error with these facts."""
    try:
        yield
    except tuple(FAULTS) as error:
        raise fault_of(error, changes=changes, **facts) from error


def plain_context() -> ssl.SSLContext:
    """A TLS context that trusts nobody: made in 0.4 ms, for clients that only ever speak plain HTTP.

    Without it httpx reads the certificate store (33 to 80 ms) on the thread that makes the client.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _words(error: Exception) -> str:
    """The exception's name as words a log may carry: ReadTimeout is read-timeout."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()


def closed_while_idle(error: Exception) -> bool:
    """True when the peer closed a connection before the first byte of an answer, as it does with idle ones."""
    return isinstance(error, httpx.RemoteProtocolError) and "disconnected without" in str(error)


def _cut(error: Exception) -> bool:
    """httpx tells a closed connection and a nonsense answer with one type; only its text tells them apart."""
    return closed_while_idle(error) or (
        isinstance(error, httpx.RemoteProtocolError) and "closed connection" in str(error)
    )


def _distrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
