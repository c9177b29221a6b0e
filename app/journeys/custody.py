"""What looking after enrolled people needs beside the store of people: orders to erase, the station's key, a folder."""

from dataclasses import dataclass
from pathlib import Path

from app.journeys.ports import ErasureStore, SigningKey


@dataclass(frozen=True)
class Custody:
    """`exports` is where exports of people are kept; an erasure empties it of the person."""

    erasures: ErasureStore
    key: SigningKey
    exports: Path
