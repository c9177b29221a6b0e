"""Pictures of synthetic fingers: like a reader's, repeatable, and true to their minutiae."""

import numpy as np
import pytest

from app.simulators.fingers import (
    DREADFUL,
    DRY,
    FAINT,
    GOOD,
    UGLY,
    WET,
    Conditions,
    Finger,
    Look,
    MasterPrint,
    Pattern,
    Points,
)  # fmt: skip

TERMINAL = Conditions(width=260, height=320)


@pytest.fixture(scope="module")
def master() -> MasterPrint:
    return MasterPrint(Finger(21, Pattern.RIGHT_LOOP))


def places(points: Points) -> np.ndarray:
    return np.stack([points.x, points.y], axis=1).astype(float)


def test_a_picture_is_dark_ridges_on_a_white_platen(master: MasterPrint) -> None:
    image = master.impression(0, Conditions(width=388, height=374, shift=0)).image
    assert image.shape == (374, 388)
    assert image.dtype == np.uint8
    assert image[:20, :20].mean() > 225
    middle = image[150:230, 150:230]
    assert np.percentile(middle, 5) < 80
    assert np.percentile(middle, 95) > 190


def test_the_same_touch_is_the_same_picture(master: MasterPrint) -> None:
    again = MasterPrint(Finger(21, Pattern.RIGHT_LOOP))
    assert np.array_equal(master.impression(4, TERMINAL, DRY).image, again.impression(4, TERMINAL, DRY).image)
    assert not np.array_equal(master.impression(4, TERMINAL).image, master.impression(5, TERMINAL).image)


def test_ridges_keep_their_distance(master: MasterPrint) -> None:
    """The strongest wave in the middle of the pad has the finger's own ridge period."""
    height, width = master.wave.shape
    patch = master.wave[height // 2 + 40 : height // 2 + 136, width // 2 - 48 : width // 2 + 48]
    power = np.abs(np.fft.fftshift(np.fft.fft2(patch * np.hanning(96)[:, None] * np.hanning(96), s=(512, 512)))) ** 2
    row, column = np.unravel_index(power.argmax(), power.shape)
    period = 512 / np.hypot(row - 256, column - 256)
    assert period == pytest.approx(master.finger.field.period[0], rel=0.25)


def test_a_finger_has_as_many_minutiae_as_nature_gives_it() -> None:
    counts = [len(MasterPrint(Finger(seed)).minutiae) for seed in range(60, 64)]
    assert min(counts) > 30
    assert max(counts) < 130


def test_at_an_ending_the_ridge_lies_ahead_and_the_valley_behind(master: MasterPrint) -> None:
    height, width = master.wave.shape
    ahead: list[float] = []
    behind: list[float] = []
    for x, y, direction, kind, _ in master.minutiae:
        sign = 1 if kind == 1 else -1
        for way, values in ((6, ahead), (-6, behind)):
            row, column = y + height / 2 - way * np.sin(direction), x + width / 2 + way * np.cos(direction)
            values.append(sign * master.wave[int(row), int(column)])
    assert np.mean(np.array(ahead) > 0) > 0.8
    assert np.mean(np.array(ahead) - np.array(behind) > 0) > 0.8


def test_truth_moves_with_the_finger(master: MasterPrint) -> None:
    """Between two calm touches the true minutiae differ by one rigid motion."""
    calm = {"distortion": 0.0, "rotation": 0.0, "coverage": 1.2, "width": 420, "height": 560}
    first, second = (master.impression(k, Conditions(shift=10 * k, **calm)).truth for k in (0, 1))  # type: ignore[arg-type]
    a, b = places(first), places(second)
    shifts = np.rint(b[None] - a[:, None]).reshape(-1, 2)
    values, votes = np.unique(shifts, axis=0, return_counts=True)
    moved = a + values[votes.argmax()]
    near = np.hypot(*(moved[:, None] - b[None]).transpose(2, 0, 1)).min(axis=1) < 2
    assert near.mean() > 0.85


def test_an_ordinary_extractor_loses_and_invents_a_few(master: MasterPrint) -> None:
    truth, points = master.impression(2, TERMINAL).truth, master.points(2, TERMINAL)
    apart = np.hypot(*(places(points)[:, None] - places(truth)[None]).transpose(2, 0, 1)).min(axis=1)
    assert 0.75 < (apart < 6).mean() <= 1.0
    assert 0.7 * len(truth) < len(points) < 1.2 * len(truth)


@pytest.mark.parametrize("dpi", [250, 500, 569])
def test_the_resolution_scales_the_picture(master: MasterPrint, dpi: float) -> None:
    capture = master.impression(0, TERMINAL, GOOD, dpi)
    assert capture.image.shape == (round(320 * dpi / 500), round(260 * dpi / 500))
    assert capture.truth.width == 260


def test_looks_show(master: MasterPrint) -> None:
    mean = {name: master.impression(0, TERMINAL, look).image.mean() for name, look in (("dry", DRY), ("wet", WET))}
    assert mean["dry"] > mean["wet"] + 25
    faint = master.impression(0, TERMINAL, FAINT).image
    assert faint.min() > 120
    light = master.impression(0, TERMINAL, Look(inverted=True)).image
    assert np.median(light) < np.median(master.impression(0, TERMINAL).image)


def test_every_look_makes_a_picture(master: MasterPrint) -> None:
    pictures = [master.impression(1, TERMINAL, look).image for look in (*UGLY, *DREADFUL)]
    assert all(picture.shape == (320, 260) and picture.std() > 3 for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_pixels_never_show_in_a_repr(master: MasterPrint) -> None:
    assert "array" not in repr(master.impression(0, TERMINAL))
