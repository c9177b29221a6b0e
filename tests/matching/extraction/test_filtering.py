"""The filters answer to the ridges they are tuned to, compiled and plain alike."""

import numpy as np
import pytest

from app.matching.extraction.contextual import Filters, oriented
from app.matching.extraction.flow import estimate
from app.matching.extraction.result import CELL, Image
from app.matching.extraction.thinning import crossings, thinned

SHAPE = (96, 128)


def waves(turn: float, period: float) -> Image:
    """Straight ridges at `turn` degrees, counter-clockwise as seen."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(np.float64)
    across = -np.sin(np.radians(turn)) * x - np.cos(np.radians(turn)) * y
    return np.asarray(np.cos(2 * np.pi / period * across), np.float32)


@pytest.mark.parametrize("turn", [0, 20, 45, 90, 135, 170])
@pytest.mark.parametrize("period", [6.5, 9.0, 12.0])
def test_direction_and_period_of_straight_ridges(turn: float, period: float) -> None:
    flow = estimate(waves(turn, period))
    middle = flow.turn[6:-6, 6:-6]
    off = (np.degrees(middle) - turn + 90) % 180 - 90
    assert np.abs(off).max() < 3
    assert flow.period[6:-6, 6:-6].mean() == pytest.approx(period, rel=0.08)
    assert flow.coherence[6:-6, 6:-6].min() > 0.9


@pytest.mark.parametrize("turn", [0, 30, 75, 120])
def test_ridges_pass_and_crossing_ones_do_not(turn: float) -> None:
    cells = SHAPE[0] // CELL, SHAPE[1] // CELL
    tuned = np.full(cells, np.radians(turn), np.float32), np.full(cells, 9.0, np.float32), np.ones(cells, np.bool_)
    along = oriented(waves(turn, 9.0), *tuned, Filters(0.5, 0.42))
    crossing = oriented(waves(turn + 90, 9.0), *tuned, Filters(0.5, 0.42))
    assert along[16:-16, 16:-16].max() == pytest.approx(1, abs=0.1)
    assert np.abs(crossing[16:-16, 16:-16]).max() < 0.1


def test_compiled_and_plain_filters_agree() -> None:
    rng = np.random.default_rng(8)
    wave = rng.standard_normal(SHAPE, dtype=np.float32)
    cells = SHAPE[0] // CELL, SHAPE[1] // CELL
    flow = rng.uniform(0, np.pi, cells).astype(np.float32), rng.uniform(5, 15, cells).astype(np.float32)
    where = rng.random(cells) < 0.7
    results = [oriented(wave, *flow, where, Filters(0.5, 0.42), plain=plain) for plain in (False, True)]
    assert np.abs(results[0] - results[1]).max() < 1e-4


def test_a_skeleton_is_one_pixel_wide_and_whole() -> None:
    ridges = (waves(25, 9.0) > 0).astype(np.uint8)
    ridges[40:60, 60:64] = 0
    skeleton = thinned(ridges)
    assert not (skeleton & ~ridges & 1).any()
    assert set(np.unique(skeleton)) <= {0, 1}
    blocks = skeleton[:-1, :-1] + skeleton[1:, :-1] + skeleton[:-1, 1:] + skeleton[1:, 1:]
    assert blocks.max() < 4
    inner = crossings(skeleton)[8:-8, 8:-8]
    assert 2 <= (inner == 1).sum() <= 8
    assert (inner > 2).sum() <= 4


def test_compiled_and_plain_thinning_agree() -> None:
    rng = np.random.default_rng(4)
    for ridges in ((waves(25, 9.0) > 0), (waves(70, 14.0) > -0.6), rng.random(SHAPE) < 0.6):
        picture = ridges.astype(np.uint8)
        assert np.array_equal(thinned(picture, plain=False), thinned(picture, plain=True))
