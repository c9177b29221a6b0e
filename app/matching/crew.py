"""A search spread over at most two threads: the one that asked, and helpers that take parts of its work."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

MOST: Final = 2


class Crew:
    """Helpers for one search at a time. Close it when done; `with` does."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = max(1, min(threads or MOST, os.cpu_count() or 1, MOST))
        self._helpers = ThreadPoolExecutor(max(1, self.threads - 1), thread_name_prefix="matching-helper")

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for the helpers to end."""
        self._helpers.shutdown(wait=True, cancel_futures=True)

    def each(self, work: Callable[[int], None], count: int) -> None:
        """Call `work(0)` to `work(count - 1)`, in any order, on this thread and the helpers.

        The first exception ends the round on every thread and is raised here.
        """
        ticket, failed = itertools.count(), threading.Event()

        def take() -> None:
            try:
                while not failed.is_set() and (number := next(ticket)) < count:
                    work(number)
            except BaseException:
                failed.set()
                raise

        helpers = [self._helpers.submit(take) for _ in range(min(self.threads - 1, count - 1))]
        try:
            take()
        finally:
            errors = [helper.exception() for helper in helpers]
        for error in errors:
            if error is not None:
                raise error
