"""What a person asked for on the command line, handed from `cli` to `main` and `demo`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DemoOptions:
    """How to show the station with simulators; `tour` asks for the scripted tour and names its screenshot folder."""

    tour: Path | None = None
