"""One station at a time: a lock of the operating system on a file, gone with the process however it ends."""

import os
import sys
from pathlib import Path

from app.domain.errors import StoreInUse

_TEXT_BYTES = 20
_LOCKED_BYTE = 4096  # behind the text, because Windows forbids reading what is locked

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        # flock, not lockf: a second open of the same process must fail too
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class StoreLock:
    """Held from `acquire` to `release`; the file stays and names the process that had it last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock; StoreInUse (with the other's process id) when another has it, OSError when it cannot be."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _take(descriptor)
        except OSError:
            other = os.read(descriptor, _TEXT_BYTES).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise StoreInUse(pid=int(other) if other.isdigit() else None) from None
        self._descriptor = descriptor
        os.write(descriptor, f"{os.getpid():<{_TEXT_BYTES}d}".encode())

    def release(self) -> None:
        """Give it back; without it already is fine."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
