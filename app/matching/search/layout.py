"""Templates side by side: thirty-two share a block, so that one instruction compares many of them.

A block is (minutiae, 16 words, 32 lanes) uint32; templates of like size share one, shorter ones end in
zeros, which compare as nothing. Everything about a block lies in one flat array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from app.matching import jit
from app.matching.features import ANGLE, FIRST_DIRECTION, WORDS, Words

LANES: Final = 32
STEP: Final = WORDS * LANES
ALIKE: Final = 4
"""Blocks filled with templates of near size, sorted by direction among each other."""

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Blocks:
    """Packed templates; template r lies at `lanes[r]` and has `counts[r]` minutiae.

    `words`: flat uint32. `starts`, `depths`: where each block begins and how many minutiae deep it is.
    `lanes`: index of a template's first word, `slots`: its place in a list of all lanes of all blocks.
    """

    words: Words = field(repr=False)
    starts: Integers = field(repr=False)
    depths: Integers = field(repr=False)
    lanes: Integers = field(repr=False)
    slots: Integers = field(repr=False)
    counts: Integers = field(repr=False)

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def nbytes(self) -> int:
        """Bytes held for all templates."""
        parts = (self.words, self.starts, self.depths, self.lanes, self.slots, self.counts)
        return sum(part.nbytes for part in parts)

    def block(self, number: int) -> Words:
        """The (depth, 16, 32) words of one block, not copied."""
        start, depth = int(self.starts[number]), int(self.depths[number])
        return self.words[start : start + depth * STEP].reshape(depth, WORDS, LANES)

    def template(self, row: int) -> Words:
        """The (n, 16) words of one template, copied out."""
        at = np.arange(self.counts[row])[:, None] * STEP + np.arange(WORDS) * LANES + self.lanes[row]
        copied: Words = self.words[at]
        return copied


def pack(templates: Sequence[Words]) -> Blocks:
    """Blocks of templates given as (n, 16) words each."""
    counts = np.array([len(words) for words in templates], np.int64)
    rows = np.concatenate(templates) if len(templates) else np.zeros((0, WORDS), np.uint32)
    return pack_rows(rows, counts)


def pack_rows(rows: Words, counts: Integers) -> Blocks:
    """Blocks of templates whose minutiae lie one after another in `rows` (total, 16), `counts` of each."""
    order = _order(rows, counts)
    blocks = -(-len(counts) // LANES)
    depths = np.array([counts[order[n * LANES : (n + 1) * LANES]].max() for n in range(blocks)], np.int64)
    starts = np.concatenate([[0], np.cumsum(depths * STEP)]).astype(np.int64)
    slots = np.empty(len(counts), np.int64)
    slots[order] = np.arange(len(counts))
    lanes = starts[slots // LANES] + slots % LANES
    words = np.zeros(int(starts[-1]), np.uint32)
    (_spread if jit.COMPILED else _spread_plain)(rows, counts, lanes, words)
    return Blocks(words, starts[:-1], depths, lanes, slots, counts)


@jit.compiled
def _spread(rows: Words, counts: Integers, lanes: Integers, words: Words) -> None:
    """Write every template into its lane."""
    at = 0
    for template in range(counts.shape[0]):
        for depth in range(counts[template]):
            for word in range(WORDS):
                words[lanes[template] + (depth * WORDS + word) * LANES] = rows[at, word]
            at += 1


def _spread_plain(rows: Words, counts: Integers, lanes: Integers, words: Words) -> None:
    """The same by whole arrays."""
    inside = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    place = np.repeat(lanes, counts) + inside * STEP
    for word in range(WORDS):
        words[place + word * LANES] = rows[:, word]


def _order(rows: Words, counts: Integers) -> Integers:
    """By size, so that a block is hardly deeper than its templates; near sizes by their mean direction, so that
    the minutiae at one depth of a block point alike and can be passed over together."""
    ends = np.concatenate([[0], np.cumsum((rows[:, ANGLE] - np.uint32(FIRST_DIRECTION)) & 0xFF, dtype=np.int64)])
    last = np.cumsum(counts)
    mean = (ends[last] - ends[last - counts]) / np.maximum(counts, 1)
    order = np.argsort(counts, kind="stable")
    group = np.arange(len(counts)) // (ALIKE * LANES)
    found: Integers = order[np.lexsort((mean[order], group))]
    return found
