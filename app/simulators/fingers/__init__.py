"""Synthetic fingers with known mates.

Minutiae only, fast (no image is made):

    finger = Finger(seed, Pattern.WHORL)            # or Finger(seed): classes as often as in nature
    points = finger.impression(k)                   # Points: touch number k; same seed and k, same result
    points = finger.impression(k, Conditions(width=260, height=320, two_degree=True, report_quality=False))
    for points in people(100_000, seed=7): ...      # impression 0 of Finger(finger_seed(7, i)), i = 0, 1, ...
"""

from app.simulators.fingers.field import Field, Pattern
from app.simulators.fingers.finger import Finger, finger_seed, people
from app.simulators.fingers.placement import Conditions, Placement
from app.simulators.fingers.points import BIFURCATION, ENDING, OTHER, Points

__all__ = [
    "BIFURCATION",
    "ENDING",
    "OTHER",
    "Conditions",
    "Field",
    "Finger",
    "Pattern",
    "Placement",
    "Points",
    "finger_seed",
    "people",
]
