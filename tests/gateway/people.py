"""Synthetic people at doors, and a directory of them."""

from datetime import UTC, datetime

from app.domain.access import Holder
from app.gateway.directory import Directory

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CARD = bytes(25) + bytes.fromhex("041d18ead35380")


def directory(*holders: Holder) -> Directory:
    """Everybody stored, loaded."""
    made = Directory()
    made.load(holders)
    return made


ANA = Holder("1000", "Specimen", "Ana", group="Staff", cards=("41d18ead35380",))
