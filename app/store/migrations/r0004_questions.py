"""Questions to a supervisor; they go with their draft."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table."""
    draft = sa.ForeignKey("drafts.id", ondelete="CASCADE")
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("draft", sa.Integer, draft, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_questions_draft", "questions", ["draft"])
    op.create_index("ix_questions_verdict", "questions", ["verdict"])
