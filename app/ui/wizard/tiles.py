"""A tile for every position: picture, quality against the threshold, tries, and the lawful way around."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from app.domain.modality import Position
from app.ui import icons, theme, words
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import label, small
from app.ui.widgets.buttons import connect, quiet_button
from app.ui.wizard.quality_bar import QualityBar
from app.ui.wizard.standing import PositionStanding, Verdict
from app.ui.wizard.verdicts import verdict_words

PICTURE = QSize(76, 57)


class Picture(QWidget):
    """A sample's picture with round corners, or the position's icon while there is none."""

    def __init__(self, position: Position, size: QSize = PICTURE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icons.for_position(position)
        self._image = QImage()
        self.setFixedSize(size)

    def show_image(self, image: QImage | None) -> None:
        """Show a picture; None or a null image brings the icon back."""
        self._image = image or QImage()
        self.update()

    @property
    def empty(self) -> bool:
        """No picture is shown."""
        return self._image.isNull()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture cropped to fill, or icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(frame, 4, 4)
        painter.fillPath(path, QColor(theme.colors().sunken))
        if self._image.isNull():
            side = self.height() * 0.5
            box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            icons.renderer(self._icon, theme.colors().muted).render(painter, box)
        else:
            painter.setClipPath(path)
            painter.drawImage(frame, self._image, self._filling(frame))
            painter.setClipping(False)
        painter.setPen(QColor(theme.colors().border))
        painter.drawPath(path)

    def _filling(self, frame: QRectF) -> QRectF:
        wide, high = self._image.width(), self._image.height()
        shown = min(wide / frame.width(), high / frame.height())
        part_wide, part_high = frame.width() * shown, frame.height() * shown
        return QRectF((wide - part_wide) / 2, (high - part_high) / 2, part_wide, part_high)


class PositionTile(QFrame):
    """Shows one position's standing; says when the clerk wants to go on without it or takes that back."""

    without = Signal(object)
    """The position to go on without."""
    restore = Signal(object)
    """The position whose exception is taken back."""

    def __init__(self, position: Position, threshold: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.position = position
        self.setObjectName(f"wizard.capture.{position.value}")
        theme.mark(self, role="card")
        self.picture = Picture(position)
        self.name = label(words.name(position), wrap=False)
        font = self.name.font()
        font.setBold(True)
        self.name.setFont(font)
        self.verdict: QLabel = label("", wrap=True)
        self.bar = QualityBar(threshold)
        self.tries = small("")
        self.way_out = quiet_button("")
        self.way_out.setObjectName(f"wizard.capture.{position.value}.without")
        keep = self.way_out.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.way_out.setSizePolicy(keep)
        self._excepted = False
        connect(self.way_out, self._way_out)
        self._lay_out()

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        grid = QGridLayout(self)
        grid.setContentsMargins(Space.S, Space.S, Space.S, Space.XS)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.picture, 0, 0, 3, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.way_out, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.verdict, 1, 1, 1, 2)
        grid.addWidget(self.bar, 2, 1)
        grid.addWidget(self.tries, 2, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        self.bar.setVisible(self.position is not Position.CARD)  # a card is read or it is not

    def show_standing(self, standing: PositionStanding, image: QImage | None, *, busy: bool) -> None:
        """Render how the position stands."""
        told, tone = verdict_words(standing)
        self.verdict.setText(told)
        theme.mark(self.verdict, tone=tone)
        theme.mark(self, tone=tone if tone in {Tone.OK, Tone.WARN} else Tone.PLAIN)
        self.picture.show_image(image)
        best = standing.best[0].score if standing.best else None
        self.bar.show_score(best, good=standing.verdict is Verdict.GOOD)
        tries = self.tr("Try {count} of {allowed}")
        allowed = max(standing.tries_allowed, standing.tries)
        self.tries.setText(tries.format(count=standing.tries, allowed=allowed) if standing.tries else "")
        self._excepted = standing.verdict is Verdict.EXCEPTED
        self._show_way_out(standing, busy=busy)

    def _show_way_out(self, standing: PositionStanding, *, busy: bool) -> None:
        name = words.name(self.position).lower()
        self.way_out.setText(self.tr("Take back") if self._excepted else self.tr("Without…"))
        spoken = self.tr("Take back: capture the {position} after all")
        without = self.tr("Go on without the {position}")
        self.way_out.setAccessibleName((spoken if self._excepted else without).format(position=name))
        self.way_out.setEnabled(not busy)
        self.way_out.setVisible(standing.verdict is not Verdict.GOOD)

    def _way_out(self) -> None:
        (self.restore if self._excepted else self.without).emit(self.position)
