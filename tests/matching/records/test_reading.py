"""Every row of the table of pitfalls: read rightly, read tolerantly, or refused by name."""

import numpy as np
import pytest

from app.domain.errors import RecordRefused
from app.matching.records import Note, RecordFormat, Refusal, parse
from tests.matching.records.samples import ROWS, ansi, ansi_long, iso, minutia, view

ISO = RecordFormat.ISO_19794_2_2005
ANSI = RecordFormat.ANSI_378_2004

MANY = tuple((1, 10 + i, 20 + i, i % 180, 0) for i in range(70))


def test_iso_and_ansi_are_told_apart_by_their_length_fields() -> None:
    assert parse(iso(view())).format is ISO
    assert parse(ansi(view())).format is ANSI


def test_a_large_iso_record_keeps_its_format() -> None:
    large = iso(*[view([ROWS[0]] * 255, numbers=n % 16 << 4) for n in range(45)])
    assert len(large) > 65536
    record = parse(large)
    assert record.format is ISO
    assert len(record.views) == 45


def test_ansi_long_form_has_a_30_byte_header() -> None:
    large = ansi_long(*[view([ROWS[0]] * 255, numbers=n % 16 << 4) for n in range(45)])
    record = parse(large)
    assert record.format is ANSI
    assert len(record.views) == 45
    assert parse(ansi_long(view())).format is ANSI


def test_format_given_by_the_caller_wins() -> None:
    looks_ansi = iso(view(), length=0x0020_0000)
    assert parse(looks_ansi, ISO).views[0].minutiae.x.tolist() == [100, 160, 200, 40]
    assert parse(ansi(view(), length=24), ANSI).views[0].minutiae.x.tolist() == [100, 160, 200, 40]


def test_minutiae_are_read_with_types_origin_and_quality() -> None:
    found = parse(iso(view())).views[0]
    assert (found.finger, found.number, found.impression, found.quality) == (2, 0, 0, 70)
    assert found.minutiae.y.tolist() == [120, 90, 210, 300]
    assert found.minutiae.kind.tolist() == [1, 2, 0, 1]
    assert found.minutiae.quality.tolist() == [0, 80, 100, 1]
    assert (found.minutiae.width, found.minutiae.height) == (300, 400)


def test_view_number_and_impression_share_one_byte() -> None:
    found = parse(iso(view(numbers=0x3B))).views[0]
    assert (found.number, found.impression) == (3, 11)


def test_reserved_bits_are_masked_and_undefined_types_accepted() -> None:
    body = bytes([1, 0, 50, 1]) + minutia((3, 300, 200, 9, 9), reserved=3) + b"\0\0"
    minutiae = parse(iso(body)).views[0].minutiae
    assert (minutiae.x[0], minutiae.y[0], minutiae.kind[0]) == (300, 200, 0)


@pytest.mark.parametrize(("byte", "angle"), [(0, 0), (45, 64), (90, 128), (135, 192), (179, 255)])
def test_ansi_angles_are_steps_of_two_degrees(byte: int, angle: int) -> None:
    assert parse(ansi(view([(1, 5, 5, byte, 0)]))).views[0].minutiae.angle[0] == angle


def test_iso_angles_are_256_per_turn() -> None:
    assert parse(iso(view([(1, 5, 5, 200, 0)]))).views[0].minutiae.angle[0] == 200


def test_iso_record_with_angles_that_look_ansi_is_kept_and_noted() -> None:
    record = parse(iso(view(MANY)))
    assert Note.ANGLES_LOOK_ANSI in record.notes
    assert record.views[0].minutiae.angle[1] == 1


def test_ansi_record_with_iso_angles_is_read_as_such() -> None:
    record = parse(ansi(view([(1, 5, 5, 200, 0), (1, 9, 9, 64, 0)])))
    assert Note.ANGLES_LOOK_ISO in record.notes
    assert record.views[0].minutiae.angle.tolist() == [200, 64]


@pytest.mark.parametrize(
    ("resolution", "x", "note"),
    [
        (197, 100, None),
        (0, 100, Note.RESOLUTION_ASSUMED),
        (500, 100, Note.RESOLUTION_IN_PPI),
        (1000, 50, Note.RESOLUTION_IN_PPI),
        (394, 50, None),
        (224, 88, None),
        (3, 100, Note.RESOLUTION_ASSUMED),
        (65535, 100, Note.RESOLUTION_ASSUMED),
    ],
)
def test_resolution_is_scaled_to_500_dpi(resolution: int, x: int, note: Note | None) -> None:
    record = parse(iso(view(), resolution=resolution))
    assert record.views[0].minutiae.x[0] == x
    assert record.notes == (frozenset() if note is None else {note})


def test_quality_not_reported_stays_zero_and_beyond_100_is_capped() -> None:
    minutiae = parse(iso(view([(1, 5, 5, 0, 0), (1, 8, 8, 0, 254)], quality=255))).views[0]
    assert minutiae.minutiae.quality.tolist() == [0, 100]
    assert minutiae.quality == 100


def test_extended_data_belongs_to_its_view() -> None:
    first = view(extended=b"\0\x0b" + b"\0\x01\0\x07abc" + b"\0\x02\0\x04")
    record = parse(iso(first, view(finger=3)))
    assert [(block.code, block.content) for block in record.views[0].extended] == [(1, b"abc"), (2, b"")]
    assert record.views[1].finger == 3
    assert record.notes == frozenset()


def test_missing_extended_length_is_accepted() -> None:
    for end in (None, b"\0"):
        record = parse(iso(view(extended=end)))
        assert len(record.views[0].minutiae) == 4
        assert Note.EXTENDED_MISSING in record.notes


