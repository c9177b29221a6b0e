"""A stored sample: its picture, its quality in words and number, where and when it was captured."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.domain.sample import Sample
from app.ui import pictures, words
from app.ui.messages import Names
from app.ui.pictures import PictureView
from app.ui.tasks import Tasks
from app.ui.theme import Kind, Space, Tone
from app.ui.widgets.appear import Assembly
from app.ui.widgets.basics import label, small

PICTURE = QSize(220, 150)


class SampleCard(QWidget):
    """One sample; its picture arrives when it is decoded."""

    def __init__(self, sample: Sample, names: Names, tasks: Tasks) -> None:
        super().__init__()
        place = words.name(sample.position)
        if sample.variant is not None:
            place = f"{place}, {words.name(sample.variant)}"
        self.picture = PictureView(self.tr("Loading"), PICTURE)
        self.picture.setAccessibleName(place)
        poor = sample.quality.score < 40
        self.quality: QLabel = label(words.quality(sample.quality), tone=Tone.WARN if poor else Tone.PLAIN)
        device = names.get(sample.source.device_id, sample.source.device_id)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.picture)
        column.addSpacing(Space.XS)
        for widget in (label(place, Kind.STRONG), self.quality, small(device), small(words.moment(sample.captured_at))):
            column.addWidget(widget)
        column.addStretch(1)
        self._load(sample, tasks)

    def _load(self, sample: Sample, tasks: Tasks) -> None:
        if not sample.image:
            self.picture.show_image(None, sample.card or self.tr("No image is stored"))
            return
        unreadable = self.tr("The image cannot be shown")
        tasks.start(
            pictures.load(sample.image, PICTURE, self.devicePixelRatioF()),
            owner=self,
            done=lambda image: self.picture.show_image(image, "" if image else unreadable),
        )


class SampleGrid(QWidget):
    """Samples side by side, as many as fit in the width."""

    def __init__(self, samples: Sequence[Sample], names: Names, tasks: Tasks) -> None:
        super().__init__()
        self._cards: list[SampleCard] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.L)
        self._columns = 0
        self._arrange(3)
        self.assembly = Assembly(self._steps(samples, names, tasks))

    @property
    def cards(self) -> list[SampleCard]:
        """A card for each sample; all are made when somebody asks."""
        self.assembly.finish()
        return self._cards

    def _steps(self, samples: Sequence[Sample], names: Names, tasks: Tasks) -> Iterator[QWidget | None]:
        for sample in samples:
            self._cards.append(SampleCard(sample, names, tasks))
            self._place(len(self._cards) - 1)
            yield self._cards[-1]

    def _place(self, number: int) -> None:
        row, column = divmod(number, self._columns)
        self._grid.addWidget(self._cards[number], row, column, Qt.AlignmentFlag.AlignTop)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for number in range(len(self._cards)):
            self._place(number)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(PICTURE.width() // 2, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(max(1, self.width() // (PICTURE.width() * 3 // 4)))
