"""Garbage is collected on Qt's thread alone: a Qt object whose destructor runs on any other one ends the program.

Python collects wherever it happens to allocate, on the threads that hear terminals or compile kernels too, and dialogs
with their callbacks are often garbage in a circle.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 200


class Collector(QObject):
    """Collects between start() and stop(), by Python's own thresholds; on the thread it was made on."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.collect_due)
        self._settled = False

    def start(self) -> None:
        """From now on nothing is collected elsewhere."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        gc.enable()

    def collect_due(self) -> None:
        """Collect the oldest generation whose time has come. What the first full collection leaves is the program
        itself: no later one looks at it again, so that none takes long."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                self._settle(generation)
                return

    def _settle(self, generation: int) -> None:
        if generation == 2 and not self._settled:
            gc.freeze()
            self._settled = True


@contextmanager
def collected_here() -> Iterator[None]:
    """Collect on this thread, which runs Qt, as long as the block."""
    collector = Collector()
    collector.start()
    try:
        yield
    finally:
        collector.stop()
