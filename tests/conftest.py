"""What every test shares: the event loop it runs on, no error that nobody heard, nothing left running."""

import asyncio
import gc
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("station", deadline=None)  # a busy machine is slow, which is no fault of what is tested
settings.load_profile("station")

QT_FOLDERS = ("/tests/ui/", "/tests/e2e/")


def _qt_loop() -> asyncio.AbstractEventLoop:
    import qasync
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    gc.disable()  # as the program does (app/ui/garbage.py); `no_lost_errors` collects after each test, on Qt's thread
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(app)
    return loop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Qt's loop only where Qt is tested: everything else must run without it."""
    if any(folder in item.path.as_posix() for folder in QT_FOLDERS):
        return {"qasync": _qt_loop}
    return {"asyncio": asyncio.new_event_loop}


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collection after each test need not look at it again."""
    gc.collect()
    gc.freeze()


LEFT_TO_THE_LOOP = ("asyncio_", "Dummy-")
"""Threads of a loop's own executor end with the loop, after the fixtures; dummies are Qt's, seen from Python."""
GRACE_S = 15.0


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """A thread that outlives its test fails it; one that is on its way out gets a moment."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + GRACE_S
    left = [thread for thread in threading.enumerate() if thread not in before]
    left = [thread for thread in left if not thread.name.startswith(LEFT_TO_THE_LOOP)]
    for thread in left:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert not [thread.name for thread in left if thread.is_alive()]


@pytest_asyncio.fixture(autouse=True)
async def no_lost_errors() -> AsyncIterator[None]:
    """A background task's exception fails the test that started it, and so does a task left running
    (one that is on its way out gets a moment)."""
    errors: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: errors.append(context))
    yield
    gc.collect()
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=GRACE_S)
    assert not errors, errors
    assert not left, [str(task) for task in left]
