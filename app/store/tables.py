"""The tables as SQLAlchemy sees them; `migrations` makes them. What is not `sealed` stays readable on disk.

    keys ─ which data keys the rows may be sealed with
    drafts ─┬─ draft_samples
            └─ questions        to a supervisor
    people ─┼─ samples          the references' source
            ├─ jobs             deliveries, one per device
            └─ features         search features of finger references
    lanes ─ how deliveries to each device go on
    erasures ─ removals          orders to erase people everywhere; removals are deliveries too
    erased ─ who was erased, under keyed names, for backups that still hold them
    evidence ─ of comparisons, by a random id
    passages ─ where people were last seen going, by zone; people need not be in the store
    journal ─ append only and chained; points to nobody, so that it outlives them
    journal_head ─ one row: how far the journal goes
    operators ─ who may sign in
    identity ─ one row: the key the station signs with

Times are microseconds since 1970 in UTC. `digest` columns are keyed (see crypto), so that a row is found by an
identifier that itself is sealed.
"""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

SEALED = "sealed"

metadata = MetaData()


def _sealed(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, LargeBinary, nullable=nullable, info={SEALED: True})


def _time(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


def _id(name: str = "id") -> Column[Any]:
    return Column(name, Integer, primary_key=True, autoincrement=True)


def _owner(name: str, table: str) -> Column[Any]:
    return Column(name, Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)


def _table(name: str, *members: Any) -> Table:
    """Ids are never given out twice (AUTOINCREMENT), so a removed row's value fits no later row."""
    return Table(name, metadata, *members, sqlite_autoincrement=True)


keys = Table(
    "keys",
    metadata,
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    _sealed("check_value"),
)

drafts = _table(
    "drafts",
    _id(),
    Column("digest", LargeBinary, nullable=False, unique=True),
    _time("created_at"),
    _time("updated_at"),
    _sealed("summary"),
    _sealed("state"),
)

draft_samples = _table(
    "draft_samples",
    _id(),
    _owner("draft", "drafts"),
    Column("digest", LargeBinary, nullable=False),
    _sealed("body"),
    _sealed("image"),
    UniqueConstraint("draft", "digest", name="one_sample_per_id"),
)

questions = _table(
    "questions",
    _id(),
    _owner("draft", "drafts"),
    Column("verdict", String, nullable=False, index=True),
    _sealed("body"),
)

people = _table(
    "people",
    _id(),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    _time("saved_at"),
    _sealed("summary"),
    _sealed("record"),
)

samples = _table(
    "samples",
    _id(),
    _owner("person", "people"),
    _sealed("body"),
    _sealed("image"),
)

jobs = _table(
    "jobs",
    _id(),
    _owner("person", "people"),
    Column("device_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    _time("due_at"),
    _time("updated_at"),
    Column("error_code", String, nullable=False),
    _sealed("outcome"),
    UniqueConstraint("person", "device_id", name="one_job_per_device"),
)

features = _table(
    "features",
    _id(),
    _owner("person", "people"),
    Column("position", String, nullable=False),
    _sealed("features"),
    UniqueConstraint("person", "position", name="one_row_per_position"),
)

journal = _table(
    "journal",
    _id("seq"),
    _time("at"),
    Column("digest", LargeBinary, nullable=True, index=True),
    _sealed("entry"),
    _sealed("tie"),
)

operators = _table(
    "operators",
    _id(),
    Column("digest", LargeBinary, nullable=False, unique=True),
    _sealed("body"),
    _sealed("password"),
    _sealed("tries"),
)

journal_head = _table("journal_head", _id(), _sealed("head"))

identity = _table("identity", _id(), _sealed("private_key"))

evidence = _table(
    "evidence",
    _id(),
    Column("evidence_id", String, nullable=False, unique=True),
    _time("decided_at"),
    _sealed("summary"),
    _sealed("record"),
)


passages = _table(
    "passages",
    _id(),
    Column("digest", LargeBinary, nullable=False, index=True),
    Column("zone", String, nullable=False),
    _sealed("body"),
)

lanes = _table(
    "lanes",
    _id(),
    Column("device_id", String, nullable=False, unique=True),
    _sealed("lane"),
)

erasures = _table(
    "erasures",
    _id(),
    Column("order_id", String, nullable=False, unique=True),
    _time("ordered_at"),
    _sealed("record"),
)

removals = _table(
    "removals",
    _id(),
    _owner("erasure", "erasures"),
    Column("device_id", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    _time("due_at"),
    _time("updated_at"),
    Column("error_code", String, nullable=False),
    _sealed("outcome"),
    UniqueConstraint("erasure", "device_id", name="one_removal_per_device"),
)

erased = _table(
    "erased",
    _id(),
    Column("order_id", String, nullable=False, unique=True),
    _time("at"),
    Column("name", LargeBinary, nullable=False),
)


@cache
def sealed_columns(table: Table) -> tuple[Column[Any], ...]:
    """The encrypted columns of a table."""
    return tuple(column for column in table.columns if column.info.get(SEALED))


def record_column(table: Table) -> Column[Any]:
    """The column whose value is the record id that sealed values are bound to."""
    (column,) = table.primary_key.columns
    return column
