"""The gateway's background thread: subscribes, listens, subscribes again after every break, hands requests on."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import replace
from time import monotonic
from typing import Final

import grpc

from app import logs
from app.domain.door import Channel, DoorDecision, DoorFigures
from app.domain.errors import NotCapable, StationError, Unreachable
from app.gateway.answering import Answering
from app.gateway.directory import Directory
from app.gateway.figures import Figures
from app.gateway.keeper import Keeper
from app.gateway.link import Link, Stream, broken_by, is_held
from app.gateway.tending import Tended

LOG = logging.getLogger(__name__)

QUEUE_SIZE: Final = 1024
"""Requests the gateway may hold for us before it drops some; we read at once, so it hardly ever holds any."""
FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 5.0
HELD_WAIT_S: Final = 30.0
"""How often a channel that another program holds is asked for, without taking it away."""
PUSHED_OUT: Final = 3
SHORT_S: Final = 10.0
"""Streams that end within this time, with a gateway that answers, are another program taking turns with us."""
JOIN_S: Final = 10.0
LEAVE_S: Final = 1.0
"""So long may a gateway take that does not answer, when the service ends: a window that closes waits for it."""
TURN_S: Final = 0.001
"""How long a thread may keep the interpreter while others wait (5 ms otherwise). A request passes through four threads
on its way; measured beside a live preview it is answered in half the time so, and the picture loses nothing."""


class GatewayService:
    """Answers the doors from `start` until `close`; never needs the event loop or the window."""

    def __init__(
        self, link: Link, answering: Answering, figures: Figures, keeper: Keeper, directory: Directory
    ) -> None:
        self._link, self._answering, self._figures = link, answering, figures
        self._keeper, self._directory = keeper, directory
        self._turn_before = sys.getswitchinterval()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._door = threading.Lock()
        self._stream: Stream | None = None
        self._take_over = True  # a former run of ours may have left the channel taken
        self._ended_early = 0
        self._ours = False
        self._thread = Tended("gateway", self._run, figures.fell)

    def start(self) -> None:
        """Begin; returns at once. Whatever goes wrong shows in `figures` and is tried again."""
        sys.setswitchinterval(TURN_S)
        self._keeper.start()
        self._answering.start()
        self._thread.start()

    def close(self) -> None:
        """End the stream, answer what waits, write what is to be written; blocks for seconds at most."""
        self._stop.set()
        self._wake.set()
        with self._door:
            if self._stream is not None:
                self._stream.cancel()
        self._thread.join(LEAVE_S)
        self._answering.close()
        self._leave()
        self._thread.join(JOIN_S)
        self._link.close()  # had the thread just opened it
        self._keeper.close()
        self._figures.channel(Channel.OFF)
        sys.setswitchinterval(self._turn_before)

    def figures(self) -> DoorFigures:
        """How it goes; any thread, never waits for the network."""
        now = self._figures.now(len(self._answering.docket), len(self._directory))
        return replace(now, unkept=self._keeper.unkept)

    def recent(self, after: int = 0) -> tuple[DoorDecision, ...]:
        """Decisions with a higher number than `after`, oldest first."""
        return self._figures.recent(after)

    def take_over(self) -> None:
        """Take the channel from whoever holds it."""
        self._take_over = True
        self._ended_early = 0
        self._wake.set()

    def _run(self) -> None:
        wait = FIRST_WAIT_S
        while not self._stop.is_set():
            begun = monotonic()
            self._figures.channel(Channel.CONNECTING)
            state = self._attempt()
            if monotonic() - begun > SHORT_S:
                wait = FIRST_WAIT_S
            self._wake.wait(HELD_WAIT_S if state is Channel.HELD else wait)
            self._wake.clear()
            wait = min(LONGEST_WAIT_S, 2 * wait)

    def _attempt(self) -> Channel:
        """One subscription from its beginning to its end; what state it left."""
        try:
            self._subscribe()
            begun = monotonic()
            self._listen()
        except grpc.RpcError as error:
            return self._ended(is_held(error), broken_by(error))
        except StationError as error:
            return self._ended(False, error)
        except Exception as error:  # nothing may end this thread
            logs.event(LOG, "door-listening-failed", logging.ERROR, error=error)
            return self._ended(False, StationError(step="listen"))
        self._ended_early = self._ended_early + 1 if monotonic() - begun < SHORT_S else 0
        return self._ended(self._ended_early >= PUSHED_OUT, Unreachable(step="listen", cause="ended"))

    def _subscribe(self) -> None:
        self._link.meet()
        generation = self._link.codec.generation.value.upper()
        self._figures.spoken(self._link.version, generation, doubtful=self._link.doubtful)
        if self._take_over:
            self._free()
        self._take_over = False
        with self._door:
            if self._stop.is_set():
                raise Unreachable(step="listen", cause="stopped")
            self._stream = self._link.subscribe(QUEUE_SIZE)
            self._ours = True
        self._figures.channel(Channel.LISTENING)
        logs.event(LOG, "doors-listening", version=self._link.version)

    def _free(self) -> None:
        """Unsubscribe; a gateway that says nobody was subscribed has done what was wanted."""
        try:
            self._link.unsubscribe()
        except (Unreachable, NotCapable):
            raise
        except StationError as error:
            logs.event(LOG, "doors-not-unsubscribed", logging.INFO, error=error)

    def _listen(self) -> None:
        stream, codec = self._stream, self._link.codec
        assert stream is not None
        for data in stream:
            heard = codec.heard(data, monotonic())
            if heard.odd:
                self._figures.malformed()
                logs.event(LOG, "door-request-malformed", logging.WARNING, bytes=len(data))
            if heard.request is not None:
                self._answering.take(heard.request)

    def _ended(self, held: bool, error: StationError) -> Channel:
        with self._door:
            self._stream = None
        if self._stop.is_set():
            return Channel.OFF
        # After a break the channel may still be ours at the gateway, which frees it only by Unsubscribe
        self._take_over = self._take_over or not held
        self._ours = False
        state = Channel.HELD if held else Channel.BROKEN
        self._figures.channel(state, error.code)
        logs.event(LOG, "doors-not-listening", logging.WARNING, error=error, reason=state)
        return state

    def _leave(self) -> None:
        """Free the channel when it is ours; the program ends either way."""
        if self._ours:
            try:
                self._link.unsubscribe(LEAVE_S)
            except StationError as error:
                logs.event(LOG, "doors-left-subscribed", error=error)
            self._ours = False
        self._link.close()
