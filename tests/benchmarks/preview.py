"""How smooth the live preview is, with the EF-45 simulator in a process of its own and the real driver.

    python -m tests.benchmarks.preview [--seconds 10] [--minutes 0] [--json FILE] [--where]

Prints what the UI thread was kept from its loop (p99, longest, how often over 16 ms), frames per second that were
painted, time from a frame to its last painted pixel, memory over the minutes, and a whole capture with its large
result. Figures and ratios only: the machine decides what they are worth, nothing is asserted.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.devices.ef45.build import build
from app.devices.ef45.driver import Ef45
from app.domain.capture import CaptureRequest, Outcome, Progress
from app.domain.modality import Modality, Position
from app.domain.preview import PreviewFrame
from app.domain.sample import Sample
from app.ui import theme
from app.ui.preview.view import PreviewView
from tests.benchmarks._options import parser as arguments
from tests.benchmarks._qt_run import run_in_qt
from tests.benchmarks._stalls import Stalls, StallWatch, percentile

WANTED = (Position.LEFT_IRIS, Position.RIGHT_IRIS, Position.FACE)
SIZE = (900, 520)
FRAME_TARGET_MS = 40.0
MEMORY_EVERY_S = 5.0
WARM_UP_S = 1.5


class Watcher:
    """Shows the frames in the real widget and counts; keeps samples in memory only."""

    def __init__(self, view: PreviewView) -> None:
        self._view = view
        self.frames = 0
        self.kept_bytes = 0

    def preview(self, frame: PreviewFrame) -> None:
        self.frames += 1
        self._view.sink.preview(frame)

    def progress(self, progress: Progress) -> None:
        del progress

    async def keep(self, samples: tuple[Sample, ...]) -> None:
        self.kept_bytes += sum(len(sample.image) for sample in samples)


def resident_mb() -> float:
    """Memory of this process in MB, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@asynccontextmanager
async def simulator(*arguments: str) -> AsyncIterator[dict[str, Any]]:
    """The simulated terminal in a process of its own: it must not share our interpreter."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.simulators.ef45", "--port", "0", *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield json.loads(await process.stdout.readline()) | {"process": process.pid}
    finally:
        process.terminate()
        await process.wait()


async def present(addresses: dict[str, str], **conditions: object) -> None:
    """Put somebody before the terminal."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{addresses['control_url']}/present", json=conditions)
        answer.raise_for_status()


async def one_capture(device: Ef45, watcher: Watcher, deadline_s: float) -> Outcome:
    """Capture irises and face."""
    return await device.capture(CaptureRequest(Modality.IRIS, WANTED, deadline_s), watcher)


async def measured(
    view: PreviewView, addresses: dict[str, str], rate: float, seconds: float, *, held: bool
) -> dict[str, Any]:
    """One capture at this many frames a second; held back in the iris phase until the deadline, or to its result."""
    await present(addresses, person=1, hold="iris" if held else None)
    latencies: list[float] = []
    watcher = Watcher(view)
    with tempfile.TemporaryDirectory() as folder:
        values: dict[str, str | int | float | bool] = {
            "address": addresses["base_url"].removesuffix("/1.0"),
            "preview_per_second": rate,
        }
        device = build("bench", "Bench", values, Path(folder))
        view.begin("Waiting for the first picture")
        view.painted.connect(latencies.append)
        async with device:
            capture = asyncio.ensure_future(one_capture(device, watcher, WARM_UP_S + seconds))
            await asyncio.sleep(WARM_UP_S if held else 0)
            latencies.clear()
            before, dropped, begun = watcher.frames, view.sink.dropped, time.perf_counter()
            with StallWatch(view) as stalls:
                outcome = await capture
            took = time.perf_counter() - begun
        view.painted.disconnect(latencies.append)
        view.end()
    received = watcher.frames - before
    return {
        "outcome": type(outcome).__name__,
        "asked_fps": rate,
        "received_fps": received / took,
        "painted_fps": len(latencies) / took,
        "dropped": view.sink.dropped - dropped,
        "paint_ms": [value * 1000 for value in latencies] or [0.0],
        "stalls": stalls.result(),
        "kept_mb": watcher.kept_bytes / 1e6,
        "seconds": took,
    }


