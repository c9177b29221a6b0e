"""While a picture is live, threads hand the interpreter over ten times as often, so that painting need not wait.

The worker that decodes pictures may hold the interpreter for 5 ms at a time (Python's default); with three pictures a
frame that is felt. Half a millisecond cut the UI thread's gaps over 16 ms to between a third and three quarters on a
crowded machine and costs the worker little. Main thread only.
"""

import sys

QUICK_S = 0.0005

_live: set[int] = set()
_usual = sys.getswitchinterval()


def hurry(who: int) -> None:
    """`who` (a number of its own) shows a live picture from now on."""
    global _usual  # noqa: PLW0603 - the interval belongs to the whole interpreter
    if not _live:
        _usual = sys.getswitchinterval()
    _live.add(who)
    sys.setswitchinterval(min(QUICK_S, _usual))


def relax(who: int) -> None:
    """`who` is done; the last one brings the usual interval back. Fine to call without `hurry`."""
    if who in _live:
        _live.discard(who)
        if not _live:
            sys.setswitchinterval(_usual)
