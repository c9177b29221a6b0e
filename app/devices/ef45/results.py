"""What a capture or a match left in the terminal's buffers, turned into samples (REST API 1.0.0, section 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from app.devices.ef45 import images, wire
from app.devices.ef45.codec import SubId, face_numbers
from app.devices.ef45.wire import Members
from app.domain.errors import ProtocolError
from app.domain.modality import FaceVariant, Position
from app.domain.sample import Number, Quality, QualityReason, Sample, Source, Template

IRIS_FORMAT = "cmitech-iris"
FACE_FORMAT = "cmitech-face"
LITTLE_AREA = 70.0
"""Usable iris area in percent under which a poor iris is explained by it; the terminal gives no reason itself."""

EYES = {"left_eye": Position.LEFT_IRIS, "right_eye": Position.RIGHT_IRIS}
SIDES = {Position.LEFT_IRIS: "left", Position.RIGHT_IRIS: "right"}
FACES = {
    "far_off_face": (FaceVariant.COLOR, SubId.COLOR),
    "far_on_face": (FaceVariant.INFRARED, SubId.GRAY),
    "near_off_face": (FaceVariant.COLOR_GLASSES, SubId.COLOR_GLASSES),
    "near_on_face": (FaceVariant.INFRARED_GLASSES, SubId.GRAY_GLASSES),
}
OVERVIEW = "iris_off_face"
SUB_IDS = dict(FACES.values())


@dataclass(frozen=True)
class EyePart:
    """One eye of a result: encoded image, template, figures."""

    position: Position
    image: images.Image | None
    template: bytes = field(repr=False)
    usable_area: float | None
    score: float | None
    quality_ok: bool | None

    def quality(self) -> Quality:
        """The terminal's own verdict; one that gives none counts as good."""
        figures: dict[str, Number] = {}
        if self.usable_area is not None:
            figures["usable_iris_area"] = self.usable_area
        if self.score is not None:
            figures["quality_score"] = self.score
        return Quality(percent(self.score), self._reason(), figures)

    def _reason(self) -> QualityReason:
        if self.quality_ok is not False:
            return QualityReason.OK
        if self.usable_area is not None and percent(self.usable_area) < LITTLE_AREA:
            return QualityReason.LITTLE_USABLE_AREA
        return QualityReason.LOW_SCORE


@dataclass(frozen=True)
class FacePart:
    """One face of a result; the overview taken beside the irises has no sub id."""

    variant: FaceVariant
    sub_id: SubId | None
    image: images.Image | None
    template: bytes = field(repr=False)
    numbers: dict[str, float] = field(default_factory=dict)

    def quality(self) -> Quality:
        """The terminal's face score; it gives no verdict of its own."""
        score = self.numbers.get("score")
        return Quality(percent(score), QualityReason.OK, dict(self.numbers))


@dataclass(frozen=True)
class Encounter:
    """One item of the result buffer."""

    encounter_id: str
    serial_number: str
    timestamp: datetime | None
    error_message: str
    eyes: tuple[EyePart, ...] = field(default=(), repr=False)
    faces: tuple[FacePart, ...] = field(default=(), repr=False)
    duplicate_uuid: str = ""

    @property
    def empty(self) -> bool:
        """True when it brought nothing that could be kept and reports nothing."""
        return not (self.eyes or self.faces or self.error_message)

    @classmethod
    def read(cls, source: Members) -> "Encounter":
        """Any member may be missing, null or strange; ProtocolError only for a template or image that is damaged."""
        return cls(
            wire.text(source, "encounter_id"),
            wire.text(source, "serial_number"),
            wire.timestamp(source, "timestamp"),
            wire.text(source, "error_message"),
            tuple(_eyes(source, "enrol_template", "enroll_template")),
            tuple(_faces(source)),
            _duplicate(source),
        )

    def samples(self, source: Source, version: int, at: datetime) -> tuple[Sample, ...]:
        """Every part as a sample; `version` is the terminal's record version, `at` the station's time."""
        eyes = [_iris_sample(part, source, version, at) for part in self.eyes]
        return (*eyes, *(_face_sample(part, source, version, at) for part in self.faces))


@dataclass(frozen=True)
class MatchItem:
    """One item of the match buffer: who was matched, and what the match was made from."""

    encounter_id: str
    serial_number: str
    timestamp: datetime | None
    user_uuid: str
    log_id: int
    eyes: tuple[EyePart, ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, source: Members) -> "MatchItem":
        return cls(
            wire.text(source, "encounter_id"),
            wire.text(source, "serial_number"),
            wire.timestamp(source, "timestamp"),
            wire.text(source, "uuid", "user_uuid"),
            wire.integer(source, "log_id", default=-1),
            tuple(_eyes(source, "iris_template")),
        )


def percent(value: float | None) -> float:
    """A figure as 0 to 100; one of at most 1 is a share of one."""
    if value is None:
        return 0.0
    return max(0.0, min(100.0, value * 100 if 0 < value <= 1 else value))


def _eyes(source: Members, *templates: str) -> Iterator[EyePart]:
    for prefix, position in EYES.items():
        image = _image(source, prefix)
        template = wire.blob(source, *(f"{prefix}_{name}" for name in templates))
        if image is None and not template:
            continue
        yield EyePart(
            position,
            image,
            template,
            _figure(source, f"{prefix}_usable_iris_area"),
            _figure(source, f"{prefix}_quality_score"),
            wire.flag(source, f"{prefix}_quality_ok"),
        )


def _faces(source: Members) -> Iterator[FacePart]:
    kinds = {**FACES, OVERVIEW: (FaceVariant.OVERVIEW, None)}
    for prefix, (variant, sub_id) in kinds.items():
        image = _image(source, prefix)
        template = wire.blob(source, f"{prefix}_feature")
        if image is not None or template:
            yield FacePart(variant, sub_id, image, template, face_numbers(source, prefix))


def _image(source: Members, prefix: str) -> images.Image | None:
    data = wire.blob(source, prefix, f"{prefix}_image")
    if not data:
        return None
    try:
        return images.identify(data)
    except ProtocolError as error:
        raise ProtocolError(member=prefix, **error.facts) from None


def _figure(source: Members, name: str) -> float | None:
    return None if wire.pick(source, name) is None else wire.number(source, name)


def _duplicate(source: Members) -> str:
    prefixes = (*EYES, *FACES, OVERVIEW)
    return next((found for prefix in prefixes if (found := wire.text(source, f"{prefix}_duplicate_uuid"))), "")


def _iris_sample(part: EyePart, source: Source, version: int, at: datetime) -> Sample:
    eye: dict[str, Number] = {"eye": SIDES[part.position]}
    templates = (Template(IRIS_FORMAT, part.template, version, eye),) if part.template else ()
    return _sample(part.position, part.image, part.quality(), templates, source, at)


def _face_sample(part: FacePart, source: Source, version: int, at: datetime) -> Sample:
    attributes: dict[str, Number] = dict(part.numbers)
    if part.sub_id is not None:
        attributes["sub_id"] = int(part.sub_id)
    templates = (Template(FACE_FORMAT, part.template, version, attributes),) if part.template else ()
    return _sample(Position.FACE, part.image, part.quality(), templates, source, at, part.variant)


def _sample(
    position: Position,
    image: images.Image | None,
    quality: Quality,
    templates: tuple[Template, ...],
    source: Source,
    at: datetime,
    variant: FaceVariant | None = None,
) -> Sample:
    data, media_type = (image.data, image.media_type) if image else (b"", "")
    return Sample(position, source, at, quality, data, media_type, variant, templates)
