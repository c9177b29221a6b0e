"""What looking after enrolled people needs beside the store of people: orders to erase, the station's key, a folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.domain.enrollment import Enrollment
from app.journeys.ports import ErasureStore, SigningKey

Sealer = Callable[[Enrollment, str], bytes]
"""An enrollment and a passphrase to a file's bytes. Slow on purpose: on a worker thread."""


@dataclass(frozen=True)
class Custody:
    """`exports` is where exports of people are kept; an erasure empties it of the person."""

    erasures: ErasureStore
    key: SigningKey
    exports: Path
    seal: Sealer | None = None
    """Makes the encrypted file of a person; None where nobody may leave."""
