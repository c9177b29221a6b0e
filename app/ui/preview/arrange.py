"""Where the pictures go: the arrangement that shows the wanted views largest. Plain numbers, no Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.preview import View

GAP = 8


@dataclass(frozen=True)
class Box:
    """A rectangle in widget pixels."""

    x: int
    y: int
    width: int
    height: int


def arrange(
    views: Sequence[View], aspects: Mapping[View, float], width: int, height: int, main: View | None = None
) -> dict[View, Box]:
    """A box for every view in a width x height area; `aspects` are width / height, 4:3 where unknown.

    Boxes are centered together and never overlap. One view may stand alone, beside a column or below a row of the
    others: the `main` one, which counts twice, or else the face.
    """
    if not views or width <= 0 or height <= 0:
        return {}
    ratios = {view: aspects.get(view, 4 / 3) for view in views}
    plans = [_row(views, ratios, width, height)]
    alone = main if main in ratios else View.FACE
    others = [view for view in views if view is not alone]
    if alone in ratios and others:
        plans.append(_beside(alone, others, ratios, width, height))
        plans.append(_below(alone, others, ratios, width, height))
    weight = {view: 2.0 if view is main else 1.0 for view in views}
    return max(plans, key=lambda plan: min(_area(plan[view]) / weight[view] for view in views))


def _area(box: Box) -> int:
    return box.width * box.height


def _row(views: Sequence[View], ratios: Mapping[View, float], width: int, height: int) -> dict[View, Box]:
    room = width - GAP * (len(views) - 1)
    tall = min(height, room / sum(ratios[view] for view in views))
    used = sum(ratios[view] for view in views) * tall + GAP * (len(views) - 1)
    x, y = (width - used) / 2, (height - tall) / 2
    boxes = {}
    for view in views:
        wide = ratios[view] * tall
        boxes[view] = Box(round(x), round(y), round(wide), round(tall))
        x += wide + GAP
    return boxes


def _beside(
    main: View, others: Sequence[View], ratios: Mapping[View, float], width: int, height: int
) -> dict[View, Box]:
    # One height for the main picture and for the stack beside it: solve width(height) = width.
    stack_gap = GAP * (len(others) - 1)
    per_stack = 1 / sum(1 / ratios[view] for view in others)
    tall = min(height, (width - GAP + per_stack * stack_gap) / (ratios[main] + per_stack))
    wide, column = ratios[main] * tall, max(0.0, per_stack * (tall - stack_gap))
    x, y = (width - wide - GAP - column) / 2, (height - tall) / 2
    boxes = {main: Box(round(x), round(y), round(wide), round(tall))}
    top = y
    for view in others:
        high = column / ratios[view]
        boxes[view] = Box(round(x + wide + GAP), round(top), round(column), round(high))
        top += high + GAP
    return boxes


def _below(
    alone: View, others: Sequence[View], ratios: Mapping[View, float], width: int, height: int
) -> dict[View, Box]:
    row_gap = GAP * (len(others) - 1)
    row_tall = (width - row_gap) / sum(ratios[view] for view in others)
    alone_tall = width / ratios[alone]
    fit = max(0.0, min(1.0, (height - GAP) / (row_tall + alone_tall)))
    top = (height - fit * (row_tall + alone_tall) - GAP) / 2
    row = _row(others, ratios, width, max(1, round(row_tall * fit)))
    boxes = {view: Box(box.x, round(top) + box.y, box.width, box.height) for view, box in row.items()}
    wide, low = alone_tall * fit * ratios[alone], round(top + row_tall * fit + GAP)
    boxes[alone] = Box(round((width - wide) / 2), low, round(wide), round(alone_tall * fit))
    return boxes
