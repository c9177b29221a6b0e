"""People who walk through doors by themselves, a short script over and over, so that a demonstration has life."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from typing import Final, Protocol

from app.simulators.gsdk import touches
from app.simulators.gsdk.visits import Visit, Visits
from app.simulators.gsdk.wire import Refused
from app.simulators.people import Person, person

STRANGERS: Final = 900_000
"""Numbers of synthetic people from here on are nobody's whom a station knows."""
JOIN_S: Final = 2.0
"""A visit waits for its answer as long as the device does; whoever leaves does not."""


class By(StrEnum):
    """What somebody shows at a door."""

    FINGER = "finger"
    CARD = "card"
    NUMBER = "number"


@dataclass(frozen=True)
class Passage:
    """One visit: at which door of those given, how, by somebody known or by a stranger."""

    door: int
    by: By
    stranger: bool = False


SCRIPT: Final = (
    Passage(0, By.FINGER),
    Passage(0, By.CARD, stranger=True),
    Passage(1, By.CARD),
    Passage(0, By.FINGER),
    Passage(0, By.FINGER, stranger=True),
    Passage(1, By.CARD, stranger=True),
    Passage(0, By.NUMBER, stranger=True),
)


class Doors(Protocol):
    """What is visited (SimulatedGateway)."""

    visits: Visits


class Passers:
    """Walk on a thread of their own, one visit every so many seconds; `known` gives who is known by now, oldest first.

    Known people take turns; while nobody is known, strangers take their place.
    """

    def __init__(
        self, doors: Doors, numbers: Sequence[int], known: Callable[[], Sequence[Person]], every_s: float
    ) -> None:
        self._doors, self._numbers, self._known, self._every_s = doors, tuple(numbers), known, every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="passers", daemon=True)
        self._passed = 0

    def start(self) -> None:
        """Begin to walk."""
        self._thread.start()

    def close(self) -> None:
        """Nobody comes any more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        for passage in cycle(SCRIPT):
            if self._stop.wait(self._every_s):
                return
            with suppress(Refused):  # the device is not connected just now
                self.walk(passage)

    def walk(self, passage: Passage) -> Visit:
        """One visit to its end."""
        self._passed += 1
        who, device = self._who(passage), self._numbers[passage.door % len(self._numbers)]
        if passage.by is By.FINGER:
            return self._doors.visits.touch(device, who)
        if passage.by is By.CARD:
            return self._doors.visits.tap(device, touches.card_of(who))
        return self._doors.visits.type_id(device, str(who.number))

    def _who(self, passage: Passage) -> Person:
        known = self._known()
        if passage.stranger or not known:
            return person(STRANGERS + self._passed % 10)
        return known[self._passed % len(known)]
