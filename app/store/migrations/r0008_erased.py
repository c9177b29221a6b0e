"""Who was erased, under keyed names."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "erased",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("order_id"),
        sqlite_autoincrement=True,
    )
