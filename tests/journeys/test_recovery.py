"""A station killed at random moments of saving, delivering and erasing loses nobody and doubles nobody."""

import sys
from pathlib import Path

from tests.journeys.recovery import recover

KILLS = 8


def test_kills_cuts_and_forgetful_doors_lose_nobody_and_double_nobody(tmp_path: Path) -> None:
    outcome = recover(tmp_path, KILLS)
    assert outcome.lost == []
    assert outcome.doubled == []
    assert outcome.unfinished == []
    assert outcome.people >= len(outcome.saved) > 0
    sys.stderr.write(f"{KILLS} kills: {outcome.told} acts accepted, {outcome.people} people, none lost\n")
