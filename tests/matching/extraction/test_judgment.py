"""Every picture gets an answer: a quality, a reason that helps the clerk, and something to draw."""

import warnings

import numpy as np
import pytest

from app.matching.extraction import ISO_SLOT_LIMIT, Reason, best, extract
from app.matching.extraction.result import CELL
from app.matching.minutiae import Minutiae
from app.simulators.fingers import DRY, WET, Conditions, Look, MasterPrint
from tests.matching.extraction.conftest import WINDOW


def reasons(prints: list[MasterPrint], look: Look, conditions: Conditions = WINDOW) -> list[Reason]:
    return [extract(master.impression(k, conditions, look).image).reason for master in prints for k in (0, 1)]


def test_a_good_finger_is_good(prints: list[MasterPrint]) -> None:
    assert set(reasons(prints, Look())) == {Reason.OK}
    assert extract(prints[0].impression(0, WINDOW).image).quality >= 70


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (DRY, Reason.TOO_DRY),
        (Look(moisture=1.0, pores=0, ridge=30), Reason.TOO_WET),
        (Look(ridge=236, background=245, noise=7), Reason.LOW_CONTRAST),
    ],
)
def test_the_reason_names_the_fault(prints: list[MasterPrint], look: Look, reason: Reason) -> None:
    assert reasons(prints, look).count(reason) >= 3


def test_a_finger_tip_is_too_small(prints: list[MasterPrint]) -> None:
    assert (
        reasons(prints, Look(), Conditions(width=388, height=374, coverage=0.12, shift=0)).count(Reason.TOO_SMALL) >= 3
    )


def test_worse_pictures_have_lower_quality(prints: list[MasterPrint]) -> None:
    image = {name: prints[0].impression(1, WINDOW, look).image for name, look in (("good", Look()), ("dry", DRY))}
    assert extract(image["good"]).quality > extract(image["dry"]).quality + 5
    assert extract(prints[0].impression(1, WINDOW, WET).image).quality > 40


NOISE = np.random.default_rng(3)
NOT_FINGERS = {
    "black": np.zeros((374, 388), np.uint8),
    "white": np.full((374, 388), 255, np.uint8),
    "noise": NOISE.integers(0, 256, (374, 388)).astype(np.uint8),
    "faint noise": NOISE.normal(250, 1.5, (374, 388)).astype(np.uint8),
    "ramp": np.tile(np.linspace(0, 255, 388), (374, 1)).astype(np.uint8),
    "checks": (np.add.outer(np.arange(374) // 24, np.arange(388) // 24) % 2 * 255).astype(np.uint8),
}


@pytest.mark.parametrize("name", NOT_FINGERS)
def test_what_is_no_finger_is_called_so(name: str) -> None:
    found = extract(NOT_FINGERS[name])
    assert found.reason is Reason.NOT_A_FINGER
    assert found.quality == 0
    assert not len(found.minutiae)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (np.zeros((0, 0), np.uint8), Reason.UNREADABLE),
        (np.zeros(1000, np.uint8), Reason.UNREADABLE),
        (np.zeros((4, 5, 6, 7), np.uint8), Reason.UNREADABLE),
        (np.array([["a", "b"], ["c", "d"]]), Reason.UNREADABLE),
        (np.full((300, 300), None, object), Reason.UNREADABLE),
        (np.zeros((10, 10), np.uint8), Reason.TOO_SMALL),
        (np.zeros((400, 20), np.uint8), Reason.TOO_SMALL),
        (np.zeros((6000, 6000), np.uint8), Reason.TOO_LARGE),
        (np.zeros((1900, 1900), np.complex64), Reason.UNREADABLE),
    ],
)
def test_what_cannot_be_read_has_a_name(image: np.ndarray, reason: Reason) -> None:
    assert extract(image).reason is reason


@pytest.mark.parametrize("dpi", [0, -500, float("nan"), float("inf"), 20_000, "many"])
def test_impossible_resolutions_have_a_name(dpi: float) -> None:
    assert extract(np.zeros((300, 300), np.uint8), dpi).reason is Reason.UNREADABLE


def test_any_pixels_are_taken_without_a_warning() -> None:
    rng = np.random.default_rng(5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in (np.float64, np.float32, np.int16, np.uint16, np.int64, bool):
            extract((rng.random((120, 140)) * 300).astype(kind))
        extract(np.full((120, 140), np.nan))
        extract(np.where(rng.random((120, 140)) < 0.5, np.inf, -np.inf))
        extract(np.full((120, 140), 1e308) * rng.choice([-1, 1], (120, 140)))
        for shape in ((48, 48), (49, 301), (333, 51), (97, 64)):
            extract(rng.integers(0, 256, shape).astype(np.uint8))


def test_color_and_other_number_types_read_like_gray(prints: list[MasterPrint]) -> None:
    image = prints[0].impression(0, WINDOW).image
    gray = extract(image).minutiae
    assert extract(np.repeat(image[..., None], 3, axis=2)).minutiae == gray
    assert extract(image.astype(np.float64)).minutiae == gray
    assert abs(len(extract(image / 255).minutiae) - len(gray)) <= 3


def test_what_a_screen_draws_has_the_shape_of_the_picture(prints: list[MasterPrint]) -> None:
    image = prints[0].impression(0, WINDOW, dpi=569).image
    found = extract(image, 569)
    height, width = found.enhanced.shape
    assert (width, height) == (found.minutiae.width, found.minutiae.height)
    assert abs(width - 388) <= 1
    assert found.mask.shape == found.enhanced.shape
    assert found.orientation.shape == (-(-height // CELL), -(-width // CELL))
    turns = found.orientation[~np.isnan(found.orientation)]
    assert turns.size > 1000
    assert ((turns >= 0) & (turns < np.pi + 1e-6)).all()


def test_pixels_never_show_in_a_repr(prints: list[MasterPrint]) -> None:
    assert "array" not in repr(extract(prints[0].impression(0, WINDOW).image))


def test_the_best_are_kept_in_their_order() -> None:
    count = 80
    quality = np.random.default_rng(1).permutation(count) + 1
    places, small = np.arange(count, dtype=np.int16), np.zeros(count, np.uint8)
    points = Minutiae(places, places, small, small, quality.astype(np.uint8), 100, 100)
    kept = best(points)
    assert len(kept) == ISO_SLOT_LIMIT
    assert kept.quality.min() == count - ISO_SLOT_LIMIT + 1
    assert (np.diff(kept.x) > 0).all()
    assert best(points, 100) is points
