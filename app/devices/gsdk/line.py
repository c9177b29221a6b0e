"""Questions to a gateway from the event loop: typed methods, deadlines by kind, faults told, errors per device."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from app.devices.gsdk.channel import answered, fault_of, faults_told, remote_number
from app.devices.gsdk.pb import ServerStream, Services, Unary
from app.devices.gsdk.pb.common import err_pb2, status_pb2
from app.domain.errors import StationError, WrongCredential

Request = TypeVar("Request", bound=Message)
Reply = TypeVar("Reply", bound=Message)
T = TypeVar("T")

LONG_S = 30.0
"""User data and logs: a gateway gives its device 20 s."""
INPUT_S = 25.0
"""Scanning a card or a finger: 20 s."""
FACE_S = 65.0
"""Scanning a face: 60 s."""
DETAILS = "grpc-status-details-bin"
MULTI = "gsdk.err.MultiErrorResponse"


@dataclass(frozen=True)
class DeviceFault:
    """What one device of several answered: its number, gRPC's code, and the device's own error when told."""

    number: int
    code: int
    remote: int | None = None

    @property
    def code_name(self) -> str:
        """gRPC's name of the code, such as ALREADY_EXISTS."""
        names = {code.value[0]: code.name for code in grpc.StatusCode}
        return names.get(self.code, str(self.code))


def refused(number: int, error: StationError) -> DeviceFault:
    """A device asked by itself, told like one of several."""
    names = {code.name.lower().replace("_", "-"): code.value[0] for code in grpc.StatusCode}
    remote = error.fact("remote")
    code = names.get(error.fact("cause"), grpc.StatusCode.UNKNOWN.value[0])
    return DeviceFault(number, code, int(remote) if remote.lstrip("-").isdigit() else None)


class Renewing(Protocol):
    """What keeps a login alive (master.Renewal)."""

    def held(self) -> str:
        """The token now."""

    async def before(self) -> None:
        """Replace a token that ends soon."""

    async def after(self, held: str) -> None:
        """Replace a token that was not accepted."""


class Line:
    """An open channel with the gateway's generation; `name` is the device's identifier for errors.

    With `login` (a master gateway) the token is renewed before it ends, and once when a call is told that it is not
    accepted: such a call has had no effect and is asked again.
    """

    def __init__(self, channel: grpc.Channel, api: Services, name: str, login: Renewing | None = None) -> None:
        self.channel = channel
        self.api = api
        self._name = name
        self._login = login

    async def ask(
        self,
        step: str,
        method: Unary[Request, Reply],
        request: Request,
        *,
        changes: bool = False,
        timeout_s: float | None = None,
    ) -> Reply:
        """The answer. Raises what `channel.FAULTS` says; OutcomeUnknown when `changes` and no answer came."""

        async def once() -> Reply:
            with faults_told(changes=changes, device=self._name, step=step):
                return await answered(method.on(self.channel).future(request, timeout=timeout_s))

        return await self._signed_in(once)

    async def ask_many(
        self, step: str, method: Unary[Request, Reply], request: Request, timeout_s: float = LONG_S
    ) -> tuple[DeviceFault, ...]:
        """A call to several devices at once: which of them failed, none when all did it.

        Raises like `ask` when the call failed without saying for which device.
        """

        async def once() -> tuple[DeviceFault, ...]:
            try:
                await answered(method.on(self.channel).future(request, timeout=timeout_s))
            except grpc.RpcError as error:
                if found := device_faults(error):
                    return found
                raise fault_of(error, changes=True, device=self._name, step=step) from error
            return ()

        return await self._signed_in(once)

    async def sign_in_again(self, error: StationError | None = None) -> None:
        """Before a stream begins, and before it begins anew after `error`: with a token the gateway knows."""
        if self._login is not None:
            if _unknown_token(error):
                await self._login.after(self._login.held())
            await self._login.before()

    async def _signed_in(self, once: Callable[[], Awaitable[T]]) -> T:
        if self._login is None:
            return await once()
        await self._login.before()
        held = self._login.held()
        try:
            return await once()
        except WrongCredential as error:
            if not _unknown_token(error):
                raise
        await self._login.after(held)
        return await once()

    def stream(self, method: ServerStream[Request, Reply], request: Request) -> Iterator[Reply]:
        """A stream, to be read on a thread of one's own and ended with `.cancel()`."""
        return method.on(self.channel)(request)


def _unknown_token(error: StationError | None) -> bool:
    """Whether a call was refused for its token, and not for a certificate."""
    return isinstance(error, WrongCredential) and error.fact("cause") == "unauthenticated"


def device_faults(error: grpc.RpcError) -> tuple[DeviceFault, ...]:
    """The errors per device that a gateway put beside the status of a call to several devices (facts 16)."""
    found: list[DeviceFault] = []
    for name, value in _trailing(error):
        if name == DETAILS and isinstance(value, bytes):
            found += _of_status(value)
    return tuple(found)


def _trailing(error: object) -> list[tuple[str, object]]:
    """Trailing metadata as pairs; an error that never reached a gateway has none."""
    trailing = error.trailing_metadata() if isinstance(error, grpc.Call) else None
    return [(str(name), value) for name, value in trailing or ()]


def _of_status(encoded: bytes) -> Iterator[DeviceFault]:
    try:
        status = status_pb2.Status.FromString(encoded)
        for detail in status.details:
            if detail.type_url.rpartition("/")[2] == MULTI:
                for each in err_pb2.MultiErrorResponse.FromString(detail.value).deviceErrors:
                    yield DeviceFault(each.deviceID, each.code, remote_number(each.msg))
    except DecodeError:
        return
