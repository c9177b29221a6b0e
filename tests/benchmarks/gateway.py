"""How doors are answered while somebody is captured: latency, drops, and what it does to the live preview.

    python -m tests.benchmarks.gateway [--people 10000] [--seconds 20] [--rate 200] [--json FILE]

The station's own parts (TLS, codec, pool, gallery search, journal in a real store) run in this process with the live
EF-45 preview; the gateway with 50 terminals and the EF-45 are processes of their own, and what each spends of the
processor is printed, because they share it. Five in a hundred questions are
fingers to be found among everybody. First the preview alone, then with the doors, then a burst of 1,000 at once.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.devices.gsdk.channel import GatewayAccess
from app.domain.access import Holder
from app.domain.modality import FINGERS
from app.domain.records import FeatureRow
from app.gateway.answering import Answering, Terms
from app.gateway.directory import Directory
from app.gateway.figures import Figures
from app.gateway.keeper import Keeper
from app.gateway.link import Link
from app.gateway.passback import Ledger
from app.gateway.service import GatewayService
from app.matching.features import features_of
from app.matching.index import FingerIndex
from app.store import MemoryVault, Store, SystemKeyring
from app.ui import theme
from app.ui.preview.view import PreviewView
from tests.benchmarks._data import synthetic
from tests.benchmarks._door_traffic import MATES, SEED, card
from tests.benchmarks._options import parser as arguments
from tests.benchmarks._processor import ProcessorTime
from tests.benchmarks._qt_run import run_in_qt
from tests.benchmarks.preview import SIZE, measured, plain, simulator, tell

IDENTIFY = 0.05
BURST = 1000
FILL_SEED = 47


def everybody(people: int) -> list[Holder]:
    """Each with a card."""
    return [
        Holder(str(number), "Testperson", str(number), cards=(card(number).hex().lstrip("0"),))
        for number in range(people)
    ]


def rows(people: int, fingers: int) -> list[FeatureRow]:
    """So many fingers of everybody; the first of the first MATES are those that are searched."""
    mates = [features_of(shown[0]).to_bytes() for shown in synthetic(MATES, SEED, touches=2)]
    made = [FeatureRow(str(number), FINGERS[1], data) for number, data in enumerate(mates)]
    fill = (features_of(shown[0]).to_bytes() for shown in synthetic(people * fingers - MATES, FILL_SEED))
    for number, data in enumerate(fill, MATES):
        made.append(FeatureRow(str(number % people), FINGERS[1 + number // people], data))
    return made


class Traffic:
    """The gateway's process, as this one talks to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.number = process.pid

    async def line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return told

    async def run(self, rate: float, count: int) -> dict[str, Any]:
        """Send so many questions, and what became of them."""
        assert self._process.stdin is not None
        order = json.dumps({"rate": rate, "count": count, "identify": IDENTIFY})
        self._process.stdin.write(order.encode() + b"\n")
        await self._process.stdin.drain()
        return await self.line()


@asynccontextmanager
async def gateway(people: int) -> AsyncIterator[tuple[Traffic, dict[str, Any]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.benchmarks._door_traffic",
        str(people),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        traffic = Traffic(process)
        yield traffic, await traffic.line()
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def answering(told: dict[str, Any], folder: Path, people: int, fingers: int) -> AsyncIterator[GatewayService]:
    """The station's doors with everybody in them, and a journal on disk."""
    (folder / "ca.crt").write_text(told["ca"])
    index = FingerIndex()
    index.start()
    begun = time.perf_counter()
    await asyncio.to_thread(lambda: index.load(rows(people, fingers)))
    print(f"{people} people with {fingers} fingers each after {time.perf_counter() - begun:.0f} s")
    await asyncio.to_thread(index.wait_ready, 120.0)
    directory = Directory()
    directory.load(everybody(people))
    async with await Store.open(folder / "store", SystemKeyring(MemoryVault())) as store:
        figures, keeper = Figures({}), Keeper(store.doors, {})
        link = Link(GatewayAccess(told["target"], str(folder / "ca.crt")))
        pool = Answering(Terms(), directory, Ledger([]), index, link, figures, keeper)
        service = GatewayService(link, pool, figures, keeper, directory)
        service.start()
        try:
            yield service
        finally:
            await asyncio.to_thread(service.close)
            await asyncio.to_thread(index.close)


def tell_doors(name: str, done: dict[str, Any], service: GatewayService) -> None:
    """Print one run as the gateway saw it."""
    print(
        f"\n{name}: {done['sent']} asked, {done['answered']} answered, {done['unanswered']} not, {done['dropped']}"
        f" dropped, {done['repeated']} twice, {done['refused']} refused"
    )
    print(
        f"  answered after   p50 {done['p50_ms']:.1f} ms, p95 {done['p95_ms']:.1f} ms, p99 {done['p99_ms']:.1f} ms,"
        f" max {done['max_ms']:.1f} ms (sender late by {1000 * done['late_s']:.0f} ms)"
    )
    figures = service.figures()
    print(
        f"  the station says {figures.answered} answered, {figures.safe_answers} safe answers, {figures.breaks} breaks;"
        f" p50 {figures.p50_ms:.1f} ms, p99 {figures.p99_ms:.1f} ms, max {figures.max_ms:.1f} ms in the last minute"
    )


async def run(app: QApplication, options: argparse.Namespace) -> dict[str, Any]:
    """All measurements."""
    theme.apply(app, theme.Look.LIGHT)
    view = PreviewView()
    view.resize(*SIZE)
    view.show()
    count = round(options.rate * options.seconds)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        eyes = await stack.enter_async_context(simulator())
        traffic, told = await stack.enter_async_context(gateway(options.people))
        service = await stack.enter_async_context(answering(told, folder, options.people, options.fingers))
        others = {"simulated gateway": traffic.number, "simulated EF-45": eyes["process"]}
        await traffic.run(options.rate, round(options.rate))  # everything has run once
        with ProcessorTime(others) as spent_alone:
            alone = await measured(view, eyes, 30, options.seconds, held=True)
        tell("preview alone", alone, where=False)
        print(spent_alone.lines())
        with ProcessorTime(others) as spent:
            together = asyncio.ensure_future(measured(view, eyes, 30, options.seconds, held=True))
            steady = await traffic.run(options.rate, count)
        tell_doors(f"doors at {options.rate:.0f}/s with a capture", steady, service)
        print(spent.lines())
        with_doors = await together
        tell("preview with doors", with_doors, where=False)
        with ProcessorTime(others) as spent_burst:
            burst = await traffic.run(0, BURST)
        tell_doors(f"burst of {BURST}", burst, service)
        print(spent_burst.lines())
    view.close()
    shares = {"alone": spent_alone.plain(), "steady": spent.plain(), "burst": spent_burst.plain()}
    doors = {"with_doors": plain(with_doors), "steady": steady, "burst": burst}
    return {"alone": plain(alone), **doors, "processor": shares}


def main() -> int:
    """Read the options and measure."""
    parser = arguments(__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--fingers", type=int, default=2, help="enrolled fingers of each")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each measurement")
    parser.add_argument("--rate", type=float, default=200.0, help="questions a second")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()
    return run_in_qt(run, options)


if __name__ == "__main__":
    raise SystemExit(main())
