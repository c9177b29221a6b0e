"""A simulated IDEMIA BioServer, version 2: all operations over HTTP(S), faces it tells apart, signed replies."""

from app.simulators.bioserver.memory import Outcome
from app.simulators.bioserver.observed import Seen, SeenPart, SessionState
from app.simulators.bioserver.server import BioServer
from app.simulators.bioserver.settings import DEFAULT_KEY, FORBIDDEN_KEY, Make, Mischief, Variants

__all__ = [
    "DEFAULT_KEY",
    "FORBIDDEN_KEY",
    "BioServer",
    "Make",
    "Mischief",
    "Outcome",
    "Seen",
    "SeenPart",
    "SessionState",
    "Variants",
]
