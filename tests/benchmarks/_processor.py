"""Who spent the processor's time: whole processes, and the threads of this one."""

import os
import threading
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from types import TracebackType

_PROC = Path("/proc")
_USER, _SYSTEM = 11, 12
"""Of the fields that follow the name in a stat file (proc(5)), in ticks."""


class ProcessorTime:
    """Measures between `with` and its end; zeros where the system does not tell."""

    def __init__(self, others: Mapping[str, int]) -> None:
        self._others = dict(others)
        self.seconds = 0.0
        self.processes: dict[str, float] = {}
        self.threads: defaultdict[str, float] = defaultdict(float)

    def __enter__(self) -> "ProcessorTime":
        self._begun = perf_counter()
        self._before, self._threads_before = self._spent(), _threads()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = perf_counter() - self._begun
        self.processes = {name: spent - self._before[name] for name, spent in self._spent().items()}
        for (name, number), spent in _threads().items():
            self.threads[name] += spent - self._threads_before.get((name, number), 0.0)

    def lines(self) -> str:
        """The shares of one core, largest thread first."""
        whole = ", ".join(f"{name} {spent / self.seconds:.0%}" for name, spent in self.processes.items())
        largest = sorted(self.threads.items(), key=lambda one: -one[1])[:8]
        inside = ", ".join(f"{name} {spent / self.seconds:.0%}" for name, spent in largest)
        return f"  processor  {whole} (of one core)\n  station    {inside}"

    def plain(self) -> dict[str, float]:
        """Shares of one core as JSON can hold them."""
        return {name: spent / self.seconds for name, spent in self.processes.items()}

    def _spent(self) -> dict[str, float]:
        own = os.times()
        others = {name: _seconds(_PROC / str(number) / "stat") for name, number in self._others.items()}
        return {"station": own.user + own.system} | others


def _threads() -> dict[tuple[str, int], float]:
    """Of every thread of this process; those that Python did not start are gRPC's and Qt's."""
    names = {thread.native_id: thread.name.rstrip("-0123456789") for thread in threading.enumerate()}
    try:
        tasks = [int(each.name) for each in (_PROC / "self" / "task").iterdir()]
    except OSError:
        return {}
    return {
        (names.get(task, "libraries"), task): _seconds(_PROC / "self" / "task" / str(task) / "stat") for task in tasks
    }


def _seconds(stat: Path) -> float:
    try:
        fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")
