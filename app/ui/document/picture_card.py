"""One picture to be compared: taken, chosen or dropped, turned and cropped, checked before anything is sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.domain.camera import Aim, CameraName, Cameras
from app.domain.document import CheckedPicture, PictureKind
from app.ui import comparison_words as words
from app.ui import files, pictures
from app.ui.document import editing
from app.ui.document.camera_pane import CameraPane
from app.ui.document.canvas import PictureCanvas
from app.ui.document.editing import Change, Crop, Original, Turn
from app.ui.messages import MessageService
from app.ui.preview import handover
from app.ui.tasks import Tasks
from app.ui.theme import Space, Tone
from app.ui.widgets.basics import Card, clear, heading, row, small
from app.ui.widgets.buttons import connect, icon_button, secondary_button
from app.ui.widgets.flow import flowing
from app.ui.widgets.status import BusyLine, Lamp, StatusLamp

Check = Callable[[bytes, PictureKind], Awaitable[CheckedPicture]]
SHOWN = QSize(900, 900)
"""Pictures are shrunk to this before they reach the window's thread."""


@dataclass(frozen=True)
class Tools:
    """What every picture card works with."""

    check: Check
    cameras: Cameras
    tasks: Tasks
    messages: MessageService


class PictureCard(Card):
    """`changed` tells that another picture, or none, is ready; `checked` is that picture."""

    changed = Signal()
    removed = Signal()

    def __init__(self, title: str, kind: PictureKind, tools: Tools, name: str, *, removable: bool = False) -> None:
        super().__init__()
        self.kind, self._tools, self._name = kind, tools, name
        self.checked: CheckedPicture | None = None
        self._original = Original()
        self.setObjectName(f"compare.{name}")
        self.title = heading(title)
        aim = Aim.DOCUMENT if kind is PictureKind.DOCUMENT else Aim.FACE
        self.canvas = PictureCanvas(self.tr("Take a picture, choose a file, or drop one here"))
        self.canvas.setAccessibleName(title)
        self.camera = CameraPane(tools.cameras, tools.tasks, aim)
        self.state = StatusLamp(Lamp.WAITING, self.tr("No picture yet"), wrap=True)
        self.busy = low_busy_line()
        self.remove = icon_button("close", self.tr("Remove {0}").format(title))
        self.remove.setVisible(removable)
        self._findings = QVBoxLayout()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._show_buttons()

    def _make_buttons(self) -> None:
        self.by_camera = secondary_button(self.tr("Camera"), "camera")
        self.by_file = secondary_button(self.tr("File…"), "folder")
        self.turn = icon_button("turn", "")
        self.crop = icon_button("crop", "")
        self.undo = icon_button("back", "")
        self.keep_crop = secondary_button(self.tr("Keep this part"), "check")
        for name in ("by_camera", "by_file", "turn", "crop", "keep_crop", "undo", "remove"):
            button: QWidget = getattr(self, name)
            button.setObjectName(f"compare.{self._name}.{name.replace('by_', '')}")
        of = self.title.text()
        for button, told in (
            (self.by_camera, self.tr("{0}: take with a camera")),
            (self.by_file, self.tr("{0}: choose a file")),
            (self.turn, self.tr("{0}: turn clockwise")),
            (self.crop, self.tr("{0}: crop")),
            (self.undo, self.tr("{0}: undo the last change")),
        ):
            button.setAccessibleName(told.format(of))
            button.setToolTip(told.format(of))

    def _lay_out(self) -> None:
        head = row(spacing=Space.S)
        head.addWidget(self.title, 1)
        for button in (self.undo, self.turn, self.crop, self.remove):
            head.addWidget(button)
        self.add(head)
        self.views = QStackedWidget()
        self.views.addWidget(self.canvas)
        self.views.addWidget(self.camera)
        self._view(self.canvas)
        self.body.addWidget(self.views, 1)
        self.sources = flowing(self.by_camera, self.by_file, self.keep_crop)
        self.add(self.sources)
        self.add(self.state)
        self._findings.setSpacing(Space.XS)
        self.add(self._findings)
        self.add(self.busy)

    def _connect(self) -> None:
        connect(self.by_camera, self.open_camera)
        connect(self.by_file, self._choose)
        connect(self.turn, lambda: self._change(Turn()))
        connect(self.crop, self._start_crop)
        connect(self.keep_crop, self.canvas.apply_crop)
        connect(self.undo, self._undo)
        connect(self.remove, self.removed.emit)
        self.canvas.dropped.connect(self.use_file)
        self.canvas.crop_wanted.connect(self._change)
        self.canvas.crop_ended.connect(self._show_buttons)
        self.camera.taken.connect(self.use)
        self.camera.ended.connect(self._camera_ended)

    # What the page and tests drive

    def use(self, data: bytes) -> None:
        """Take these bytes as the picture."""
        self._look(Original(data))

    def use_file(self, file: Path) -> None:
        """Take this file as the picture."""
        self._tools.tasks.start(
            editing.read_file(file), owner=self, key="read", done=self.use, failed=self._file_failed
        )

    def open_camera(self) -> None:
        """Look through a camera, or say that there is none."""
        self._tools.tasks.start(self._tools.cameras.names(), owner=self, button=self.by_camera, done=self._with_cameras)

    def forget(self) -> None:
        """No picture any more."""
        self._original, self.checked = Original(), None
        self.canvas.show_picture(None)
        self.state.show_state(Lamp.WAITING, self.tr("No picture yet"))
        clear(self._findings)
        self._show_buttons()
        self.changed.emit()

    def set_kind(self, kind: PictureKind) -> None:
        """Say what the picture shows; one that is there is checked again."""
        self.kind = kind
        if self._original.data:
            self._look(self._original)

    # How

    def _with_cameras(self, names: tuple[CameraName, ...]) -> None:
        if not names:
            self._tools.messages.info(self.tr("No camera is plugged in. Plug one in, or choose a file."))
            return
        self._view(self.camera)
        self.sources.hide()
        self.camera.begin(names)

    def _view(self, shown: QWidget) -> None:
        """Bring one to the front; the other takes no room, so that the page stays low."""
        for view in (self.canvas, self.camera):
            rule = QSizePolicy.Policy.Expanding if view is shown else QSizePolicy.Policy.Ignored
            view.setSizePolicy(QSizePolicy.Policy.Expanding, rule)
        self.views.setCurrentWidget(shown)

    def _camera_ended(self) -> None:
        self._view(self.canvas)
        self.sources.show()
        self.by_camera.setFocus()

    def _choose(self) -> None:
        title = self.tr("Choose a picture")
        self._tools.tasks.start(
            files.ask_open(self.window(), title), owner=self, button=self.by_file, done=self._chosen
        )

    def _chosen(self, file: Path | None) -> None:
        if file is not None:
            self.use_file(file)

    def _file_failed(self, error: BaseException) -> bool:
        del error
        now = self.tr("Choose a photo this station may read, smaller than 60 megabytes.")
        self._tools.messages.warn(self.tr("The file could not be read."), now)
        return True

    def _start_crop(self) -> None:
        self.canvas.start_crop()
        self._show_buttons()

    def _change(self, change: Change | Crop) -> None:
        self._look(self._original.changed(change))

    def _undo(self) -> None:
        self._look(replace(self._original, changes=self._original.changes[:-1]))

    def _look(self, original: Original) -> None:
        self._original, self.checked = original, None
        self.changed.emit()
        self.busy.say(self.tr("The picture is being checked"))
        self.state.hide()
        clear(self._findings)
        self._show_buttons()
        self._tools.tasks.start(self._checked(original), owner=self, key="look", done=self._show, finally_=self._looked)

    async def _checked(self, original: Original) -> tuple[CheckedPicture, QImage | None]:
        scale = self.devicePixelRatioF()
        handover.hurry(id(self))  # the threads that look at twelve megapixels must not hold up the window
        try:
            checked = await self._tools.check(await editing.render(original), self.kind)
            return checked, await pictures.load(checked.image or original.data, SHOWN, scale)
        finally:
            handover.relax(id(self))

    def _looked(self) -> None:
        self.busy.done()
        self.state.show()
        self._show_buttons()

    def _show(self, looked: tuple[CheckedPicture, QImage | None]) -> None:
        checked, image = looked
        self.checked = checked
        self.canvas.show_picture(image, _eyes(checked), self.tr("This cannot be shown"))
        self._say(checked)
        self._show_buttons()
        self.changed.emit()

    def _say(self, checked: CheckedPicture) -> None:
        clear(self._findings)
        if not checked.usable:
            self.state.show_state(Lamp.BAD, self.tr("This picture cannot be sent"))
        elif checked.findings:
            self.state.show_state(Lamp.WARNING, self.tr("Usable, but could be better"))
        else:
            self.state.show_state(Lamp.GOOD, self.tr("Ready to compare"))
        for finding in checked.findings:
            self._findings.addWidget(small(words.finding(finding), Tone.BAD if finding.blocking else Tone.WARN))
        if checked.usable:
            self._findings.addWidget(small(self._figures(checked)))

    def _figures(self, checked: CheckedPicture) -> str:
        told = self.tr("{0} by {1} pixels").format(checked.width, checked.height)
        if checked.eyes is not None:
            told += self.tr(", {0} between the eyes").format(round(checked.eyes.distance))
        if checked.resized:
            told += self.tr(", made smaller for sending")
        return told

    def _show_buttons(self) -> None:
        has, cropping = bool(self._original.data), self.canvas.frame is not None
        shows = has and self.canvas.image is not None
        for button in (self.turn, self.crop, self.undo):
            button.setEnabled(not self.busy.busy)
        self.turn.setVisible(shows and not cropping)
        self.crop.setVisible(shows and not cropping)
        self.keep_crop.setVisible(cropping)
        self.undo.setVisible(has and bool(self._original.changes) and not cropping)


def low_busy_line() -> BusyLine:
    """A busy line that takes no room while it says nothing: here something else stands in its place then."""
    made = BusyLine()
    rule = made.sizePolicy()
    rule.setRetainSizeWhenHidden(False)
    made.setSizePolicy(rule)
    return made


def _eyes(checked: CheckedPicture) -> tuple[tuple[float, float], ...]:
    eyes = checked.eyes
    if eyes is None or not checked.width or not checked.height:
        return ()
    places = ((eyes.x1, eyes.y1), (eyes.x2, eyes.y2))
    return tuple((x / checked.width, y / checked.height) for x, y in places)
