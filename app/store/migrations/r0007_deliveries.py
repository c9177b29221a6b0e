"""Deliveries by device (paused, stopped, which device it was) and orders to erase."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables."""
    _table("lanes", _text("device_id"), _blob("lane"), sa.UniqueConstraint("device_id"))
    _table("erasures", _text("order_id"), _time("ordered_at"), _blob("record"), sa.UniqueConstraint("order_id"))
    _removals()


def _removals() -> None:
    owner = sa.Column("erasure", sa.Integer, sa.ForeignKey("erasures.id", ondelete="CASCADE"), nullable=False)
    moments = (_time("due_at"), _time("updated_at"))
    counted = sa.Column("attempts", sa.Integer, nullable=False)
    members = (_text("device_id"), _text("state"), counted, *moments, _text("error_code"), _blob("outcome"))
    _table("removals", owner, *members, sa.UniqueConstraint("erasure", "device_id", name="one_removal_per_device"))
    for column in ("erasure", "state"):
        op.create_index(f"ix_removals_{column}", "removals", [column])


def _table(name: str, *members: Any) -> None:
    op.create_table(name, sa.Column("id", sa.Integer, primary_key=True), *members, sqlite_autoincrement=True)


def _blob(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String, nullable=False)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False)
