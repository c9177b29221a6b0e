"""Threads that are begun again when their work fails: no door stays unanswered because of one mistake."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from app import logs

LOG = logging.getLogger(__name__)

AGAIN_S: Final = 0.2
"""Pause before the work is begun again, so that a lasting fault does not spin."""


class Tended(threading.Thread):
    """Runs `work` until it returns. A failure is noted, told to `fell`, and the work begun again."""

    def __init__(self, name: str, work: Callable[[], object], fell: Callable[[], object]) -> None:
        super().__init__(name=name, daemon=True)
        self._work, self._fell = work, fell
        self._pause = threading.Event()

    def run(self) -> None:
        """On the thread."""
        while True:
            try:
                self._work()
            except Exception as error:
                logs.event(LOG, "gateway-thread-failed", logging.CRITICAL, error=error)
                self._fell()
                self._pause.wait(AGAIN_S)
            else:
                return
