"""UUIDs of version 1 as the terminal makes them: from its own clock, right or wrong."""

import itertools
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

NODE: Final = 0x503F98000109
"""The hardware address in the document's own examples of uids."""
_BEGIN: Final = datetime(1582, 10, 15, tzinfo=UTC)
_TICKS_PER_MICROSECOND: Final = 10
_SEQUENCE: Final[Iterator[int]] = itertools.count(1)


def new_uid(moment: datetime) -> str:
    """A uid of this moment (aware); a running number keeps those of one moment apart (RFC 9562, section 5.1)."""
    ticks = (moment - _BEGIN) // timedelta(microseconds=1) * _TICKS_PER_MICROSECOND
    sequence = next(_SEQUENCE) & 0x3FFF
    fields = (ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF, sequence >> 8, sequence & 0xFF, NODE)
    return str(uuid.UUID(fields=fields, version=1))
