"""A simulated Control iD terminal: fingers, faces and cards by remote enrollment, with its calls to a server."""

from app.simulators.controlid.enroller import Status
from app.simulators.controlid.links import Delivery
from app.simulators.controlid.observed import Seen, TerminalState
from app.simulators.controlid.presence import Presence
from app.simulators.controlid.settings import Dress, Make, Mischief, Modality, PictureFormat, Variants
from app.simulators.controlid.terminal import ControlIdTerminal

__all__ = [
    "ControlIdTerminal",
    "Delivery",
    "Dress",
    "Make",
    "Mischief",
    "Modality",
    "PictureFormat",
    "Presence",
    "Seen",
    "Status",
    "TerminalState",
    "Variants",
]
