"""Looks at one captured print: how good it is and why, its ISO template, its search features, what to draw of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from app.domain.comparison import Score
from app.domain.errors import RecordRefused
from app.domain.finger import FingerExamination, Mark, MarkKind, PrintDrawing
from app.domain.modality import FINGERS, finger_code
from app.domain.sample import ANSI_FINGER, ISO_FINGER, Quality, QualityReason, Sample, Template
from app.matching.extraction import Extraction, Reason, extract
from app.matching.extraction.intake import MOST_PIXELS
from app.matching.features import Features, features_of
from app.matching.matcher import Matcher, Probe
from app.matching.minutiae import KIND_BIFURCATION, KIND_ENDING, Minutiae
from app.matching.records import SLOT_BYTES, FingerView, RecordFormat, parse, write

_REASONS: Final = {
    Reason.OK: QualityReason.OK,
    Reason.UNREADABLE: QualityReason.UNREADABLE,
    Reason.TOO_LARGE: QualityReason.UNREADABLE,
    Reason.NOT_A_FINGER: QualityReason.NOT_A_FINGER,
    Reason.TOO_SMALL: QualityReason.LITTLE_USABLE_AREA,
    Reason.TOO_DRY: QualityReason.TOO_DRY,
    Reason.TOO_WET: QualityReason.TOO_WET,
    Reason.SMUDGED: QualityReason.SMUDGED,
    Reason.LOW_CONTRAST: QualityReason.LOW_CONTRAST,
    Reason.TOO_FEW_MINUTIAE: QualityReason.TOO_FEW_MINUTIAE,
}
_FORMATS: Final = {ISO_FINGER: RecordFormat.ISO_19794_2_2005, ANSI_FINGER: RecordFormat.ANSI_378_2004}
_KINDS: Final = {KIND_ENDING: MarkKind.ENDING, KIND_BIFURCATION: MarkKind.FORK}
_LARGEST_FILE: Final = 16 << 20


def examine(sample: Sample) -> FingerExamination:
    """Examine one print at 500 dpi; takes about 50 ms with a picture: any thread but the UI's. Never raises.

    With a picture, everything is made from it, except that a device's own records stay and give the features. With
    a record alone, template and features come from that, and the device's own quality stays. Anything else (a
    vendor's template, nothing at all) is left as it is.
    """
    if sample.image:
        return _of_picture(sample)
    views = _views(sample.templates)
    if not views:
        return FingerExamination(sample.quality)
    points = views[0].minutiae
    iso = any(template.format == ISO_FINGER for template in sample.templates)
    made = None if iso else _template(sample, points)
    return FingerExamination(sample.quality, made, _features(views), _drawn(points))


def features_of_samples(samples: Iterable[Sample]) -> bytes:
    """What a search needs of all the presses of one finger, from their records; empty when none can be read."""
    return b"".join(_features(_views(sample.templates)) for sample in samples)


def probes_of(samples: Iterable[Sample], *, any_finger: bool = False) -> list[Probe]:
    """Probes for a search or a comparison; with `any_finger`, whichever finger they were said to be."""
    found = []
    for sample in samples:
        finger = "" if any_finger else sample.position.value
        found += [Probe(features_of(view.minutiae), finger) for view in _views(sample.templates)]
    return found


def compare(one: Iterable[Sample], other: Iterable[Sample], matcher: Matcher, *, false_match_rate: float) -> Score:
    """How much the presses look like those of another finger, whichever fingers they were said to be."""
    mine, theirs = probes_of(one, any_finger=True), probes_of(other, any_finger=True)
    return matcher.verify(mine, theirs, false_match_rate=false_match_rate)


def _of_picture(sample: Sample) -> FingerExamination:
    pixels = _decoded(sample.image)
    if pixels is None:
        return FingerExamination(Quality(0, QualityReason.UNREADABLE, sample.quality.figures))
    found = extract(pixels)
    quality = Quality(float(found.quality), _REASONS[found.reason], _figures(sample, found))
    own = _views(sample.templates)
    if own or not len(found.minutiae):  # what the device made of the finger is worth more than a second opinion
        return FingerExamination(quality, None, _features(own), _drawing(found))
    template = _template(sample, found.minutiae, found.quality)
    return FingerExamination(quality, template, _features(_views((template,))), _drawing(found))


def _decoded(image: bytes) -> npt.NDArray[np.uint8] | None:
    if len(image) > _LARGEST_FILE:
        return None
    try:
        pixels = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    if pixels is None or pixels.size > MOST_PIXELS:
        return None
    return np.asarray(pixels, np.uint8)


def _figures(sample: Sample, found: Extraction) -> dict[str, int | float | str | bool]:
    return {**sample.quality.figures, "minutiae": len(found.minutiae)}


def _template(sample: Sample, points: Minutiae, quality: int | None = None) -> Template:
    code = finger_code(sample.position) if sample.position in FINGERS else 0
    worth = round(sample.quality.score) if quality is None else quality
    view = FingerView(points, finger=code, quality=max(0, min(100, worth)))
    return Template(ISO_FINGER, write([view], limit=SLOT_BYTES))


def _views(templates: Iterable[Template]) -> list[FingerView]:
    """The finger views of all records of one format that can be read; ISO before ANSI."""
    every = tuple(templates)
    for name in (ISO_FINGER, ANSI_FINGER):
        views = [view for each in every if each.format == name for view in _parsed(each)]
        if views:
            return views
    return []


def _parsed(template: Template) -> list[FingerView]:
    try:
        views = parse(template.data, _FORMATS[template.format]).views
    except RecordRefused:
        return []
    return [view for view in views if len(view.minutiae)]


def _features(views: list[FingerView]) -> bytes:
    made: list[Features] = [features_of(view.minutiae) for view in views]
    return b"".join(each.to_bytes() for each in made)


def _drawing(found: Extraction) -> PrintDrawing | None:
    height, width = found.enhanced.shape
    if not found.mask.any():
        return None
    return PrintDrawing(width, height, np.ascontiguousarray(found.enhanced).tobytes(), _marks(found.minutiae))


def _drawn(points: Minutiae) -> PrintDrawing:
    return PrintDrawing(points.width, points.height, b"", _marks(points))


def _marks(points: Minutiae) -> tuple[Mark, ...]:
    rows = zip(points.x.tolist(), points.y.tolist(), points.angle.tolist(), points.kind.tolist(), strict=True)
    return tuple(Mark(x, y, angle * 360 / 256, _KINDS.get(kind, MarkKind.OTHER)) for x, y, angle, kind in rows)
