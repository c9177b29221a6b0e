"""Bytes and back: everything survives, the unknown is ignored, the missing gets its default, garbage is named."""

import json
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.enrollment import Enrollment
from app.domain.errors import StoreDamaged
from app.domain.modality import FaceVariant, Position
from app.domain.records import JournalEntry, KeptSample
from app.domain.sample import Quality, QualityReason, Sample, Source, Template
from app.store.codec import pack, unpack
from tests.store.people import enrollment, kept

_numbers = some.one_of(some.integers(), some.floats(allow_nan=False), some.text(), some.booleans())
_figures = some.dictionaries(some.text(), _numbers, max_size=4)
_times = some.datetimes(timezones=some.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]))
_templates = some.builds(Template, some.text(), some.binary(max_size=300), some.integers(), _figures)
_qualities = some.builds(Quality, some.floats(0, 100), some.sampled_from(QualityReason), _figures)
_sources = some.builds(Source, some.text(), some.text(), some.text(), some.text())
_samples = some.builds(
    Sample,
    some.sampled_from(Position),
    _sources,
    _times,
    _qualities,
    some.binary(max_size=300),
    some.text(),
    some.none() | some.sampled_from(FaceVariant),
    some.lists(_templates, max_size=3).map(tuple),
    some.text(),
)


@settings(deadline=None)
@given(_samples)
def test_every_sample_survives(sample: Sample) -> None:
    assert unpack(Sample, pack(sample)) == sample


def test_whole_records_survive() -> None:
    whole = enrollment("P-1", document="ñ 1")
    assert unpack(Enrollment, pack(whole)) == whole
    assert unpack(KeptSample, pack(kept(Position.FACE))) == kept(Position.FACE)
    entry = JournalEntry("act", "ana", facts={"a": "b"}, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert unpack(JournalEntry, pack(entry)) == entry


def _packed(head: object, blobs: bytes = b"") -> bytes:
    text = json.dumps(head).encode()
    return struct.pack(">I", len(text)) + text + blobs


@dataclass(frozen=True)
class Now:
    """A record as it is read today: one member is gone, two are new."""

    name: str
    reason: QualityReason = QualityReason.OK
    added: tuple[int, ...] = ()
    more: dict[str, str] = field(default_factory=dict)


def test_unknown_members_are_ignored_and_missing_ones_get_their_default() -> None:
    old = _packed({"name": "x", "gone": {"deep": [1, 2]}, "blob": [0, 3]}, b"abc")
    assert unpack(Now, old) == Now("x")


def test_an_unknown_word_becomes_unknown_where_there_is_such_a_word() -> None:
    assert unpack(Now, _packed({"name": "x", "reason": "from-the-future"})).reason is QualityReason.UNKNOWN
    with pytest.raises(StoreDamaged):
        unpack(Template, _packed({"format": "x", "data": [0, 5]}, b"ab"))


@pytest.mark.parametrize(
    "data", [b"", b"\0\0", b"\0\0\0\5{}", _packed([]), _packed({}), _packed({"name": {}, "added": 3})]
)
def test_what_cannot_be_read_is_named(data: bytes) -> None:
    with pytest.raises(StoreDamaged):
        unpack(Now, data)


@settings(deadline=None)
@given(some.binary(max_size=200))
def test_garbage_never_does_anything_else(data: bytes) -> None:
    with pytest.raises(StoreDamaged):
        unpack(Sample, data)


def test_what_has_no_form_is_refused_when_written() -> None:
    with pytest.raises(TypeError):
        pack(JournalEntry("act", "ana", facts={"x": object()}))  # type: ignore[dict-item]
