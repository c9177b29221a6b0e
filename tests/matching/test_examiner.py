"""One print looked at: quality with its reason, a template that fits its slot, something to draw."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.comparison import Decision
from app.domain.finger import MarkKind
from app.domain.modality import Position
from app.domain.sample import CONTROLID_FINGER, ISO_FINGER, Quality, QualityReason, Sample, Template
from app.matching import examiner
from app.matching.matcher import Matcher
from app.matching.records import RecordFormat, parse
from app.simulators.fingers import DRY, GOOD, WET, Look
from tests.fingers import NOON, SENSOR, press, record_only, vendor_only

FINGER = Position.LEFT_INDEX


def test_a_picture_becomes_an_iso_record_of_its_finger() -> None:
    seen = examiner.examine(press(1, FINGER))
    assert seen.quality.reason is QualityReason.OK
    assert seen.quality.score > 60
    assert seen.template is not None
    assert seen.template.format == ISO_FINGER
    assert len(seen.template.data) <= 384
    view = parse(seen.template.data, RecordFormat.ISO_19794_2_2005).views[0]
    assert (view.finger, view.quality) == (7, round(seen.quality.score))
    assert seen.features


def test_what_is_drawn_lies_on_the_picture() -> None:
    drawing = examiner.examine(press(1, FINGER)).drawing
    assert drawing is not None
    assert len(drawing.ridges) == drawing.width * drawing.height
    assert len(set(drawing.ridges)) > 100
    assert len(drawing.marks) > 15
    assert all(0 <= mark.x < drawing.width and 0 <= mark.y < drawing.height for mark in drawing.marks)
    assert {mark.kind for mark in drawing.marks} >= {MarkKind.ENDING, MarkKind.FORK}


@pytest.mark.parametrize(("look", "reason"), [(DRY, QualityReason.TOO_DRY), (WET, QualityReason.TOO_WET)])
def test_a_poor_print_has_its_reason(look: Look, reason: QualityReason) -> None:
    good, poor = (examiner.examine(press(2, FINGER, look=each)).quality for each in (GOOD, look))
    assert poor.reason is reason
    assert poor.score < good.score


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (b"\x89PNG garbage", QualityReason.UNREADABLE),
        (b"BM" + bytes(200), QualityReason.UNREADABLE),
        (np.random.default_rng(1).bytes(5000), QualityReason.UNREADABLE),
    ],
)
def test_garbage_is_a_result_and_never_an_error(image: bytes, reason: QualityReason) -> None:
    seen = examiner.examine(Sample(FINGER, SENSOR, NOON, Quality(100.0), image, "image/png"))
    assert (seen.quality.reason, seen.quality.score, seen.template, seen.drawing) == (reason, 0, None, None)


def test_a_record_keeps_the_judgment_of_its_device() -> None:
    seen = examiner.examine(record_only(1, FINGER))
    assert seen.quality == Quality(80.0)
    assert seen.features
    assert seen.drawing is not None
    assert (bool(seen.drawing.ridges), len(seen.drawing.marks) > 10) == (False, True)


def test_a_vendors_template_alone_is_left_as_it_is() -> None:
    sample = vendor_only(FINGER)
    seen = examiner.examine(sample)
    assert (seen.template, seen.features, seen.drawing) == (None, b"", None)
    assert seen.applied_to(sample) == sample


def test_the_template_stands_before_those_of_the_device() -> None:
    vendor = Template(CONTROLID_FINGER, b"ICRS21")
    sample = press(1, FINGER)
    sample = Sample(FINGER, SENSOR, NOON, sample.quality, sample.image, "image/png", templates=(vendor,))
    once = examiner.examine(sample).applied_to(sample)
    twice = examiner.examine(once).applied_to(once)
    assert [each.format for each in twice.templates] == [ISO_FINGER, CONTROLID_FINGER]


def test_a_devices_own_records_stay_all_of_them() -> None:
    two = tuple(record_only(3, FINGER, touch).templates[0] for touch in (0, 1))
    sample = replace(press(3, FINGER), templates=two)
    seen = examiner.examine(sample)
    assert seen.applied_to(sample).templates == two
    assert len(examiner.probes_of([sample])) == 2


def test_one_finger_under_two_names_is_noticed() -> None:
    def examined(finger: int, position: Position, touch: int) -> Sample:
        sample = press(finger, position, touch)
        return examiner.examine(sample).applied_to(sample)

    first = [examined(1, Position.RIGHT_INDEX, 0)]
    again, other = [examined(1, Position.LEFT_INDEX, 1)], [examined(2, Position.LEFT_INDEX, 0)]
    with Matcher(1) as matcher:
        scores = [examiner.compare(first, each, matcher, false_match_rate=1e-5) for each in (again, other)]
    assert [score.decision for score in scores] == [Decision.MATCH, Decision.NO_MATCH]
