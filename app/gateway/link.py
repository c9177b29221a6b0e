"""The line to the gateway's server-matching channel: subscribe, hear bytes, hand answers over without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

import grpc

from app.devices.gsdk.channel import GatewayAccess, fault_of, faults_told, open_channel
from app.devices.gsdk.pb.generations import Generation, chosen, wire
from app.domain.door import Asked
from app.domain.errors import StationError
from app.gateway.codec import ServerCodec
from app.gateway.orders import CardOrders
from app.gateway.values import Request, Verdict

HELD: Final = frozenset({grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION})
"""How a gateway may say that somebody else has the channel; which code it uses is not documented."""
CALL_S: Final = 5.0

Done = Callable[[StationError | None], None]


class Stream(Protocol):
    """Requests as they come; ends by an error or without one; `cancel` ends it from any thread."""

    def __iter__(self) -> Iterator[bytes]: ...
    def cancel(self) -> object: ...


class Link:
    """One channel to one gateway; `generation` overrides what its version suggests. Blocks: on the gateway's thread."""

    def __init__(
        self, access: GatewayAccess, generation: Generation | None = None, orders: CardOrders | None = None
    ) -> None:
        self._access = access
        self._wanted = generation
        self._orders = orders or CardOrders()
        self._channel: grpc.Channel | None = None
        self._calls: dict[Asked, Any] = {}
        self.codec = ServerCodec(generation or Generation.C, self._orders.is_turned)
        self.version = ""
        self.doubtful = False

    def meet(self) -> None:
        """Connect when there is no channel yet, and ask which gateway this is: its generation decides the answers."""
        if self._channel is None:
            self._channel = open_channel(self._access)
        ask = wire(Generation.C).admin
        with faults_told(step="meet"):
            self.version = ask.GetInfo.on(self._channel)(ask.GetInfoRequest(), timeout=CALL_S).version
        choice = chosen(self.version, self._wanted)
        self.doubtful = choice.doubtful
        if choice.generation is not self.codec.generation:
            self.codec = ServerCodec(choice.generation, self._orders.is_turned)
        self._calls = {asked: self.codec.method(asked).on(self._channel) for asked in Asked}
        self._orders.learn(self._channel, wire(choice.generation).card)

    def unsubscribe(self, timeout_s: float = CALL_S) -> None:
        """Free the channel, whoever holds it."""
        method = self.codec.unsubscribe
        with faults_told(step="unsubscribe"):
            method.on(self._open())(method.request(), timeout=timeout_s)

    def subscribe(self, queue_size: int) -> Stream:
        """Begin to listen. Requests are left as bytes: one that cannot be read must not end the stream."""
        method = self.codec.subscribe
        call: Any = self._open().unary_stream(method.path, method.request.SerializeToString, None)
        stream: Stream = call(method.request(queueSize=queue_size))
        return stream

    def answer(self, request: Request, verdict: Verdict, timeout_s: float, done: Done) -> None:
        """Hand an answer over and return at once; `done` hears on another thread whether the gateway took it."""
        call = self._calls[request.asked].future(self.codec.answer(request, verdict), timeout=timeout_s)
        call.add_done_callback(lambda ended: done(_fault(ended)))

    def close(self) -> None:
        """End every call and the channel."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._orders.close()

    def _open(self) -> grpc.Channel:
        assert self._channel is not None, "meet comes first"
        return self._channel


def is_held(error: grpc.RpcError) -> bool:
    """Whether a stream was refused because another program has the channel."""
    call: Any = error  # what gRPC raises is the call itself
    return isinstance(call, grpc.Call) and call.code() in HELD


def broken_by(error: grpc.RpcError) -> StationError:
    """The station's error for a stream that ended."""
    return fault_of(error, step="listen")


def _fault(call: Any) -> StationError | None:
    if call.cancelled():
        return fault_of(grpc.RpcError(), step="answer")
    error = call.exception()
    return fault_of(error, step="answer") if isinstance(error, grpc.RpcError) else None
