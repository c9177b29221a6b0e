"""Cameras as the page uses them: chosen by name, live, taken away, brought back, closed."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.devices.camera import FileCameras, Webcams
from app.domain.camera import Aim, CameraName, CameraState, NoCameras
from app.domain.errors import InvalidInput, Unreachable
from app.domain.preview import Guidance, View
from app.simulators.people import FacePose, face_shot, person
from tests.devices.camera.recordings import SIZE, Looker, decoded, record


async def until(condition: Callable[[], object], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - the camera's thread has no event for it
            await asyncio.sleep(0.01)


@pytest.fixture
def cameras(tmp_path: Path) -> FileCameras:
    return FileCameras({"Desk": record(tmp_path / "desk.avi", FacePose()), "Gone": tmp_path / "gone.avi"})


async def test_only_what_is_plugged_in_can_be_chosen(cameras: FileCameras) -> None:
    assert await cameras.names() == (CameraName("Desk", "Desk"),)
    assert await NoCameras().names() == ()


async def test_pictures_come_shrunk_and_a_still_comes_whole(cameras: FileCameras) -> None:
    looker = Looker()
    camera = await cameras.open("Desk", Aim.FACE, looker)
    await until(lambda: len(looker.frames) > 6)  # more than the recording holds: it plays again and again
    still = await camera.still()
    await camera.close()
    assert looker.states == [CameraState.OPENING, CameraState.LIVE]
    shown = looker.frames[-1].pictures[View.FACE]
    assert (shown.width, shown.height, shown.channels, shown.scale) == (960, 540, 4, 0.75)
    assert len(shown.data) == shown.height * shown.stride
    picture = decoded(still)
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    original = face_shot(person(4), size=SIZE).image
    assert np.mean(np.abs(picture.astype(int) - original)) < 4


async def test_a_camera_pulled_out_is_told_and_found_again(cameras: FileCameras, tmp_path: Path) -> None:
    looker = Looker()
    camera = await cameras.open("Desk", Aim.FACE, looker)
    await until(lambda: CameraState.LIVE in looker.states)
    (tmp_path / "desk.avi").rename(tmp_path / "away.avi")
    await until(lambda: looker.states[-1] is CameraState.LOST)
    assert await cameras.names() == ()
    (tmp_path / "away.avi").rename(tmp_path / "desk.avi")
    await until(lambda: looker.states[-1] is CameraState.LIVE)
    assert await camera.still()
    await camera.close()


async def test_a_still_of_a_lost_camera_is_an_error_and_closing_twice_is_fine(
    cameras: FileCameras, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.devices.camera.running.STILL_WITHIN_S", 0.1)
    looker = Looker()
    camera = await cameras.open("Gone", Aim.FACE, looker)
    await until(lambda: looker.states[-1] is CameraState.LOST)
    with pytest.raises(Unreachable):
        await camera.still()
    await camera.close()
    await camera.close()
    assert looker.frames == []


async def test_nothing_is_shown_after_closing(cameras: FileCameras) -> None:
    looker = Looker()
    camera = await cameras.open("Desk", Aim.FACE, looker)
    await until(lambda: looker.frames)
    await camera.close()
    seen, states = len(looker.frames), list(looker.states)
    await asyncio.sleep(0.1)
    assert len(looker.frames) == seen
    assert looker.states == states


@pytest.mark.parametrize(
    ("pose", "said"),
    [
        (None, Guidance.NOBODY),
        (FacePose(scale=0.28), Guidance.COME_CLOSER),
        (FacePose(scale=1.0), Guidance.HOLD_STILL),
        (FacePose(scale=1.5), Guidance.STEP_BACK),
        (FacePose(light=0.22), Guidance.MORE_LIGHT),
    ],
)
async def test_the_hint_follows_the_face(tmp_path: Path, pose: FacePose | None, said: Guidance) -> None:
    looker = Looker()
    camera = await FileCameras({"Desk": record(tmp_path / "a.avi", pose)}).open("Desk", Aim.FACE, looker)
    await until(lambda: len(looker.frames) > 1)
    await camera.close()
    assert looker.frames[-1].guidance is said


async def test_a_name_nobody_offered_is_refused(cameras: FileCameras) -> None:
    for place in (cameras, Webcams(), NoCameras()):
        with pytest.raises(InvalidInput):
            await place.open("", Aim.FACE, Looker())


def node(listing: Path, name: str, label: str, index: str = "0") -> None:
    (listing / name).mkdir(parents=True)
    (listing / name / "name").write_text(label + "\n")
    (listing / name / "index").write_text(index + "\n")


async def test_webcams_carry_their_makers_names(tmp_path: Path) -> None:
    node(tmp_path, "video0", "Document Camera")
    node(tmp_path, "video1", "Document Camera", index="1")
    node(tmp_path, "video10", "Webcam")
    node(tmp_path, "video2", "Webcam")
    names = [each.label for each in await Webcams(tmp_path).names()]
    assert names == ["Document Camera", "Webcam", "Webcam (2)"]
    assert await Webcams(tmp_path / "none").names() == ()


async def test_a_webcam_that_is_not_there_is_lost_not_broken(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    looker = Looker()
    node(tmp_path, "video97", "Webcam")
    camera = await Webcams(tmp_path).open("Webcam", Aim.DOCUMENT, looker)
    await until(lambda: looker.states[-1] is CameraState.LOST)
    await camera.close()
    assert capfd.readouterr().err == ""
