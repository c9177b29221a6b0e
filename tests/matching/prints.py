"""Synthetic prints as the matching tests use them."""

from app.matching.features import Features, features_of
from app.matching.matcher import Probe
from app.matching.minutiae import Minutiae
from app.matching.segment import Entry
from app.simulators.fingers import Conditions, Finger, Points, finger_seed

EVERYDAY = Conditions(
    width=388, height=374, missing=0.12, spurious=0.1, jitter=1.5, two_degree=True, report_quality=False
)
SMALL = Conditions(width=160, height=160, coverage=0.5, shift=30, report_quality=False)


def as_minutiae(points: Points) -> Minutiae:
    return Minutiae(points.x, points.y, points.angle, points.kind, points.quality, points.width, points.height)


def minutiae(person: int, touch: int = 0, conditions: Conditions = EVERYDAY) -> Minutiae:
    """Touch number `touch` of synthetic finger `person`."""
    return as_minutiae(Finger(finger_seed(6, person)).impression(touch, conditions))


def features(person: int, touch: int = 0, conditions: Conditions = EVERYDAY) -> Features:
    return features_of(minutiae(person, touch, conditions))


def probe(person: int, touch: int = 1, finger: str = "") -> Probe:
    return Probe(features(person, touch), finger)


def entries(people: int, finger: str = "") -> list[Entry]:
    """First touches of persons `p0`, `p1`, ..."""
    return [Entry(f"p{person}", finger, features(person)) for person in range(people)]
