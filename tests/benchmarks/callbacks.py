"""Eight terminals posting three 320x480 prints each at the same moment, while a live EF-45 preview runs.

    python -m tests.benchmarks.callbacks [--terminals 8] [--rounds 20] [--idle] [--json FILE]

Prints p50 and p99 of the time until a terminal heard "200" (its post is on disk by then), and of the time until its
three pictures were decoded to lossless files; and what the UI thread was kept from its loop meanwhile. The terminals
are a process of their own. Figures only: the machine decides what they are worth, nothing is asserted.
"""

import argparse
import asyncio
import base64
import http.client
import json
import sys
import tempfile
import threading
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from app.callbacks.guard import Guard
from app.callbacks.office import PostOffice
from app.callbacks.server import CallbackServer
from app.callbacks.spool import Spool
from app.devices.base import Worker
from app.devices.controlid.codec import EnrollResult, Kind
from app.devices.controlid.images import identify
from app.devices.controlid.push import Job
from tests.benchmarks._options import parser as arguments
from tests.benchmarks._stalls import StallWatch, percentile

SIZE = (320, 480)
ROUND_WITHIN_S = 30.0
BETWEEN_S = 0.3

Figures = dict[str, Any]


# the terminals' process


def send(port: int, terminals: int) -> None:
    """For every line that arrives, a round: all terminals post at once; their times are written as a line of JSON."""
    prints = [_pixels(number) for number in range(terminals)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        gate = threading.Barrier(terminals)
        told: list[tuple[int, float, float]] = []
        threads = [
            threading.Thread(target=_post, args=(port, number, int(line), prints[number], gate, told))
            for number in range(terminals)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _pixels(number: int) -> list[bytearray]:
    from app.simulators.controlid import prints

    return [bytearray(prints.press(number + 1, 2, touch, SIZE).picture.tobytes()) for touch in (1, 2, 3)]


def _post(
    port: int,
    number: int,
    turn: int,
    pictures: list[bytearray],
    gate: threading.Barrier,
    told: list[tuple[int, float, float]],
) -> None:
    for picture in pictures:
        picture[0], picture[1] = turn % 256, number  # never the same twice: that would be a duplicate
    listed = [{"image": base64.b64encode(each).decode(), "width": SIZE[0], "height": SIZE[1]} for each in pictures]
    body = json.dumps({"user_id": turn + 1, "device_id": number + 1, "finger_type": 0, "fingerprints": listed}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ROUND_WITHIN_S)
    gate.wait()
    begun = time.time()
    connection.request("POST", "/fingerprint_create.fcgi", body, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 200
    told.append((number, begun, time.time()))
    connection.close()


# the station


async def one_round(
    office: PostOffice, workers: list[Worker], process: Any, turn: int
) -> tuple[list[float], list[float]]:
    """Milliseconds to acknowledge, and to the third picture, of every terminal."""
    jobs = [
        await office.expect(Job(f"t-{number}", number + 1, "127.0.0.1", turn + 1, Kind.FINGER, "right-index"))
        for number in range(len(workers))
    ]
    done = [asyncio.create_task(_pictured(jobs[number], workers[number])) for number in range(len(workers))]
    process.stdin.write(f"{turn}\n".encode())
    await process.stdin.drain()
    finished = await asyncio.gather(*done)
    told = json.loads(await process.stdout.readline())
    for job in jobs:
        await job.close()
    acknowledged = [(heard - begun) * 1000 for _number, begun, heard in told]
    pictured = [(finished[number] - begun) * 1000 for number, begun, _heard in told]
    return acknowledged, pictured


async def _pictured(job: Any, worker: Worker) -> float:
    parcel = await job.next(ROUND_WITHIN_S)
    assert parcel is not None
    await worker.run(_decode, parcel.result)
    at = time.time()
    await parcel.settle()
    return at


def _decode(result: EnrollResult) -> None:
    for each in result.prints:
        identify(each.image, each.width, each.height)


async def rounds(terminals: int, count: int) -> Figures:
    """All rounds against one server."""
    acknowledged: list[float] = []
    pictured: list[float] = []
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        office = PostOffice(Spool(Path(folder) / "posts", bytes(32)), Guard())
        office.admit("127.0.0.1")
        server = CallbackServer(office, "127.0.0.1", 0, "p", max_body=16_000_000)
        await asyncio.to_thread(server.start)
        stack.push_async_callback(asyncio.to_thread, server.stop)
        workers = [Worker(f"controlid-bench-{number}") for number in range(terminals)]
        for worker in workers:
            stack.push_async_callback(worker.stop)
        process = await _sender(server.port, terminals)
        stack.callback(_kill, process)
        await one_round(office, workers, process, 0)  # everything once before it counts
        for turn in range(1, count + 1):
            await asyncio.sleep(BETWEEN_S)
            first, second = await one_round(office, workers, process, turn)
            acknowledged += first
            pictured += second
        process.stdin.close()
        await process.wait()
    return {"acknowledged_ms": acknowledged, "pictured_ms": pictured}


async def _sender(port: int, terminals: int) -> Any:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.callbacks", "--send", str(port), "--terminals", str(terminals)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    return process


def _kill(process: Any) -> None:
    with suppress(ProcessLookupError):
        process.kill()


async def with_preview(terminals: int, count: int) -> Figures:
    """The rounds while an EF-45's preview is shown at 30 pictures a second."""
    from app.ui.preview.view import PreviewView
    from tests.benchmarks.preview import SIZE as VIEW
    from tests.benchmarks.preview import measured, simulator

    view = PreviewView()
    view.resize(*VIEW)
    view.show()
    async with simulator() as addresses:
        preview = asyncio.create_task(measured(view, addresses, 30.0, 600.0, held=True))
        await asyncio.sleep(3.0)
        try:
            with StallWatch(view) as stalls:
                figures = await rounds(terminals, count)
        finally:
            preview.cancel()
            await asyncio.wait([preview])
    view.close()
    return figures | {"ui": stalls.result().line()}


async def alone(terminals: int, count: int) -> Figures:
    """The rounds with nothing beside them."""
    with StallWatch() as stalls:
        figures = await rounds(terminals, count)
    return figures | {"ui": stalls.result().line()}


def show(name: str, figures: Figures) -> None:
    """One line per measure."""
    print(name)
    for key, label in (("acknowledged_ms", "to acknowledge"), ("pictured_ms", "to picture decoded")):
        values = figures[key]
        print(f"  {label:20} p50 {percentile(values, 50):7.1f} ms   p99 {percentile(values, 99):7.1f} ms", end="")
        print(f"   longest {max(values):7.1f} ms   {len(values)} posts")
    print(f"  UI thread            {figures['ui']}")


def main() -> int:
    """Run it, print, perhaps write."""
    parser = arguments(__doc__)
    parser.add_argument("--terminals", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--idle", action="store_true", help="without the preview")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--send", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send:
        send(options.send, options.terminals)
        return 0
    from app.main import run_qt

    measure = alone if options.idle else with_preview
    figures: Figures = run_qt(lambda: measure(options.terminals, options.rounds))
    show(f"{options.terminals} terminals, {options.rounds} rounds", figures)
    if options.json:
        options.json.write_text(json.dumps(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
