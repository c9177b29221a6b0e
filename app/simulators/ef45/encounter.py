"""Build what a finished capture leaves behind: the enrollment item and the match item, with all their members."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.simulators.ef45.capture import Plan, Presence
from app.simulators.ef45.templates import face_template, iris_template
from app.simulators.ef45.wire import Document, encode_base64
from app.simulators.people import Eye, FacePose, eye_shot, face_shot

FACES: Final = ("iris_off_face", "far_off_face", "far_on_face", "near_off_face", "near_on_face")
FACE_SIZE: Final = (480, 640)
FULL_SIZE: Final = (720, 960)
MATCH_SIZE: Final = (360, 480)
MINIMUM_QUALITY: Final = 0.5
LENS_ERROR: Final = "Colored contact lens detected"


@dataclass(frozen=True)
class Encounter:
    """One capture: who, how, and the frame of its record. `turn` makes two captures of one person differ."""

    encounter_id: str
    timestamp: str
    serial_number: str
    record_version: int
    plan: Plan
    presence: Presence
    turn: int = field(repr=False)

    @property
    def rng(self) -> np.random.Generator:
        return np.random.default_rng([self.presence.person.number, self.turn])


def enrollment_item(encounter: Encounter) -> Document:
    """All members of a biometric-data item; what was not asked for or not seen is empty or zero."""
    lens = encounter.presence.contact_lens and encounter.plan.iris
    item: Document = {
        "encounter_id": encounter.encounter_id,
        "timestamp": encounter.timestamp,
        "serial_number": encounter.serial_number,
        "error_message": LENS_ERROR if lens else "",
    }
    rng = encounter.rng
    for eye in Eye:
        item |= _eye_members(encounter, eye, rng, "enrol_template", failed=lens)
        item[f"{eye}_eye_duplicate_uuid"] = ""
    for name in FACES:
        item |= _face_members(encounter, name, rng)
        item[f"{name}_duplicate_uuid"] = ""
    return item


def match_item(encounter: Encounter, user_uuid: str, log_id: int) -> Document:
    """All members of a match-data item; `user_uuid` empty when nobody was recognized."""
    item: Document = {
        "encounter_id": encounter.encounter_id,
        "timestamp": encounter.timestamp,
        "serial_number": encounter.serial_number,
        "uuid": user_uuid,
        "log_id": log_id,
    }
    rng = encounter.rng
    for eye in Eye:
        item |= _eye_members(encounter, eye, rng, "iris_template", failed=False)
    for name in FACES:
        item |= _face_members(encounter, name, rng)
    item["iris_off_face"] = jpeg(face_shot(encounter.presence.person, size=MATCH_SIZE).image, 85)
    return item


def _eye_members(encounter: Encounter, eye: Eye, rng: np.random.Generator, template: str, *, failed: bool) -> Document:
    presence, prefix = encounter.presence, f"{eye}_eye"
    if not encounter.plan.iris or presence.only_eye not in {None, eye.value}:
        return _members(prefix, ("", 0.0, 0.0, False, ""), template)
    quality = presence.quality * float(rng.uniform(0.95, 1.0))
    noise = 0.04 + 0.18 * (1 - quality)
    code = b"" if failed else iris_template(presence.person, eye, rng, noise, encounter.record_version)
    good = quality >= MINIMUM_QUALITY and not failed
    values = (
        _iris_image(encounter, eye, rng),
        round(88 * quality, 1),
        round(100 * quality, 1),
        good,
        encode_base64(code),
    )
    return _members(prefix, values, template)


def _members(prefix: str, values: tuple[str, float, float, bool, str], template: str) -> Document:
    names = ("", "_usable_iris_area", "_quality_score", "_quality_ok", f"_{template}")
    return {f"{prefix}{name}": value for name, value in zip(names, values, strict=True)}


def _iris_image(encounter: Encounter, eye: Eye, rng: np.random.Generator) -> str:
    presence = encounter.presence
    shot = eye_shot(
        presence.person,
        eye,
        radius=float(rng.uniform(104, 110)),
        offset=(float(rng.normal(0, 5)), float(rng.normal(0, 4))),
        openness=0.5 if presence.quality < 0.3 else 1.0,
        blur=6 * max(0.0, 0.8 - presence.quality),
        contact_lens=presence.contact_lens,
    )
    return bmp(shot.image)


def _face_members(encounter: Encounter, name: str, rng: np.random.Generator) -> Document:
    if not _wanted(encounter.plan, name):
        return _face_values(name, "", (0, 0, 0.0, 0, 0, 0.0, 0.0, 0), "")
    presence, color = encounter.presence, "_off_" in name
    size = FULL_SIZE if encounter.plan.streaming else FACE_SIZE
    pose = FacePose(
        scale=float(rng.uniform(0.97, 1.03)),
        x=float(rng.normal(0, 0.01)),
        roll=float(rng.normal(0, 1.0)),
        blur=4 * max(0.0, 0.8 - presence.quality),
        glasses=name.startswith("near"),
    )
    shot = face_shot(presence.person, size=size, pose=pose, gray=not color)
    noise = 0.25 + 0.8 * (1 - presence.quality)
    feature = face_template(presence.person, rng, noise, encounter.record_version)
    score = round(100 * presence.quality, 1)
    numbers = (
        shot.eye_distance,
        len(feature),
        score,
        shot.left_eye[0],
        shot.right_eye[0],
        round(pose.roll, 2),
        score,
        int(not color),
    )
    return _face_values(name, bmp(shot.image), numbers, encode_base64(feature))


def _face_values(name: str, image: str, numbers: Iterable[float], feature: str) -> Document:
    names = ("eye_width", "feature_size", "frontal_score", "left_eye_x", "right_eye_x", "roll", "score", "LED_state")
    members: Document = {name: image}
    members |= {f"{name}_{member}": value for member, value in zip(names, numbers, strict=True)}
    members[f"{name}_feature"] = feature
    return members


def _wanted(plan: Plan, name: str) -> bool:
    if name == "iris_off_face":
        return plan.iris
    return plan.face if name.startswith("far") else plan.glasses


def bmp(image: NDArray[np.uint8]) -> str:
    """The picture as a BMP file (8-bit gray or 24-bit color), base64."""
    return encode_base64(cv2.imencode(".bmp", image)[1].tobytes())


def jpeg(image: NDArray[np.uint8], quality: int) -> str:
    """The picture as a JPEG file, base64."""
    return encode_base64(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