async def idle(seconds: float) -> Stalls:
    """The machine's own noise, to read the other figures by."""
    with StallWatch() as stalls:
        await asyncio.sleep(seconds)
    return stalls.result()


async def over_minutes(view: PreviewView, addresses: dict[str, str], minutes: float) -> list[float]:
    """Memory every five seconds of preview at 30 frames a second."""
    sizes: list[float] = []

    async def sample() -> None:
        while True:
            await asyncio.sleep(MEMORY_EVERY_S)
            sizes.append(resident_mb())

    sampling = asyncio.ensure_future(sample())
    try:
        await measured(view, addresses, 30, minutes * 60, held=True)
    finally:
        sampling.cancel()
    return sizes


def tell(name: str, figures: dict[str, Any], *, where: bool) -> None:
    """Print one run."""
    paint, stalls = figures["paint_ms"], figures["stalls"]
    median = statistics.median(paint)
    print(f"\n{name}: {figures['outcome']} after {figures['seconds']:.1f} s")
    print(
        f"  frames     asked {figures['asked_fps']:.0f}/s, received {figures['received_fps']:.1f}/s, painted"
        f" {figures['painted_fps']:.1f}/s ({figures['painted_fps'] / figures['asked_fps']:.0%} of asked),"
        f" {figures['dropped']} replaced by newer ones"
    )
    print(
        f"  to paint   median {median:.1f} ms, p99 {percentile(paint, 99):.1f} ms, max {max(paint):.1f} ms"
        f" ({median / FRAME_TARGET_MS:.2f} of the 40 ms aimed at)"
    )
    print(f"  UI thread  {stalls.line()}")
    if figures["kept_mb"]:
        print(f"  result     {figures['kept_mb']:.1f} MB of samples kept")
    if where and stalls.worst:
        print(stalls.worst)


def tell_memory(sizes: list[float]) -> None:
    """Print how memory went: the first quarter against the last."""
    if len(sizes) < 4:
        return
    quarter = len(sizes) // 4
    first, last = statistics.mean(sizes[:quarter]), statistics.mean(sizes[-quarter:])
    minutes = len(sizes) * MEMORY_EVERY_S / 60
    print(
        f"\nmemory over {minutes:.1f} min: first quarter {first:.1f} MB, last quarter {last:.1f} MB"
        f" (ratio {last / first:.3f}), largest {max(sizes):.1f} MB"
    )


async def run(app: QApplication, options: argparse.Namespace) -> dict[str, Any]:
    """All measurements."""
    theme.apply(app, theme.Look.LIGHT)
    view = PreviewView()
    view.resize(*SIZE)
    view.show()
    quiet = await idle(3)
    print(f"idle loop: {quiet.line()}")
    report: dict[str, Any] = {"idle": vars(quiet)}
    async with simulator("--eyes", options.eyes) as addresses:
        for rate in (30, 60):
            figures = await measured(view, addresses, rate, options.seconds, held=True)
            tell(f"preview at {rate}/s", figures, where=options.where)
            report[f"preview_{rate}"] = plain(figures)
        figures = await measured(view, addresses, 30, 60, held=False)
        tell("whole capture with its result", figures, where=options.where)
        report["capture"] = plain(figures)
        if options.minutes:
            sizes = await over_minutes(view, addresses, options.minutes)
            tell_memory(sizes)
            report["memory_mb"] = sizes
    view.close()
    return report


def plain(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures as JSON can hold them."""
    paint = figures["paint_ms"]
    rest = {name: value for name, value in figures.items() if name not in {"paint_ms", "stalls"}}
    summed = {"paint_median_ms": statistics.median(paint), "paint_p99_ms": percentile(paint, 99)}
    return rest | summed | {"stalls": vars(figures["stalls"])}


def main() -> int:
    """Read the options and measure."""
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each measurement")
    parser.add_argument("--minutes", type=float, default=0.0, help="watch memory for so long")
    parser.add_argument("--eyes", choices=("bmp", "jpeg"), default="bmp", help="how the terminal sends the live eyes")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--where", action="store_true", help="say where the UI thread was in the longest stall")
    options = parser.parse_args()
    return run_in_qt(run, options)


if __name__ == "__main__":
    raise SystemExit(main())
