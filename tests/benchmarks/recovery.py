"""Kills a station many times while it saves, delivers and erases: `python -m tests.benchmarks.recovery --kills 200`."""

import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks._options import parser as arguments
from tests.journeys.recovery import recover


def main() -> None:
    """Print what was told as accepted and what is there in the end."""
    parser = arguments(__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261129)
    chosen = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcome = recover(Path(folder), chosen.kills, chosen.seed)
    sys.stdout.write(
        f"{chosen.kills} kills in {time.perf_counter() - began:.0f} s: {outcome.told} acts told as accepted\n"
        f"  people      {outcome.people} in the store and at every door\n"
        f"  erased      {len(outcome.erased)} told, {outcome.certificates} certificates\n"
        f"  lost        {len(outcome.lost)} {outcome.lost[:5]}\n"
        f"  doubled     {len(outcome.doubled)} {outcome.doubled[:5]}\n"
        f"  unfinished  {len(outcome.unfinished)} {outcome.unfinished[:5]}\n"
    )


if __name__ == "__main__":
    main()
