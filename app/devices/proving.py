"""What every delivery says when taking back what was written fails too."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.errors import OutcomeUnknown, PartlyWritten, StationError, Unreachable

LOST = (Unreachable, OutcomeUnknown)


@contextmanager
def rolling_back(device: str, cause: BaseException) -> Iterator[None]:
    """Around a roll-back after `cause`: OutcomeUnknown when the device was lost before and now, else PartlyWritten."""
    try:
        yield
    except StationError as error:
        if isinstance(cause, LOST) and isinstance(error, LOST):
            raise OutcomeUnknown(device=device, step="register") from cause
        code = cause.code if isinstance(cause, StationError) else ""
        raise PartlyWritten(device=device, step="roll-back", cause_code=code) from error
