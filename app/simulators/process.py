"""A simulator as a process of its own: tells its addresses as one line of JSON, then serves until told to stop."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TypeVar

Simulator = TypeVar("Simulator")


def serve(simulator: AbstractContextManager[Simulator], begin: Callable[[Simulator], Mapping[str, str]]) -> int:
    """Run until SIGINT or SIGTERM; `begin` readies the started simulator and gives what is told of it."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with simulator as started:
        sys.stdout.write(json.dumps(begin(started)) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0
