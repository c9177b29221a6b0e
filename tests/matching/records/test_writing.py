"""Golden bytes, round trips and limits of the record writer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import InvalidInput
from app.matching.minutiae import Minutiae
from app.matching.records import ExtendedBlock, FingerView, RecordFormat, keep_best, pad, parse, write
from tests.matching.records.samples import random_minutiae

ISO = RecordFormat.ISO_19794_2_2005
ANSI = RecordFormat.ANSI_378_2004

TWO = Minutiae(
    x=np.array([100, 300], np.int16),
    y=np.array([50, 260], np.int16),
    angle=np.array([64, 192], np.uint8),
    kind=np.array([1, 2], np.uint8),
    quality=np.array([0, 90], np.uint8),
    width=388,
    height=374,
)

GOLDEN_ISO = (
    "464d5200 20323000 0000002a 0000 0184 0176 00c5 00c5 01 00"  # header, 42 bytes
    "02 00 50 02"  # right index, view 0, quality 80, two minutiae
    "4064 0032 40 00"
    "812c 0104 c0 5a"
    "0000"
)
GOLDEN_ANSI = (
    "464d5200 20323000 002c 0000 0000 0000 0184 0176 00c5 00c5 01 00"
    "02 00 50 02"
    "4064 0032 2d 00"  # 90 degrees
    "812c 0104 87 5a"  # 270 degrees
    "0000"
)


@pytest.mark.parametrize(("kind", "golden"), [(ISO, GOLDEN_ISO), (ANSI, GOLDEN_ANSI)])
def test_golden_bytes(kind: RecordFormat, golden: str) -> None:
    expected = bytes.fromhex(golden.replace(" ", ""))
    assert write([FingerView(TWO, finger=2, quality=80)], kind) == expected
    assert parse(expected).views[0].minutiae == TWO


@given(
    st.sampled_from([ISO, ANSI]),
    st.lists(st.tuples(st.integers(0, 255), st.integers(0, 10), st.binary(max_size=9)), min_size=1, max_size=4),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=150, deadline=None)
def test_round_trip(kind: RecordFormat, shapes: list[tuple[int, int, bytes]], seed: int) -> None:
    random = np.random.default_rng(seed)
    views = [
        FingerView(random_minutiae(random, count), finger, n + 1, 0, 60, (ExtendedBlock(1, extra),) if extra else ())
        for n, (count, finger, extra) in enumerate(shapes)
    ]
    record = parse(write(views, kind))
    assert record.format is kind
    for found, sent in zip(record.views, views, strict=True):
        assert (found.finger, found.number, found.extended) == (sent.finger, sent.number, sent.extended)
        turn = (found.minutiae.angle.astype(int) - sent.minutiae.angle + 128) % 256 - 128
        assert np.abs(turn).max(initial=0) <= (0 if kind is ISO else 1)
        assert np.array_equal(found.minutiae.x, sent.minutiae.x)
        assert np.array_equal(found.minutiae.quality, sent.minutiae.quality)


@pytest.mark.parametrize(("kind", "most"), [(ISO, 59), (ANSI, 58)])
def test_384_bytes_hold_the_best_minutiae(kind: RecordFormat, most: int) -> None:
    minutiae = random_minutiae(np.random.default_rng(5), 90)
    slot = pad(write([FingerView(minutiae)], kind, limit=384))
    kept = parse(slot).views[0].minutiae
    assert (len(slot), len(kept)) == (384, most)
    assert kept.quality.min() >= np.sort(minutiae.quality)[90 - most]


def test_without_quality_the_middle_of_the_finger_is_kept() -> None:
    xs = np.arange(0, 300, 3).astype(np.int16)
    zeros = np.zeros(100, np.uint8)
    kept = keep_best(Minutiae(xs, np.full(100, 50, np.int16), zeros, zeros, zeros, 300, 100), 40)
    assert (kept.x.min(), kept.x.max()) == (90, 207)


def test_a_long_ansi_record_uses_the_long_form() -> None:
    views = [FingerView(random_minutiae(np.random.default_rng(n), 255), number=n % 16) for n in range(45)]
    record = parse(write(views, ANSI))
    assert record.format is ANSI
    assert len(record.views) == 45
    assert record.notes == frozenset()


@pytest.mark.parametrize(
    "views",
    [
        [],
        [FingerView(TWO, quality=101)],
        [FingerView(TWO, number=16)],
        [FingerView(TWO, finger=-1)],
        [FingerView(random_minutiae(np.random.default_rng(1), 256))],
        [FingerView(Minutiae(np.array([-1]), TWO.y[:1], TWO.angle[:1], TWO.kind[:1], TWO.quality[:1], 9, 9))],
    ],
)
def test_values_that_do_not_fit_are_refused(views: list[FingerView]) -> None:
    with pytest.raises(InvalidInput):
        write(views)


def test_a_limit_below_the_headers_is_refused() -> None:
    with pytest.raises(InvalidInput):
        write([FingerView(TWO)], limit=29)
    with pytest.raises(InvalidInput):
        pad(bytes(385))


def test_nothing_of_a_person_shows_in_a_repr() -> None:
    record = parse(write([FingerView(TWO, extended=(ExtendedBlock(9, b"private"),))]))
    assert "array" not in repr(record)
    assert "private" not in repr(record)
