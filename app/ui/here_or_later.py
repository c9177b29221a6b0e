"""Something only a supervisor may decide: one is here and unlocks, or the question waits while the clerk goes on."""

from enum import Enum, auto

from PySide6.QtWidgets import QWidget

from app.journeys.station import Station
from app.ui.dialogs import Dialog
from app.ui.i18n import translate
from app.ui.supervisor import UnlockDialog
from app.ui.tasks import Tasks
from app.ui.widgets.buttons import connect, secondary_button


class Answer(Enum):
    """What was chosen."""

    UNLOCKED = auto()
    LATER = auto()
    """The question is to be put into the queue."""
    GIVEN_UP = auto()


class HereOrLater(Dialog):
    """`await dialog.choose(...)`; closing it gives up."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            translate("operators", "A supervisor must decide this"),
            translate(
                "operators",
                "If one is here, they unlock it now. Otherwise ask: the enrollment waits as a draft, and goes on with "
                "the answer when it is opened again.",
            ),
            translate("operators", "A supervisor is here…"),
            translate("operators", "Cancel"),
        )
        self.setObjectName("supervisor.here-or-later")
        self._later = False
        self.later = secondary_button(self.tr("Ask a supervisor"))
        self.later.setObjectName("supervisor.later")
        connect(self.later, self._choose_later)
        self.body.addWidget(self.later)

    def _choose_later(self) -> None:
        self._later = True
        self.accept()

    async def choose(self, station: Station, tasks: Tasks) -> Answer:
        """Ask, and let the supervisor unlock when one is here."""
        parent = self.parentWidget()
        if not await self.ask() or parent is None:
            return Answer.GIVEN_UP
        if self._later:
            return Answer.LATER
        configured = await station.supervision.configured()
        unlocked = await UnlockDialog(parent, station, tasks, configured=configured).ask()
        return Answer.UNLOCKED if unlocked else Answer.GIVEN_UP
