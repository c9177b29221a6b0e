"""What every test shares: the event loop it runs on, and no error that nobody heard."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest
import pytest_asyncio

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

QT_FOLDERS = ("/tests/ui/", "/tests/e2e/")


def _qt_loop() -> asyncio.AbstractEventLoop:
    import qasync
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(app)
    return loop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Qt's loop only where Qt is tested: everything else must run without it."""
    if any(folder in item.path.as_posix() for folder in QT_FOLDERS):
        return {"qasync": _qt_loop}
    return {"asyncio": asyncio.new_event_loop}


@pytest_asyncio.fixture(autouse=True)
async def no_lost_errors() -> AsyncIterator[None]:
    """A background task's exception fails the test that started it."""
    errors: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: errors.append(context))
    yield
    gc.collect()
    await asyncio.sleep(0)
    assert not errors, errors
