"""Pictures stay inside, apart and as large as the area allows."""

import itertools

import pytest

from app.domain.preview import View
from app.ui.preview.arrange import GAP, Box, arrange

EYES_AND_FACE = (View.RIGHT_EYE, View.FACE, View.LEFT_EYE)
ASPECTS = {View.RIGHT_EYE: 4 / 3, View.LEFT_EYE: 4 / 3, View.FACE: 16 / 9}


def apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


@pytest.mark.parametrize(("width", "height"), [(640, 280), (300, 500), (1200, 700), (240, 120), (900, 90)])
@pytest.mark.parametrize("main", [None, View.FACE])
def test_boxes_fit_and_do_not_overlap(width: int, height: int, main: View | None) -> None:
    boxes = arrange(EYES_AND_FACE, ASPECTS, width, height, main)
    assert set(boxes) == set(EYES_AND_FACE)
    for box in boxes.values():
        assert box.x >= -1
        assert box.y >= -1
        assert box.x + box.width <= width + 1
        assert box.y + box.height <= height + 1
    assert all(apart(one, other) for one, other in itertools.combinations(boxes.values(), 2))


def test_shapes_are_kept() -> None:
    for view, box in arrange(EYES_AND_FACE, ASPECTS, 640, 280, None).items():
        assert box.width / box.height == pytest.approx(ASPECTS[view], rel=0.03)


def test_a_main_view_is_larger() -> None:
    boxes = arrange(EYES_AND_FACE, ASPECTS, 800, 500, View.FACE)
    assert boxes[View.FACE].width > 1.5 * boxes[View.LEFT_EYE].width


def test_one_picture_takes_all_there_is() -> None:
    assert arrange([View.FINGER], {View.FINGER: 1.0}, 300, 200)[View.FINGER] == Box(50, 0, 200, 200)


def test_no_room_and_no_views_are_fine() -> None:
    assert arrange([], {}, 100, 100) == {}
    assert arrange(EYES_AND_FACE, ASPECTS, 0, 0) == {}
    assert GAP > 0
