"""An enrollment as a user of the device, and whether what the device holds is the same (facts 7 to 10, 16)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.devices.gsdk import cards, limits, modes, templates
from app.devices.gsdk.cards import USUAL, Order
from app.domain.enrollment import Enrollment
from app.domain.errors import InvalidInput, NotCapable
from app.domain.modality import Modality, finger_code
from app.domain.person import Person
from app.domain.sample import GSDK_FACE, Sample, Template

DISABLED = 0x80
NEVER = (1, 2)
"""A validity that is over: how a gateway without user flags is told that somebody is disabled."""
FACE_TEMPLATE, FACE_IR_TEMPLATE, FACE_IR_IMAGE = "template", "ir-template", "ir-image"
VISUAL = 0x100
WARPED = 0x1


@dataclass(frozen=True)
class Terms:
    """What this device takes: letters in identifiers, sensors, the format of its templates, kind of faces."""

    alphanumeric: bool
    cards: bool
    fingers: bool
    faces: bool
    visual: bool
    finger_format: str
    groups: tuple[int, ...] = ()
    order: Order = USUAL


def user_of(enrollment: Enrollment, terms: Terms, api: Any, earlier: Any | None = None) -> Any:
    """A UserInfo; of `earlier` everything that is not the station's stays (PIN, photo, job codes, unknown fields).

    Raises NotCapable when the device can use nothing of it, InvalidInput for an identifier it does not take.
    """
    user = api.user.UserInfo()
    if earlier is not None:
        user.CopyFrom(earlier)
    user.hdr.ID = limits.user_id(enrollment.person.person_id, alphanumeric=terms.alphanumeric)
    user.name = limits.name(enrollment.person.full_name)
    _replace(user.cards, _cards(enrollment, terms, api))
    _replace(user.fingers, _fingers(enrollment, terms, api))
    _replace(user.faces, _faces(enrollment, terms, api))
    if not (user.cards or user.fingers or user.faces or user.PIN):
        raise _nothing_usable(enrollment, terms)
    if earlier is None:
        user.accessGroupIDs.extend(terms.groups)
        modes.PrivateModes().write_to(user.setting)
    _set_validity(user, enrollment.person)
    count(user)
    return user


def count(user: Any) -> None:
    """The header's counts as the rest has them; a device compares."""
    user.hdr.numOfCard = len(user.cards)
    user.hdr.numOfFinger = len(user.fingers)
    user.hdr.numOfFace = len(user.faces)


