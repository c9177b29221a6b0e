"""Methods of the gateway as values: a client calls one on its channel, a server answers one with a function.

Our messages lie in packages of our own, so that the generations live in one process; the path on the wire is the
vendor's, `/gsdk.user.User/GetList`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

import grpc
import grpc.aio
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

Request = TypeVar("Request", bound=Message)
Reply = TypeVar("Reply", bound=Message)
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
_HERE: Final = "app.devices.gsdk.pb"


@dataclass(frozen=True)
class Unary(Generic[Request, Reply]):
    """One question, one answer."""

    path: str
    request: type[Request]
    reply: type[Reply]

    def on(self, channel: grpc.Channel) -> grpc.UnaryUnaryMultiCallable[Request, Reply]:
        """To be called from a thread."""
        made: grpc.UnaryUnaryMultiCallable[Request, Reply] = channel.unary_unary(
            self.path, self.request.SerializeToString, self.reply.FromString
        )
        return made

    def aio(self, channel: grpc.aio.Channel) -> grpc.aio.UnaryUnaryMultiCallable[Request, Reply]:
        """To be awaited."""
        made: grpc.aio.UnaryUnaryMultiCallable[Request, Reply] = channel.unary_unary(
            self.path, self.request.SerializeToString, self.reply.FromString
        )
        return made

    def handler(self, answer: Callable[[Request, grpc.ServicerContext], Reply]) -> Handler:
        """For `served`."""
        return grpc.unary_unary_rpc_method_handler(answer, self.request.FromString, self.reply.SerializeToString)


@dataclass(frozen=True)
class ServerStream(Generic[Request, Reply]):
    """One question, answers until somebody ends it."""

    path: str
    request: type[Request]
    reply: type[Reply]

    def on(self, channel: grpc.Channel) -> grpc.UnaryStreamMultiCallable[Request, Reply]:
        """To be called from a thread."""
        made: grpc.UnaryStreamMultiCallable[Request, Reply] = channel.unary_stream(
            self.path, self.request.SerializeToString, self.reply.FromString
        )
        return made

    def aio(self, channel: grpc.aio.Channel) -> grpc.aio.UnaryStreamMultiCallable[Request, Reply]:
        """To be iterated with `async for`."""
        made: grpc.aio.UnaryStreamMultiCallable[Request, Reply] = channel.unary_stream(
            self.path, self.request.SerializeToString, self.reply.FromString
        )
        return made

    def handler(self, answer: Callable[[Request, grpc.ServicerContext], Iterator[Reply]]) -> Handler:
        """For `served`."""
        return grpc.unary_stream_rpc_method_handler(answer, self.request.FromString, self.reply.SerializeToString)


class Package:
    """The messages of one vendor package in one generation, and the methods of its service, as attributes."""

    def __init__(self, name: str, generation: str) -> None:
        module = _module(name, generation)
        for message, descriptor in module.DESCRIPTOR.message_types_by_name.items():
            setattr(self, message, GetMessageClass(descriptor))
        (service,) = module.DESCRIPTOR.services_by_name.values()
        self.service = f"gsdk.{name}.{service.name}"
        self.methods = _methods(self.service, service)
        for method, described in self.methods.items():
            setattr(self, method, described)


def served(package: Package, handlers: Mapping[str, Handler]) -> grpc.GenericRpcHandler:
    """The answers to a package's methods, for `grpc.Server.add_generic_rpc_handlers`."""
    return grpc.method_handlers_generic_handler(package.service, dict(handlers))


def _methods(path: str, service: ServiceDescriptor) -> dict[str, Unary[Any, Any] | ServerStream[Any, Any]]:
    return {method.name: _method(path, method) for method in service.methods}


def _method(path: str, method: MethodDescriptor) -> Unary[Any, Any] | ServerStream[Any, Any]:
    kind = ServerStream if method.server_streaming else Unary
    return kind(f"/{path}/{method.name}", GetMessageClass(method.input_type), GetMessageClass(method.output_type))


def _module(name: str, generation: str) -> Any:
    try:
        return importlib.import_module(f"{_HERE}.{generation}.{name}_pb2")
    except ModuleNotFoundError:
        return importlib.import_module(f"{_HERE}.common.{name}_pb2")
