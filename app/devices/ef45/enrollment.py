"""An enrollment as the terminal's three records, and whether what it holds is the same (facts sections 3 and 4)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.devices.ef45 import wire
from app.devices.ef45.calls import person
from app.devices.ef45.codec import FACE_INTEGERS, FACE_NUMBERS, Face, Subject, UserInfo
from app.devices.ef45.results import FACE_FORMAT, IRIS_FORMAT, SUB_IDS
from app.domain.enrollment import Enrollment
from app.domain.errors import NotCapable, TemplateVersionMixed
from app.domain.modality import IRISES, Position
from app.domain.sample import Sample, Template


@dataclass(frozen=True)
class Registration:
    """Everything the terminal holds of one person."""

    subject: Subject
    info: UserInfo
    faces: tuple[Face, ...] = field(default=(), repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over identifier, version, card and templates, hexadecimal; names are compared apart."""
        subject = self.subject
        faces = sorted((face.sub_id, wire.write_base64(face.feature)) for face in self.faces)
        held = [
            subject.user_uuid,
            subject.record_version,
            wire.write_base64(subject.left_eye),
            wire.write_base64(subject.right_eye),
            "".join(self.info.card.split()).upper(),
            faces,
        ]
        return hashlib.sha256(json.dumps(held).encode()).hexdigest()

    def is_held_as(self, held: "Registration") -> bool:
        """True when the terminal holds this; it may cut long names, but not change or lose them."""
        names = ((self.subject.last_name, held.subject.last_name), (self.subject.first_name, held.subject.first_name))
        kept = all(own.startswith(other) and bool(own) == bool(other) for own, other in names)
        return kept and self.digest == held.digest and self.subject.access_allowed == held.subject.access_allowed


def registration_of(enrollment: Enrollment, record_version: int | None, device_id: str) -> Registration:
    """The best sample of each iris and of each kind of face, with names and card.

    Raises NotCapable when no template is this vendor's, TemplateVersionMixed unless all are of `record_version`
    (or, when the terminal does not tell its own, of one version), InvalidInput for an identifier it reserves.
    """
    uuid = enrollment.person.person_id
    person(uuid)
    irises = {position: _best(enrollment.samples, position) for position in IRISES}
    faces = dict(_faces(enrollment.samples))
    templates = [template for template in (*irises.values(), *faces.values()) if template is not None]
    if not templates:
        raise NotCapable(device=device_id, step="register", reason="no-template")
    version = common_version(templates, record_version, device_id)
    left, right = (irises[position] for position in IRISES)
    subject = Subject(
        uuid,
        version,
        enrollment.person.last_name or uuid,  # the terminal insists on a last name
        enrollment.person.first_name,
        left_eye=left.data if left else b"",
        right_eye=right.data if right else b"",
    )
    info = UserInfo(uuid, card=_card(enrollment.samples))
    return Registration(subject, info, tuple(_face(uuid, sub, faces[sub]) for sub in sorted(faces)))


def common_version(templates: list[Template], record_version: int | None, device_id: str) -> int:
    """The one version of all templates; TemplateVersionMixed when there are several or the terminal has another."""
    versions = {template.version for template in templates} | ({record_version} if record_version else set())
    if len(versions) > 1:
        raise TemplateVersionMixed(device=device_id, versions=len(versions), device_version=record_version)
    return versions.pop()


def iris_subject(templates: tuple[Template, ...], record_version: int | None, device_id: str) -> Subject | None:
    """A nameless subject for comparing; None when no template is an iris of this vendor.

    A template that does not say which eye it is of is taken for the left one.
    """
    ours = [template for template in templates if template.format == IRIS_FORMAT and template.data]
    if not ours:
        return None
    sides = {template.attributes.get("eye", "left"): template.data for template in reversed(ours)}
    version = common_version(ours, record_version, device_id)
    return Subject("", version, left_eye=sides.get("left", b""), right_eye=sides.get("right", b""))


def _best(samples: tuple[Sample, ...], position: Position) -> Template | None:
    found = [(sample, template) for sample, template in _templates(samples, IRIS_FORMAT) if sample.position is position]
    return max(found, key=lambda pair: pair[0].quality.score)[1] if found else None


def _faces(samples: tuple[Sample, ...]) -> Iterator[tuple[int, Template]]:
    """The worst first, so that a dictionary ends with the best of each kind."""
    found = sorted(_templates(samples, FACE_FORMAT), key=lambda pair: pair[0].quality.score)
    for sample, template in found:
        number = template.attributes.get("sub_id", SUB_IDS.get(sample.variant) if sample.variant else None)
        if isinstance(number, int):
            yield number, template


def _templates(samples: tuple[Sample, ...], form: str) -> Iterator[tuple[Sample, Template]]:
    for sample in samples:
        for template in sample.templates:
            if template.format == form and template.data:
                yield sample, template


def _face(uuid: str, sub_id: int, template: Template) -> Face:
    known = (*FACE_INTEGERS, *FACE_NUMBERS)
    numbers = {name: float(value) for name, value in template.attributes.items() if name in known}
    return Face(uuid, sub_id, template.data, numbers)


def _card(samples: tuple[Sample, ...]) -> str:
    return next((wire.shown_card(sample.card) for sample in samples if sample.card), "")
