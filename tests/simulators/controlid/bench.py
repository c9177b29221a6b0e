"""A client logged in to a simulated terminal, and a tiny server that receives what the terminal posts."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx

from app.simulators.controlid import ControlIdTerminal
from app.simulators.people import Person

T = TypeVar("T")


def wait_for(condition: Callable[[], T], seconds: float = 15.0) -> T:
    """The first true value of the condition."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (value := condition()):
        assert time.monotonic() < deadline, "did not happen"
        pause.wait(0.005)
    return value


@dataclass(frozen=True)
class Received:
    """One post as it arrived."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def topic(self) -> str:
        return self.path.rsplit("/", 1)[-1]


class Receiver:
    """Answers every post with `status` and keeps it."""

    def __init__(self) -> None:
        self.status = 200
        self.received: list[Received] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.received.append(Received(parts.path, query, headers, self._body()))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def _body(self) -> bytes:
                if self.headers.get("transfer-encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("content-length", 0)))
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            def log_message(self, *_arguments: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="receiver")

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def of(self, topic: str) -> list[Received]:
        return [post for post in list(self.received) if post.topic == topic]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass
class Bench:
    """A terminal and a logged-in client."""

    terminal: ControlIdTerminal
    client: httpx.Client
    session: str = ""

    def login(self) -> None:
        answer = self.client.post("/login.fcgi", json={"login": "admin", "password": "admin"})
        assert answer.status_code == 200, answer.text
        self.session = answer.json()["session"]

    def ask(self, command: str, body: Any = None, *, method: str = "POST", **query: Any) -> httpx.Response:
        """One command with the session in its query; bytes go as octets, anything else as JSON."""
        params = {"session": self.session, **query}
        if isinstance(body, bytes):
            headers = {"Content-Type": "application/octet-stream"}
            return self.client.request(method, f"/{command}.fcgi", params=params, content=body, headers=headers)
        return self.client.request(method, f"/{command}.fcgi", params=params, json=body)

    def told(self, command: str, body: Any = None, **more: Any) -> Any:
        """The JSON of a success."""
        answer = self.ask(command, body, **more)
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.content else {}

    def refused(self, command: str, body: Any = None, *, status: int = 400, **more: Any) -> str:
        """The error text of a refusal."""
        answer = self.ask(command, body, **more)
        assert answer.status_code == status, answer.text
        return str(answer.json()["error"])

    def add_user(self, who: Person) -> int:
        values = [{"id": int(who.user_uuid), "name": who.last_name, "registration": who.document_number}]
        return int(self.told("create_objects", {"object": "users", "values": values})["ids"][0])

    def monitor(self, receiver: Receiver, **more: str) -> None:
        keys = {"hostname": "127.0.0.1", "port": str(receiver.port), "request_timeout": "5000", **more}
        self.told("set_configuration", {"monitor": keys})

    def go_online(self, receiver: Receiver, *, local: str = "1", extract: str = "1", **more: str) -> None:
        address = f"127.0.0.1:{receiver.port}/station"
        row = {"name": "station", "ip": address, "public_key": ""}
        (server,) = self.told("create_objects", {"object": "devices", "values": [row]})["ids"]
        online = {"server_id": str(server), "extract_template": extract, **more}
        general = {"online": "1", "local_identification": local}
        self.told("set_configuration", {"general": general, "online_client": online})

    def start(self, kind: str = "biometry", **more: Any) -> Any:
        return self.told("remote_enroll", {"type": kind, **more})

    def idle(self) -> None:
        wait_for(lambda: self.terminal.state.status.enroller_state == "NORMAL_STATE")

    def finished(self) -> None:
        """A started enrollment is over, well or not."""
        wait_for(lambda: self.terminal.state.status.enroller_state != "NORMAL_STATE" or self._last())
        self.idle()

    def _last(self) -> bool:
        return self.terminal.state.status.last_enroll
