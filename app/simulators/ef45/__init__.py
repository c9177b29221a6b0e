"""A simulated EF-45 iris and face terminal, written from its REST document."""

from app.simulators.ef45.capture import Message, Phase, Presence
from app.simulators.ef45.observed import Seen, TerminalState
from app.simulators.ef45.operations import DOCUMENTED, Mischief
from app.simulators.ef45.settings import Make, Variants
from app.simulators.ef45.terminal import Ef45Terminal

__all__ = [
    "DOCUMENTED",
    "Ef45Terminal",
    "Make",
    "Message",
    "Mischief",
    "Phase",
    "Presence",
    "Seen",
    "TerminalState",
    "Variants",
]
