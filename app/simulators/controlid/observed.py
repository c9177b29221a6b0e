"""What can be seen of a terminal from outside its wire: its state, and the requests it got."""

from dataclasses import dataclass, field

from app.simulators.controlid.enroller import Status
from app.simulators.controlid.wire import Document


@dataclass(frozen=True)
class TerminalState:
    """A copy of the terminal's state; `tables` by object name, `photos` by user id."""

    status: Status
    mode: str
    contingency: bool
    sessions: int
    screen: str
    configuration: dict[str, dict[str, str]]
    tables: dict[str, tuple[Document, ...]] = field(repr=False)
    photos: dict[int, bytes] = field(repr=False)


@dataclass(frozen=True)
class Seen:
    """One request as it was seen; never its body nor its session. `status` is 0 while unanswered."""

    method: str
    command: str
    query: dict[str, str] = field(default_factory=dict)
    status: int = 0
    body_size: int = 0
