"""How a crop frame moves and grows: shares of the picture, no Qt."""

from app.ui.document.editing import SMALLEST_CROP, Crop

BEGIN = Crop(0.15, 0.1, 0.85, 0.9)
"""What is offered first: most of the picture, so that both edges can be seen."""
Point = tuple[float, float]


def moved(crop: Crop, across: float, down: float) -> Crop:
    """The frame moved by shares of the picture; it stays inside and keeps its size."""
    across = min(max(across, -crop.left), 1 - crop.right)
    down = min(max(down, -crop.top), 1 - crop.bottom)
    return Crop(crop.left + across, crop.top + down, crop.right + across, crop.bottom + down)


def grown(crop: Crop, across: float, down: float) -> Crop:
    """The right and the lower edge moved; the frame stays inside and large enough to hold."""
    right = min(1.0, max(crop.left + SMALLEST_CROP, crop.right + across))
    bottom = min(1.0, max(crop.top + SMALLEST_CROP, crop.bottom + down))
    return Crop(crop.left, crop.top, right, bottom)


def spanned(begin: Point, end: Point) -> Crop:
    """The frame between two points, in any order, cut at the picture's edges and never too small to hold."""
    (left, right), (top, bottom) = (_sorted(begin[axis], end[axis]) for axis in (0, 1))
    return Crop(left, top, right, bottom)


def holds(crop: Crop, point: Point) -> bool:
    """Whether the point lies in the frame."""
    return crop.left <= point[0] <= crop.right and crop.top <= point[1] <= crop.bottom


def _sorted(one: float, other: float) -> Point:
    low, high = sorted((min(1.0, max(0.0, one)), min(1.0, max(0.0, other))))
    low = min(low, 1 - SMALLEST_CROP)
    return low, max(high, low + SMALLEST_CROP)
