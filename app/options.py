"""What a person asked for on the command line, handed from `cli` to `main` and `demo`; what a command is."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """One command; a name of two words is a command of a group, such as "secret set"."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], int]
    arguments: Callable[[argparse.ArgumentParser], object] = lambda _parser: None


@dataclass(frozen=True)
class DemoOptions:
    """How to show the station with simulators; `tour` asks for the scripted tour and names its screenshot folder."""

    tour: Path | None = None
    quiet_doors: bool = False
    """Nobody comes to the practice doors."""
