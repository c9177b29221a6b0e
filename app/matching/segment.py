"""A part of a gallery that never changes, except that templates in it can be marked as gone."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from app.matching.features import Features
from app.matching.search.layout import Blocks, pack

_codes: dict[str, int] = {"": 0}
_codes_lock = threading.Lock()


def finger_code(finger: str) -> int:
    """A small number for the name of a finger, the same as long as the program runs; 0 for unknown.

    At most 255 names are told apart, many more than there are fingers.
    """
    with _codes_lock:
        return _codes.setdefault(finger, min(len(_codes), 255))


def finger_name(code: int) -> str:
    """The name behind a small number; empty for unknown."""
    with _codes_lock:
        return next((name for name, given in _codes.items() if given == code), "")


def finger_codes(fingers: Iterable[str]) -> npt.NDArray[np.uint8]:
    """`finger_code` of many."""
    every = list(fingers)
    known = {finger: finger_code(finger) for finger in set(every)}
    return np.array([known[finger] for finger in every], np.uint8)


@dataclass(frozen=True)
class Entry:
    """One template of the gallery: whose, of which finger (empty when unknown), its features."""

    person_id: str
    finger: str
    features: Features = field(repr=False)


@dataclass(frozen=True, eq=False)
class Segment:
    """Packed templates with their owners; `alive` is false where a person was removed since."""

    blocks: Blocks = field(repr=False)
    owners: Sequence[str] = field(repr=False)
    fingers: npt.NDArray[np.uint8] = field(repr=False)
    alive: npt.NDArray[np.bool_] = field(repr=False)

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Segment:
        """Pack entries."""
        return cls(
            pack([entry.features.words for entry in entries]),
            [entry.person_id for entry in entries],
            finger_codes(entry.finger for entry in entries),
            np.ones(len(entries), np.bool_),
        )

    def searched(self, finger: str) -> npt.NDArray[np.bool_]:
        """Which templates a probe of `finger` is compared with: living ones of that or an unknown finger."""
        if not finger:
            return self.alive
        wanted: npt.NDArray[np.bool_] = self.alive & ((self.fingers == finger_code(finger)) | (self.fingers == 0))
        return wanted

    def entry(self, row: int) -> Entry:
        """One template, copied out."""
        return Entry(self.owners[row], finger_name(int(self.fingers[row])), Features(self.blocks.template(row)))

    def without(self, rows: Sequence[int]) -> Segment:
        """The same templates, those of `rows` marked as gone."""
        alive = self.alive.copy()
        alive[list(rows)] = False
        return replace(self, alive=alive)
