"""The way to a gateway: one TLS channel, a deadline on every call, and one table from gRPC's codes to our errors.

channel = open_channel(access)                           # reads files: on a worker thread
call = channel.unary_unary(path, ...).future(request)    # gets the access' deadline when it names none
with faults_told(step="users"):
    answer = call.result()                               # on a thread of one's own
    answer = await answered(call)                        # or on an event loop, without a thread
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import grpc

from app.domain.errors import (
    DeviceBusy,
    DeviceError,
    DeviceFull,
    Fact,
    MissingRights,
    NotCapable,
    OutcomeUnknown,
    ProtocolError,
    RemoteRefused,
    StationError,
    Unreachable,
    WrongCredential,
)

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

DEVICE_GATEWAY_PORT = 4000
KEEPALIVE_ANSWER_MS = 5_000
FIRST_RETRY_MS, LAST_RETRY_MS = 200, 5_000

FAULTS: dict[grpc.StatusCode, type[DeviceError]] = {
    grpc.StatusCode.OK: ProtocolError,
    grpc.StatusCode.CANCELLED: Unreachable,
    grpc.StatusCode.UNKNOWN: RemoteRefused,
    grpc.StatusCode.INVALID_ARGUMENT: RemoteRefused,
    grpc.StatusCode.DEADLINE_EXCEEDED: Unreachable,
    grpc.StatusCode.NOT_FOUND: RemoteRefused,
    grpc.StatusCode.ALREADY_EXISTS: RemoteRefused,
    grpc.StatusCode.PERMISSION_DENIED: MissingRights,
    grpc.StatusCode.UNAUTHENTICATED: WrongCredential,
    grpc.StatusCode.RESOURCE_EXHAUSTED: RemoteRefused,
    grpc.StatusCode.FAILED_PRECONDITION: RemoteRefused,
    grpc.StatusCode.ABORTED: DeviceBusy,
    grpc.StatusCode.OUT_OF_RANGE: RemoteRefused,
    grpc.StatusCode.UNIMPLEMENTED: NotCapable,
    grpc.StatusCode.INTERNAL: RemoteRefused,
    grpc.StatusCode.UNAVAILABLE: Unreachable,
    grpc.StatusCode.DATA_LOSS: ProtocolError,
}
"""Which codes a gateway uses is not documented; the texts below tell the few cases apart that share a code."""

LOST_AFTER_SENDING = frozenset(
    {grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
)
UNREADABLE = "Exception deserializing response"
NEVER_CONNECTED = "failed to connect to all addresses"
TOO_LONG = "larger than max"
REASONS = (
    (r"(?<![a-z])time[ _-]?out|timed out", "timed-out"),  # not a setting such as scanTimeout
    (r"quality", "poor-quality"),
    (r"duplicate|already (assigned|enrolled|exists)", "duplicate"),
    (r"full|no (more )?(room|space)", "full"),
    (r"busy", "busy"),
    (r"not.connected", "not-connected"),
)
"""What a gateway's text tells beside its code; which code it uses for what is not documented."""
TOLD: dict[str, type[DeviceError]] = {"full": DeviceFull, "busy": DeviceBusy, "not-connected": Unreachable}
DISTRUSTED = ("CERTIFICATE_VERIFY_FAILED", "Hostname Verification Check failed")


@dataclass(frozen=True)
class GatewayAccess:
    """How to reach a gateway. Files are PEM; the client's pair is for a master gateway (mutual TLS).

    `target_name` is the name expected in the certificate when it is not the address' host. `keepalive_s` 0 sends
    no signs of life. `call_timeout_s` holds for every call that names no deadline of its own.
    """

    address: str
    ca_file: str = ""
    target_name: str = ""
    receive_limit_mb: int = 72
    keepalive_s: float = 0.0
    call_timeout_s: float = 10.0
    client_cert_file: str = ""
    client_key_file: str = ""

    @property
    def host(self) -> str:
        """The address without its port."""
        return self.address.rpartition(":")[0].strip("[]") or self.address

    @property
    def port(self) -> int:
        """The address' port, a device gateway's usual one when it has none."""
        written = self.address.rpartition(":")[2]
        return int(written) if written.isdigit() else DEVICE_GATEWAY_PORT

    @property
    def expected_name(self) -> str:
        """What the certificate must be made out to."""
        return self.target_name or self.host


def no_token() -> str:
    """A device gateway wants none."""
    return ""


def open_channel(access: GatewayAccess, token: Callable[[], str] = no_token) -> grpc.Channel:
    """A channel; connects at the first call. `token` is asked at every call (a master gateway's login).

    Reads the certificate files, so not on the UI thread. Raises WrongCredential when one cannot be read.
    """
    root = _file(access.ca_file, "ca-file")
    certificate = _file(access.client_cert_file, "client-certificate")
    key = _file(access.client_key_file, "client-key")
    credentials = grpc.ssl_channel_credentials(root, key, certificate)
    target = f"[{access.host}]:{access.port}" if ":" in access.host else f"{access.host}:{access.port}"
    plain = grpc.secure_channel(target, credentials, options=_options(access))
    return grpc.intercept_channel(plain, _EveryCall(access.call_timeout_s, token))


