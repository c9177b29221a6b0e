"""Garbage that holds Qt objects dies on Qt's thread, whichever thread makes the most of it."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

from app.ui.garbage import collected_here
from tests.ui.conftest import until


class Ring:
    """Garbage that only a collection finds."""

    def __init__(self, held: object = None) -> None:
        self.held = held
        self.me = self


@pytest.fixture
def littering() -> Iterator[None]:
    """Another thread that would collect all the time."""
    over = threading.Event()

    def litter() -> None:
        while not over.wait(0.001):
            for _ in range(1000):
                Ring()

    thread = threading.Thread(target=litter, name="littering")
    thread.start()
    yield
    over.set()
    thread.join()


async def test_qt_objects_in_a_circle_are_destroyed_on_qts_thread(app: QApplication, littering: None) -> None:
    died: list[str] = []
    with collected_here():
        for _ in range(20):
            label, timer = QLabel("dialog"), QTimer()
            timer.start(3_600_000)
            for each in (label, timer):
                each.destroyed.connect(lambda: died.append(threading.current_thread().name))
            Ring((label, timer))
        del label, timer, each
        await until(lambda: len(died) == 40, within_s=30.0)
    assert set(died) == {threading.main_thread().name}


async def test_collecting_elsewhere_is_off_only_meanwhile(app: QApplication) -> None:
    gc.enable()
    try:
        with collected_here():
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.disable()
