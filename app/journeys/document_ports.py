"""What document matching needs from the outside, as protocols: the comparing server, the look at pictures, evidence.

Every method is a coroutine on the main loop and leaves it free: pictures are decoded on threads of the implementation.
All raise StationError leaves.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from app.domain.document import CheckedPicture, Comparison, LivenessResult, PictureKind, RemoteFace, RemoteSession
from app.domain.evidence import Evidence, EvidenceReport, EvidenceSummary


class PictureCheck(Protocol):
    """The look at a picture before any byte leaves."""

    async def check(self, data: bytes, kind: PictureKind) -> CheckedPicture:
        """What would be sent and what is wrong with it; never raises for a bad picture."""


class DocumentMatcher(Protocol):
    """The comparing server."""

    async def compare(self, reference: CheckedPicture, probe: CheckedPicture) -> Comparison:
        """Compare two pictures; nothing is kept remotely."""

    async def begin(self) -> RemoteSession:
        """Room for faces that ends by itself."""

    async def add(self, session: RemoteSession, picture: CheckedPicture) -> RemoteFace:
        """Put one picture's face there."""

    async def candidates(
        self, session: RemoteSession, reference_id: str, sent: Mapping[str, CheckedPicture]
    ) -> tuple[Comparison, ...]:
        """The reference against the others, best first; `sent` holds the picture of each face id."""

    async def forget(self, session: RemoteSession) -> None:
        """Delete every face there, and look that they are gone."""

    async def liveness(self, session_id: str, mode: str, *, signature_required: bool) -> LivenessResult:
        """Read the result of the mode that was asked for."""


class EvidenceStore(Protocol):
    """Evidence on disk, encrypted."""

    async def keep(self, evidence: Evidence) -> None:
        """Put one record on disk."""

    async def remove(self, evidence_id: str) -> None:
        """Take back one record that nobody was told of; absent is fine."""

    async def load(self, evidence_id: str) -> Evidence | None:
        """One record."""

    async def summaries(self, *, limit: int = 200) -> tuple[EvidenceSummary, ...]:
        """Latest first."""

    async def purge(self, older_than: datetime) -> int:
        """Remove what was decided before; how many."""


class EvidenceCheck(Protocol):
    """Checks a record again, offline."""

    async def recheck(self, evidence: Evidence) -> EvidenceReport:
        """What holds today; never raises for a bad record."""
