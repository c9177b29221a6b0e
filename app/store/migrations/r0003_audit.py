"""The journal's chain, its head, and the station's signing key. Entries that are there are chained by `chain.adopt`."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column("journal", sa.Column("tie", sa.LargeBinary, nullable=False, server_default=sa.text("x''")))
    for name, value in (("journal_head", "head"), ("identity", "private_key")):
        op.create_table(
            name,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column(value, sa.LargeBinary, nullable=False),
            sqlite_autoincrement=True,
        )
