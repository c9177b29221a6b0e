"""From a gRPC call to an answer: noted, struck by faults, refused in the gateway's words."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc

from app.devices.gsdk.pb import Package, ServerStream, served
from app.devices.gsdk.pb.calls import Handler
from app.simulators.faults import Fault, Kind
from app.simulators.gsdk.settings import Mischief
from app.simulators.gsdk.wire import DETAILS_KEY, Refused, status_details
from app.simulators.gsdk.world import World
from app.simulators.requestlog import RequestLog

Answer = Callable[[Any, grpc.ServicerContext], Any]
Admission = Callable[[str, grpc.ServicerContext], None]


@dataclass(frozen=True)
class Seen:
    """One call as it was seen, never its content. `status` is empty while unanswered."""

    operation: str
    device_ids: tuple[int, ...] = ()
    status: str = ""
    size: int = 0
    at: float = 0.0
    deadline_s: float | None = None


class Front:
    """Makes handlers of answers."""

    def __init__(self, world: World, admit: Admission) -> None:
        self.requests: RequestLog[Seen] = RequestLog()
        self._world = world
        self._admit = admit
        self.down = threading.Event()

    def serve(self, package: Package, answers: Mapping[str, Answer]) -> grpc.GenericRpcHandler:
        """All the methods of a package that there are answers for."""
        return served(package, {name: self.method(package, name, answer) for name, answer in answers.items()})

    def method(self, package: Package, name: str, answer: Answer) -> Handler:
        """One method."""
        return package.methods[name].handler(self._guarded(package, name, answer))

    def raw_stream(self, package: Package, name: str, answer: Answer) -> Handler:
        """A stream whose answer gives bytes, lawful or not."""
        method = package.methods[name]
        guarded = self._guarded(package, name, answer)
        return grpc.unary_stream_rpc_method_handler(guarded, method.request.FromString, bytes)

    def _guarded(self, package: Package, name: str, answer: Answer) -> Any:
        operation, method = f"{package.service.rpartition('.')[2]}/{name}", package.methods[name]

        def guarded(request: Any, context: grpc.ServicerContext) -> Any:
            number = self.requests.arrive(_seen(operation, request, context))
            try:
                self._admit(operation, context)
                reply = self._played(operation, partial(answer, request, context), method.reply, context)
                self.requests.update(number, status="OK")
                return reply
            except Refused as refused:
                self.requests.update(number, status=refused.code.name)
                _abort(refused, context)

        def guarded_stream(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            try:
                yield from guarded(request, context)
            except Refused as refused:
                _abort(refused, context)

        return guarded_stream if isinstance(method, ServerStream) else guarded

    def _played(
        self, operation: str, produce: Callable[[], Any], nothing: Callable[[], Any], context: grpc.ServicerContext
    ) -> Any:
        struck = {fault.kind: fault for fault in self._world.faults.take(operation)}
        if slow := struck.get(Kind.SLOW):
            self.down.wait(slow.delay)
        if Mischief.NEVER in struck:
            _until_gone(context)
        if Kind.DROP in struck:
            raise Refused(grpc.StatusCode.UNAVAILABLE, "connection reset")
        if refuse := struck.get(Kind.REFUSE):
            raise _refusal(refuse)
        reply = nothing() if Mischief.FORGETS in struck else produce()
        if Kind.CUT in struck:
            raise Refused(grpc.StatusCode.UNAVAILABLE, "connection closed")
        return reply


def _seen(operation: str, request: Any, context: grpc.ServicerContext) -> Seen:
    one, several = getattr(request, "deviceID", 0), getattr(request, "deviceIDs", ())
    numbers = tuple(several) or ((one,) if one else ())
    return Seen(operation, numbers, "", request.ByteSize(), time.monotonic(), context.time_remaining())


def _refusal(fault: Fault) -> Refused:
    codes = {code.value[0]: code for code in grpc.StatusCode}
    return Refused(codes.get(fault.status, grpc.StatusCode.UNKNOWN), fault.body or "refused")


def _until_gone(context: grpc.ServicerContext) -> None:
    gone = threading.Event()
    if context.add_callback(gone.set):
        gone.wait()
    raise Refused(grpc.StatusCode.CANCELLED, "nobody waits any more")


def _abort(refused: Refused, context: grpc.ServicerContext) -> None:
    if refused.devices:
        context.set_trailing_metadata(((DETAILS_KEY, status_details(refused)),))
    context.abort(refused.code, refused.text)
