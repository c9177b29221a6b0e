"""Which terminals write card numbers from their last byte: asked from the gateway, beside the requests.

A terminal whose configuration cannot be read, or that nobody configured, counts as one with the usual order.
"""

import logging
import threading
from collections.abc import Sequence
from typing import Any, Final

import grpc

from app import logs
from app.devices.gsdk.channel import fault_of
from app.devices.gsdk.pb.common import card_pb2

LOG = logging.getLogger(__name__)

CALL_S: Final = 5.0
EVERY_S: Final = 300.0
"""How soon a changed configuration is noticed; at once when the station subscribes anew."""
JOIN_S: Final = 2.0


class CardOrders:
    """Asked on a thread of its own; told from any thread."""

    def __init__(self, terminals: Sequence[int] = ()) -> None:
        self._terminals = tuple(terminals)
        self._turned: frozenset[int] = frozenset()
        self._ask: Any = None
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def is_turned(self, device: int) -> bool:
        """Whether this terminal writes the least significant byte first."""
        return device in self._turned

    def learn(self, channel: grpc.Channel, card: Any) -> None:
        """Ask every terminal over this channel, now and from time to time; `card` is the wire's package."""
        self._ask = (channel, card)
        self._wake.set()
        if self._thread is None and self._terminals:
            self._thread = threading.Thread(target=self._run, name="gateway-cards", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread; call after the channel was closed, which ends a question that waits."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            for device in self._terminals:
                if self._stop.is_set():
                    return
                self._learn(device)
            self._wake.wait(EVERY_S)

    def _learn(self, device: int) -> None:
        channel, card = self._ask
        try:
            told = card.GetConfig.on(channel)(card.GetConfigRequest(deviceID=device), timeout=CALL_S).config
        except grpc.RpcError as error:
            logs.event(LOG, "card-order-unknown", error=fault_of(error, step="card-config"))
        except ValueError:  # the channel was closed this very moment
            return
        else:
            turned = told.byteOrder == card_pb2.LSB
            self._turned = self._turned | {device} if turned else self._turned - {device}
