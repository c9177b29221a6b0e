"""The live picture of a webcam with one hint, and the button that takes the picture."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from app.domain.camera import Aim, CameraName, CameraRun, Cameras, CameraState
from app.domain.preview import Guidance, View
from app.ui import comparison_words as words
from app.ui import theme
from app.ui.preview import handover
from app.ui.preview.advice import SteadyAdvice
from app.ui.preview.sink import PreviewSink, Shot
from app.ui.tasks import Tasks
from app.ui.theme import Space
from app.ui.widgets.buttons import connect, primary_button, quiet_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import Lamp, StatusLamp

LAMPS = {Guidance.NOBODY: Lamp.WAITING, Guidance.HOLD_STILL: Lamp.GOOD}
"""Everything else would spoil the picture."""


class Lens(PreviewSink):
    """Takes pictures from the camera's thread, and its state from the loop."""

    state_came = Signal(object)

    def camera_state(self, state: CameraState) -> None:
        """The camera came or went."""
        self.state_came.emit(state)


class LivePicture(QWidget):
    """The latest picture, whole; a word until there is one."""

    def __init__(self) -> None:
        super().__init__()
        self._shot: Shot | None = None
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_shot(self, shot: Shot | None, word: str = "") -> None:
        """Show a picture, or the word."""
        self._shot, self._word = shot, word
        self.setAccessibleDescription(word)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.colors().sunken))
        image = self._shot.images.get(View.FACE) if self._shot else None
        if image is None or image.isNull():
            painter.setPen(QColor(theme.colors().muted))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(8, 8, -8, -8), flags, self._word)
        else:
            painter.drawImage(self._box(image), image)
        painter.end()

    def _box(self, image: QImage) -> QRectF:
        scale = min(self.width() / image.width(), self.height() / image.height())
        wide, high = image.width() * scale, image.height() * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)


class CameraPane(QWidget):
    """Looks through one camera from `begin` to `end`; an unplugged one is waited for."""

    taken = Signal(bytes)
    """A picture as JPEG."""
    ended = Signal()

    def __init__(self, cameras: Cameras, tasks: Tasks, aim: Aim, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cameras, self._tasks, self._aim = cameras, tasks, aim
        self._run: CameraRun | None = None
        self._lens: Lens | None = None
        self._advice = SteadyAdvice()
        self.live = LivePicture()
        self.hint = StatusLamp(Lamp.WAITING, "", wrap=True)
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Camera"))
        self.take = primary_button(self.tr("Take picture"), "camera")
        self.stop = quiet_button(self.tr("Close camera"), "close")
        self.take.setEnabled(False)
        connect(self.take, self._take)
        connect(self.stop, self.end)
        self.choice.activated.connect(lambda _index: self._open_chosen())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for part, stretch in ((self.live, 1), (self.hint, 0), (self.choice, 0), (flowing(self.take, self.stop), 0)):
            column.addWidget(part, stretch)

    @property
    def looking(self) -> bool:
        """Whether a camera is in use."""
        return self._run is not None

    def begin(self, names: tuple[CameraName, ...]) -> None:
        """Look through the first of these cameras; the clerk may choose another."""
        chosen = self.choice.currentData()
        self.choice.clear()
        for name in names:
            self.choice.addItem(name.label, name.camera_id)
        self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))
        self.choice.setVisible(len(names) > 1)
        self.stop.setFocus()
        self._open_chosen()

    def end(self) -> None:
        """Let the camera go."""
        if self._lens is not None:
            self._tasks.start(self.close_camera(), owner=self, key="camera")
            self.ended.emit()

    async def close_camera(self) -> None:
        """Let the camera go and wait until it went."""
        run, lens, self._run, self._lens = self._run, self._lens, None, None
        handover.relax(id(self))
        self.take.setEnabled(False)
        self.live.show_shot(None)
        if run is not None:
            await run.close()
        if lens is not None:
            lens.clear()
            lens.deleteLater()  # not earlier: the camera's thread puts pictures into it until it has ended

    def _open_chosen(self) -> None:
        self._say_state(CameraState.OPENING)
        self._tasks.start(self._open(str(self.choice.currentData())), owner=self, key="camera")

    async def _open(self, camera_id: str) -> None:
        await self.close_camera()
        lens = Lens()
        lens.arrived.connect(self._show)
        lens.state_came.connect(self._say_state)
        self._lens = lens
        self._advice.reset()
        handover.hurry(id(self))
        self._run = await self._cameras.open(camera_id, self._aim, lens)

    def _say_state(self, state: CameraState) -> None:
        self.take.setEnabled(state is CameraState.LIVE)
        if state is CameraState.LIVE and self.stop.hasFocus():
            self.take.setFocus()
        if state is CameraState.OPENING:
            self.hint.show_state(Lamp.BUSY, self.tr("The camera is being opened"))
        elif state is CameraState.LOST:
            self.hint.show_state(Lamp.WARNING, self.tr("The camera is not there. Plug it in; it is looked for."))
            self.live.show_shot(None, self.tr("No picture"))

    def _show(self, shot: Shot) -> None:
        if self._lens is None:
            return
        guidance = self._advice.feed(shot.frame.guidance)
        lamp = LAMPS.get(guidance, Lamp.WARNING)
        told = words.hint(self._aim, guidance)
        if told != self.hint.text.text():
            self.hint.show_state(lamp, told)
        self.live.show_shot(shot, told)

    def _take(self) -> None:
        if self._run is not None:
            self._tasks.start(self._run.still(), owner=self, button=self.take, done=self._took)

    def _took(self, picture: bytes) -> None:
        self.end()
        self.taken.emit(picture)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.end()
        super().hideEvent(event)
