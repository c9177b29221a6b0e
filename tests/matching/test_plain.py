"""Without compiled kernels everything comes out the same."""

import os
import subprocess
import sys

import numpy as np

from app.matching.descriptor import cylinders
from app.matching.descriptor.hull import convex_hull
from app.matching.features import features_of
from app.matching.matcher import voting_rows
from app.matching.pairing import EVIDENCE
from app.matching.pairing import compiled as pairing_compiled
from app.matching.pairing import plain as pairing_plain
from app.matching.search import compiled as search_compiled
from app.matching.search import plain as search_plain
from app.matching.search.layout import LANES, pack
from tests.matching.prints import SMALL, features, minutiae
from tests.matching.records.samples import random_minutiae

SCRIPT = """
import json, logging
logging.basicConfig(level=logging.WARNING)
from app.matching import jit
from app.matching.gallery import Gallery
from app.matching.matcher import Matcher
from tests.matching.prints import entries, probe
with Matcher() as matcher:
    found = [matcher.search(Gallery(entries(40)).snapshot, [probe(p)], limit=5) for p in range(4)]
print(json.dumps([jit.COMPILED, [[(c.person_id, round(c.score.value, 6)) for c in one] for one in found]]))
"""


def test_descriptor_codes_are_equal() -> None:
    for person in range(12):
        found = minutiae(person)
        x, y, angle = found.x.astype(float), -found.y.astype(float), found.angle.astype(np.int32)
        hull = convex_hull(x, y)
        first, second = np.zeros((2, len(x), 7), np.uint64)
        cylinders._fill(x, y, angle, hull, first)
        cylinders._fill_plain(x, y, angle, hull, second)
        assert np.array_equal(first, second)


def test_votes_are_equal() -> None:
    blocks = pack([features(person).words for person in range(70)] + [features(70).words[:0]])
    every, starts = range(len(blocks.starts)), (blocks.words.ctypes.data + 4 * blocks.starts).astype(np.uint64)
    first, second = np.zeros((2, len(blocks.starts) * LANES), np.int32)
    for person in range(5):
        rows = voting_rows(features(person, 1))
        search_compiled.vote(starts, blocks.depths, rows, first)
        search_plain.vote([blocks.block(number) for number in every], rows, second)
        assert np.array_equal(first, second)
        assert first[blocks.slots].argmax() == person


def test_evidence_is_equal() -> None:
    random = [random_minutiae(np.random.default_rng(n), n) for n in (0, 2, 3, 5, 9, 60)]
    prints = [features(p, t) for p in range(6) for t in range(2)] + [features(7, 0, SMALL)]
    words = [one.words for one in prints] + [features_of(one).words for one in random]
    first, second = np.zeros((2, EVIDENCE))
    for probe in words:
        for reference in words:
            pairing_compiled.compare(probe, reference, 0.0, first)
            pairing_plain.compare(probe, reference, 0.0, second)
            np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9)


def test_a_station_without_numba_finds_the_same_people_and_says_so_in_the_log() -> None:
    answers = []
    for plain in ("0", "1"):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "ENROLLMENT_STATION_PLAIN_MATCHING": plain},
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        answers.append(run.stdout.strip())
        assert ("matching-plain" in run.stderr) is (plain == "1")
    assert answers[0].replace("[true,", "[false,") == answers[1]
    assert '[["p0",' in answers[0]
