"""A client for the tests: plain httpx that knows the lock and nothing else."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from app.simulators.ef45 import Ef45Terminal

Document = dict[str, Any]
BOTH = {"both_eye_mode": "true", "face_mode": "true"}
PATIENCE = 10.0
T = TypeVar("T")


class Bench:
    """Talks to one terminal over its socket."""

    def __init__(self, terminal: Ef45Terminal, client: httpx.Client) -> None:
        self.terminal = terminal
        self.client = client
        self.lock_uid = ""

    def lock(self) -> str:
        self.lock_uid = self.client.post("/lock").json()["lock_uid"]
        return self.lock_uid

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> httpx.Response:
        """One locked request; the body goes as JSON."""
        parameters = {"lock_uid": self.lock_uid, **query}
        content = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        return self.client.request(method, path, params=parameters, content=content, headers=headers)

    def get(self, path: str, **query: str) -> Any:
        """The JSON of a locked GET that must succeed."""
        answer = self.ask("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def set_mode(self, mode: str) -> Document:
        body = {"serial_number": self.terminal.make.serial_number, "camera_mode": mode, "audio_enabled": True}
        answer: Document = self.ask("POST", "/camera", body).json()
        return answer

    def start(self, **modes: str) -> Document:
        answer: Document = self.ask("POST", "/camera/control/start", **(modes or BOTH)).json()
        return answer

    def items(self) -> list[Document]:
        items: list[Document] = self.get("/biometric-data/ver1")["items"]
        return items

    def capture(self, **modes: str) -> Document:
        """Start in mode Slave and wait for the first item."""
        assert self.set_mode("Slave")["success"]
        assert self.start(**modes) == {"success": True, "status": "Started"}
        return self.first(self.items)

    def first(self, look: Callable[[], list[Document]]) -> Document:
        return wait_for(look)[0]


def wait_for(look: Callable[[], T]) -> T:
    """The first truthy thing `look` sees."""
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return seen


def plain(text: str) -> bytes:
    """Standard base64, strictly."""
    return base64.b64decode(text, validate=True)