@pytest.mark.parametrize("blocks", [b"\0\x01\0\x03", b"\0\x01\xff\xff", b"\0\x01\0\0", b"\0\x01\0"])
def test_bad_block_lengths_skip_the_rest_of_the_view_only(blocks: bytes) -> None:
    first = view(extended=len(blocks).to_bytes(2, "big") + blocks)
    record = parse(iso(first, view(finger=7)))
    assert len(record.views[0].minutiae) == 4
    assert record.views[1].finger == 7
    assert Note.EXTENDED_DAMAGED in record.notes


def test_extended_total_beyond_the_record_keeps_the_minutiae() -> None:
    record = parse(iso(view(extended=b"\xff\xff")))
    assert len(record.views[0].minutiae) == 4
    assert Note.EXTENDED_DAMAGED in record.notes


@pytest.mark.parametrize("length", [0, 25, 40, 100_000])
def test_wrong_length_field_is_noted_not_believed(length: int) -> None:
    record = parse(iso(view(), length=length))
    assert record.format is ISO
    assert len(record.views[0].minutiae) == 4
    assert record.notes == {Note.LENGTH_WRONG}


def test_length_may_be_the_padded_size() -> None:
    assert parse(iso(view(), length=384)).notes == frozenset()


def test_zero_views_with_data_is_one_view() -> None:
    record = parse(iso(view(), count=0))
    assert len(record.views) == 1
    assert Note.VIEWS_UNCOUNTED in record.notes


@pytest.mark.parametrize(("build", "most"), [(iso, 59), (ansi, 58)])
def test_zero_padding_to_384_bytes_is_not_a_further_view(build: type, most: int) -> None:
    padded = build(view(MANY[:most])).ljust(384, b"\0")
    assert len(padded) == 384
    record = parse(padded)
    assert [len(found.minutiae) for found in record.views] == [most]
    twice_counted = parse(build(view(), count=2).ljust(384, b"\0"))
    assert len(twice_counted.views) == 1
    assert Note.VIEWS_MISSING in twice_counted.notes


def test_minutiae_cut_by_the_384_byte_slot_are_kept_up_to_the_cut() -> None:
    record = parse(iso(view(MANY))[:384])
    assert len(record.views[0].minutiae) == 59
    assert Note.CUT_AT_SLOT in record.notes


def test_non_zero_tail_is_noted() -> None:
    assert Note.TAIL in parse(iso(view()) + b"\0\0x").notes


def test_all_views_of_the_same_finger_are_read() -> None:
    record = parse(iso(view(ROWS[:1], finger=1), view(ROWS[:2], finger=1, numbers=0x10), view(finger=1, numbers=0x20)))
    assert [(found.finger, found.number, len(found.minutiae)) for found in record.views] == [
        (1, 0, 1),
        (1, 1, 2),
        (1, 2, 4),
    ]


def test_a_cut_second_view_does_not_cost_the_first() -> None:
    record = parse(iso(view(), view(finger=3))[:-9])
    assert [found.finger for found in record.views] == [2]
    assert Note.VIEWS_MISSING in record.notes


@pytest.mark.parametrize("count", range(6))
def test_few_minutiae_are_a_record_all_the_same(count: int) -> None:
    assert len(parse(iso(view(MANY[:count]))).views[0].minutiae) == count


def test_duplicates_and_positions_outside_the_image_are_read() -> None:
    rows = [(1, 16383, 16383, 0, 0), (1, 7, 7, 0, 0), (1, 7, 7, 9, 0)]
    minutiae = parse(iso(view(rows))).views[0].minutiae
    assert minutiae.x.tolist() == [16383, 7, 7]
    enlarged = parse(iso(view(rows), resolution=40)).views[0].minutiae
    assert np.abs(enlarged.x).max() <= 16383


@pytest.mark.parametrize("form", [iso(view()), ansi(view()), ansi_long(view())])
def test_a_record_cut_anywhere_is_read_or_refused_as_cut(form: bytes) -> None:
    for end in range(1, len(form) - 2):
        with pytest.raises(RecordRefused) as refused:
            parse(form[:end])
        assert refused.value.facts["reason"] in (Refusal.CUT, Refusal.EMPTY, Refusal.UNKNOWN)


def _card_form(count: int) -> bytes:
    return b"".join(bytes([x, 255 - 3 * x, x % 64 | 64]) for x in range(count))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_card_form(20), "ISO/IEC 19794-2 card form"),
        (b"\x7f\x2e\x10\x81\x0e" + bytes(14), "ISO/IEC 19794-2 card form"),
        (b"FMR\x00030\0" + bytes(60), "ISO/IEC 19794-2:2011 or ANSI INCITS 378-2009"),
        (b"FMR\x00035\0" + bytes(60), "ANSI INCITS 378-2009/Am1"),
        (b"FMR\x00999\0" + bytes(60), "minutiae record of another version"),
        (bytes(range(1, 97)) * 4, "Suprema template"),
        (b"FIR\x00010\0" + bytes(60), "finger image record"),
        (b"BM" + bytes(60), "BMP image"),
    ],
)
def test_other_formats_are_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        parse(data)
    assert refused.value.facts["reason"] == Refusal.OTHER_FORMAT
    assert refused.value.facts["format"] == name


@pytest.mark.parametrize("data", [b"", bytes(384), b"hello there", b"\xff" * 100])
def test_nothing_and_nonsense_are_refused(data: bytes) -> None:
    with pytest.raises(RecordRefused) as refused:
        parse(data)
    assert refused.value.facts["reason"] in (Refusal.EMPTY, Refusal.UNKNOWN)
