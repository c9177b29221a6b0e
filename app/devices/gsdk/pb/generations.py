"""Which of the three numberings of messages a gateway speaks, by its version, and the code for it.

The vendor renumbered fields between releases without saying so; a wrong choice reads wrong values and no error. So the
choice is shown, can be overridden, and says when it is a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.devices.gsdk.pb.wire import Services


class Generation(StrEnum):
    """A: 1.5.0 to 1.6.0. B: 1.7.1. C: 1.8 and, by the order of fields in its documents, 1.9."""

    A = "a"
    B = "b"
    C = "c"


@dataclass(frozen=True)
class Choice:
    """`doubtful`: no gateway of this version was ever compared; a person should confirm or override."""

    generation: Generation
    doubtful: bool


_SEEN = {(1, 5): Generation.A, (1, 6): Generation.A, (1, 8): Generation.C}
_NUMBER = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def from_version(version: str) -> Choice:
    """The generation of a gateway that says this version in `Admin.GetInfo`, such as "1.6.0"."""
    found = _NUMBER.search(version)
    if found is None:
        return Choice(Generation.C, doubtful=True)
    major, minor, patch = int(found[1]), int(found[2]), int(found[3] or 0)
    if (major, minor) == (1, 7):
        return Choice(Generation.B, doubtful=patch == 0)
    if known := _SEEN.get((major, minor)):
        return Choice(known, doubtful=False)
    return Choice(Generation.A if (major, minor) < (1, 5) else Generation.C, doubtful=True)


def chosen(version: str, wanted: Generation | None) -> Choice:
    """The generation to speak; doubtful when it is a guess, or when what was ordered is not what the version says."""
    told = from_version(version)
    if wanted is None:
        return told
    return Choice(wanted, doubtful=wanted is not told.generation and not told.doubtful)


@cache
def wire(generation: Generation) -> Services:
    """Services and messages of one generation. Setting a field that it lacks raises AttributeError or ValueError."""
    return Services(generation.value)
