"""Where icons, styles and translations lie: in a source tree, a wheel and a frozen program alike."""

import sys
from functools import cache
from pathlib import Path


@cache
def folder(name: str) -> Path:
    """The resource folder of this name; FileNotFoundError names every place that was looked at."""
    package = Path(__file__).resolve().parents[1]
    frozen = getattr(sys, "_MEIPASS", None)
    places = [package / "_resources" / name, package.parent / "resources" / name]
    if frozen:
        places.insert(0, Path(frozen) / "resources" / name)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"resource folder {name!r} is in none of: {', '.join(map(str, places))}")
