"""All operations of the document: 21, one pair of which shares a path."""

from typing import Final

from app.simulators.bioserver.operations import faces, liveness, matches, sessions
from app.simulators.bioserver.operations.operation import Answer, Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *sessions.OPERATIONS,
    *faces.OPERATIONS,
    *matches.OPERATIONS,
    *liveness.OPERATIONS,
)

__all__ = ["OPERATIONS", "Answer", "Operation"]
