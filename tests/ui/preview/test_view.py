"""The preview as a clerk, a person and a screen reader meet it."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from threading import Thread
from time import monotonic

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.preview import Guidance, Picture, PreviewFrame, Range, View
from app.ui.preview.pane import STAGE
from app.ui.preview.sink import picture_image
from app.ui.preview.view import PreviewView
from app.ui.preview.words import guidance_text, view_text
from tests.ui.preview.frames import frame

SEEN = QColor("#5cff8d")


class Clock:
    """Time that stands still unless it is moved."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return monotonic() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def view(qtbot: QtBot, clock: Clock) -> Iterator[PreviewView]:
    made = PreviewView(clock=clock)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.begin("Waiting for the first picture")
    yield made
    made.end()


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it never happened"
        await asyncio.sleep(0.005)


def from_a_worker(view: PreviewView, *frames: PreviewFrame) -> None:
    def send() -> None:
        for each in frames:
            view.sink.preview(each)

    worker = Thread(target=send, name="worker")
    worker.start()
    worker.join()


def colors_in(widget: QWidget) -> set[str]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


async def test_a_placeholder_stands_before_the_first_picture(view: PreviewView) -> None:
    assert not view.stage.live
    assert view.banner.text == "Just a moment…"
    assert view.distance.number == "\N{EN DASH}"
    assert STAGE.name() in colors_in(view.stage)


async def test_a_frame_shows_pictures_guidance_and_distance(view: PreviewView) -> None:
    from_a_worker(view, frame(guidance=Guidance.OPEN_EYES, millimeters=412))
    await until(lambda: view.stage.live)
    for shown in (View.LEFT_EYE, View.RIGHT_EYE, View.FACE):
        pane = view.stage.pane(shown)
        assert pane is not None
        assert not pane.empty
        assert len(colors_in(pane)) > 10
    assert view.banner.text == guidance_text(Guidance.OPEN_EYES)
    assert view.distance.number == "41 cm"
    assert view.distance.where is Range.GOOD


async def test_iris_and_eye_box_are_drawn_on_the_eyes_only(view: PreviewView) -> None:
    from_a_worker(view, frame())
    await until(lambda: view.stage.live)
    left, face = view.stage.pane(View.LEFT_EYE), view.stage.pane(View.FACE)
    assert left is not None
    assert face is not None
    assert SEEN.name() in colors_in(left)
    assert SEEN.name() not in colors_in(face)


async def test_while_the_ui_is_busy_only_the_latest_frame_waits(view: PreviewView) -> None:
    from_a_worker(view, *(frame(sequence=number, guidance=Guidance.HOLD_STILL) for number in range(20)))
    await until(lambda: view.stage.live)
    assert view.sink.dropped == 19


async def test_an_old_picture_says_so_and_a_new_one_takes_it_back(view: PreviewView, clock: Clock) -> None:
    from_a_worker(view, frame())
    await until(lambda: view.stage.live)
    assert view.stage.age == ""
    clock.ahead = 2.2
    await until(lambda: view.stage.age == "Picture is 2 s old")
    from_a_worker(view, frame(taken_at=clock()))
    await until(lambda: view.stage.age == "")


async def test_mirrored_swaps_the_eyes(view: PreviewView) -> None:
    from_a_worker(view, frame())
    await until(lambda: view.stage.live)
    left, right = view.stage.pane(View.LEFT_EYE), view.stage.pane(View.RIGHT_EYE)
    assert left is not None
    assert right is not None
    assert right.x() < left.x(), "facing the person, their right eye is on our left"
    view.set_mirrored(True)
    assert left.x() < right.x()


async def test_a_frame_after_the_end_changes_nothing(view: PreviewView) -> None:
    from_a_worker(view, frame(guidance=Guidance.OPEN_EYES))
    await until(lambda: view.stage.live)
    view.end()
    from_a_worker(view, frame(guidance=Guidance.NOBODY))
    await asyncio.sleep(0.02)
    assert view.banner.text == guidance_text(Guidance.OPEN_EYES)


async def test_painting_reports_how_long_a_frame_took(view: PreviewView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.painted, timeout=5000) as painted:
        from_a_worker(view, frame())
    assert 0 < painted.args[0] < 5


async def test_nothing_moves_when_the_picture_comes(view: PreviewView) -> None:
    def places() -> list[QPoint]:
        return [widget.pos() for widget in (view.banner, view.stage, view.distance)]

    before = places()
    from_a_worker(view, frame())
    await until(lambda: view.stage.live)
    assert places() == before


async def test_guidance_is_announced_and_named(view: PreviewView) -> None:
    QAccessible.setActive(True)
    from_a_worker(view, frame(guidance=Guidance.TAKE_GLASSES_OFF, millimeters=600))
    await until(lambda: view.stage.live)
    told = QAccessible.queryAccessibleInterface(view.banner).text(QAccessible.Text.Name)
    assert told == guidance_text(Guidance.COME_CLOSER)
    pane = view.stage.pane(View.FACE)
    assert pane is not None
    assert QAccessible.queryAccessibleInterface(pane).text(QAccessible.Text.Name) == view_text(View.FACE)


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
async def test_a_small_window_paints_everything(view: PreviewView, direction: Qt.LayoutDirection) -> None:
    view.setLayoutDirection(direction)
    view.resize(300, 260)
    from_a_worker(view, frame(guidance=Guidance.NOBODY, millimeters=None))
    await until(lambda: view.stage.live)
    assert len(colors_in(view)) > 10


async def test_threads_hand_over_faster_only_while_a_picture_is_live(view: PreviewView, qtbot: QtBot) -> None:
    other = PreviewView()
    qtbot.addWidget(other)
    view.end()
    usual = sys.getswitchinterval()
    view.begin("one")
    other.begin("two")
    assert sys.getswitchinterval() < usual
    view.end()
    assert sys.getswitchinterval() < usual
    other.reset("none")
    assert sys.getswitchinterval() == usual


def test_pixels_that_do_not_cover_the_picture_give_no_image() -> None:
    assert picture_image(Picture(10, 10, 10, 1, b"short")).isNull()
    assert picture_image(Picture(2, 2, 6, 3, bytes(12))).isNull()
    assert picture_image(Picture(2, 2, 2, 1, bytes(4))).pixelColor(0, 0) == QColor(Qt.GlobalColor.black)
