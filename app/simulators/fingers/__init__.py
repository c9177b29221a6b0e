"""Synthetic fingers with known mates, as minutiae, as pictures and as records.

Minutiae only, fast (no image is made; a third of a millisecond each):

    finger = Finger(seed, Pattern.WHORL)            # or Finger(seed): classes as often as in nature
    points = finger.impression(k)                   # Points: touch number k; same seed and k, same result
    points = finger.impression(k, Conditions(width=260, height=320, two_degree=True, report_quality=False))
    for points in people(100_000, seed=7): ...      # impression 0 of Finger(finger_seed(7, i)), i = 0, 1, ...

Pictures (half a second for the finger, then 20-40 ms a touch):

    master = MasterPrint(Finger(seed))
    capture = master.impression(k, Conditions(width=260, height=320), look=DRY)   # .image uint8, .truth Points
    points = master.points(k)                       # the same touch as an ordinary extractor would deliver it

Records: `iso_record(points)` (ISO/IEC 19794-2:2005) and `ansi_record(points)` (ANSI INCITS 378-2004).
"""

from app.simulators.fingers.field import Field, Pattern
from app.simulators.fingers.finger import Finger, finger_seed, people
from app.simulators.fingers.look import (
    AGED,
    CREASED,
    DIRTY,
    DREADFUL,
    DRY,
    FAINT,
    GOOD,
    GRAINY,
    LATENT,
    PARCHED,
    PATCHY,
    SMUDGED,
    SOAKED,
    UGLY,
    WET,
    Look,
)
from app.simulators.fingers.placement import Conditions, Placement
from app.simulators.fingers.points import BIFURCATION, ENDING, OTHER, Points
from app.simulators.fingers.prints import Capture, MasterPrint
from app.simulators.fingers.records import ansi_record, iso_record

__all__ = [
    "AGED",
    "BIFURCATION",
    "CREASED",
    "DIRTY",
    "DREADFUL",
    "DRY",
    "ENDING",
    "FAINT",
    "GOOD",
    "GRAINY",
    "LATENT",
    "OTHER",
    "PARCHED",
    "PATCHY",
    "SMUDGED",
    "SOAKED",
    "UGLY",
    "WET",
    "Capture",
    "Conditions",
    "Field",
    "Finger",
    "Look",
    "MasterPrint",
    "Pattern",
    "Placement",
    "Points",
    "ansi_record",
    "finger_seed",
    "iso_record",
    "people",
]
