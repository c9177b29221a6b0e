"""The one hint a picture gets: every fault that would spoil it, for light and dark skin, and the worst of several."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from app.devices.camera.guide import Guide
from app.domain.camera import Aim
from app.domain.preview import Guidance
from app.simulators.people import FacePose, empty_scene, face_shot, person, photos
from tests.devices.camera.recordings import SIZE, decoded

PEOPLE = (4, 7, 9)
"""Of dark, fair and freckled skin."""
FAULTS = {
    Guidance.HOLD_STILL: (FacePose(), FacePose(glasses=True), FacePose(roll=4), FacePose(x=0.1, y=0.05)),
    Guidance.BLURRED: (FacePose(blur=4), FacePose(blur=9)),
    Guidance.MORE_LIGHT: (FacePose(light=0.22),),
    Guidance.LESS_LIGHT: (FacePose(light=2.2),),
    Guidance.TO_THE_MIDDLE: (FacePose(x=0.5), FacePose(x=-0.5), FacePose(y=0.25)),
    Guidance.HEAD_UPRIGHT: (FacePose(roll=14), FacePose(roll=-14), FacePose(roll=24), FacePose(roll=-24)),
}
CASES = [(pose, said) for said, poses in FAULTS.items() for pose in poses]


@pytest.fixture(scope="module")
def guide() -> Guide:
    return Guide(Aim.FACE)


@pytest.mark.parametrize(("pose", "said"), CASES)
def test_each_fault_has_its_hint(guide: Guide, pose: FacePose, said: Guidance) -> None:
    for number in PEOPLE:
        standing = replace(pose, scale=0.85)  # in the middle of the distances, whatever the head's shape
        assert guide.advise(face_shot(person(number), size=SIZE, pose=standing).image) is said, number


@pytest.mark.parametrize(
    ("pose", "said"),
    [
        (FacePose(scale=0.28, blur=2), Guidance.COME_CLOSER),
        (FacePose(x=0.5, roll=12), Guidance.TO_THE_MIDDLE),
        (FacePose(light=0.24, blur=2), Guidance.MORE_LIGHT),
        (FacePose(roll=13, blur=4), Guidance.HEAD_UPRIGHT),
    ],
)
def test_of_several_faults_the_worst_is_told(guide: Guide, pose: FacePose, said: Guidance) -> None:
    assert guide.advise(face_shot(person(7), size=SIZE, pose=pose).image) is said


def test_an_empty_room_is_nobody_and_a_covered_lens_is_dark(guide: Guide) -> None:
    assert guide.advise(np.array(empty_scene(SIZE))) is Guidance.NOBODY
    assert guide.advise(np.zeros((SIZE[1], SIZE[0], 3), np.uint8)) is Guidance.MORE_LIGHT
    assert guide.advise(np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)) is Guidance.LESS_LIGHT


@pytest.mark.parametrize("number", PEOPLE)
def test_a_card_is_judged_by_its_portrait_which_is_not_in_the_middle(number: int) -> None:
    card = decoded(photos.id_document(person(number)).data)
    guide = Guide(Aim.DOCUMENT)
    assert guide.advise(card) is Guidance.HOLD_STILL
    assert guide.advise(np.asarray(cv2.GaussianBlur(card, (0, 0), 6), np.uint8)) is Guidance.BLURRED
    assert guide.advise(np.asarray(cv2.convertScaleAbs(card, alpha=0.2), np.uint8)) is Guidance.MORE_LIGHT
