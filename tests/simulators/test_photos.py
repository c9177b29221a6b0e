"""Picture files of synthetic people: what they hold, and what they say about themselves."""

import cv2
import numpy as np
import pytest

from app.simulators.people import person, photos


def opened(data: bytes, flags: int = cv2.IMREAD_COLOR) -> photos.Picture:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_exif_orientation_turns_the_picture_upright(orientation: int) -> None:
    plain = opened(photos.selfie(person(1), size=(400, 300)).data)
    turned = photos.selfie(person(1), size=(400, 300), orientation=orientation).data
    assert opened(turned).shape == (300, 400, 3)
    assert float(cv2.absdiff(opened(turned), plain).mean()) < 2
    as_stored = opened(turned, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    assert as_stored.shape == ((400, 300, 3) if orientation in {6, 8} else (300, 400, 3))


def test_a_telephones_photo_has_twelve_megapixels() -> None:
    photo = photos.twelve_megapixels(person(2))
    assert opened(photo.data).shape == (3024, 4032, 3)
    assert photo.eye_distance > 500


def test_a_document_shows_the_portrait_where_it_says_so() -> None:
    card = photos.id_document(person(4))
    picture = opened(card.data)
    assert picture.shape[1::-1] == card.size
    assert card.eye_distance > 60
    for x, y in (card.left_eye, card.right_eye):
        assert picture[y - 3 : y + 4, x - 3 : x + 4].mean() < picture[y + 50, x].mean() - 20


def test_eyes_as_close_together_as_asked() -> None:
    assert photos.small_eyes(person(1), 45).eye_distance == pytest.approx(45, abs=2)


def test_poor_compression_makes_small_files() -> None:
    fine, poor = (len(photos.selfie(person(1), size=(640, 480), jpeg_quality=at).data) for at in (95, 40))
    assert poor < fine / 3


def test_years_change_hair_and_shirt_but_not_the_eyes() -> None:
    now, then = (photos.id_document(person(1), years=years) for years in (0.0, -6.0))
    assert (now.left_eye, now.right_eye) == (then.left_eye, then.right_eye)
    assert float(cv2.absdiff(opened(now.data), opened(then.data)).mean()) > 0.5