def digest(user: Any) -> str:
    """SHA-256 over what the station wrote: identifier, cards, fingers, faces, groups, validity; hexadecimal."""
    held = [
        user.hdr.ID,
        _is_disabled(user),
        sorted(cards.normal(card.data).hex() for card in user.cards),
        sorted([*(bytes(each).ljust(templates.SIZE, b"\0").hex() for each in finger.templates), finger.flag & 1]
               for finger in user.fingers),
        sorted([each.hex() for each in face.templates] for face in user.faces),
        sorted(user.accessGroupIDs),
        [user.setting.startTime, user.setting.endTime],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()


def is_held_as(wanted: Any, held: Any) -> bool:
    """True when the device holds what was written; it may cut a name, but not change or lose it."""
    names = wanted.name.startswith(held.name) and (bool(held.name) == bool(wanted.name) or not held.name)
    return names and digest(wanted) == digest(held)


def finger_data(api: Any, pair: tuple[bytes, bytes], index: int, *, duress: bool) -> Any:
    """Two templates of one finger, each on 384 bytes."""
    return api.finger.FingerData(index=index, flag=int(duress), templates=[templates.padded(each) for each in pair])


def face_sample_templates(face: Any) -> Iterator[Template]:
    """A FaceData as templates of the station: each part of it with its place."""
    shared = {"flag": face.flag, "visual": bool(face.flag & VISUAL)}
    parts = [(FACE_TEMPLATE, each) for each in face.templates]
    parts += [(FACE_IR_TEMPLATE, each) for each in face.irTemplates]
    if face.irImageData:
        parts.append((FACE_IR_IMAGE, face.irImageData))
    for at, (part, data) in enumerate(parts):
        yield Template(GSDK_FACE, data, attributes=shared | {"part": part, "at": at})


def face_data(api: Any, sample: Sample) -> Any | None:
    """The FaceData such a sample came from; None when it did not come from a gateway's device."""
    ours = [each for each in sample.templates if each.format == GSDK_FACE and each.data]
    if not ours:
        return None
    face = api.face.FaceData(flag=int(ours[0].attributes.get("flag", 0)), imageData=sample.image)
    for template in sorted(ours, key=lambda each: int(each.attributes.get("at", 0))):
        part = template.attributes.get("part", FACE_TEMPLATE)
        if part == FACE_IR_IMAGE:
            face.irImageData = template.data
        else:
            (face.irTemplates if part == FACE_IR_TEMPLATE else face.templates).append(template.data)
    return face


def _cards(enrollment: Enrollment, terms: Terms, api: Any) -> list[Any]:
    if not terms.cards:
        return []
    found = [cards.card_data(sample.card) for sample in enrollment.of(Modality.CARD) if sample.card]
    numbers = dict.fromkeys(map(terms.order.there, found))
    if len(numbers) > limits.CARDS:  # none is left out unsaid
        raise NotCapable(step="register", reason="too-many-cards")
    return [api.card.CSNCardData(type=cards.CSN, size=cards.SIZE, data=data) for data in numbers]


def _fingers(enrollment: Enrollment, terms: Terms, api: Any) -> list[Any]:
    if not terms.fingers:
        return []
    made = []
    for position in dict.fromkeys(sample.position for sample in enrollment.of(Modality.FINGER)):
        samples = [sample for sample in enrollment.samples if sample.position is position]
        best = sorted(samples, key=lambda sample: -sample.quality.score)
        found = [each.data for sample in best for each in sample.templates if each.format == terms.finger_format]
        if found:
            pair = found[0], found[1] if len(found) > 1 else found[0]
            duress = any(sample.duress for sample in samples)
            made.append(finger_data(api, pair, finger_code(position), duress=duress))
    return made


def _faces(enrollment: Enrollment, terms: Terms, api: Any) -> list[Any]:
    if not terms.faces:
        return []
    best = sorted(enrollment.of(Modality.FACE), key=lambda sample: -sample.quality.score)
    made = [face for sample in best if (face := face_data(api, sample)) is not None]
    return [face for face in made if bool(face.flag & VISUAL) == terms.visual][:1]


def _nothing_usable(enrollment: Enrollment, terms: Terms) -> NotCapable:
    if terms.fingers and any(sample.templates for sample in enrollment.of(Modality.FINGER)):
        return NotCapable(step="register", reason="template-format", cure="change-format")
    return NotCapable(step="register", reason="no-template")


def _set_validity(user: Any, person: Person) -> None:
    start, end = limits.validity(_seconds(person.valid_from), _seconds(person.valid_until))
    if "userFlag" in user.hdr.DESCRIPTOR.fields_by_name:
        user.hdr.userFlag = user.hdr.userFlag | DISABLED if person.disabled else user.hdr.userFlag & ~DISABLED
    elif person.disabled:
        start, end = NEVER
    user.setting.startTime, user.setting.endTime = start, end


def _seconds(moment: datetime | None) -> int:
    if moment is None:
        return 0
    if moment.timestamp() > limits.LATEST:
        raise InvalidInput(field="validity", reason="out-of-range")
    return int(moment.timestamp())


def _is_disabled(user: Any) -> bool:
    return bool(getattr(user.hdr, "userFlag", 0) & DISABLED)


def _replace(field: Any, values: list[Any]) -> None:
    del field[:]
    field.extend(values)
