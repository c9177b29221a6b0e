"""Threads that step back for the window: what nobody waits for goes after what must be quick.

Only for work such as compiling. A search must not step back: doors wait for it, and measured beside a live preview
it was answered three times later while the picture gained nothing.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
from typing import Any, Final

from app import logs

LOG = logging.getLogger(__name__)

NICE: Final = 5
"""About a third of the processor beside a thread of usual rank that wants all of it; all of it otherwise."""
BELOW_NORMAL: Final = -1
"""THREAD_PRIORITY_BELOW_NORMAL of Windows."""


def step_back(nice: int = NICE) -> None:
    """Let this thread go after the others from now on; where the system does not allow it, it stays as it is.

    On Linux each thread has a nice value of its own; on other systems than Windows it would be the whole program's.
    """
    try:
        if sys.platform == "win32":
            kernel: Any = ctypes.windll.kernel32
            kernel.SetThreadPriority(kernel.GetCurrentThread(), BELOW_NORMAL)
        elif sys.platform == "linux":
            own = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, own) + nice)
    except (OSError, AttributeError) as error:
        logs.event(LOG, "thread-rank-kept", logging.DEBUG, error=error)
