"""The journal as a chain: what each entry is bound by, what a checkpoint vouches for, and what does not hold.

    body   SHA-256 of "body" · nonce (16 random bytes, so that a link tells nothing) · the entry's text
    link   SHA-256 of "link" · the link before · number (8 bytes) · time (8 bytes, microseconds) · body

A checkpoint is the count of entries and the last link, signed. Whoever removes the end of the journal must remove
the checkpoints that vouch for it too, and every head that was printed or exported meanwhile.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

START = hashlib.sha256(b"enrollment-station journal 1").digest()
CLOCK_TOLERANCE = timedelta(seconds=2)
"""A clock that is set by the network may step back this far without being mentioned."""

_NUMBERS = struct.Struct(">QQ")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bond:
    """What ties an entry to the one before: nonce (16 bytes), body and link (32 bytes each)."""

    nonce: bytes = field(repr=False)
    body: bytes = field(repr=False)
    link: bytes = field(repr=False)


def bond(before: bytes, seq: int, at: int, nonce: bytes, text: bytes) -> Bond:
    """Tie an entry's text to the link before it; `at` in microseconds since 1970."""
    body = _body(nonce, text)
    return Bond(nonce, body, _link(before, seq, at, body))


@dataclass(frozen=True)
class JournalHead:
    """How far the journal goes: the number of its last entry and that entry's link."""

    count: int
    link: bytes = field(repr=False, default=START)

    @property
    def short(self) -> str:
        """For paper: number and the first 64 bits of the link, such as "128 · 1a2b 3c4d 5e6f 7081"."""
        text = self.link.hex()[:16]
        return f"{self.count} · {' '.join(text[at : at + 4] for at in range(0, 16, 4))}"

    def is_called(self, short: str) -> bool:
        """Whether a short form, however it was typed, means this head."""
        return _plain(short) == _plain(self.short)


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement: so many entries, ending in this link (hexadecimal), at this time."""

    number: int
    count: int
    head: str
    at: str
    reason: str
    key: str
    signature: str = field(default="", repr=False)

    def statement(self) -> bytes:
        """The bytes that are signed."""
        said = {name: value for name, value in asdict(self).items() if name != "signature"}
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Sighted:
    """An entry as it was found. `text` or `tie` is None when the value does not open."""

    seq: int
    at: int
    text: bytes | None = field(repr=False)
    tie: Bond | None


@dataclass(frozen=True)
class SightedCheckpoint:
    """A line of the checkpoints; `genuine` when its signature holds. None: the line makes no sense."""

    checkpoint: Checkpoint | None
    genuine: bool


class AuditFault(StrEnum):
    """What was done to a journal, or to the clock."""

    ALTERED = "altered"
    RESTAMPED = "restamped"
    REMOVED = "removed"
    CUT = "cut"
    """The end is missing."""
    APPENDED = "appended"
    """Put in by something else than the station."""
    CLOCK_BACK = "clock-back"
    CHECKPOINT_FORGED = "checkpoint-forged"
    CHECKPOINTS_MISSING = "checkpoints-missing"
    HEAD_UNKNOWN = "head-unknown"
    """The journal's own note of its last entry does not open."""
    FOREIGN_HEAD = "foreign-head"
    """The head that was given, such as from a receipt, is not of this journal."""


@dataclass(frozen=True)
class AuditFinding:
    """One thing that does not hold, with the entries (or checkpoints) concerned."""

    fault: AuditFault
    first: int
    last: int


