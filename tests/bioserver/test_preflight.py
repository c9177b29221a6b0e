"""Pictures are looked at before they leave: each fault has its name, and what is sent is known to the byte."""

import asyncio
import hashlib
import math
import time

import cv2
import numpy as np
import pytest

from app.bioserver import jpeg
from app.bioserver.preflight import Limits, Preflight, examine
from app.domain.document import CheckedPicture, PictureAdvice, PictureKind, PictureReason
from app.simulators.people import person, photos

SELFIE, DOCUMENT = PictureKind.SELFIE, PictureKind.DOCUMENT
Reason = PictureReason


def looked_at(data: bytes, kind: PictureKind = SELFIE, limits: Limits | None = None) -> CheckedPicture:
    return examine(data, kind, limits or Limits())


def reasons(checked: CheckedPicture) -> set[PictureReason]:
    return {finding.reason for finding in checked.findings if finding.blocking}


def off(checked: CheckedPicture, photo: photos.Photo) -> float:
    """How far the found eyes are from the drawn ones, as a share of their distance."""
    assert checked.eyes is not None
    factor = checked.width / photo.size[0]
    (rx, ry), (lx, ly) = photo.right_eye, photo.left_eye
    found = checked.eyes
    far = math.hypot(found.x1 - rx * factor, found.y1 - ry * factor) + math.hypot(
        found.x2 - lx * factor, found.y2 - ly * factor
    )
    return far / 2 / (photo.eye_distance * factor)


@pytest.mark.parametrize("number", [3, 10, 20])
def test_a_good_picture_is_usable_and_its_eyes_are_found(number: int) -> None:
    for kind, photo in ((SELFIE, photos.selfie(person(number))), (DOCUMENT, photos.id_document(person(number)))):
        checked = looked_at(photo.data, kind)
        assert checked.usable, checked.findings
        assert off(checked, photo) < 0.15


@pytest.mark.parametrize(
    ("data", "reason", "advice"),
    [
        (photos.no_face(), Reason.NO_FACE, PictureAdvice.FACE_THE_CAMERA),
        (photos.two_faces(person(3), person(4)), Reason.SEVERAL_FACES, PictureAdvice.ONE_PERSON),
        (photos.blurred(person(3)).data, Reason.BLURRED, PictureAdvice.HOLD_STILL),
        (photos.dark(person(3)).data, Reason.TOO_DARK, PictureAdvice.MORE_LIGHT),
        (photos.overexposed(person(3)).data, Reason.TOO_BRIGHT, PictureAdvice.LESS_LIGHT),
        (photos.small_eyes(person(3)).data, Reason.EYES_TOO_CLOSE, PictureAdvice.COME_CLOSER),
        (photos.selfie(person(3), jpeg_quality=79).data, Reason.LOW_JPEG_QUALITY, PictureAdvice.ORIGINAL_PHOTO),
        (b"", Reason.UNREADABLE, PictureAdvice.OTHER_FILE),
        (b"%PDF-1.7 not a picture", Reason.UNREADABLE, PictureAdvice.OTHER_FILE),
        (photos.selfie(person(3)).data[:300], Reason.UNREADABLE, PictureAdvice.OTHER_FILE),
    ],
    ids=["no-face", "two", "blurred", "dark", "bright", "small", "quality", "empty", "pdf", "cut"],
)
def test_each_fault_is_named_with_what_to_do(data: bytes, reason: PictureReason, advice: PictureAdvice) -> None:
    checked = looked_at(data)
    assert not checked.usable
    assert (reason, advice) in {(finding.reason, finding.advice) for finding in checked.findings}


def test_quality_80_is_enough() -> None:
    assert looked_at(photos.selfie(person(3), jpeg_quality=80).data).usable


@pytest.mark.parametrize("quality", [40, 75, 79, 80, 90, 100])
def test_quality_is_read_from_the_table(quality: int) -> None:
    assert jpeg.quality(photos.selfie(person(3), jpeg_quality=quality).data) == pytest.approx(quality, abs=1)
    assert jpeg.quality(b"\x89PNG") is None


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_turned_picture_is_sent_upright_without_its_notes(orientation: int) -> None:
    photo = photos.selfie(person(9), orientation=orientation)
    checked = looked_at(photo.data)
    assert checked.usable
    assert (checked.width, checked.height) == photo.size
    assert off(checked, photo) < 0.15
    assert b"Exif" in photo.data
    assert b"Exif" not in checked.image
    assert jpeg.orientation(checked.image) == 1
    assert (jpeg.quality(checked.image) or 0) >= 80


def test_an_upright_jpeg_leaves_as_it_is_but_for_its_notes() -> None:
    photo = photos.selfie(person(9), orientation=1)
    checked = looked_at(photo.data)
    before, after = (cv2.imdecode(np.frombuffer(data, np.uint8), 1) for data in (photo.data, checked.image))
    assert before is not None
    assert after is not None
    assert np.array_equal(before, after)
    assert not checked.resized


def test_a_telephones_photo_is_made_smaller_with_eyes_far_enough_apart() -> None:
    photo = photos.twelve_megapixels(person(9), orientation=6)
    checked = looked_at(photo.data)
    assert checked.usable
    assert checked.resized
    assert max(checked.width, checked.height) == 2000
    assert checked.eyes is not None
    assert checked.eyes.distance >= 60
    assert off(checked, photo) < 0.15
    assert (jpeg.quality(checked.image) or 0) >= 80


def test_it_is_never_made_so_small_that_the_eyes_come_too_close() -> None:
    checked = looked_at(photos.selfie(person(9)).data, limits=Limits(longest_side=100))
    assert checked.eyes is not None
    assert checked.eyes.distance >= 110


def test_the_digest_is_of_exactly_what_is_sent() -> None:
    for data in (photos.selfie(person(9)).data, photos.png(np.zeros((200, 200, 3), np.uint8))):
        checked = looked_at(data)
        assert checked.digest == hashlib.sha256(checked.image).hexdigest()
        assert checked.sent.size == len(checked.image)
        assert "digest" not in repr(checked)
        assert jpeg.is_jpeg(checked.image)


def test_no_bytes_make_it_fail() -> None:
    whole = photos.selfie(person(9), orientation=6).data
    random = np.random.default_rng(5)
    for _ in range(3):
        broken = bytearray(whole)
        for place in random.integers(2, 900, 6):
            broken[place] = int(random.integers(0, 256))
        looked_at(bytes(broken))
        jpeg.without_notes(bytes(broken))


async def test_the_loop_stays_free_meanwhile() -> None:
    data = photos.twelve_megapixels(person(9)).data
    task = asyncio.create_task(Preflight().check(data, SELFIE))
    turns, used = 0, time.thread_time()
    while not task.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert (await task).usable
    assert turns > 20
    assert time.thread_time() - used < 0.3
