"""What the device tests share: quick garbage collection, and no thread left behind."""

import gc
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def frozen_imports() -> None:
    """The many modules imported so far need not be looked through after every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A driver's threads bear its vendor's name and are gone when the device is closed."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in set(threading.enumerate()) - before if thread.name.startswith("ef45-")]
    assert not left
