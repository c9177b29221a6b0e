"""Samples as rows keep them: the description with its templates in one sealed value, the image in another."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Table

from app.domain.records import KeptSample
from app.domain.sample import Sample
from app.store.codec import pack, unpack
from app.store.database import Database


def sample_values(database: Database, table: Table, record: int, sample: Sample) -> dict[str, Any]:
    """The sealed columns of a sample."""
    return _values(database, table, record, pack(replace(sample, image=b"")), sample.image)


def kept_values(database: Database, table: Table, record: int, kept: KeptSample) -> dict[str, Any]:
    """The sealed columns of a sample of a draft."""
    bare = replace(kept, sample=replace(kept.sample, image=b""))
    return _values(database, table, record, pack(bare), kept.sample.image)


def sample_from(database: Database, table: Table, record: int, body: bytes, image: bytes) -> Sample:
    """The sample of a row."""
    bare = unpack(Sample, database.unseal(table.c.body, record, body))
    return replace(bare, image=database.unseal(table.c.image, record, image))


def kept_from(database: Database, table: Table, record: int, body: bytes, image: bytes) -> KeptSample:
    """The draft's sample of a row."""
    bare = unpack(KeptSample, database.unseal(table.c.body, record, body))
    return replace(bare, sample=replace(bare.sample, image=database.unseal(table.c.image, record, image)))


def _values(database: Database, table: Table, record: int, body: bytes, image: bytes) -> dict[str, Any]:
    return {
        "id": record,
        "body": database.seal(table.c.body, record, body),
        "image": database.seal(table.c.image, record, image),
    }
