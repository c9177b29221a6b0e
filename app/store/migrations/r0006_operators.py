"""Operators: who may sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "operators",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("password", sa.LargeBinary, nullable=False),
        sa.Column("tries", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("digest"),
        sqlite_autoincrement=True,
    )
