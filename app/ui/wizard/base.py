"""What every wizard page offers the shell: a sentence, the words on the primary button, busy, and `apply`."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.journeys.flow_state import State, Step
from app.ui.wizard.context import Context


class StepPage(QWidget):
    """One step. It shows the state it is given; only `apply` and its own buttons change anything."""

    changed = Signal()
    """Sentence, primary words or busy changed: the shell reads them again."""
    advance = Signal()
    """Go on to the next step as things stand, without the primary action."""
    go_to = Signal(str)
    """Show another step that was reached before."""
    update_wanted = Signal(str)
    """It is the same person as one who is enrolled already: go on as an update of that one."""
    leave = Signal(bool)
    """End the enrollment here; True drops the draft."""

    icon = "forward"
    """The primary button's icon."""

    def __init__(self, context: Context, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.step = step
        self.extras: list[QPushButton] = []
        """Secondary buttons that stand beside the primary one."""
        self.setObjectName(f"wizard.step.{step.key}")

    @property
    def sentence(self) -> str:
        """What to do on this page, in one sentence."""
        return ""

    @property
    def primary(self) -> str:
        """The words on the primary button."""
        return self.tr("Continue")

    @property
    def busy(self) -> str:
        """What is going on, empty when nothing is."""
        return ""

    @property
    def busy_line(self) -> str:
        """What the line beside the buttons says; empty where the page itself says it better."""
        return self.busy

    @property
    def may_go_back(self) -> bool:
        """Whether the step before can be shown now."""
        return not self.busy

    @property
    def help_text(self) -> str:
        """What F1 tells."""
        return self.sentence

    def show_state(self, state: State) -> None:
        """Render the state."""

    def enter(self) -> QWidget | None:
        """The page was opened: what should have the focus, None for the primary button."""
        return None

    async def apply(self) -> bool:
        """Do the primary action; True to go on to the next step."""
        return True

    async def settle(self) -> None:
        """Put what was typed on disk; called before the page is left in any direction."""

    async def stop(self) -> bool:
        """Stop what runs; True when there was something to stop."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """A key no widget wanted; True when the page used it."""
        return False
