"""Pictures on their way to the comparison: cameras, files, drops, turning, cropping, and what is said about each."""

import asyncio
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from app.domain.document import PictureReason
from app.simulators.people import person, photos
from app.ui import comparison_words as words
from app.ui.document import cropping
from app.ui.document.canvas import PictureCanvas
from app.ui.document.editing import Crop
from app.ui.document.picture_card import PictureCard
from tests.ui.conftest import until
from tests.ui.document.bench import Bench, selfie
from tests.ui.hands import press


def said(card: PictureCard) -> str:
    """Everything written below a picture."""
    return " ".join(line.text() for line in card.findChildren(QLabel) if line.isVisible())


def usable(card: PictureCard) -> bool:
    """Whether the picture that is there now may be sent."""
    return card.checked is not None and card.checked.usable


def away(recording: Path) -> Path:
    """Pull the camera's plug."""
    return recording.rename(recording.with_suffix(".away"))


def drop(canvas: PictureCanvas, file: Path) -> None:
    """Drag a file from another window and let it go."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    action, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(20, 20), action, mime, button, key)
    canvas.dragEnterEvent(entering)
    assert entering.isAccepted()
    canvas.dropEvent(QDropEvent(QPointF(20, 20), action, mime, button, key))


async def test_a_file_dropped_on_a_card_is_checked_and_its_eyes_are_marked(at: Bench, tmp_path: Path) -> None:
    card = at.page.probes[0]
    file = tmp_path / "me.jpg"
    file.write_bytes(selfie(4))
    drop(card.canvas, file)
    await until(lambda: card.checked is not None, 20)
    await at.idle()
    assert card.state.text.text() == "Ready to compare"
    photo = photos.selfie(person(4), size=(800, 600))
    right, left = card.canvas.eyes
    assert abs(left[0] * 800 - photo.left_eye[0]) < 15
    assert abs(right[1] * 600 - photo.right_eye[1]) < 15


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no picture at all", PictureReason.UNREADABLE),
        (photos.no_face(), PictureReason.NO_FACE),
        (photos.two_faces(person(4), person(7)), PictureReason.SEVERAL_FACES),
        (photos.small_eyes(person(4)).data, PictureReason.EYES_TOO_CLOSE),
        (photos.dark(person(4)).data, PictureReason.TOO_DARK),
        (photos.blurred(person(4)).data, PictureReason.BLURRED),
        (photos.selfie(person(4), jpeg_quality=40).data, PictureReason.LOW_JPEG_QUALITY),
    ],
)
async def test_a_poor_picture_is_named_and_cannot_be_sent(at: Bench, data: bytes, reason: PictureReason) -> None:
    card = at.page.probes[0]
    await at.put(card, data)
    assert card.state.text.text() == "This picture cannot be sent"
    assert words.say(reason) in said(card)
    assert not at.page.compare.isEnabled()
    assert not at.server.requests  # nothing left the station


async def test_a_picture_on_its_side_is_turned_and_the_turn_undone(at: Bench) -> None:
    card = at.page.probes[0]
    picture = cv2.imdecode(np.frombuffer(selfie(4), np.uint8), cv2.IMREAD_COLOR)
    lying = cv2.imencode(".jpg", np.rot90(np.asarray(picture)), [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
    await at.put(card, lying)
    assert not usable(card)
    card.turn.click()
    await at.idle()
    assert usable(card)
    assert card.checked is not None
    assert (card.checked.width, card.checked.height) == (800, 600)
    card.undo.click()
    await at.idle()
    assert not usable(card)
    assert card.undo.isHidden()


async def test_two_people_become_one_by_cropping_with_the_keyboard(at: Bench) -> None:
    card = at.page.probes[0]
    await at.put(card, photos.two_faces(person(4), person(7)))
    card.crop.click()
    for _ in range(15):
        press(card.canvas, Qt.Key.Key_Left)
        press(card.canvas, Qt.Key.Key_Up)
    for _ in range(10):
        press(card.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
        press(card.canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    frame = card.canvas.frame
    assert frame is not None
    assert (frame.left, frame.top, frame.right, frame.bottom) == pytest.approx((0, 0, 0.5, 1))
    press(card.canvas, Qt.Key.Key_Return)
    await at.idle()
    assert card.checked is not None
    assert card.checked.usable
    assert (card.checked.width, card.checked.height) == (720, 960)


async def test_cropping_is_given_up_with_escape(at: Bench) -> None:
    card = at.page.probes[0]
    await at.put(card, selfie(4))
    before = card.checked
    card.crop.click()
    assert card.keep_crop.isVisible()
    press(card.canvas, Qt.Key.Key_Escape)
    assert card.canvas.frame is None
    assert card.checked is before
    assert card.crop.isVisible()


async def test_the_mouse_draws_and_moves_the_frame(at: Bench) -> None:
    canvas = at.page.probes[0].canvas
    await at.put(at.page.probes[0], selfie(4))
    canvas.start_crop()
    middle = canvas.rect().center()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(canvas, left, pos=middle)
    QTest.mouseMove(canvas, middle + QPoint(8, 0))
    QTest.mouseRelease(canvas, left, pos=middle + QPoint(8, 0))
    moved = canvas.frame
    assert moved is not None
    assert moved.left > cropping.BEGIN.left
    assert moved.right - moved.left == pytest.approx(0.7)


def test_a_frame_never_leaves_the_picture_nor_vanishes() -> None:
    assert cropping.moved(Crop(0.5, 0.5, 1, 1), 0.3, -0.9) == Crop(0.5, 0.0, 1, 0.5)
    small = cropping.grown(Crop(0.5, 0.5, 0.7, 0.7), -0.9, -0.9)
    assert small.right - small.left == pytest.approx(0.1)
    assert cropping.spanned((1.4, 1.2), (0.99, 0.98)) == Crop(0.9, 0.9, 1.0, 1.0)


async def test_a_computer_without_a_camera_says_so_calmly(at: Bench) -> None:
    at.page.reference.by_camera.click()
    await at.idle()
    assert at.desk.told[-1].what.startswith("No camera is plugged in")
    assert at.page.reference.canvas.isVisible()


@pytest.mark.parametrize("lose", [False, True])
async def test_a_picture_taken_with_the_camera_is_checked(at: Bench, recording: Path, lose: bool) -> None:
    card = at.page.probes[0]
    card._tools.cameras._files["Desk"] = recording  # type: ignore[attr-defined]
    card.by_camera.click()
    await until(card.camera.take.isEnabled, 10)
    if lose:
        unplugged = away(recording)
        await until(lambda: "not there" in card.camera.hint.text.text(), 10)
        assert not card.camera.take.isEnabled()
        await asyncio.to_thread(unplugged.rename, recording)
        await until(card.camera.take.isEnabled, 10)
    await until(lambda: card.camera.hint.text.text() in words.HINTS.values(), 10)
    card.camera.take.click()
    await until(lambda: card.checked is not None, 20)
    await at.idle()
    assert card.checked is not None
    assert (card.checked.width, card.checked.height) == (1280, 720)
    assert card.canvas.isVisible()
    assert not card.camera.looking


async def test_leaving_the_page_lets_the_camera_go(at: Bench, recording: Path) -> None:
    card = at.page.reference
    card._tools.cameras._files["Desk"] = recording  # type: ignore[attr-defined]
    card.by_camera.click()
    await until(card.camera.take.isEnabled, 10)
    at.page.hide()
    await at.idle()
    assert not card.camera.looking


async def test_a_file_is_chosen_in_the_system_s_dialog(at: Bench, tmp_path: Path) -> None:
    file = tmp_path / "me.jpg"
    file.write_bytes(selfie(4))
    card = at.page.probes[0]
    card.by_file.click()
    dialog = await at.desk.dialog(QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(file))
    press(name, Qt.Key.Key_Return)
    await until(lambda: card.checked is not None, 20)
    await at.idle()
    assert card.checked is not None
    assert card.checked.usable


async def test_a_file_that_cannot_be_read_is_told(at: Bench, tmp_path: Path) -> None:
    at.page.reference.use_file(tmp_path / "gone.jpg")
    await at.idle()
    assert at.desk.told[-1].what == "The file could not be read."


async def test_twelve_megapixels_never_hold_up_the_window(at: Bench) -> None:
    data = photos.twelve_megapixels(person(4), orientation=6).data
    card = at.page.probes[0]
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            gaps.append(time.perf_counter() - before)

    ticking = asyncio.ensure_future(tick())
    await at.put(card, data)
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    assert card.checked is not None
    assert card.checked.usable
    assert card.checked.resized
    assert len(gaps) > 20
    median = sorted(gaps)[len(gaps) // 2]
    assert median < 0.016, median
