"""Verification and identification: mates are found, strangers are not, scores mean what they say."""

import numpy as np
import pytest

from app.domain.comparison import Decision
from app.matching.calibration import threshold_for
from app.matching.features import Features, features_of
from app.matching.gallery import Gallery
from app.matching.matcher import Matcher, Probe
from app.matching.minutiae import Minutiae
from app.matching.segment import Entry
from tests.matching.prints import SMALL, entries, features, minutiae, probe

PEOPLE = 36


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    return Gallery(entries(PEOPLE))


@pytest.fixture
def matcher() -> Matcher:
    return Matcher(threads=1)


def test_mates_match_and_strangers_do_not(matcher: Matcher) -> None:
    mated = [matcher.verify([probe(p)], [Probe(features(p))]) for p in range(PEOPLE)]
    strangers = [matcher.verify([probe(p)], [Probe(features(q))]) for p in range(PEOPLE) for q in range(p)]
    assert sum(score.decision is Decision.MATCH for score in mated) >= 0.97 * PEOPLE
    assert sum(score.decision is Decision.MATCH for score in strangers) <= 1
    assert float(np.mean([score.value >= 20 for score in strangers])) <= 0.015


def test_score_is_ten_times_the_logarithm_of_its_false_match_rate(matcher: Matcher) -> None:
    score = matcher.verify([probe(3)], [Probe(features(3))], false_match_rate=1e-5)
    assert score.threshold == pytest.approx(50)
    assert score.false_match_rate is not None
    assert score.value == pytest.approx(-10 * np.log10(score.false_match_rate)) or score.false_match_rate == 1e-12


def test_comparison_hardly_depends_on_which_print_is_the_probe(matcher: Matcher) -> None:
    for person in range(10):
        there = matcher.verify([probe(person)], [Probe(features(person))]).value
        back = matcher.verify([Probe(features(person))], [probe(person)]).value
        assert there == pytest.approx(back, rel=0.25, abs=8)


def test_a_turned_and_shifted_touch_still_matches(matcher: Matcher) -> None:
    for person in range(8):
        one = minutiae(person, 1)
        c, s = np.cos(np.radians(50)), np.sin(np.radians(50))
        x, y = one.x - 190.0, one.y - 180.0
        turned = Minutiae(
            np.rint(c * x + s * y + 400).astype(np.int16),
            np.rint(-s * x + c * y + 400).astype(np.int16),
            one.angle + np.uint8(36),
            one.kind,
            one.quality,
            800,
            800,
        )
        score = matcher.verify([Probe(features_of(turned))], [Probe(features(person))])
        assert score.decision is Decision.MATCH


@pytest.mark.parametrize("count", range(6))
def test_prints_with_hardly_any_minutiae_are_not_comparable(matcher: Matcher, count: int) -> None:
    few = features_of(minutiae(1).take(np.arange(count)))
    for one, other in ((few, features(1)), (features(1), few), (few, few)):
        score = matcher.verify([Probe(one)], [Probe(other)])
        assert score.decision is Decision.NO_MATCH
        found = matcher.search(Gallery([Entry("a", "", other)]).snapshot, [Probe(one)], target_fpir=1e-4)
        assert all(candidate.score.decision is Decision.NO_MATCH for candidate in found)


def test_a_crowded_scrap_needs_more_than_a_full_print(matcher: Matcher) -> None:
    """Strangers' scraps hardly ever reach one in a thousand, although a few minutiae always agree."""
    scraps = [features(person, 2, SMALL) for person in range(45)]
    assert np.median([len(scrap) for scrap in scraps]) < 18
    values = [matcher.verify([Probe(a)], [Probe(b)]).value for p, a in enumerate(scraps) for b in scraps[:p]]
    assert float(np.mean([value >= 30 for value in values])) <= 0.006
    assert max(values) < 50


