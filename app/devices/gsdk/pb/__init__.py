"""The gateway's wire contract in three generations, generated from `sources/` by packaging/protos.py."""

from app.devices.gsdk.pb.calls import Package, ServerStream, Unary, served
from app.devices.gsdk.pb.generations import Choice, Generation, chosen, from_version, wire
from app.devices.gsdk.pb.wire import Services

__all__ = [
    "Choice",
    "Generation",
    "Package",
    "ServerStream",
    "Services",
    "Unary",
    "chosen",
    "from_version",
    "served",
    "wire",
]
