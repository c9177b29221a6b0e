"""The window's process: builds every part, runs Qt and asyncio as one loop, stops in reverse order."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from app import __version__, logs
from app.assembly import Assembly, Ready
from app.config import load_or_default
from app.options import DemoOptions
from app.paths import Profile, folders

LOG = logging.getLogger(__name__)
T = TypeVar("T")
WORKERS = 4
OFFSCREEN = "offscreen"


def run_window(config_path: Path | None, profile: Profile) -> int:
    """Open the station's window and run until it is closed; 0, or 1 when there is no display or it was given up."""
    from app.ui.application import display_problem

    problem = display_problem()
    if problem:
        print(problem, file=sys.stderr)  # noqa: T201
        return 1
    places = folders(profile).create()
    return run_qt(lambda: _show(Assembly(lambda: load_or_default(config_path, places.config_file), places)))


def run_demo(options: DemoOptions) -> int:
    """The station against simulators, with practice data: the window, or the scripted tour without a display."""
    from app.demo import practice_assembly
    from app.ui.application import display_problem

    places = folders(Profile.PRACTICE).create()
    touring = options.tour is not None or bool(display_problem())
    if touring:
        os.environ["QT_QPA_PLATFORM"] = OFFSCREEN
        from app.tour import tour_folder, walk

        target = tour_folder(options.tour)
        return run_qt(lambda: walk(target))
    with practice_assembly(places, visited=not options.quiet_doors) as assembly:
        return run_qt(lambda: _show(assembly))


def run_qt(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `work` on the one loop that Qt and asyncio share; both end with it."""
    import qasync
    from PySide6.QtWidgets import QApplication

    from app.ui.garbage import collected_here

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    with collected_here(), asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        loop = runner.get_loop()
        executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="worker")
        loop.set_default_executor(executor)
        try:
            return runner.run(work())
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


async def _show(assembly: Assembly) -> int:
    """Build, show the window, wait for its end, take everything down."""
    async with assembly.running() as ready:
        if ready is None:
            return 1
        ready.window.show()
        await _until_closed(ready)
        ready.window.close_for_real()
    logs.event(LOG, "station-stopped")
    return 0


async def _until_closed(ready: Ready) -> None:
    stop = asyncio.Event()
    ready.window.close_requested.connect(stop.set)
    with _signals(stop):
        logs.event(LOG, "station-started", version=__version__, count=len(ready.station.devices))
        await stop.wait()


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Any:
    """SIGINT and SIGTERM end the station as closing the window does; Windows knows only the first, by another way."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stop.set))
        yield
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
