"""What an operation is: a line of the document, and the function that carries it out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.simulators.ef45.device import Device
from app.simulators.ef45.preview import PreviewPainter
from app.simulators.ef45.wire import Answer, Call


class Mischief(StrEnum):
    """Faults only this terminal knows, besides those of every HTTP simulator.

    FORGETS         a writing operation answers success and stores nothing
    WRONG_SERIAL    items carry another terminal's serial number
    DATABASE_FULL   the camera does not start: "DB is full"
    EMPTY_PREVIEW   the preview has no picture this time
    STEAL_LOCK      just before the operation another client takes the lock by force
    REBOOT          just before the operation the terminal goes down, and comes back later
    """

    FORGETS = "forgets"
    WRONG_SERIAL = "wrong_serial"
    DATABASE_FULL = "database_full"
    EMPTY_PREVIEW = "empty_preview"
    STEAL_LOCK = "steal_lock"
    REBOOT = "reboot"


@dataclass(frozen=True)
class Machine:
    """The parts of a terminal an operation works on."""

    device: Device
    painter: PreviewPainter
    reboot: Callable[[], None]


@dataclass(frozen=True)
class Operation:
    """One of the document's operations.

    `query` are the parameters it may carry besides lock_uid. Operations run one at a time, except `free` ones.
    """

    method: str
    path: str
    run: Callable[[Machine, Call], Answer]
    success: int = 200
    query: tuple[str, ...] = ()
    locked: bool = True
    free: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"
