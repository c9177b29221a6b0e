"""Synthetic people: the same number is the same person, and pictures show them where it is said they do."""

import numpy as np
import pytest

from app.simulators.people import (
    Eye,
    FacePose,
    empty_scene,
    eye_shot,
    face_features,
    face_shot,
    iris_code,
    people,
    person,
)

pytestmark = pytest.mark.filterwarnings("error")


def test_a_number_is_always_the_same_person() -> None:
    assert person(7) == person(7)
    assert person(7).traits == person(7).traits
    assert np.array_equal(iris_code(person(7), right=True), iris_code(person(7), right=True))


def test_a_thousand_people_are_a_thousand() -> None:
    crowd = people(1000)
    assert len({who.user_uuid for who in crowd}) == 1000
    assert len({who.traits for who in crowd}) == 1000
    assert len({(who.document_number, who.card_number) for who in crowd}) == 1000


def test_the_pin_stays_out_of_the_repr() -> None:
    assert person(1).pin not in repr(person(1))


def test_irises_of_different_eyes_differ_in_half_of_their_bits() -> None:
    codes = [iris_code(who, right=right) for who in people(20) for right in (False, True)]
    distances = [np.mean(a != b) for i, a in enumerate(codes) for b in codes[:i]]
    assert min(distances) > 0.44
    assert max(distances) < 0.56


def test_faces_of_different_people_are_nearly_at_right_angles() -> None:
    vectors = np.array([face_features(who) for who in people(60)])
    likeness = vectors @ vectors.T - np.eye(60)
    assert np.abs(likeness).max() < 0.45


@pytest.mark.parametrize("eye", list(Eye))
@pytest.mark.parametrize("offset", [(0.0, 0.0), (40.0, -25.0)])
def test_the_pupil_is_where_the_shot_says(eye: Eye, offset: tuple[float, float]) -> None:
    shot = eye_shot(person(4), eye, radius=100, offset=offset)
    x, y = shot.iris_center
    assert shot.image.shape == (480, 640)
    assert (x, y) == (320 + offset[0], 240 + offset[1])
    assert shot.iris_radius == 100
    pupil = shot.image[y + 14 : y + 24, x - 8 : x + 8]
    sclera = shot.image[y : y + 12, x + 118 : x + 140]
    assert pupil.mean() < 50 < 120 < sclera.mean()


def test_the_eye_box_holds_the_iris_and_lies_in_the_frame() -> None:
    shot = eye_shot(person(4), Eye.LEFT)
    x, y, width, height = shot.box
    assert x >= 0
    assert x + width <= 640
    assert y <= shot.iris_center[1] - shot.iris_radius
    assert shot.iris_center[1] + shot.iris_radius <= y + height


def test_a_closed_eye_hides_the_pupil() -> None:
    x, y = eye_shot(person(4), Eye.LEFT).iris_center
    closed = eye_shot(person(4), Eye.LEFT, openness=0.0).image
    assert closed[y - 20 : y + 20, x - 20 : x + 20].mean() > 100


def test_eyes_of_two_people_do_not_look_alike_and_one_persons_do_with_themselves() -> None:
    def ring(number: int, radius: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        shot = eye_shot(person(number), Eye.LEFT, radius=radius)
        x, y = shot.iris_center
        turns = np.linspace(0, np.pi, 200)
        points = [(round(x + 0.7 * radius * np.cos(t)), round(y + 0.7 * radius * np.sin(t))) for t in turns]
        return np.array([shot.image[py, px] for px, py in points], np.float32)

    def likeness(a: int, b: int) -> float:
        return float(np.corrcoef(ring(a, 100), ring(b, 104))[0, 1])

    assert likeness(1, 1) > 0.7
    assert max(likeness(1, 2), likeness(2, 3), likeness(3, 1)) < 0.5


@pytest.mark.parametrize("pose", [FacePose(), FacePose(scale=0.7, x=0.1, y=-0.05, roll=8)])
def test_the_eyes_of_the_face_are_where_the_shot_says(pose: FacePose) -> None:
    shot = face_shot(person(1), pose=pose)
    assert shot.image.shape == (720, 1280, 3)
    for x, y in (shot.left_eye, shot.right_eye):
        around = shot.image[y - 3 : y + 4, x - 3 : x + 4].mean()
        cheek = shot.image[y + 60, x].mean()
        assert around < cheek - 40
    assert shot.left_eye[0] > shot.right_eye[0]


def test_the_head_is_as_large_as_asked_and_inside_its_box() -> None:
    shot = face_shot(person(2), size=(480, 640))
    assert shot.box[3] == round(0.62 * 640)
    assert shot.box[0] < shot.right_eye[0] < shot.left_eye[0] < shot.box[0] + shot.box[2]
    assert shot.eye_distance > 100


def test_gray_faces_have_one_channel_and_dark_ones_less_light() -> None:
    gray = face_shot(person(2), size=(480, 640), gray=True)
    dark = face_shot(person(2), size=(480, 640), pose=FacePose(light=0.5), gray=True)
    assert gray.image.shape == (640, 480)
    assert dark.image.mean() < 0.6 * gray.image.mean()


def test_nobody_stands_in_an_empty_scene() -> None:
    assert empty_scene((320, 180)).shape == (180, 320, 3)
    assert empty_scene((320, 180)).std() < 12