def fault_of(error: grpc.RpcError, *, changes: bool = False, **facts: Fact) -> StationError:
    """The station's error for a failed call; `changes` says that it may already have had its effect."""
    code, text = _told(error)
    if code is grpc.StatusCode.UNAVAILABLE and any(words in text for words in DISTRUSTED):
        return WrongCredential(reason="certificate", **facts)
    if code is grpc.StatusCode.INTERNAL and UNREADABLE in text:
        return ProtocolError(reason="unreadable", **facts)
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and TOO_LONG in text:
        return ProtocolError(reason="answer-too-long", **facts)
    if changes and code in LOST_AFTER_SENDING and NEVER_CONNECTED not in text:
        return OutcomeUnknown(cause=_words(code), **facts)
    reason = reason_in(text)
    leaf = TOLD.get(reason, FAULTS[code])
    return leaf(cause=_words(code), remote=remote_number(text), reason=reason or None, **facts)


@contextmanager
def faults_told(*, changes: bool = False, **facts: Fact) -> Iterator[None]:
    """Turn every failed call inside into the station's error with these facts."""
    try:
        yield
    except grpc.RpcError as error:
        raise fault_of(error, changes=changes, **facts) from error
    except grpc.FutureCancelledError as error:
        raise Unreachable(cause="cancelled", **facts) from error


class Call(Protocol[T_co]):
    """What gRPC's futures are, as far as we need them."""

    def add_done_callback(self, fn: Callable[[Any], None], /) -> None: ...
    def result(self, timeout: float | None = None) -> T_co: ...
    def cancel(self) -> bool: ...


async def answered(call: Call[T]) -> T:
    """The call's answer on this event loop; raises grpc.RpcError. Cancelling the task cancels the call.

    The answer is parsed on gRPC's own thread.
    """
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def wake(_call: object) -> None:
        with suppress(RuntimeError):  # the loop may be gone before the answer comes
            loop.call_soon_threadsafe(done.set)

    call.add_done_callback(wake)
    try:
        await done.wait()
    except asyncio.CancelledError:
        call.cancel()
        raise
    return call.result()


def reason_in(text: str) -> str:
    """Why, by the words of a gateway's text; empty when they say nothing we know."""
    return next((reason for pattern, reason in REASONS if re.search(pattern, text, re.IGNORECASE)), "")


def remote_number(text: str) -> int | None:
    """The number of the device's own error in a gateway's text (such as -759), when there is one."""
    found = re.search(r"-[0-9]{2,5}\b", text)
    return int(found[0]) if found else None


class _Details(NamedTuple):
    """grpc.ClientCallDetails with our deadline and token."""

    method: str
    timeout: float | None
    metadata: Any
    credentials: Any
    wait_for_ready: bool | None
    compression: Any


class _EveryCall(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Gives every call the token, and a deadline to every call that has an end (a stream ends by cancelling)."""

    def __init__(self, timeout_s: float, token: Callable[[], str]) -> None:
        self._timeout_s = timeout_s
        self._token = token

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(self._details(client_call_details, self._timeout_s), request)

    def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(self._details(client_call_details, None), request)

    def _details(self, given: Any, timeout_s: float | None) -> Any:
        metadata = list(given.metadata or ())
        if token := self._token():
            metadata.append(("token", token))
        timeout = timeout_s if given.timeout is None else given.timeout
        return _Details(given.method, timeout, metadata, given.credentials, given.wait_for_ready, given.compression)


def _options(access: GatewayAccess) -> list[tuple[str, int | str]]:
    options: list[tuple[str, int | str]] = [
        ("grpc.max_receive_message_length", access.receive_limit_mb * 1024 * 1024),
        ("grpc.enable_http_proxy", 0),  # a gateway stands on the same network
        ("grpc.enable_retries", 0),  # whether a change was made is asked for, it is never sent twice
        ("grpc.use_local_subchannel_pool", 1),  # a new channel does not wait for an older one's back-off
        ("grpc.initial_reconnect_backoff_ms", FIRST_RETRY_MS),
        ("grpc.min_reconnect_backoff_ms", FIRST_RETRY_MS),
        ("grpc.max_reconnect_backoff_ms", LAST_RETRY_MS),
    ]
    if access.target_name:
        options.append(("grpc.ssl_target_name_override", access.target_name))
    if access.keepalive_s > 0:
        options += [
            ("grpc.keepalive_time_ms", round(access.keepalive_s * 1000)),
            ("grpc.keepalive_timeout_ms", KEEPALIVE_ANSWER_MS),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.max_pings_without_data", 0),
        ]
    return options


def _file(path: str, what: str) -> bytes | None:
    if not path:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise WrongCredential(step="connect", reason=f"{what}-unreadable") from error


def _told(error: object) -> tuple[grpc.StatusCode, str]:
    """Code and text; every error gRPC raises for a call is the call itself and has both."""
    if isinstance(error, grpc.Call):
        return error.code(), error.details() or ""
    return grpc.StatusCode.UNKNOWN, ""


def _words(code: grpc.StatusCode) -> str:
    return code.name.lower().replace("_", "-")
