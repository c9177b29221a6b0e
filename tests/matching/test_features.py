"""Features: what they hold, that they can be stored, and that any minutiae can be described."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import RecordRefused
from app.matching.descriptor import CylinderCodes, Descriptor
from app.matching.descriptor.hull import convex_hull
from app.matching.features import FIRST_DIRECTION, MASK, MOST, Features, features_of
from app.matching.minutiae import Minutiae
from tests.matching.prints import features, minutiae
from tests.matching.records.samples import random_minutiae


def test_stored_features_come_back_alone_and_in_a_row() -> None:
    two = [features(1), features(2)]
    again = Features.from_bytes(two[0].to_bytes() + two[1].to_bytes())
    assert [np.array_equal(back.words, sent.words) for back, sent in zip(again, two, strict=True)] == [True, True]
    assert Features.from_bytes(b"") == ()
    assert len(two[0].to_bytes()) <= 4096


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b"ESF\xff" + b[4:], lambda b: b[1:]]
)
def test_other_bytes_are_refused(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(RecordRefused):
        Features.from_bytes(damage(features(1).to_bytes()))


def test_features_do_not_show_a_person() -> None:
    assert repr(features(1)) == "Features()"


@given(st.integers(0, 255), st.integers(0, 2**32 - 1), st.sampled_from([3, 40, 400, 16000]))
@settings(max_examples=60, deadline=None)
def test_any_minutiae_become_features(count: int, seed: int, size: int) -> None:
    found = features_of(random_minutiae(np.random.default_rng(seed), count, size, size))
    assert len(found) <= min(count, MOST)
    assert found.words.shape == (len(found), 16)


def test_minutiae_are_kept_by_direction() -> None:
    turned = (features(3).angle - FIRST_DIRECTION) & 255
    assert (np.diff(turned) >= 0).all()


def test_duplicates_count_once() -> None:
    once = minutiae(3)
    twice = once.take(np.r_[np.arange(len(once)), np.arange(len(once))])
    assert np.array_equal(features_of(twice).words, features_of(once).words)


def test_codes_follow_the_finger_when_it_is_shifted_and_turned() -> None:
    one = minutiae(4)
    x, y = one.x.astype(int), one.y.astype(int)
    turned = Minutiae(
        (y + 40).astype(np.int16), (500 - x).astype(np.int16), one.angle + np.uint8(64), one.kind, one.quality, 600, 600
    )
    first, second = features_of(one), features_of(turned)
    order = np.argsort((second.angle - 64 - FIRST_DIRECTION) & 255, kind="stable")
    same = np.bitwise_count(first.words[:, :MASK] ^ second.words[order, :MASK]).sum()
    assert same <= 0.01 * np.bitwise_count(first.words[:, :MASK]).sum()


def test_cylinder_codes_are_one_descriptor_of_the_protocol() -> None:
    descriptor: Descriptor = CylinderCodes()
    none = np.zeros(0, np.int32)
    assert descriptor.describe(none, none, none).shape == (0, 7)


@pytest.mark.parametrize(
    ("points", "edges"),
    [([(0, 0), (10, 0), (10, 10), (0, 10), (5, 5), (10, 5)], 4), ([(0, 0), (5, 5), (9, 9)], 2), ([(3, 3), (3, 3)], 0)],
)
def test_hull_has_all_points_inside(points: list[tuple[int, int]], edges: int) -> None:
    x, y = np.array(points, float).T
    hull = convex_hull(x, y)
    assert len(hull) == edges
    assert (x[:, None] * hull[:, 0] + y[:, None] * hull[:, 1] <= hull[:, 2] + 1e-9).all()
