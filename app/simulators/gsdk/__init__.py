"""A simulated Suprema G-SDK gateway with its devices: users, scans, logs, and requests for server matching."""

from app.simulators.gsdk.asking import Malformed
from app.simulators.gsdk.certificates import Authority, Certificate, Pair
from app.simulators.gsdk.channel import Answer, Asked
from app.simulators.gsdk.front import Seen
from app.simulators.gsdk.gateway import SimulatedGateway
from app.simulators.gsdk.passers import SCRIPT, By, Passage, Passers
from app.simulators.gsdk.settings import (
    EVERY_MODEL,
    FIRST_DEVICE,
    DeviceMake,
    Make,
    Mischief,
    Model,
    Variants,
    devices,
)
from app.simulators.gsdk.stage import Presence
from app.simulators.gsdk.touches import card_of, face_template, finger_template
from app.simulators.gsdk.traffic import Report, report, send
from app.simulators.gsdk.visits import Visit

__all__ = [
    "EVERY_MODEL",
    "FIRST_DEVICE",
    "SCRIPT",
    "Answer",
    "Asked",
    "Authority",
    "By",
    "Certificate",
    "DeviceMake",
    "Make",
    "Malformed",
    "Mischief",
    "Model",
    "Pair",
    "Passage",
    "Passers",
    "Presence",
    "Report",
    "Seen",
    "SimulatedGateway",
    "Variants",
    "Visit",
    "card_of",
    "devices",
    "face_template",
    "finger_template",
    "report",
    "send",
]
