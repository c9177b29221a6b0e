"""A server over real HTTP that answers what a test wrote down and remembers what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.simulators.serving import Serving

BASE = "/bioserver-app/v2"
METHODS = ["GET", "POST", "DELETE"]


@dataclass(frozen=True)
class Says:
    """One answer."""

    status: int = 200
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def parts(self) -> dict[str, Message]:
        """The parts of a multipart body, by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        whole = message_from_bytes(head + self.body)
        assert whole.is_multipart()
        return {str(part.get_param("name", header="content-disposition")): part for part in whole.get_payload()}  # type: ignore[union-attr,misc]

    def part(self, name: str) -> bytes:
        """What one part holds."""
        data = self.parts[name].get_payload(decode=True)
        assert isinstance(data, bytes)
        return data


class Scripted:
    """Answers in the order of `say`; the last one stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: list[Says] = []
        routes = [Route("/{path:path}", self._answer, methods=METHODS)]
        self.serving = Serving(Starlette(routes=routes), name="scripted")

    def say(self, *answers: Says) -> None:
        """Replace what is to be said."""
        self._answers = list(answers)

    @property
    def url(self) -> str:
        """The base address for a client."""
        return self.serving.base_url + BASE

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        path = request.url.path.removeprefix(BASE)
        self.asked.append(Asked(request.method, path, request.url.query, dict(request.headers), body))
        says = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return Response(says.body, says.status, dict(says.headers))
