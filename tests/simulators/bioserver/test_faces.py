"""The server really measures: one person's pictures match, two people's do not, poor pictures are told."""

from collections.abc import Callable
from itertools import combinations

import pytest

from app.simulators.bioserver.recognition import false_acceptance_rate
from app.simulators.people import FacePose, Person, person, photos
from tests.simulators.bioserver.bench import SIZE, Bench, card, selfie

POSES = [
    FacePose(scale=0.8, x=0.08, roll=7.0),
    FacePose(light=0.6),
    FacePose(scale=1.2, blur=1.0, light=1.1),
    FacePose(years=8.0, roll=-5.0),
]


def quality_and_eyes(bench: Bench, image: bytes, *, rotated: bool = False) -> tuple[int, dict[str, float]]:
    answer = bench.direct(image, imageRotationEnabled=rotated)
    assert answer.status_code == 200, answer.text
    return answer.json()["quality"], answer.json()["landmarks"]["eyes"]


@pytest.mark.parametrize("number", [1, 4, 9, 20])
def test_a_selfie_matches_the_own_document_and_no_other(bench: Bench, number: int) -> None:
    own = bench.match_images(card(number), selfie(number)).json()
    other = bench.match_images(card(number % 20 + 1), selfie(number)).json() if number != 9 else None
    assert 3500 < own["score"] < 9000
    assert other is None or other["score"] < 2300


@pytest.mark.parametrize("pose", POSES)
def test_a_person_is_known_in_another_picture(bench: Bench, pose: FacePose) -> None:
    again = photos.selfie(person(2), size=(960, 720), pose=pose, jpeg_quality=80).data
    assert bench.match_images(selfie(2), again).json()["score"] > 4000


def test_no_two_of_six_people_match(bench: Bench) -> None:
    session = bench.session()
    faces = [bench.added(session, selfie(number)) for number in range(1, 7)]
    scores = [
        match["score"]
        for face in faces
        for match in bench.get(f"/bio-sessions/{session}/faces/{face}/matches")
    ]  # fmt: skip
    assert len(scores) == 2 * len(list(combinations(faces, 2)))
    assert max(scores) < 2300


def test_the_same_file_scores_above_ten_thousand(bench: Bench) -> None:
    match = bench.match_images(selfie(1), selfie(1)).json()
    assert match["score"] > 10_000
    assert match["falseAcceptanceRate"] < 1e-15


@pytest.mark.parametrize(("score", "percent"), [(2500, 1.0), (3000, 0.1), (3500, 0.01), (4000, 0.001), (4500, 0.0001)])
def test_the_rate_follows_the_documents_table(score: float, percent: float) -> None:
    assert false_acceptance_rate(score) == pytest.approx(percent)


def test_the_rate_follows_the_documents_example() -> None:
    assert false_acceptance_rate(7771.43408203125) == pytest.approx(2.8650475616752694e-11)
    assert false_acceptance_rate(-5000) == 100.0


def test_the_eyes_are_where_they_are_drawn(bench: Bench) -> None:
    photo = photos.selfie(person(3), size=SIZE, pose=FacePose(roll=6, x=0.1))
    _, eyes = quality_and_eyes(bench, photo.data)
    found = [eyes[name] for name in ("x1", "y1", "x2", "y2")]
    assert found == pytest.approx([*photo.right_eye, *photo.left_eye], abs=0.04 * photo.eye_distance)


@pytest.mark.parametrize("poor", [photos.blurred, photos.small_eyes, photos.dark, photos.overexposed])
def test_quality_tells_good_from_poor(bench: Bench, poor: Callable[[Person], photos.Photo]) -> None:
    good, _ = quality_and_eyes(bench, selfie(1))
    bad, _ = quality_and_eyes(bench, poor(person(1)).data)
    assert good > 100 > bad >= 0


@pytest.mark.parametrize("image", [photos.no_face(), photos.dark(person(1), 0.02).data])
def test_a_picture_without_a_visible_face_is_refused_or_told_by_a_negative_quality(bench: Bench, image: bytes) -> None:
    assert bench.direct(image).status_code == 400
    bench.server.vary(no_face="negative")
    face = bench.direct(image).json()
    assert face["quality"] < 0
    assert "template" not in face


def test_two_faces_are_refused(bench: Bench) -> None:
    assert bench.direct(photos.two_faces(person(1), person(2))).status_code == 400


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_turned_picture_needs_the_rotation_flag(bench: Bench, orientation: int) -> None:
    photo = photos.selfie(person(2), size=SIZE, orientation=orientation)
    assert bench.direct(photo.data).status_code == 400
    quality, eyes = quality_and_eyes(bench, photo.data, rotated=True)
    assert quality > 100
    across, down = abs(eyes["x1"] - eyes["x2"]), abs(eyes["y1"] - eyes["y2"])
    assert (across < down) == (orientation != 3)


def test_twelve_megapixels_are_measured_in_their_own_pixels(bench: Bench) -> None:
    photo = photos.twelve_megapixels(person(1))
    _, eyes = quality_and_eyes(bench, photo.data)
    assert eyes["x2"] - eyes["x1"] == pytest.approx(photo.eye_distance, rel=0.05)
