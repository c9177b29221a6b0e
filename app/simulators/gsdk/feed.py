"""Streams that several clients may read: status changes and live events. A full queue loses items silently."""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc


class Feed:
    """What is told goes to every subscriber whose filter takes it."""

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._changed = threading.Condition(self._gate)
        self._readers: dict[queue.Queue[Any], Callable[[Any], bool]] = {}

    def tell(self, item: Any) -> None:
        with self._gate:
            for reader, wanted in self._readers.items():
                if wanted(item) and not reader.full():
                    reader.put_nowait(item)

    def subscribe(
        self, size: int, context: grpc.ServicerContext, wanted: Callable[[Any], bool] = lambda _item: True
    ) -> Iterator[Any]:
        """The items from now on, until the client or `end` ends it."""
        reader: queue.Queue[Any] = queue.Queue(max(1, size))
        with self._changed:
            self._readers[reader] = wanted
            self._changed.notify_all()
        if not context.add_callback(lambda: self._stop(reader)):
            self._stop(reader)
        try:
            while (item := reader.get()) is not None:
                yield item
        finally:
            with self._gate:
                self._readers.pop(reader, None)

    def end(self) -> None:
        """End every stream."""
        with self._gate:
            readers = list(self._readers)
        for reader in readers:
            self._stop(reader)

    def wait_read(self, seconds: float) -> bool:
        """Whether somebody read in time."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._readers), seconds)

    def _stop(self, reader: "queue.Queue[Any]") -> None:
        with self._gate:
            while reader.full():
                reader.get_nowait()
            reader.put_nowait(None)
