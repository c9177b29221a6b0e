"""The live preview: pictures, guidance, distance and the age of what is shown, in one widget."""

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.domain.preview import EyeMarks, Guidance, PreviewFrame, View
from app.ui import icons
from app.ui.preview import handover
from app.ui.preview.advice import SteadyAdvice, advise
from app.ui.preview.arrange import arrange
from app.ui.preview.banner import GuidanceBanner
from app.ui.preview.distance_bar import DistanceBar
from app.ui.preview.glyphs import draw_glyph
from app.ui.preview.pane import STAGE, STAGE_INK, PicturePane
from app.ui.preview.sink import PreviewSink, Shot
from app.ui.preview.words import age_text

STALE_AFTER_S = 1.0
AGE_CHECK_MS = 200
FIGURE = QColor("#57606a")
FACING = (View.RIGHT_EYE, View.FACE, View.LEFT_EYE, View.FINGER)
"""Facing the person, the person's right eye is on the clerk's left; a mirror shows it the other way round."""
MIRROR = tuple(reversed(FACING[:3])) + FACING[3:]


class Stage(QWidget):
    """The dark ground with the pictures, a placeholder before the first one, and the age mark."""

    painted = Signal()
    """Every picture of the latest frame is on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panes: dict[View, PicturePane] = {}
        self._placeholder = ""
        self._icon = ""
        self._main: View | None = None
        self._mirrored = False
        self._aspects: dict[View, float] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 120)
        self._age = QLabel(self)
        self._age.setObjectName("preview.age")
        self._age.setStyleSheet("background: #ffc53d; color: #000000; padding: 4px 10px; font-weight: bold;")
        self._age.hide()

    @property
    def live(self) -> bool:
        """Pictures are shown."""
        return bool(self._panes)

    @property
    def age(self) -> str:
        """What the age mark says, empty while the picture is fresh."""
        return self._age.text() if self._age.isVisibleTo(self) else ""

    def pane(self, view: View) -> PicturePane | None:
        """The pane of a view that was shown."""
        return self._panes.get(view)

    def clear(self, placeholder: str, main: View | None) -> None:
        """Back to a calm sentence; `main` is the view to show largest when pictures come."""
        for pane in self._panes.values():
            pane.hide()
            pane.deleteLater()
        self._panes, self._aspects = {}, {}
        self._placeholder, self._main = placeholder, main
        self._age.hide()
        self.update()

    def set_icon(self, name: str) -> None:
        """The icon over the placeholder's sentence; a person while none is named."""
        self._icon = name
        self.update()

    def set_mirrored(self, mirrored: bool) -> None:
        """As in a mirror instead of as seen by someone facing the person."""
        self._mirrored = mirrored
        for pane in self._panes.values():
            pane.set_mirrored(mirrored)
        self._arrange()

    def show_shot(self, shot: Shot) -> None:
        """Paint the pictures of a frame; a view that is missing or empty in it keeps its last picture."""
        for view, image in shot.images.items():
            if image.isNull():
                continue
            pane = self._panes.get(view) or self._add(view)
            pane.show_image(image, shot, shot.frame.eyes.get(view, EyeMarks()), shot.frame.pictures[view].scale)
        aspects = {view: pane.aspect for view, pane in self._panes.items()}
        if aspects != self._aspects:
            self._aspects = aspects
            self._arrange()

    def show_age(self, seconds: float | None) -> None:
        """Mark the pictures as old, or as fresh with None."""
        for pane in self._panes.values():
            pane.set_stale(seconds is not None)
        self._age.setVisible(seconds is not None)
        if seconds is not None:
            self._age.setText(age_text(seconds))
            self._place_age()

    def _add(self, view: View) -> PicturePane:
        pane = PicturePane(view, self)
        pane.set_mirrored(self._mirrored)
        pane.painted.connect(self._pane_painted)
        pane.show()
        self._panes[view] = pane
        self._age.raise_()
        return pane

    def _pane_painted(self) -> None:
        # Siblings paint in stacking order: the pane added last ends a frame.
        if self.sender() is list(self._panes.values())[-1]:
            self.painted.emit()

    def _arrange(self) -> None:
        order = [view for view in (MIRROR if self._mirrored else FACING) if view in self._panes]
        for view, box in arrange(order, self._aspects, self.width(), self.height(), self._main).items():
            self._panes[view].setGeometry(box.x, box.y, box.width, box.height)
        self._place_age()

    def _place_age(self) -> None:
        self._age.adjustSize()
        self._age.move((self.width() - self._age.width()) // 2, 10)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures as large as they fit."""
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and before the first picture a figure with a sentence."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE)
        if not self._panes:
            self._paint_placeholder(painter)
        painter.end()

    def _paint_placeholder(self, painter: QPainter) -> None:
        side = min(self.height() * 0.4, 110.0)
        text = QRectF(self.rect()).adjusted(16, self.height() / 2 + side * 0.25, -16, -8)
        figure = QRectF((self.width() - side) / 2, self.height() / 2 - side * 0.85, side, side)
        if self._icon:
            icons.renderer(self._icon, FIGURE.name()).render(painter, figure)
        else:
            draw_glyph(painter, Guidance.NOBODY, figure, FIGURE)
        painter.setPen(STAGE_INK)
        painter.drawText(
            text,
            int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap),
            self._placeholder,
        )


