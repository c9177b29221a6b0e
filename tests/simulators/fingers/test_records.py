"""Records of synthetic fingers, byte by byte."""

import numpy as np
import pytest

from app.simulators.fingers import Finger, Points, ansi_record, iso_record

TWO = Points(
    np.array([10, 300], np.int16),
    np.array([20, 400], np.int16),
    np.array([64, 255], np.uint8),
    np.array([1, 2], np.uint8),
    np.array([0, 77], np.uint8),
    width=388,
    height=512,
)
IMAGE = "0184 0200 00c5 00c5 01 00"


def test_iso_golden_bytes() -> None:
    expected = (
        "464d5200 20323000 0000002a 0000" + IMAGE + "07 00 55 02" + "400a 0014 40 00" + "812c 0190 ff 4d" + "0000"
    )
    assert iso_record(TWO, finger=7, quality=85) == bytes.fromhex(expected)


def test_ansi_golden_bytes() -> None:
    expected = (
        "464d5200 20323000 002c 00000000 0000" + IMAGE + "07 00 55 02" + "400a 0014 2d 00" + "812c 0190 b3 4d" + "0000"
    )
    assert ansi_record(TWO, finger=7, quality=85) == bytes.fromhex(expected)


def test_a_slot_is_filled_with_zeros() -> None:
    points = Finger(1).impression(0)
    record, used = iso_record(points, size=384), 24 + 4 + 6 * len(points) + 2
    assert len(record) == 384
    assert record[8:12] == used.to_bytes(4, "big")
    assert not any(record[used:])


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        iso_record(Finger(1).impression(0), size=100)
