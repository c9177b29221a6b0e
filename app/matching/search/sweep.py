"""All templates of a snapshot in one row, whatever segment they lie in: few calls of machine code go over them all.

Each call of a kernel gives up the interpreter and has to get it back; between busy threads that takes milliseconds,
so a search must not do it for each segment or candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching import jit
from app.matching.features import Words
from app.matching.pairing import plain as pairing_plain
from app.matching.search import compiled, plain
from app.matching.search.layout import LANES, Blocks

PART: Final = 128
"""Blocks that a thread votes on before it looks at the clock: some milliseconds."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Votes = npt.NDArray[np.int32]


class Sweep:
    """The blocks of every segment one after another; `templates` in the order of the segments.

    Holds addresses into the blocks' memory, and the blocks, so that the memory stays. Any thread.
    """

    def __init__(self, every: Sequence[Blocks]) -> None:
        self._every = tuple(every)
        many = [len(blocks.starts) for blocks in every]
        self._firsts = np.concatenate([[0], np.cumsum(many)]).astype(np.int64)
        self._starts = _joined([_addresses(blocks.words, blocks.starts) for blocks in every]).astype(np.uint64)
        self._lanes = _joined([_addresses(blocks.words, blocks.lanes) for blocks in every]).astype(np.uint64)
        self._depths = _joined([blocks.depths for blocks in every])
        self._counts = _joined([blocks.counts for blocks in every])
        self._slots = _joined([blocks.slots + LANES * at for blocks, at in zip(every, self._firsts, strict=False)])

    @property
    def parts(self) -> int:
        """Into how many parts the vote falls."""
        return -(-len(self._starts) // PART)

    def votes(self) -> Votes:
        """Room for what all parts have to say."""
        return np.zeros(len(self._starts) * LANES, np.int32)

    def vote(self, part: int, rows: Words, votes: Votes) -> None:
        """What the rows of a probe say for every template of one part."""
        blocks = slice(part * PART, (part + 1) * PART)
        out = votes[blocks.start * LANES : blocks.stop * LANES]
        if jit.COMPILED:
            compiled.vote(self._starts[blocks], self._depths[blocks], rows, out)
        else:
            plain.vote([self._block(n) for n in range(*blocks.indices(len(self._starts)))], rows, out)

    def by_template(self, votes: Votes) -> Votes:
        """The votes in the order of the templates."""
        heard: Votes = votes[self._slots]
        return heard

    def compare(self, probe: Words, chosen: Integers, least: float, out: Floats) -> None:
        """The evidence for each of the chosen templates, as `pairing.compare`."""
        if jit.COMPILED:
            compiled.compare_each(probe, self._lanes[chosen], self._counts[chosen], least, out)
            return
        for template, evidence in zip(chosen.tolist(), out, strict=True):
            pairing_plain.compare(probe, self._template(template), least, evidence)

    def _block(self, number: int) -> Words:
        segment = int(np.searchsorted(self._firsts, number, side="right")) - 1
        blocks, inside = self._every[segment], number - int(self._firsts[segment])
        return blocks.block(inside)

    def _template(self, number: int) -> Words:
        ends = np.cumsum([len(blocks) for blocks in self._every])
        segment = int(np.searchsorted(ends, number, side="right"))
        blocks = self._every[segment]
        return blocks.template(number - int(ends[segment]) + len(blocks))


def _addresses(words: Words, at: Integers) -> Integers:
    """Where in memory these words lie; an address of a program fits into 63 bits."""
    return words.ctypes.data + words.itemsize * at


def _joined(parts: Sequence[Integers]) -> Integers:
    return np.concatenate([np.zeros(0, np.int64), *parts])
