"""The station's ear: uvicorn on a thread of its own, so that terminals are answered while the window is busy."""

import asyncio
import contextlib
import logging
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import uvicorn

from app import logs
from app.callbacks.connection import Connection, connections
from app.callbacks.office import PostOffice
from app.callbacks.routes import Routes
from app.devices.controlid.push import Place
from app.domain.errors import Unreachable

LOG = logging.getLogger(__name__)

NAME = "callbacks"
WORKERS = 4
START_S = 10.0
STOP_S = 5.0
ANYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared, not bound


class CallbackServer:
    """Listens between start() and stop(); both block and may be called from any thread but its own.

    Port 0 takes a free one. `office.place` says where it listens meanwhile. `head_s`: how long the head of a request
    may take.
    """

    def __init__(
        self,
        office: PostOffice,
        host: str,
        port: int,
        path: str,
        *,
        max_body: int,
        heartbeat_s: int = 30,
        head_s: float = 10.0,
    ) -> None:
        self.office = office
        self.port = port
        self._host = host
        self._path = path
        self._max_body = max_body
        self._heartbeat_s = heartbeat_s
        self._head_s = head_s
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._work: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Listen. Unreachable(step "callbacks") when the port is taken."""
        if self._thread is not None:
            return
        listener = self._listen()
        self._work = ThreadPoolExecutor(WORKERS, thread_name_prefix=NAME)
        self._work.submit(self.office.wake)
        routes = Routes(self.office, self._work, max_body=self._max_body)
        ready = threading.Event()
        self._server = _Server(_config(routes, connections(self.office.guard, self._head_s)), ready)
        self._thread = threading.Thread(target=_run, args=(self._server, listener), name=NAME, daemon=True)
        self._thread.start()
        if not ready.wait(START_S):
            self.stop()
            raise Unreachable(step="callbacks", reason="not-started", port=self.port)
        told = "" if self._host in ANYWHERE else self._host
        self.office.place = Place(told, self.port, self._path, self._heartbeat_s)
        logs.event(LOG, "callbacks-listening", port=self.port)

    def stop(self) -> None:
        """Answer what is under way, refuse the rest, end the threads; bounded to a few seconds."""
        self.office.place = None
        server, thread, work = self._server, self._thread, self._work
        self._server = self._thread = self._work = None
        if server is not None and thread is not None:
            server.should_exit = True
            thread.join(STOP_S)
        if work is not None:
            work.shutdown(wait=True)

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # asyncio sends small answers at once (TCP_NODELAY) only where the protocol is named; else each takes 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self._host, self.port))
            listener.listen(64)
        except OSError as error:
            listener.close()
            raise Unreachable(step="callbacks", reason="port-taken", port=self.port) from error
        self.port = listener.getsockname()[1]
        return listener


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


def _config(routes: Routes, protocol: type[Connection]) -> uvicorn.Config:
    return uvicorn.Config(
        routes,
        interface="asgi3",
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
        limit_concurrency=200,
    )


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    # Not asyncio.run: a Qt event-loop policy may be installed process-wide.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner, contextlib.suppress(asyncio.CancelledError):
        runner.run(server.serve(sockets=[listener]))
