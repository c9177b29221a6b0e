"""An enrollment as the rows of this terminal, and whether what it holds is the same."""

import hashlib
from dataclasses import dataclass, field

import cv2
import numpy as np

from app.devices.controlid.client import PHOTO_BYTES
from app.devices.controlid.codec import User
from app.devices.controlid.samples import card_value
from app.domain.enrollment import Enrollment
from app.domain.errors import NotCapable
from app.domain.modality import FINGERS, Modality, Position
from app.domain.sample import CONTROLID_FINGER, Sample, Template

VIEWS_AT = 10
WHOLE = 3
"""A stored finger is one template of three views; a single press is a template of one."""
PHOTO_TYPES = frozenset({"image/jpeg", "image/png"})
HASHED = 1 << 52


@dataclass(frozen=True)
class Finger:
    """A finger to be stored: whole as one template, or presses to be joined by the terminal, or pictures of them."""

    whole: bytes = field(default=b"", repr=False)
    presses: tuple[bytes, ...] = field(default=(), repr=False)
    pictures: tuple[bytes, ...] = field(default=(), repr=False)
    panic: bool = False


@dataclass(frozen=True)
class Registration:
    """Everything this terminal shall hold of one person."""

    user: User
    cards: tuple[int, ...] = field(default=(), repr=False)
    fingers: tuple[Finger, ...] = field(default=(), repr=False)
    photo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Held:
    """Everything it does hold."""

    user: User
    cards: tuple[int, ...] = field(default=(), repr=False)
    templates: tuple[tuple[bytes, int], ...] = field(default=(), repr=False)
    photo: bytes = field(default=b"", repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over identifiers, cards, templates and photo, hexadecimal."""
        whole = hashlib.sha256(f"{self.user.user_id}:{self.user.registration}:{sorted(self.cards)}".encode())
        for template, kind in sorted(self.templates):
            whole.update(bytes((kind,)) + template)
        whole.update(self.photo)
        return whole.hexdigest()

    def lacks(self, wanted: Registration, *, keeps_photos: bool = True) -> str:
        """What is missing or different: "user", "cards", "templates" or "photo"; empty when this is what was wanted.

        Presses are joined by the terminal, so of them only the number of fingers can be compared.
        """
        if (self.user.user_id, self.user.registration) != (wanted.user.user_id, wanted.user.registration):
            return "user"
        if not wanted.user.name.startswith(self.user.name) or not self.user.name:  # it may cut long names
            return "user"
        if set(self.cards) != set(wanted.cards):
            return "cards"
        wholes = {(finger.whole, int(finger.panic)) for finger in wanted.fingers if finger.whole}
        if len(self.templates) != len(wanted.fingers) or not wholes <= set(self.templates):
            return "templates"
        return "photo" if bool(wanted.photo) != bool(self.photo) and keeps_photos else ""


def user_id_of(person_id: str) -> int:
    """The terminal's number for a person: a decimal identifier as it is, any other by its hash, never 0."""
    if person_id.isascii() and person_id.isdigit() and len(person_id) <= 15 and not person_id.startswith("0"):
        return int(person_id)
    return HASHED | int.from_bytes(hashlib.sha256(person_id.encode()).digest()[:6])


def person_id_of(user: User) -> str:
    """Our identifier where we registered the user, else the terminal's number."""
    ours = user.registration and user_id_of(user.registration) == user.user_id
    return user.registration if ours else str(user.user_id)


def registration_of(enrollment: Enrollment, device_id: str) -> Registration:
    """Name, cards, fingers and the best photo. NotCapable when there is nothing this terminal could use."""
    person = enrollment.person
    user = User(user_id_of(person.person_id), person.person_id, person.full_name or person.person_id)
    cards = [card_value(sample.card) for sample in enrollment.of(Modality.CARD)]
    fingers = [_finger(enrollment.samples, position) for position in FINGERS]
    wanted = Registration(
        user,
        tuple(dict.fromkeys(card for card in cards if card is not None)),
        tuple(finger for finger in fingers if finger is not None),
        _photo(enrollment.of(Modality.FACE)),
    )
    if not (wanted.cards or wanted.fingers or wanted.photo):
        raise NotCapable(device=device_id, step="register", reason="nothing-of-use")
    return wanted


def usable(enrollment: Enrollment) -> frozenset[Modality]:
    """What of an enrollment this terminal can use; templates of other makes say nothing to it, pictures do."""
    found = set()
    if any(card_value(sample.card) is not None for sample in enrollment.of(Modality.CARD)):
        found.add(Modality.CARD)
    if any(
        sample.image or any(template.format == CONTROLID_FINGER for template in sample.templates)
        for sample in enrollment.of(Modality.FINGER)
    ):
        found.add(Modality.FINGER)
    if any(sample.image for sample in enrollment.of(Modality.FACE)):
        found.add(Modality.FACE)
    return frozenset(found)


def is_whole(template: bytes) -> bool:
    """Whether a template has the three views of an enrollment."""
    return len(template) > VIEWS_AT and template[VIEWS_AT] >= WHOLE


def _finger(samples: tuple[Sample, ...], position: Position) -> Finger | None:
    ours = sorted((each for each in samples if each.position is position), key=lambda each: -each.quality.score)
    templates = [template for sample in ours for template in sample.templates if template.format == CONTROLID_FINGER]
    panic = any(template.attributes.get("panic") for template in templates) or any(sample.duress for sample in ours)
    if whole := next((template.data for template in templates if is_whole(template.data)), b""):
        return Finger(whole=whole, panic=panic)
    if templates:
        return Finger(presses=_first(templates), panic=panic)
    pictures = tuple(sample.image for sample in ours if sample.image)[:WHOLE]
    return Finger(pictures=pictures, panic=panic) if pictures else None


def _first(templates: list[Template]) -> tuple[bytes, ...]:
    return tuple(template.data for template in templates[:WHOLE])


def _photo(faces: tuple[Sample, ...]) -> bytes:
    """The best color photo as the terminal takes it: JPEG or PNG below 2 MB; others are written anew as JPEG."""
    for sample in sorted(faces, key=lambda each: -each.quality.score):
        infrared = sample.variant is not None and "infrared" in sample.variant.value
        if not sample.image or infrared:
            continue
        if sample.media_type in PHOTO_TYPES and len(sample.image) < PHOTO_BYTES:
            return sample.image
        if written := _as_jpeg(sample.image):
            return written
    return b""


def _as_jpeg(data: bytes) -> bytes:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        return b""
    done, file = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, 92))
    return file.tobytes() if done and len(file) < PHOTO_BYTES else b""
