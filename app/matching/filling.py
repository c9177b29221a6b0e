"""A gallery that is being filled from stored rows, piece after piece, while the next piece is still being read."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.errors import RecordRefused
from app.domain.records import FeatureRow
from app.matching.features import Features
from app.matching.gallery import Gallery


class Filling:
    """Takes rows in pieces, on any thread, one piece at a time; `FingerIndex.adopt` then makes it the gallery.

    `stale`: rows that another version wrote, whose features must be computed again.
    """

    def __init__(self) -> None:
        self.gallery = Gallery()
        self.stale: list[FeatureRow] = []

    def take(self, rows: Sequence[FeatureRow]) -> None:
        """Put these in; about 9 ms of processor time for a thousand."""
        try:
            self.gallery.fill([_loadable(row) for row in rows])
        except RecordRefused:
            stale = [row for row in rows if not _readable(row)]
            left = set(map(id, rows)) - set(map(id, stale))
            self.gallery.fill([_loadable(row) for row in rows if id(row) in left])
            self.stale += stale


def _loadable(row: FeatureRow) -> tuple[str, str, bytes]:
    return row.person_id, row.position.value, row.features


def _readable(row: FeatureRow) -> bool:
    try:
        Features.from_bytes(row.features)
    except RecordRefused:
        return False
    return True
