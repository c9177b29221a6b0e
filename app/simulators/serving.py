"""Run any simulator's ASGI application on a real socket, in a thread and an event loop of its own."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

START_SECONDS = 10.0
STOP_SECONDS = 5.0
TICK_SECONDS = 0.1
LAST_WORDS_SECONDS = 0.2
CUT = "simulator.cut"
"""Scope key of a callable that ends the request's connection: `scope[CUT](abort=True)` resets it at once."""


class _Server(uvicorn.Server):
    """Stops like a device that loses power: at once, but for a moment in which answers under way may leave."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready
        self._quit = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def quit(self) -> None:
        """End serving; from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._quit.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._ready.set()

    async def main_loop(self) -> None:
        ticks = 0
        while not self.should_exit and not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._quit.wait(), TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        if tasks := set(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=LAST_WORDS_SECONDS)
        connections: set[Any] = self.server_state.connections
        for connection in list(connections):
            connection.transport.abort()


class Serving:
    """One listening address. `start` and `stop` may be called again and again, from any thread but its own.

    Port 0 takes a free port at the first start and keeps it, so that a restarted simulator is found again.
    With `certfile` and `keyfile` (PEM) it speaks TLS. Start raises OSError when the port is taken.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        name: str = "simulator",
        certfile: Path | None = None,
        keyfile: Path | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self._app = app
        self._name = name
        self._tls = (certfile, keyfile)
        self._gate = threading.RLock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """`http://host:port`, known once started."""
        return f"{'https' if self._tls[0] else 'http'}://{self.host}:{self.port}"

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> str:
        """Listen, then return the base URL. A running one just returns it."""
        with self._gate:
            if not self.running:
                self._launch(self._listen())
            return self.base_url

    def stop(self) -> None:
        """Refuse new connections, drop open ones, end the thread; bounded to a few seconds."""
        with self._gate:
            server, thread = self._server, self._thread
            if server is None or thread is None:
                return
            server.quit()
            thread.join(STOP_SECONDS)
            self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _listen(self) -> socket.socket:
        # asyncio sends small answers at once (TCP_NODELAY) only where the protocol is named; else each takes 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.host, self.port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        return listener

    def _launch(self, listener: socket.socket) -> None:
        ready = threading.Event()
        self._server = _Server(self._config(), ready)
        self._thread = threading.Thread(target=_run, args=(self._server, listener), name=self._name, daemon=True)
        self._thread.start()
        if not ready.wait(START_SECONDS):
            self.stop()
            raise OSError(f"{self._name} did not start listening")

    def _config(self) -> uvicorn.Config:
        certfile, keyfile = self._tls
        return uvicorn.Config(
            self._serve,
            interface="asgi3",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            ssl_certfile=certfile,
            ssl_keyfile=keyfile,
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[CUT] = partial(self._cut, scope.get("client"))
        await self._app(scope, receive, send)

    def _cut(self, client: tuple[str, int] | None, *, abort: bool) -> None:
        assert self._server is not None
        connections: set[Any] = self._server.server_state.connections
        for connection in list(connections):
            if connection.client == client:
                end: Callable[[], None] = connection.transport.abort if abort else connection.transport.close
                end()


def _run(server: _Server, listener: socket.socket) -> None:
    # Not asyncio.run: a Qt event-loop policy may be installed process-wide.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner, contextlib.suppress(asyncio.CancelledError):
        runner.run(server.serve(sockets=[listener]))
