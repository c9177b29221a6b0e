"""Hands values from a worker thread to the UI: only the latest waits, older ones drop."""

from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Room for one value. Any thread may put and take.

    Queued signals would keep every frame alive while the UI is busy (300 MB were seen); this never holds more than one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._letter: T | None = None
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many values were replaced before anyone took them."""
        return self._dropped

    def put(self, letter: T) -> bool:
        """Leave a value; True when the box was empty, which is when the reader must be told."""
        with self._lock:
            was_empty = self._letter is None
            self._letter = letter
            self._dropped += not was_empty
            return was_empty

    def take(self) -> T | None:
        """The latest value, or None when nothing waits."""
        with self._lock:
            letter, self._letter = self._letter, None
            return letter
