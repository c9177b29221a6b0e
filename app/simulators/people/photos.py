"""Picture files of synthetic people as cameras, telephones and scanners make them, good ones and poor ones."""

from dataclasses import dataclass, field, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.people.face import FacePose, FaceShot, empty_scene, face_shot
from app.simulators.people.identity import Person, texture_rng

Picture = NDArray[np.uint8]
TWELVE_MEGAPIXELS: Final = (4032, 3024)
_CARD: Final = (1600, 1010)
_PORTRAIT: Final = (480, 620)
_INK: Final = (70, 50, 40)

_TURNED_BACK: Final = {
    3: cv2.ROTATE_180,
    6: cv2.ROTATE_90_COUNTERCLOCKWISE,
    8: cv2.ROTATE_90_CLOCKWISE,
}


@dataclass(frozen=True)
class Photo:
    """A picture file and where the eyes are in the upright picture, in pixels (x, y); the left one is the person's."""

    data: bytes = field(repr=False)
    size: tuple[int, int]
    left_eye: tuple[int, int]
    right_eye: tuple[int, int]

    @property
    def eye_distance(self) -> int:
        return round(float(np.hypot(self.left_eye[0] - self.right_eye[0], self.left_eye[1] - self.right_eye[1])))


def selfie(
    who: Person,
    *,
    size: tuple[int, int] = (1280, 960),
    pose: FacePose | None = None,
    jpeg_quality: int = 92,
    grain: float = 2.0,
    orientation: int | None = None,
) -> Photo:
    """A JPEG of the person, wearing what they usually wear unless a pose says otherwise.

    With `orientation` (1, 3, 6 or 8) the file holds the turned picture and an EXIF block that tells so.
    """
    shot = face_shot(who, size=size, pose=pose or FacePose(glasses=who.glasses))
    picture = _grained(shot.image, grain)
    return _photo(shot, jpeg(picture, jpeg_quality) if orientation is None else turned(picture, orientation))


def twelve_megapixels(who: Person, *, jpeg_quality: int = 92, orientation: int | None = None) -> Photo:
    """A telephone's photo of 4032 by 3024 pixels."""
    return selfie(who, size=TWELVE_MEGAPIXELS, grain=3.0, jpeg_quality=jpeg_quality, orientation=orientation)


def id_document(who: Person, *, years: float = -6.0, jpeg_quality: int = 92) -> Photo:
    """A photographed identity card, its portrait `years` older (younger, below zero) and without glasses."""
    pose = FacePose(scale=1.12, years=years, light=0.97)
    shot = face_shot(who, size=_PORTRAIT, pose=pose)
    card = _card(who)
    left, top = 90, 230
    card[top : top + _PORTRAIT[1], left : left + _PORTRAIT[0]] = shot.image
    cv2.rectangle(card, (left, top), (left + _PORTRAIT[0], top + _PORTRAIT[1]), _INK, 2)
    moved = replace(shot, left_eye=_shifted(shot.left_eye, left, top), right_eye=_shifted(shot.right_eye, left, top))
    picture = _grained(cv2.GaussianBlur(card, (0, 0), 0.6), 2.0)
    return _photo(replace(moved, image=picture), jpeg(picture, jpeg_quality))


def two_faces(one: Person, two: Person) -> bytes:
    """A JPEG of two people side by side."""
    shots = [face_shot(who, size=(720, 960), pose=FacePose(scale=0.8)).image for who in (one, two)]
    return jpeg(np.hstack(shots))


def no_face(size: tuple[int, int] = (1280, 960)) -> bytes:
    """A JPEG of the wall nobody stands before."""
    return jpeg(_grained(empty_scene(size), 2.0))


def blurred(who: Person, sigma: float = 9.0) -> Photo:
    return selfie(who, pose=FacePose(blur=sigma))


def dark(who: Person, light: float = 0.22) -> Photo:
    return selfie(who, pose=FacePose(light=light))


def overexposed(who: Person, light: float = 2.2) -> Photo:
    return selfie(who, pose=FacePose(light=light))


def small_eyes(who: Person, eye_distance: int = 45) -> Photo:
    """A face so far away that its eyes are `eye_distance` pixels apart."""
    usual = face_shot(who, size=(1280, 960)).eye_distance
    return selfie(who, pose=FacePose(scale=eye_distance / usual))


def jpeg(picture: Picture, quality: int = 92) -> bytes:
    return _file(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])


def png(picture: Picture) -> bytes:
    return _file(".png", picture, [])


def turned(picture: Picture, orientation: int, quality: int = 92) -> bytes:
    """A JPEG whose EXIF orientation (1, 3, 6 or 8) must be applied to see the picture upright."""
    if orientation != 1:
        picture = np.asarray(cv2.rotate(picture, _TURNED_BACK[orientation]), np.uint8)
    return with_orientation(jpeg(picture, quality), orientation)


def with_orientation(data: bytes, orientation: int) -> bytes:
    """The JPEG with an EXIF block that holds nothing but the orientation (EXIF 2.3, tag 0x0112)."""
    entry = bytes((0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0))
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + bytes(4)
    block = b"Exif\x00\x00" + tiff
    return data[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + data[2:]


def _file(kind: str, picture: Picture, options: list[int]) -> bytes:
    done, data = cv2.imencode(kind, picture, options)
    assert done
    return np.asarray(data).tobytes()


def _photo(shot: FaceShot, data: bytes) -> Photo:
    height, width = shot.image.shape[:2]
    return Photo(data, (width, height), shot.left_eye, shot.right_eye)


def _grained(picture: cv2.typing.MatLike, sigma: float) -> Picture:
    """Sensor noise; a tile of it, repeated, for pictures of any size."""
    tile = np.random.default_rng(11).normal(0, sigma, (256, 256)).astype(np.float32)
    height, width = picture.shape[:2]
    noise = np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]
    return np.asarray(cv2.add(picture, cv2.merge([noise] * 3), dtype=cv2.CV_8U), np.uint8)


def _card(who: Person) -> Picture:
    width, height = _CARD
    slope = np.linspace(0, 1, width)[None, :, None]
    tone = np.array([214, 222, 206]) * (1 - slope) + np.array([222, 208, 214]) * slope
    card = np.broadcast_to(tone, (height, width, 3)).astype(np.uint8).copy()
    rng = texture_rng(who.number, 8)
    for row in range(60, height, 34):
        bend = float(rng.uniform(4, 9))
        points = [(x, round(row + bend * np.sin(x / 60 + row))) for x in range(620, width, 12)]
        cv2.polylines(card, [np.array(points, np.int32)], False, (196, 206, 198), 1, cv2.LINE_AA)
    _write(card, "SYNTHETIC REPUBLIC - SPECIMEN", (90, 120), 1.7, 3)
    lines = (
        ("Surname", who.last_name.upper()),
        ("Given name", who.first_name.upper()),
        ("Document", who.document_number),
    )
    for row, (label, value) in enumerate(lines):
        _write(card, label, (640, 300 + 150 * row), 0.9, 1)
        _write(card, value, (640, 355 + 150 * row), 1.6, 3)
    filler = f"IDSYN{who.document_number}".ljust(30, "<")
    _write(card, filler, (90, 950), 1.75, 2)
    return card


def _write(card: Picture, text: str, place: tuple[int, int], size: float, thickness: int) -> None:
    cv2.putText(card, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, _INK, thickness, cv2.LINE_AA)


def _shifted(place: tuple[int, int], x: int, y: int) -> tuple[int, int]:
    return place[0] + x, place[1] + y
