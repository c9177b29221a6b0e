"""What the window expects of a page."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.journeys.station import Station
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.basics import title


class Page(QWidget):
    """A page with its title and a column for its parts. Its tasks end when it is destroyed."""

    def __init__(self, name: str, station: Station, tasks: Tasks) -> None:
        super().__init__()
        self.station, self.tasks = station, tasks
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        self.column.setSpacing(Space.M)
        self.head = QHBoxLayout()
        self.head.setSpacing(Space.S)
        self.head.addWidget(title(name), 1)
        self.column.addLayout(self.head)

    @property
    def help_text(self) -> str:
        """What F1 says about this page."""
        return ""

    def entered(self) -> None:
        """Called each time the page comes to the front."""

    async def finish(self) -> bool:
        """Called before the window closes; False keeps it open."""
        return True


@runtime_checkable
class HelpsItself(Protocol):
    """A page with a text for F1."""

    @property
    def help_text(self) -> str: ...


@runtime_checkable
class Enters(Protocol):
    """A page that wants to know when it comes to the front."""

    def entered(self) -> None: ...


@runtime_checkable
class Finishes(Protocol):
    """A page with something to bring to an end before the window closes."""

    async def finish(self) -> bool: ...


@runtime_checkable
class Enrolls(Protocol):
    """The enroll page, as the people page sends people to it."""

    def start_for(self, person_id: str) -> None:
        """Capture this person again."""

    def continue_draft(self, draft_id: str) -> None:
        """Go on with a draft on the step it was left at."""


@runtime_checkable
class LeadsToSettings(Protocol):
    """A page that is empty until a terminal was set up, and leads to where that is done."""

    def lead_to_settings(self, go: Callable[[], object]) -> None: ...
