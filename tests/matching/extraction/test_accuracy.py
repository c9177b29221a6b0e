"""Found minutiae are the true ones: on good pictures nearly all, on ugly ones most."""

import cv2
import numpy as np
import pytest

from app.matching.extraction import extract
from app.simulators.fingers import (
    AGED,
    CREASED,
    DIRTY,
    DRY,
    FAINT,
    GOOD,
    GRAINY,
    LATENT,
    PARCHED,
    PATCHY,
    SMUDGED,
    SOAKED,
    WET,
    Conditions,
    Look,
    MasterPrint,
)  # fmt: skip
from tests.matching.extraction.conftest import WINDOW
from tests.matching.extraction.truth import agreement


def measured(prints: list[MasterPrint], look: Look, conditions: Conditions = WINDOW, dpi: float = 500) -> list[float]:
    """Precision, recall, and right kinds over a few touches."""
    rows = []
    for k in (0, 1):
        for master in prints:
            capture = master.impression(k, conditions, look, dpi)
            rows.append(agreement(capture.truth, extract(capture.image, dpi).minutiae))
    right, found, true = (sum(getattr(row, name) for row in rows) for name in ("right", "found", "true"))
    return [right / found, right / true, float(np.mean([row.kinds for row in rows]))]


@pytest.mark.parametrize("look", [GOOD, WET, DRY, FAINT, CREASED], ids=["good", "wet", "dry", "faint", "creased"])
def test_ordinary_pictures(prints: list[MasterPrint], look: Look) -> None:
    precision, recall, kinds = measured(prints, look)
    assert precision > 0.86
    assert recall > 0.78
    assert kinds > 0.65


@pytest.mark.parametrize(
    "look", [AGED, PATCHY, SOAKED, PARCHED, GRAINY], ids=["aged", "patchy", "soaked", "parched", "grainy"]
)
def test_dreadful_pictures(prints: list[MasterPrint], look: Look) -> None:
    precision, recall, _ = measured(prints, look)
    assert precision > 0.75
    assert recall > 0.65


@pytest.mark.parametrize("look", [SMUDGED, LATENT, DIRTY], ids=["smudged", "latent", "dirty"])
def test_what_else_lies_on_the_platen(prints: list[MasterPrint], look: Look) -> None:
    precision, recall, _ = measured(prints, look)
    assert precision > 0.5
    assert recall > 0.5


@pytest.mark.parametrize("dpi", [250, 569, 1000])
def test_any_resolution_reads_the_same(prints: list[MasterPrint], dpi: float) -> None:
    precision, recall, _ = measured(prints[:1], GOOD, WINDOW, dpi)
    assert precision > 0.85
    assert recall > 0.75


@pytest.mark.parametrize(("width", "height"), [(260, 320), (320, 480), (300, 300), (640, 480), (200, 161)])
def test_any_size(prints: list[MasterPrint], width: int, height: int) -> None:
    precision, _, _ = measured(prints[:1], GOOD, Conditions(width=width, height=height))
    assert precision > 0.8


def test_directions_are_those_of_the_standard(prints: list[MasterPrint]) -> None:
    for master in prints:
        capture = master.impression(3, WINDOW)
        turns = agreement(capture.truth, extract(capture.image).minutiae).turns
        assert abs(np.mean(turns)) < 2
        assert np.std(turns) < 6


def test_light_ridges_on_black_read_the_same(prints: list[MasterPrint]) -> None:
    capture = prints[1].impression(2, WINDOW)
    dark, light = extract(capture.image).minutiae, extract(255 - capture.image).minutiae
    both = agreement(capture.truth, light)
    assert both.precision > 0.85
    assert both.kinds > 0.65
    assert abs(len(dark) - len(light)) <= 4


@pytest.mark.parametrize(("width", "gray"), [(20, 0), (70, 0), (70, 128), (60, 255)])
def test_what_is_laid_about_a_picture_is_left_out(prints: list[MasterPrint], width: int, gray: int) -> None:
    image = prints[0].impression(0, WINDOW).image
    around = np.pad(image, width, constant_values=gray)
    inner, found = extract(image).minutiae, extract(around).minutiae
    beside = (found.x < width) | (found.y < width) | (found.x >= 388 + width) | (found.y >= 374 + width)
    assert beside.sum() <= 1
    assert abs(len(found) - len(inner)) <= 6


def test_writing_in_a_picture_does_no_harm(prints: list[MasterPrint]) -> None:
    capture = prints[0].impression(0, WINDOW)
    written = capture.image.copy()
    cv2.putText(written, "LEFT INDEX 2024-11-02", (8, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0)
    plain, found = (agreement(capture.truth, extract(image).minutiae) for image in (capture.image, written))
    assert found.right >= plain.right - 3
    assert found.found <= plain.found + 3


def test_the_same_picture_gives_the_same_minutiae(prints: list[MasterPrint]) -> None:
    image = prints[0].impression(5, WINDOW, AGED).image
    assert extract(image).minutiae == extract(image.copy()).minutiae