@dataclass(frozen=True)
class AuditReport:
    """A journal looked through."""

    entries: int
    checkpoints: int
    head: JournalHead
    signed: int
    """The last entry that a genuine checkpoint vouches for."""
    key: str = ""
    """Fingerprint of the key that signed."""
    findings: tuple[AuditFinding, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(frozen=True)
class Kept:
    """What the station itself remembers of its journal; `head` None when that does not open."""

    head: JournalHead | None
    checkpoints: int = 0


def examine(
    rows: Sequence[Sighted], checkpoints: Sequence[SightedCheckpoint], kept: Kept, *, head: str = "", key: str = ""
) -> AuditReport:
    """Look through a journal in order of its numbers; `head` is a short form that must be of it.

    Slow (a second for 10,000 entries): not on the UI thread.
    """
    genuine = [each.checkpoint for each in checkpoints if each.checkpoint is not None and each.genuine]
    signed = max((each.count for each in genuine), default=0)
    total = max(signed, kept.head.count if kept.head else max((row.seq for row in rows), default=0))
    findings = [*_walk(rows, total), *_cut(rows, total)]
    findings += _against_heads(rows, genuine, kept, findings)
    findings += _of_checkpoints(checkpoints, kept)
    last = next((row for row in reversed(rows) if row.tie is not None), None)
    found = JournalHead(last.seq, last.tie.link) if last is not None and last.tie is not None else JournalHead(0)
    if head and not any(_is_head(row, head) for row in rows):
        findings.append(AuditFinding(AuditFault.FOREIGN_HEAD, 0, 0))
    ordered = tuple(sorted(dict.fromkeys(findings), key=lambda each: (each.first, each.fault)))
    return AuditReport(len(rows), len(genuine), found, signed, key, ordered)


def _walk(rows: Sequence[Sighted], total: int) -> Iterator[AuditFinding]:
    """Each entry against itself, its neighbor and the numbering."""
    trail = _Trail()
    for row in rows:
        yield from trail.next(row, total)
    yield from trail.end()


class _Trail:
    """How far the walk has come: the last good link, and entries whose fault the next good one explains."""

    def __init__(self) -> None:
        self._good = START
        self._good_at: int | None = None
        self._expected = 1
        self._doubtful: list[AuditFinding] = []

    def next(self, row: Sighted, total: int) -> Iterator[AuditFinding]:
        if row.seq > total:
            yield AuditFinding(AuditFault.APPENDED, row.seq, row.seq)
            return
        gap = row.seq - self._expected
        if gap:
            self._doubtful.append(AuditFinding(AuditFault.REMOVED, self._expected, row.seq - 1))
        fault = _own_fault(row)
        if fault is AuditFault.ALTERED or row.tie is None:
            self._doubtful.append(AuditFinding(AuditFault.ALTERED, row.seq, row.seq))
        else:
            yield from self._settle(row, row.tie, fault)
        self._expected = row.seq + 1

    def _settle(self, row: Sighted, tie: Bond, fault: AuditFault | None) -> Iterator[AuditFinding]:
        moment = _told_time(row) or row.at
        fits = _link(self._good, row.seq, moment, tie.body) == tie.link
        if fits:  # it follows the last good one: what stands between was put there
            for each in self._doubtful:
                if each.fault is AuditFault.ALTERED:
                    yield AuditFinding(AuditFault.APPENDED, each.first, each.last)
        else:
            yield from self._doubtful or [AuditFinding(AuditFault.ALTERED, max(row.seq - 1, 1), max(row.seq - 1, 1))]
        self._doubtful = []
        if fault is not None:
            yield AuditFinding(fault, row.seq, row.seq)
        elif self._good_at is not None and moment < self._good_at - CLOCK_TOLERANCE // timedelta(microseconds=1):
            yield AuditFinding(AuditFault.CLOCK_BACK, row.seq, row.seq)
        self._good, self._good_at = tie.link, moment

    def end(self) -> Iterator[AuditFinding]:
        yield from self._doubtful


def _own_fault(row: Sighted) -> AuditFault | None:
    """What an entry says against itself."""
    if row.text is None or row.tie is None or _body(row.tie.nonce, row.text) != row.tie.body:
        return AuditFault.ALTERED
    told = _told_time(row)
    return AuditFault.RESTAMPED if told is not None and told != row.at else None


def _told_time(row: Sighted) -> int | None:
    """The time inside the entry, microseconds since 1970."""
    try:
        told = datetime.fromisoformat(json.loads(row.text or b"")["at"])
        return (told - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, KeyError, TypeError):
        return None


def _cut(rows: Sequence[Sighted], total: int) -> Iterator[AuditFinding]:
    last = max((row.seq for row in rows), default=0)
    if last < total:
        yield AuditFinding(AuditFault.CUT, last + 1, total)


def _against_heads(
    rows: Sequence[Sighted], genuine: Iterable[Checkpoint], kept: Kept, told: Sequence[AuditFinding]
) -> Iterator[AuditFinding]:
    """A chain that holds in itself but is not the one that was signed was written anew."""
    links = {row.seq: row.tie.link.hex() for row in rows if row.tie is not None}
    stated = [(each.count, each.head) for each in sorted(genuine, key=lambda each: each.count)]
    if kept.head is not None:
        stated.append((kept.head.count, kept.head.link.hex()))
    good = 0
    for count, head in stated:
        if count not in links or links[count] == head:
            good = count if count in links else good
        elif not any(good < each.last <= count for each in told):
            yield AuditFinding(AuditFault.ALTERED, good + 1, count)


def _of_checkpoints(checkpoints: Sequence[SightedCheckpoint], kept: Kept) -> Iterator[AuditFinding]:
    for line, each in enumerate(checkpoints, 1):
        if not each.genuine:
            yield AuditFinding(AuditFault.CHECKPOINT_FORGED, line, line)
    numbers = {each.checkpoint.number for each in checkpoints if each.checkpoint is not None and each.genuine}
    known = max(numbers | {kept.checkpoints})
    missing = sorted(set(range(1, known + 1)) - numbers)
    if missing:
        yield AuditFinding(AuditFault.CHECKPOINTS_MISSING, missing[0], missing[-1])
    if kept.head is None:
        yield AuditFinding(AuditFault.HEAD_UNKNOWN, 0, 0)


def _is_head(row: Sighted, short: str) -> bool:
    return row.tie is not None and JournalHead(row.seq, row.tie.link).is_called(short)


def _body(nonce: bytes, text: bytes) -> bytes:
    return hashlib.sha256(b"body" + nonce + text).digest()


def _link(before: bytes, seq: int, at: int, body: bytes) -> bytes:
    return hashlib.sha256(b"link" + before + _NUMBERS.pack(seq, max(at, 0)) + body).digest()


def _plain(short: str) -> str:
    return "".join(char for char in short.lower() if char.isalnum())
