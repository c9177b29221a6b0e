"""The presses of one finger side by side, with what can be asked of them: ridges, details, larger, smaller."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QImage, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.domain.finger import FingerExamination
from app.domain.sample import Sample
from app.journeys.ports import Fingers
from app.ui import pictures, theme
from app.ui.fingers.print_canvas import PrintCanvas
from app.ui.fingers.print_words import instead_of_picture, judgment, name_of_press, press_of, unread
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.basics import label, row, small
from app.ui.widgets.buttons import connect, quiet_button
from app.ui.widgets.flow import flowing

WHOLE = QSize(4000, 4000)
"""No finger picture is larger; prints are decoded whole and never shrunk beforehand."""
STEP, SMALLEST, LARGEST = 1.4, 0.2, 8.0


class PressColumn(QWidget):
    """One press: its print, its number and what is said of it."""

    def __init__(self, sample: Sample, number: int, count: int) -> None:
        super().__init__()
        self.sample = sample
        self.canvas = PrintCanvas()
        self.number = small(name_of_press(number, count))
        told, tone = judgment(sample.quality)
        self.told: QLabel = label(told)
        theme.mark(self.told, tone=tone)
        name = " ".join(part for part in (self.number.text(), told) if part)
        self.canvas.setAccessibleName(name)
        self.canvas.show_picture(None, instead_of_picture(sample))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.canvas, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.number)
        column.addWidget(self.told)
        column.addStretch(1)
        self.number.setVisible(bool(self.number.text()))

    @property
    def words_height(self) -> int:
        """What stands under the print needs so much."""
        lines = 3 if self.number.isVisibleTo(self) else 2
        return lines * self.fontMetrics().lineSpacing() + 2 * Space.XS


class PrintView(QWidget):
    """Shows samples of one finger. Ridges and details are computed when somebody asks for them.

    Plus, minus and 0 change the size, as does the wheel with Ctrl; larger than the view, it scrolls.
    """

    def __init__(self, fingers: Fingers, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fingers, self._tasks = fingers, tasks
        self.columns: list[PressColumn] = []
        self._zoom: float | None = None
        self.setObjectName("fingers.prints")
        self.heading: QLabel = label("", wrap=False)
        self.ridges = QCheckBox(self.tr("&Ridges only"))
        self.ridges.setAccessibleName(self.tr("Show the ridges alone, strengthened"))
        self.details = QCheckBox(self.tr("&Details"))
        self.details.setAccessibleName(self.tr("Show the details that are compared"))
        self.smaller, self.fit, self.larger = (quiet_button(text) for text in ("\N{MINUS SIGN}", "", "+"))
        self.fit.setText(self.tr("Fit"))
        self._inside = QWidget()
        self._line = QHBoxLayout(self._inside)
        self._area = QScrollArea()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.smaller.setAccessibleName(self.tr("Smaller prints"))
        self.larger.setAccessibleName(self.tr("Larger prints"))
        self.fit.setAccessibleName(self.tr("Fit the prints into the view"))
        for name in ("ridges", "details", "smaller", "fit", "larger"):
            getattr(self, name).setObjectName(f"fingers.{name}")
        sizes = QWidget()
        sizes.setLayout(row(self.smaller, self.fit, self.larger, spacing=0))
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(Space.M)
        self._inside.setObjectName("scrolled")
        self._area.setWidget(self._inside)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().installEventFilter(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.S)
        whole.addWidget(flowing(self.heading, self.ridges, self.details, sizes))
        whole.addWidget(self._area, 1)

    def _connect(self) -> None:
        self.ridges.toggled.connect(self._show_as)
        self.details.toggled.connect(self._show_as)
        connect(self.smaller, partial(self._zoom_by, 1 / STEP))
        connect(self.larger, partial(self._zoom_by, STEP))
        connect(self.fit, self._zoom_to_fit)

    def show_samples(self, samples: Sequence[Sample], heading: str = "") -> None:
        """The presses of one finger, in their order."""
        self.heading.setText(f"{heading} {unread(samples)}".strip())
        if [column.sample for column in self.columns] == list(samples):
            return
        for column in self.columns:
            self._line.removeWidget(column)
            column.hide()
            column.deleteLater()
        while self._line.count():
            self._line.takeAt(0)
        self.columns = [PressColumn(each, press_of(each, at), len(samples)) for at, each in enumerate(samples, 1)]
        for column in self.columns:
            self._line.addWidget(column, 1)
        seen = bool(self.columns)
        for each in (self.ridges, self.details, self.smaller, self.fit, self.larger):
            each.setVisible(seen)
        for column in self.columns:
            column.show()
            self._load(column)
        self._show_as()
        self._resize()

    def _load(self, column: PressColumn) -> None:
        if not column.sample.image:
            if column.sample.templates:
                self._examine(column)  # a record alone has its details to show
            return
        self._tasks.start(pictures.load(column.sample.image, WHOLE), owner=column, done=partial(self._loaded, column))

    def _loaded(self, column: PressColumn, image: QImage | None) -> None:
        column.canvas.show_picture(image, instead_of_picture(column.sample))
        self._resize()

    def _examine(self, column: PressColumn) -> None:
        column.setProperty("examined", True)
        work = self._fingers.examine(column.sample)
        self._tasks.start(work, owner=column, done=partial(self._examined, column))

    def _examined(self, column: PressColumn, found: FingerExamination) -> None:
        if found.drawing is not None:
            column.canvas.show_drawing(found.drawing)
            self._resize()

    def _show_as(self) -> None:
        ridges, marks = self.ridges.isChecked(), self.details.isChecked()
        for column in self.columns:
            column.canvas.show_as(ridges=ridges, marks=marks)
            if (ridges or marks) and not column.property("examined"):
                self._examine(column)

    # Size

    def _fitting(self) -> float:
        """So large that all presses are seen whole."""
        count = len(self.columns)
        wide = (self._area.viewport().width() - Space.M * (count - 1)) / count - 1
        high = self._area.viewport().height() - max(column.words_height for column in self.columns)
        sizes = [column.canvas.natural for column in self.columns]
        most = LARGEST if any(not column.canvas.blank for column in self.columns) else 0.8
        return max(SMALLEST, min(most, *(min(wide / size.width(), high / size.height()) for size in sizes)))

    def _resize(self) -> None:
        if self.columns:
            zoom = self._zoom if self._zoom is not None else self._fitting()
            for column in self.columns:
                column.canvas.set_zoom(zoom)

    def _zoom_by(self, factor: float) -> None:
        if self.columns:
            now = self._zoom if self._zoom is not None else self._fitting()
            self._zoom = min(LARGEST, max(SMALLEST, now * factor))
            self._resize()

    def _zoom_to_fit(self) -> None:
        self._zoom = None
        self._resize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resize()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._resize()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(STEP if event.angleDelta().y() > 0 else 1 / STEP)
        else:
            super().wheelEvent(event)