def test_everyone_is_found_first(gallery: Gallery, matcher: Matcher) -> None:
    for person in range(PEOPLE):
        found = matcher.search(gallery.snapshot, [probe(person)], target_fpir=1e-3)
        assert found[0].person_id == f"p{person}"
        assert found[0].score.decision is Decision.MATCH
        assert all(candidate.score.decision is Decision.NO_MATCH for candidate in found[1:])
        assert [c.score.value for c in found] == sorted((c.score.value for c in found), reverse=True)


def test_strangers_are_not_found(gallery: Gallery, matcher: Matcher) -> None:
    named = 0
    for person in range(1000, 1040):
        found = matcher.search(gallery.snapshot, [probe(person)], target_fpir=0.01)
        named += any(candidate.score.decision is Decision.MATCH for candidate in found)
    assert named <= 2


def test_two_threads_find_what_one_finds(gallery: Gallery) -> None:
    with Matcher(threads=1) as one, Matcher(threads=2) as two:
        for person in range(5):
            assert one.search(gallery.snapshot, [probe(person)]) == two.search(gallery.snapshot, [probe(person)])


def test_threshold_grows_with_the_gallery_and_the_demand() -> None:
    assert threshold_for(1e-4, 1) == pytest.approx(40)
    assert threshold_for(0.01, 10_000) == pytest.approx(60, abs=0.1)
    assert threshold_for(0.01, 100_000) - threshold_for(0.01, 10_000) == pytest.approx(10, abs=0.01)
    for wrong in ((0.0, 10), (1.0, 10), (0.1, 0)):
        with pytest.raises(ValueError, match="needed"):
            threshold_for(*wrong)


def _weak() -> list[int]:
    """Persons whose second touch alone is a weak but true match."""
    with Matcher(threads=1) as matcher:
        values = {p: matcher.verify([Probe(features(p, 1, SMALL))], [Probe(features(p))]).value for p in range(40)}
    return [person for person, value in values.items() if 15 < value < 60]


def test_several_fingers_together_say_more_than_one(matcher: Matcher) -> None:
    weak = _weak()
    assert len(weak) >= 2
    first, second = weak[0], weak[1]
    one = matcher.verify([Probe(features(first, 1, SMALL), "a")], [Probe(features(first), "a")])
    both = matcher.verify(
        [Probe(features(first, 1, SMALL), "a"), Probe(features(second, 1, SMALL), "b")],
        [Probe(features(first), "a"), Probe(features(second), "b")],
    )
    assert both.value > one.value


def test_fingers_of_different_names_are_never_compared(matcher: Matcher) -> None:
    assert matcher.verify([probe(1, 1, "left-index")], [Probe(features(1), "right-index")]).value == 0
    gallery = Gallery([Entry("p1", "right-index", features(1)), Entry("p2", "", features(2))])
    assert matcher.search(gallery.snapshot, [probe(1, 1, "right-index")])[0].person_id == "p1"
    found = matcher.search(gallery.snapshot, [probe(1, 1, "left-index")])
    assert "p1" not in [candidate.person_id for candidate in found]
    assert matcher.search(gallery.snapshot, [probe(2, 1, "left-index")])[0].person_id == "p2"


def test_the_best_of_several_templates_and_views_counts(matcher: Matcher) -> None:
    stranger, scrap, good = features(900), features(5, 2, SMALL), features(5)
    gallery = Gallery([Entry("p5", "", scrap), Entry("p5", "", good), Entry("p6", "", stranger)])
    found = matcher.search(gallery.snapshot, [Probe(scrap), probe(5)])
    assert found[0].person_id == "p5"
    assert found[0].score.decision is Decision.MATCH
    views = matcher.verify([Probe(stranger), probe(5)], [Probe(scrap), Probe(good)])
    assert views.decision is Decision.MATCH


def test_an_empty_gallery_and_an_empty_probe_find_nobody(gallery: Gallery, matcher: Matcher) -> None:
    nothing = Probe(Features(np.zeros((0, 16), np.uint32)))
    assert matcher.search(Gallery().snapshot, [probe(1)]) == ()
    assert matcher.search(gallery.snapshot, [nothing]) == ()
    assert matcher.search(gallery.snapshot, []) == ()
    assert matcher.verify([], [probe(1)]).decision is Decision.NO_MATCH
