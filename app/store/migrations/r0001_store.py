"""The first schema: keys, drafts, people, samples, jobs, features, journal."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

FOR_EVER = """
CREATE TRIGGER journal_{name} BEFORE {act} ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""


def upgrade() -> None:
    """Make everything."""
    key_id = sa.Column("key_id", sa.Integer, primary_key=True, autoincrement=False)
    op.create_table("keys", key_id, _blob("check_value"))
    _drafts()
    _people()
    _journal()


def _blob(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String, nullable=False)


def _owner(name: str, table: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def _table(name: str, *members: Any, key: str = "id", indexed: tuple[str, ...] = ()) -> None:
    op.create_table(name, sa.Column(key, sa.Integer, primary_key=True), *members, sqlite_autoincrement=True)
    for column in indexed:
        op.create_index(f"ix_{name}_{column}", name, [column])


def _drafts() -> None:
    times = (_time("created_at"), _time("updated_at"))
    _table("drafts", _blob("digest"), *times, _blob("summary"), _blob("state"), sa.UniqueConstraint("digest"))
    once = sa.UniqueConstraint("draft", "digest", name="one_sample_per_id")
    members = (_owner("draft", "drafts"), _blob("digest"), _blob("body"), _blob("image"))
    _table("draft_samples", *members, once, indexed=("draft",))


def _people() -> None:
    digest = sa.UniqueConstraint("digest")
    _table("people", _blob("digest"), _number("revision"), _time("saved_at"), _blob("summary"), _blob("record"), digest)
    _table("samples", _owner("person", "people"), _blob("body"), _blob("image"), indexed=("person",))
    _jobs()
    once = sa.UniqueConstraint("person", "position", name="one_row_per_position")
    _table("features", _owner("person", "people"), _text("position"), _blob("features"), once, indexed=("person",))


def _jobs() -> None:
    _table(
        "jobs",
        _owner("person", "people"),
        _text("device_id"),
        _number("revision"),
        _text("state"),
        _number("attempts"),
        _time("due_at"),
        _time("updated_at"),
        _text("error_code"),
        _blob("outcome"),
        sa.UniqueConstraint("person", "device_id", name="one_job_per_device"),
        indexed=("person", "state"),
    )


def _journal() -> None:
    """Entries can be added; neither removed nor moved. (A key change replaces only the ciphertext.)"""
    _table("journal", _time("at"), _blob("digest", nullable=True), _blob("entry"), key="seq", indexed=("digest",))
    op.execute(FOR_EVER.format(name="keeps_rows", act="DELETE"))
    op.execute(FOR_EVER.format(name="keeps_order", act="UPDATE OF seq, at"))
