"""What the device tests share: no thread of a driver is left behind."""

import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A driver's threads bear its vendor's name and are gone when the device is closed."""
    before = set(threading.enumerate())
    yield
    left = [
        thread.name
        for thread in set(threading.enumerate()) - before
        if thread.name.startswith(("ef45-", "controlid-desk", "gsdk-desk"))
    ]
    assert not left
