"""How the finger page is laid out: the press or the prints left, the two hands and the chosen finger right."""

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.domain.modality import Position
from app.domain.policy import EnrollmentPolicy
from app.journeys.flow_state import Step
from app.journeys.ports import Fingers
from app.ui.fingers.engine_note import EngineNote
from app.ui.fingers.hands import HandsPicker
from app.ui.fingers.press_panel import PressPanel
from app.ui.fingers.print_view import PrintView
from app.ui.i18n import translate
from app.ui.tasks import Tasks
from app.ui.widgets.basics import EmptyState, small
from app.ui.wizard.capture_layout import CaptureLayout
from app.ui.wizard.tiles import PositionTile


class FingerLayout(CaptureLayout):
    """The capture page's parts with hands in the place of a row of tiles; a finger has a tile once it was looked at."""

    side_lines = 14

    def __init__(self, page: QWidget, step: Step, policy: EnrollmentPolicy, fingers: Fingers, tasks: Tasks) -> None:
        self.hands = HandsPicker()
        self.engine = EngineNote(fingers)
        self.press = PressPanel()
        self.prints = PrintView(fingers, tasks)
        self.nothing = EmptyState("finger", "")
        self.alarm = QCheckBox(translate("fingers", "&Silent alarm finger"))
        self.alarm.setObjectName("fingers.alarm")
        self.alarm.setAccessibleName(translate("fingers", "This finger opens and raises a silent alarm"))
        self.alarm.setToolTip(
            translate("fingers", "The door opens as usual, and the guards are told that the person is being forced.")
        )
        self.alarm_told = small("")
        self._tile_box = QVBoxLayout()
        self._tile: PositionTile | None = None
        super().__init__(page, step, policy)
        for each in (self.press, self.prints, self.nothing):
            self.middle.addWidget(each)
        self.alarm.setVisible(policy.duress)
        self.alarm_told.setVisible(False)

    def _make_tiles(self, step: Step) -> dict[Position, PositionTile]:
        return {}

    def _fill_side(self, column: QVBoxLayout) -> None:
        column.addWidget(self.engine)
        column.addWidget(self.hands)
        column.addLayout(self._tile_box)
        column.addWidget(self.alarm)
        column.addWidget(self.alarm_told)

    def show_tile(self, position: Position) -> tuple[PositionTile, bool]:
        """The tile of a finger in its place, and whether it was made this moment."""
        made = position not in self.tiles
        if made:
            self.tiles[position] = self.make_tile(position)
            self._tile_box.addWidget(self.tiles[position])
        for each, tile in self.tiles.items():
            tile.setVisible(each is position)
        return self.tiles[position], made

    def show_preview(self, *, live: bool = False) -> None:
        """The press while it goes on; else the prints, or that there are none yet."""
        if live:
            self.middle.setCurrentWidget(self.press)
        else:
            self.middle.setCurrentWidget(self.prints if self.prints.columns else self.nothing)
