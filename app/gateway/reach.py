"""How to reach the gateway, for whoever wires the doors and must not know the wire."""

from app.devices.gsdk.channel import GatewayAccess
from app.devices.gsdk.pb.generations import Generation

__all__ = ["GatewayAccess", "generation_of"]


def generation_of(configured: str) -> Generation | None:
    """The generation as the configuration names it ("A", "B", "C"); None for "auto"."""
    return None if configured == "auto" else Generation(configured.lower())
