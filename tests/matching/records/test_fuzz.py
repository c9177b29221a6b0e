"""A hundred thousand damaged records: a record or the named refusal comes out, nothing else."""

import random

from app.domain.errors import RecordRefused
from app.matching.records import RecordFormat, parse
from tests.matching.records.samples import ROWS, ansi, ansi_long, iso, view

MUTATIONS = 100_000

SEEDS = (
    iso(view()),
    ansi(view()),
    ansi_long(view()),
    iso(view(), view(finger=3, extended=b"\0\x07\0\x01\0\x07abc")),
    iso(view(ROWS * 14)).ljust(384, b"\0"),
    iso(),
)


def _mutated(rng: random.Random) -> bytes:
    data = bytearray(rng.choice(SEEDS))
    for _ in range(rng.choice((1, 1, 2, 4, 12))):
        where = rng.randrange(len(data) + 1)
        action = rng.randrange(5)
        if action == 0:
            data[where : where + 1] = bytes([rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))])
        elif action == 1:
            del data[where:]
        elif action == 2:
            del data[where : where + rng.randrange(8)]
        elif action == 3:
            data[where:where] = rng.randbytes(rng.randrange(8))
        else:
            data[8:30] = rng.randbytes(22)
    return bytes(data)


def test_no_exception_but_the_refusal_leaves_the_parser() -> None:
    rng = random.Random(378_19794)
    formats: tuple[RecordFormat | None, ...] = (None, None, *RecordFormat)
    read = refused = 0
    for _ in range(MUTATIONS):
        data = _mutated(rng)
        try:
            record = parse(data, rng.choice(formats))
        except RecordRefused:
            refused += 1
            continue
        read += 1
        assert sum(6 * len(found.minutiae) for found in record.views) <= len(data) - 24
    assert read > MUTATIONS // 5
    assert refused > MUTATIONS // 5
