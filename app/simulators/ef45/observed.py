"""What can be seen of a terminal from outside its wire: its state, and the requests it got."""

from dataclasses import dataclass, field
from datetime import timedelta

from app.simulators.ef45.capture import Phase
from app.simulators.ef45.wire import Document


@dataclass(frozen=True)
class TerminalState:
    """A copy of the terminal's state; tables by user_uuid (faces: and sub id)."""

    mode: str
    lock_uid: str | None
    version: str
    phase: Phase | None
    buffer: tuple[str, ...]
    matches: tuple[str, ...]
    subjects: dict[str, Document] = field(repr=False)
    user_info: dict[str, Document] = field(repr=False)
    faces: dict[tuple[str, int], Document] = field(repr=False)
    config: dict[str, bool | int | float | str]
    files: dict[str, bytes] = field(repr=False)
    logs: tuple[Document, ...] = field(repr=False)
    door_log: tuple[tuple[str, int], ...]
    card_standby: bool
    audio_enabled: bool
    clock_offset: timedelta


@dataclass(frozen=True)
class Seen:
    """One request as it was seen; never its body.

    `status` is 0 while unanswered, or when the connection ended without an answer. `at` is the steady clock, seconds.
    """

    method: str
    path: str
    operation: str = ""
    query: dict[str, str] = field(default_factory=dict)
    status: int = 0
    body_size: int = 0
    at: float = 0.0
