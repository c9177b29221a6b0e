"""Scripted faults: when they strike, and what a client of any simulator then sees on the wire."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.simulators.faults import Fault, FaultScript, Kind, play
from app.simulators.serving import Serving


class Counter:
    """A simulator of one operation that counts how often it was carried out."""

    def __init__(self) -> None:
        self.faults = FaultScript()
        self.done = 0
        self.app = Starlette(routes=[Route("/count", self._count)])

    async def _count(self, _request: Request) -> Response:
        async def carry_out() -> Response:
            self.done += 1
            return JSONResponse({"done": self.done, "filler": "x" * 20_000})

        return await play(self.faults.take("GET /count"), carry_out)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def client(counter: Counter) -> Iterator[httpx.Client]:
    with Serving(counter.app) as serving, httpx.Client(base_url=serving.base_url) as client:
        yield client


def test_without_faults_the_answer_is_honest(client: httpx.Client) -> None:
    assert client.get("/count").json()["done"] == 1


def test_a_refusal_carries_status_and_body_and_does_nothing(client: httpx.Client, counter: Counter) -> None:
    counter.faults.add(Fault(Kind.REFUSE, status=503, body='{"busy": true}'))
    answer = client.get("/count")
    assert (answer.status_code, answer.json(), counter.done) == (503, {"busy": True}, 0)
    assert client.get("/count").status_code == 200


def test_a_page_of_html(client: httpx.Client, counter: Counter) -> None:
    counter.faults.add(Fault(Kind.HTML))
    answer = client.get("/count")
    assert (answer.status_code, answer.headers["content-type"][:9], counter.done) == (500, "text/html", 0)
    assert "<html>" in answer.text


def test_a_dropped_connection_does_nothing(client: httpx.Client, counter: Counter) -> None:
    counter.faults.add(Fault(Kind.DROP))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.get("/count")
    assert counter.done == 0
    assert client.get("/count").status_code == 200


def test_a_connection_cut_in_the_body_has_done_its_work(client: httpx.Client, counter: Counter) -> None:
    counter.faults.add(Fault(Kind.CUT, keep=0.3))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.get("/count")
    assert counter.done == 1


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        (Fault(Kind.EMPTY), b""),
        (Fault(Kind.WRONG_TYPE), b"[1, 2, 3]"),
        (Fault(Kind.WRONG_TYPE, body='"text"'), b'"text"'),
    ],
)
def test_spoiled_successes(client: httpx.Client, counter: Counter, fault: Fault, body: bytes) -> None:
    counter.faults.add(fault)
    answer = client.get("/count")
    assert (answer.status_code, answer.content, counter.done) == (200, body, 1)


def test_garbage_is_no_text(client: httpx.Client, counter: Counter) -> None:
    counter.faults.add(Fault(Kind.GARBAGE))
    answer = client.get("/count")
    assert answer.status_code == 200
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()


def test_slow_takes_its_time_and_then_is_honest(client: httpx.Client, counter: Counter) -> None:
    counter.faults.add(Fault(Kind.SLOW, delay=0.15))
    begin = time.monotonic()
    assert client.get("/count").json()["done"] == 1
    assert time.monotonic() - begin >= 0.15


def test_slow_and_then_cut(client: httpx.Client, counter: Counter) -> None:
    counter.faults.add(Fault(Kind.SLOW, delay=0.05), Fault(Kind.CUT))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.get("/count")


def test_after_and_times() -> None:
    script = FaultScript()
    script.add(Fault(Kind.HTML, after=1, times=2))
    assert [len(script.take("GET /any")) for _ in range(5)] == [0, 1, 1, 0, 0]


def test_for_ever_until_cleared() -> None:
    script = FaultScript()
    script.add(Fault(Kind.HTML, times=None))
    assert all(script.take("GET /any") for _ in range(50))
    script.clear()
    assert script.take("GET /any") == ()


def test_patterns_choose_operations_and_others_do_not_count() -> None:
    script = FaultScript()
    script.add(Fault("own kind", operation="* /faces*"))
    assert script.take("GET /preview") == ()
    assert [fault.kind for fault in script.take("POST /faces")] == ["own kind"]
    assert script.take("POST /faces") == ()


def test_each_fault_strikes_once_however_many_ask_at_once() -> None:
    script = FaultScript()
    script.add(Fault(Kind.HTML, times=100))
    start = threading.Barrier(8)

    def take(_: int) -> int:
        start.wait()
        return sum(len(script.take("GET /any")) for _ in range(50))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 100