class PreviewView(QWidget):
    """Give `sink.preview` to whoever captures; call `begin` before and `end` (or `reset`) after.

    The picture is painted as it comes, the sentence changes only when it can be read, and a picture older than a second
    says so.
    """

    painted = Signal(float)
    """Seconds from taking the latest frame to its last pixel painted."""
    guidance_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._frame: PreviewFrame | None = None
        self._reported: PreviewFrame | None = None
        self._advice = SteadyAdvice(clock)
        self.sink = PreviewSink(self)
        self.banner = GuidanceBanner(self)
        self.stage = Stage(self)
        self.distance = DistanceBar(self, clock)
        self._timer = QTimer(self, interval=AGE_CHECK_MS)
        self._timer.timeout.connect(self._check_age)
        self.sink.arrived.connect(self._show)
        self.stage.painted.connect(self._report_paint)
        mine = id(self)
        self.destroyed.connect(lambda: handover.relax(mine))
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.banner)
        column.addWidget(self.stage, 1)
        column.addWidget(self.distance)
        self._keep_room(self.banner, self.distance)

    @staticmethod
    def _keep_room(*widgets: QWidget) -> None:
        for widget in widgets:
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)

    @property
    def guidance(self) -> Guidance | None:
        """The guidance that is shown."""
        return self._advice.shown

    def begin(self, placeholder: str, *, main: View | None = None, text: str = "") -> None:
        """Ready for frames; until the first one the placeholder says what is going on, and `text` what to do."""
        self.reset(placeholder, main=main)
        self.banner.show_text(text or self.tr("Just a moment…"))
        self._timer.start()
        handover.hurry(id(self))

    def end(self, text: str = "") -> None:
        """The capture is over: the last picture stays, without an age; `text` takes the guidance's place."""
        self._stop()
        self.stage.show_age(None)
        if not self.stage.live:
            self.stage.clear("", None)
        if text:
            self.banner.show_text(text)

    def reset(self, placeholder: str, *, main: View | None = None) -> None:
        """No picture, just a calm sentence."""
        self._stop()
        self._frame = None
        self._advice.reset()
        self.stage.clear(placeholder, main)
        self.banner.show_text(self.tr("Ready"))
        self.distance.show_distance(None)

    def _stop(self) -> None:
        self._timer.stop()
        self.sink.clear()
        handover.relax(id(self))

    def without_distance(self, icon: str) -> None:
        """For what is held to a reader instead of seen by a camera: no distance, another icon."""
        self.distance.hide()
        policy = self.distance.sizePolicy()
        policy.setRetainSizeWhenHidden(False)
        self.distance.setSizePolicy(policy)
        self.stage.set_icon(icon)

    def set_mirrored(self, mirrored: bool) -> None:
        """As in a mirror: what the person sees of themselves."""
        self.stage.set_mirrored(mirrored)

    def _show(self, shot: Shot) -> None:
        if not self._timer.isActive():
            return  # a frame of a capture that has ended meanwhile
        self._frame = shot.frame
        self.stage.show_shot(shot)
        self.stage.show_age(None)
        self.distance.show_distance(shot.frame.distance)
        before = self._advice.shown
        now = self._advice.feed(advise(shot.frame))
        if now is not before:
            self.banner.show_guidance(now)
            self.guidance_changed.emit(now)

    def _check_age(self) -> None:
        if self._frame is not None:
            age = self._clock() - self._frame.taken_at
            self.stage.show_age(age if age > STALE_AFTER_S else None)

    def _report_paint(self) -> None:
        if self._frame is not None and self._frame is not self._reported:
            self._reported = self._frame  # a repaint of the same frame, such as under a veil, is no news
            self.painted.emit(self._clock() - self._frame.taken_at)
