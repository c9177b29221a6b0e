"""How the capture page is laid out: picture and status left, device and tiles right."""

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.device import Device
from app.domain.modality import Modality, Position
from app.domain.policy import EnrollmentPolicy
from app.journeys.flow_state import Step
from app.ui import icons
from app.ui.i18n import translate
from app.ui.messages import Message
from app.ui.preview.view import PreviewView
from app.ui.theme import Space
from app.ui.widgets.basics import label, row, scrolled
from app.ui.wizard.problem import Choice, ProblemPanel
from app.ui.wizard.strip import StatusStrip
from app.ui.wizard.tiles import PositionTile

STATUS_LINES = 3
LOW_PAGE_LINES = 16
"""In a page of fewer lines than this the picture needs the height more than the status does."""
SIDE_PICTURE, SIDE_LINES = 150, 10
"""Width of the tiles: pixels for the picture, and line heights for the words, which grow with the text size."""


class CaptureLayout:
    """The widgets of a capture page, in their places on `page`."""

    side_lines = SIDE_LINES

    def __init__(self, page: QWidget, step: Step, policy: EnrollmentPolicy) -> None:
        self.preview = PreviewView()
        self.problem = ProblemPanel()
        self.middle = QStackedWidget()
        self.middle.addWidget(self.preview)
        self.middle.addWidget(self.problem)
        self.strip = StatusStrip()
        self.device = QComboBox()
        self.device.setObjectName("wizard.capture.device")
        self.device.setAccessibleName(translate("wizard", "Device to capture with"))
        self.device.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.device.setMinimumContentsLength(8)
        self.only_device = label("", wrap=True)
        self.glasses = QCheckBox(translate("wizard", "&Glasses on"))
        self.glasses.setAccessibleName(translate("wizard", "The person keeps glasses on"))
        self.glasses.setObjectName("wizard.capture.glasses")
        self.countdown = QCheckBox(translate("wizard", "Take the face after a &countdown"))
        self.countdown.setAccessibleName(translate("wizard", "The terminal takes the face by itself after a countdown"))
        self.countdown.setObjectName("wizard.capture.countdown")
        self.mirrored = QCheckBox(translate("wizard", "&Mirrored"))
        self.mirrored.setAccessibleName(translate("wizard", "Mirror the picture"))
        self.mirrored.setObjectName("wizard.capture.mirrored")
        self.mirrored.toggled.connect(self.preview.set_mirrored)
        self.policy = policy
        self.tiles = self._make_tiles(step)
        seen = {position.modality for position in step.positions} & {Modality.IRIS, Modality.FACE}
        self._lay_out(page)
        if not seen:
            self.preview.without_distance(icons.for_position(step.positions[0]))
        # Only now: a widget made visible before it has a parent would flash up as a window of its own.
        self.countdown.setVisible(False)
        self.glasses.setVisible(bool(seen))
        self.mirrored.setVisible(bool(seen))

    def _make_tiles(self, step: Step) -> dict[Position, PositionTile]:
        return {each: self.make_tile(each) for each in step.positions}

    def make_tile(self, position: Position) -> PositionTile:
        """A tile with the threshold that counts for its position."""
        return PositionTile(position, self.policy.of(position.modality).threshold)

    def show_devices(self, devices: Sequence[Device]) -> None:
        """A chooser only where there is a choice."""
        self.device.setVisible(len(devices) > 1)
        self.only_device.setVisible(len(devices) <= 1)
        self.only_device.setText(devices[0].label if devices else "")

    @property
    def troubled(self) -> bool:
        """Whether a problem stands in the picture's place."""
        return self.middle.currentWidget() is self.problem

    def show_preview(self, *, live: bool = False) -> None:
        """The picture, whatever problem stood there; `live` while a capture goes on."""
        self.middle.setCurrentWidget(self.preview)

    def tell_problem(self, message: Message, choices: Sequence[Choice]) -> None:
        """A problem in the picture's place: there is no picture to see, and nothing moves."""
        self.problem.tell(message, choices)
        self.middle.setCurrentWidget(self.problem)

    def _lay_out(self, page: QWidget) -> None:
        left = QVBoxLayout()
        left.setSpacing(Space.S)
        left.addWidget(self.middle, 1)
        left.addWidget(self.strip)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, Space.M, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.device)
        column.addWidget(self.only_device)
        self._fill_side(column)
        column.addWidget(self.countdown)
        column.addLayout(row(self.glasses, self.mirrored, None))
        column.addStretch(1)
        self.side = area = scrolled(side)
        self.fit_texts(page)
        whole = QHBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.M)
        whole.addLayout(left, 1)
        whole.addWidget(area)

    def fit_texts(self, page: QWidget) -> None:
        """The column beside the picture as wide as its words need, the status as high as there is room for;
        ask again when the text size or the page changes."""
        self.side.setFixedWidth(SIDE_PICTURE + page.fontMetrics().lineSpacing() * self.side_lines)
        low = page.height() < LOW_PAGE_LINES * page.fontMetrics().lineSpacing()
        self.strip.keep_lines(STATUS_LINES - 1 if low else STATUS_LINES)

    def _fill_side(self, column: QVBoxLayout) -> None:
        """What stands beside the picture, under the device."""
        for tile in self.tiles.values():
            column.addWidget(tile)
