"""What only this vendor understands: options of a capture, and how fast the driver looks and gives up."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.capture import VendorOptions


@dataclass(frozen=True)
class ControlIdOptions(VendorOptions):
    """`save`, `sync`: None takes what the terminal is configured for. `panic_finger`: a finger that opens under duress
    and raises an alarm. `auto_face`: the photo is taken by itself after `countdown` seconds, without a button, also
    where the request does not say so.
    `message`: what the terminal's screen says; empty names the finger, and leaves the rest to the terminal.
    """

    save: bool | None = None
    sync: bool | None = None
    panic_finger: bool = False
    auto_face: bool = False
    countdown: int = 3
    message: str = ""


class ResultsBy(StrEnum):
    """How an asynchronous result comes: by Monitor, which changes nothing at the door, or as from an access server."""

    MONITOR = "monitor"
    ONLINE = "online"


@dataclass(frozen=True)
class Tuning:
    """Seconds. `settle_s`: how long a terminal may still show the state of before; `grace_s`: how long a result may
    still be on its way after the terminal shows the end; `end_s`: how long a canceled call may take to come back."""

    state_every_s: float = 0.5
    settle_s: float = 3.0
    grace_s: float = 6.0
    end_s: float = 5.0
    patience_s: float = 100.0
