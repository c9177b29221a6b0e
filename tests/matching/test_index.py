"""Everybody's fingers: filled from stored rows, kept up, searched and compared from any thread."""

from collections.abc import Iterator

import pytest

from app.domain.comparison import Decision
from app.domain.errors import MatchingUnavailable, RecordRefused
from app.domain.modality import Position
from app.domain.records import FeatureRow
from app.matching.index import FingerIndex
from tests.matching.prints import features, probe


def row(person: int, finger: Position = Position.RIGHT_INDEX) -> FeatureRow:
    return FeatureRow(f"p{person}", finger, features(person).to_bytes())


@pytest.fixture
def index() -> Iterator[FingerIndex]:
    made = FingerIndex()
    made.start()
    made.load(row(person) for person in range(20))
    assert made.wait_ready(60)
    yield made
    made.close()


def found(index: FingerIndex, person: int) -> list[str]:
    candidates = index.submit([probe(person)], timeout=30).result(30)
    return [each.person_id for each in candidates if each.score.decision is Decision.MATCH]


def test_people_come_change_and_go(index: FingerIndex) -> None:
    assert found(index, 7) == ["p7"]
    index.put("new", (row(30),))
    assert found(index, 30) == ["new"]
    index.put("new", (row(31),))
    assert found(index, 30) == []
    assert found(index, 31) == ["new"]
    index.remove("new")
    index.remove("nobody")
    assert "new" not in index
    assert found(index, 31) == []
    assert index.snapshot.people == 20


async def test_coroutines_search_too(index: FingerIndex) -> None:
    assert (await index.search([probe(3)], timeout=30))[0].person_id == "p3"


def test_one_person_is_compared_with_a_probe(index: FingerIndex) -> None:
    index.put("late", (row(40),))
    same, other, late = (index.verify([probe(n)], who) for n, who in ((3, "p3"), (3, "p4"), (40, "late")))
    assert same is not None
    assert other is not None
    assert late is not None
    decisions = [score.decision for score in (same, other, late)]
    assert decisions == [Decision.MATCH, Decision.NO_MATCH, Decision.MATCH]
    assert index.verify([probe(3)], "nobody") is None


def test_changes_while_loading_are_newer_than_what_is_loaded() -> None:
    index = FingerIndex()
    index.put("p1", (row(9),))
    index.remove("p2")
    index.load((row(1), row(2), row(3)))
    assert ("p1" in index, "p2" in index, "p3" in index) == (True, False, True)
    score = index.verify([probe(9)], "p1")
    assert score is not None
    assert score.decision is Decision.MATCH
    index.close()


def test_rows_of_another_version_are_answered_and_the_others_found() -> None:
    index = FingerIndex()
    old = FeatureRow("old", Position.LEFT_THUMB, b"ESF\x01" + bytes(60))
    nothing = FeatureRow("p5", Position.LEFT_THUMB, b"")
    assert index.load((row(4), old, nothing, row(5))) == (old,)
    assert ("old" in index, "p4" in index, index.snapshot.people) == (False, True, 2)
    with pytest.raises(RecordRefused):
        index.put("old", (old,))
    index.close()


def test_searches_wait_for_nothing_that_is_not_there() -> None:
    index = FingerIndex()
    with pytest.raises(MatchingUnavailable) as closed:
        index.submit([probe(1)])
    index.start()
    with pytest.raises(MatchingUnavailable) as loading:
        index.submit([probe(1)])
    assert (closed.value.facts["why"], loading.value.facts["why"]) == ("closed", "loading")
    assert not index.wait_ready(0)
    index.close()
