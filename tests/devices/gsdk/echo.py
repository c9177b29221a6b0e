"""The smallest gRPC peer: answers every call by what a test says, over real TLS."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from tests.devices.gsdk.authority import Leaf

Answer = Callable[[bytes, grpc.ServicerContext], bytes]
PATH = "/gsdk.admin.Admin/GetInfo"
STREAM = "/gsdk.connect.Connect/SubscribeStatus"


def bytes_of(data: bytes) -> bytes:
    return data


class _Handler(grpc.GenericRpcHandler):
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        if handler_call_details.method == STREAM:
            return grpc.unary_stream_rpc_method_handler(self._stream)
        return grpc.unary_unary_rpc_method_handler(self._answer)

    def _stream(self, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        yield self._answer(request, context)
        ended = threading.Event()
        context.add_callback(ended.set)
        ended.wait(10)


@contextmanager
def peer(leaf: Leaf, answer: Answer, client_root: bytes | None = None) -> Iterator[str]:
    """The address of a running peer."""
    server = grpc.server(ThreadPoolExecutor(4, thread_name_prefix="peer"))
    server.add_generic_rpc_handlers((_Handler(answer),))
    credentials = grpc.ssl_server_credentials([(leaf.key, leaf.certificate)], client_root, client_root is not None)
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
