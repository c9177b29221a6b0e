"""Minutiae of synthetic fingers: the same finger again, mates that agree, strangers that do not."""

import numpy as np
import pytest

from app.simulators.fingers import Conditions, Finger, Pattern, Points, finger_seed, people

CALM = Conditions(rotation=0, shift=0, distortion=0, missing=0, spurious=0, jitter=0, jitter_angle=0, limit=255)


def columns(points: Points) -> list[list[int]]:
    return [column.tolist() for column in (points.x, points.y, points.angle, points.kind, points.quality)]


def turned(points: Points, degrees: float) -> np.ndarray:
    """Positions of `points` turned about the window's middle, counter-clockwise as seen."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x, y = points.x - points.width / 2, points.y - points.height / 2
    return np.stack([c * x + s * y, -s * x + c * y], axis=1)


def near(a: np.ndarray, b: np.ndarray) -> float:
    """Share of the positions `a` that have one of `b` within eight pixels."""
    apart = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    return float((apart.min(axis=1) < 8).mean())


@pytest.mark.parametrize("pattern", list(Pattern))
def test_every_class_fills_a_window_like_a_real_finger(pattern: Pattern) -> None:
    counts = [len(Finger(seed, pattern).impression(0, Conditions(limit=255))) for seed in range(40)]
    assert 30 <= np.median(counts) <= 65
    assert min(counts) >= 12


def test_same_seed_and_touch_is_the_same_print() -> None:
    assert columns(Finger(5).impression(2)) == columns(Finger(5).impression(2))
    assert columns(Finger(5).impression(2)) != columns(Finger(5).impression(3))
    assert columns(Finger(5).impression(2)) != columns(Finger(6).impression(2))


def test_two_touches_of_one_finger_agree_and_strangers_do_not() -> None:
    mates, strangers = [], []
    for seed in range(16):
        finger = Finger(seed)
        first, second = finger.impression(0), finger.impression(1)
        other = Finger(seed + 1000).impression(1)
        turns = [float(turn) for turn in range(-40, 41, 5)]
        mates.append(max(_best_overlap(first, second, turn) for turn in turns))
        strangers.append(max(_best_overlap(first, other, turn) for turn in turns))
    assert np.median(mates) > 0.6
    assert np.median(strangers) < 0.5
    assert np.mean(np.array(mates) > np.array(strangers)) >= 0.9


def _best_overlap(a: Points, b: Points, turn: float) -> float:
    """Share of `a` on `b`, best over shifts voted by all pairs."""
    moved, still = turned(a, turn), turned(b, 0)
    shifts = (still[:, None] - moved[None]).reshape(-1, 2)
    votes, ex, ey = np.histogram2d(shifts[:, 0], shifts[:, 1], bins=40, range=[[-120, 120], [-120, 120]])
    i, j = np.unravel_index(votes.argmax(), votes.shape)
    shift = np.array([ex[i] + ex[i + 1], ey[j] + ey[j + 1]]) / 2
    return near(moved + shift, still)


def test_a_calm_touch_shows_the_master_unmoved() -> None:
    finger = Finger(11)
    points = finger.impression(0, CALM)
    master = finger.master[:, :2] + (CALM.width / 2, CALM.height / 2)
    assert len(points) > 25
    assert near(np.stack([points.x, points.y], axis=1).astype(float), master) == 1.0


def test_directions_follow_the_ridges() -> None:
    finger = Finger(12, Pattern.LEFT_LOOP)
    x, y, direction = finger.master[:, 0].copy(), finger.master[:, 1].copy(), finger.master[:, 2]
    assert np.abs(np.sin(direction - finger.field.orientation(x, y))).max() < 1e-9


def test_sender_habits() -> None:
    points = Finger(3).impression(0, Conditions(two_degree=True, report_quality=False, limit=20))
    assert len(points) == 20
    assert not points.quality.any()
    grid = np.rint(np.arange(180) / 180 * 256).astype(int) % 256
    assert set(points.angle.tolist()) <= set(grid.tolist())
    assert ((points.x >= 0) & (points.x < 300) & (points.y >= 0) & (points.y < 400)).all()


def test_a_population_is_its_fingers() -> None:
    third = list(people(4, seed=9))[3]
    assert columns(third) == columns(Finger(finger_seed(9, 3)).impression(0))


def test_cores_and_deltas_sit_where_the_class_says() -> None:
    left, right, whorl = (Finger(4, p).field for p in (Pattern.LEFT_LOOP, Pattern.RIGHT_LOOP, Pattern.WHORL))
    assert left.deltas[0, 0] > left.loops[0, 0]
    assert right.deltas[0, 0] < right.loops[0, 0]
    assert len(whorl.loops) == len(whorl.deltas) == 2
    assert not len(Finger(4, Pattern.ARCH).field.loops)
